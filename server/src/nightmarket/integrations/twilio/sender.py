"""One SMS through Twilio."""

from urllib.parse import quote

import msgspec

from nightmarket.kernel.context import Context
from nightmarket.kernel.http import HttpError
from nightmarket.modules.notifications.ports import Channel, Message, Receipt, Refused, TryLater

_DEAD_NUMBERS = {21211, 21214, 21217, 21610, 21614}
_BUSY = {20429, 20003}
_LONGEST = 600
"""Six segments or so in Thai and Chinese; ours are shorter."""


class TwilioSender:
    """Twilio takes SMS. It has no key against repeats: a try whose answer got lost may arrive twice."""

    channel: Channel = "sms"
    provider = "twilio"

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx

    async def send(self, message: Message) -> Receipt:
        """See `ports.Sender`."""
        settings = self._ctx.settings.twilio
        sid, token = settings.account_sid or "", settings.auth_token.get_secret_value() if settings.auth_token else ""
        form = {"To": message.to, "Body": text_of(message)}
        if settings.messaging_service_sid:
            form["MessagingServiceSid"] = settings.messaging_service_sid
        else:
            form["From"] = settings.from_number or ""
        if (callback := callback_url(self._ctx, message.id)) is not None:
            form["StatusCallback"] = callback
        try:
            answer = await self._ctx.http.post(
                f"{settings.base_url.rstrip('/')}/2010-04-01/Accounts/{quote(sid)}/Messages.json",
                data=form,
                auth=(sid, token),
            )
        except HttpError as error:
            raise TryLater(f"Twilio cannot be reached: {type(error).__name__}") from error
        if answer.status_code == 201:
            return Receipt(str(_field(answer.content, "sid") or "") or None)
        code = _field(answer.content, "code")
        code = code if isinstance(code, int) else 0
        said = f"Twilio answered {answer.status_code}, code {code}"
        if answer.status_code in {401, 429} or answer.status_code >= 500 or code in _BUSY:
            raise TryLater(said)
        raise Refused(said, address_is_dead=code in _DEAD_NUMBERS)


def text_of(message: Message) -> str:
    """What fits a phone: the sentence, and where to go."""
    body = message.body[:_LONGEST]
    return f"{body} {message.link}" if message.link else body


def callback_url(ctx: Context, delivery_id: str) -> str | None:
    """Where Twilio reports; it cannot reach an installation without a public address."""
    base = ctx.settings.http.public_url
    return None if base is None else f"{base.rstrip('/')}/api/v1/webhooks/twilio?delivery={quote(delivery_id)}"


def _field(raw: bytes, name: str) -> str | int | None:
    try:
        found = msgspec.json.decode(raw)
    except msgspec.DecodeError:
        return None
    value = found.get(name) if isinstance(found, dict) else None
    return value if isinstance(value, str | int) else None
