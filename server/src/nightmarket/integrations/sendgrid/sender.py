"""One e-mail through SendGrid."""

from typing import Any

from nightmarket.integrations.mail.layout import lay_out
from nightmarket.kernel.context import Context
from nightmarket.kernel.http import HttpError
from nightmarket.modules.notifications.ports import Channel, Message, Receipt, Refused, TryLater


class SendgridSender:
    """SendGrid takes e-mails. Its events name the delivery by `custom_args`."""

    channel: Channel = "email"
    provider = "sendgrid"

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx

    async def send(self, message: Message) -> Receipt:
        """See `ports.Sender`."""
        settings = self._ctx.settings.sendgrid
        key = settings.api_key.get_secret_value() if settings.api_key else ""
        try:
            answer = await self._ctx.http.post(
                f"{settings.base_url.rstrip('/')}/v3/mail/send",
                json=self._body(message),
                headers={"Authorization": f"Bearer {key}"},
            )
        except HttpError as error:
            raise TryLater(f"SendGrid cannot be reached: {type(error).__name__}") from error
        if answer.status_code in {200, 202}:
            return Receipt(answer.headers.get("X-Message-Id"))
        said = f"SendGrid answered {answer.status_code}: {answer.text[:160]}"
        if answer.status_code == 429 or answer.status_code >= 500 or answer.status_code in {401, 403}:
            # A wrong key is the operator's to mend, and mails may wait for that.
            raise TryLater(said)
        raise Refused(said)

    def _body(self, message: Message) -> dict[str, Any]:
        mail = lay_out(message, self._ctx.settings)
        body: dict[str, Any] = {
            "personalizations": [{"to": [{"email": mail.to}], "custom_args": {"delivery_id": message.id}}],
            "from": {"email": mail.sender_address, "name": mail.sender_name},
            "subject": mail.subject,
            "content": [{"type": "text/plain", "value": mail.text}, {"type": "text/html", "value": mail.html}],
            "headers": mail.headers | {"Message-ID": mail.message_id},
        }
        if mail.reply_to:
            body["reply_to"] = {"email": mail.reply_to}
        return body
