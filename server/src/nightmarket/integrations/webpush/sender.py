"""One push message to one browser."""

import base64
import hashlib
import os

import http_ece
import msgspec
from cryptography.hazmat.primitives.asymmetric import ec

from nightmarket.integrations.webpush.keys import VapidKey
from nightmarket.kernel.context import Context
from nightmarket.kernel.http import HttpError
from nightmarket.modules.notifications.ports import Channel, Message, Receipt, Refused, TryLater
from nightmarket.modules.notifications.public import is_push_service

_GONE = {404, 410}
_LONGEST_TEXT = 600
_MOST_SECONDS = 86_400


class WebPushSender:
    """Push services take messages for the browsers that subscribed with them."""

    channel: Channel = "push"
    provider = "webpush"

    def __init__(self, ctx: Context, key: VapidKey) -> None:
        self._ctx = ctx
        self._key = key

    async def send(self, message: Message) -> Receipt:
        """See `ports.Sender`. Two tries of a message have the same topic: while one waits, the other replaces it."""
        if not is_push_service(message.to, self._ctx.settings.web_push.extra_hosts):
            raise Refused("not a known push service", address_is_dead=True)
        assert message.push_keys is not None
        try:
            body = encrypt(payload_of(message), *message.push_keys)
        except (ValueError, http_ece.ECEException) as error:
            raise Refused("the browser's keys are no good", address_is_dead=True) from error
        now = self._ctx.clock()
        left = int((message.expires_at - now).total_seconds()) if message.expires_at else _MOST_SECONDS
        headers = {
            "TTL": str(max(0, min(_MOST_SECONDS, left))),
            "Urgency": "high" if left <= 3600 else "normal",
            "Topic": hashlib.sha256(message.id.encode()).hexdigest()[:32],
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "Authorization": self._key.authorization(message.to, now=now.timestamp()),
        }
        try:
            answer = await self._ctx.http.post(message.to, content=body, headers=headers)
        except HttpError as error:
            raise TryLater(f"the push service cannot be reached: {type(error).__name__}") from error
        if answer.is_success:
            return Receipt(answer.headers.get("Location", "")[:190] or None)
        said = f"the push service answered {answer.status_code}: {answer.text[:120]}"
        if answer.status_code == 429 or answer.status_code >= 500:
            raise TryLater(said, seconds=_seconds(answer.headers.get("Retry-After")))
        raise Refused(said, address_is_dead=answer.status_code in _GONE)


def payload_of(message: Message) -> bytes:
    """What the service worker reads."""
    return msgspec.json.encode(
        {
            "id": message.id,
            "kind": message.kind,
            "title": message.title[:200],
            "body": message.body[:_LONGEST_TEXT],
            "url": message.link,
            "lang": message.locale,
        }
    )


def encrypt(data: bytes, p256dh: str, auth: str) -> bytes:
    """For the browser with these keys, and nobody on the way (RFC 8291, aes128gcm)."""
    sealed: bytes = http_ece.encrypt(
        data,
        salt=os.urandom(16),
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=_unb64(p256dh),
        auth_secret=_unb64(auth),
        version="aes128gcm",
    )
    return sealed


def _unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _seconds(header: str | None) -> int | None:
    return int(header) if header and header.isascii() and header.isdigit() and len(header) < 7 else None
