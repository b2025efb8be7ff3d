"""One push message of our LINE account, and one free reply."""

import uuid
from typing import Any

import msgspec

from nightmarket.kernel.context import Context
from nightmarket.kernel.http import HttpError
from nightmarket.kernel.ids import id_to_bytes
from nightmarket.kernel.logging import get_logger
from nightmarket.modules.notifications.ports import Channel, Message, Receipt, Refused, TryLater

log = get_logger(__name__)

RETRY_HEADER = "X-Line-Retry-Key"
_LABEL = 20
_ALT_TEXT = 400


class LineSender:
    """LINE takes messages. A repeat with the same retry key is not sent twice, and answered with 409."""

    channel: Channel = "line"
    provider = "line"

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx

    async def send(self, message: Message) -> Receipt:
        """See `ports.Sender`."""
        body = {
            "to": message.to,
            "messages": [content_of(message)],
            "customAggregationUnits": [message.kind.replace(".", "_")[:30]],
        }
        key = str(uuid.UUID(bytes=id_to_bytes("dlv", message.id)))
        answer = await _post(self._ctx, "/v2/bot/message/push", body, {RETRY_HEADER: key})
        request_id = answer.headers.get("x-line-request-id")
        log.info("line.pushed", delivery_id=message.id, status=answer.status_code, line_request_id=request_id)
        if answer.status_code == 409:
            return Receipt(answer.headers.get("x-line-accepted-request-id"))
        if answer.is_success:
            return Receipt(_sent_id(answer.content))
        said = f"LINE answered {answer.status_code}: {_text(answer.content, 'message')[:160]}"
        is_quota = answer.status_code == 429 and "month" in said.lower()
        if (
            answer.status_code >= 500
            or answer.status_code in {401, 403}
            or (answer.status_code == 429 and not is_quota)
        ):
            raise TryLater(said)
        raise Refused(said)


async def reply(ctx: Context, reply_token: str, text: str) -> None:
    """Answer somebody who wrote to us; free, and only soon after. A refusal is noted, not repeated."""
    body = {"replyToken": reply_token, "messages": [{"type": "text", "text": text}]}
    try:
        answer = await _post(ctx, "/v2/bot/message/reply", body, {})
    except TryLater as trouble:
        log.warning("line.reply_failed", reason=trouble.reason)
        return
    if not answer.is_success:
        log.warning("line.reply_refused", status=answer.status_code)


def content_of(message: Message) -> dict[str, Any]:
    """A bubble with a button where there is a link that LINE takes (https), else plain text."""
    if message.link is None or not message.link.startswith("https://"):
        lines = [message.title, message.body, *([message.link] if message.link else [])]
        return {"type": "text", "text": "\n".join(lines)}
    texts = [
        {"type": "text", "text": message.title, "weight": "bold", "wrap": True},
        {"type": "text", "text": message.body, "wrap": True, "margin": "md", "size": "sm"},
    ]
    action = {"type": "uri", "label": message.link_label[:_LABEL], "uri": message.link}
    button = {"type": "button", "style": "primary", "color": "#C2330F", "action": action}
    return {
        "type": "flex",
        "altText": f"{message.title} {message.body}"[:_ALT_TEXT],
        "contents": {
            "type": "bubble",
            "body": {"type": "box", "layout": "vertical", "contents": texts},
            "footer": {"type": "box", "layout": "vertical", "contents": [button]},
        },
    }


async def _post(ctx: Context, path: str, body: dict[str, Any], headers: dict[str, str]) -> Any:
    settings = ctx.settings.line_messaging
    token = settings.channel_access_token.get_secret_value() if settings.channel_access_token else ""
    try:
        return await ctx.http.post(
            f"{settings.base_url.rstrip('/')}{path}", json=body, headers=headers | {"Authorization": f"Bearer {token}"}
        )
    except HttpError as error:
        raise TryLater(f"LINE cannot be reached: {type(error).__name__}") from error


def _sent_id(raw: bytes) -> str | None:
    try:
        return str(msgspec.json.decode(raw)["sentMessages"][0]["id"])
    except (msgspec.DecodeError, KeyError, IndexError, TypeError):
        return None


def _text(raw: bytes, name: str) -> str:
    try:
        return str(msgspec.json.decode(raw)[name])
    except (msgspec.DecodeError, KeyError, TypeError):
        return ""
