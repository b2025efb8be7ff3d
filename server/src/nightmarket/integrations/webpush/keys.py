"""The installation's key pair. Browsers subscribe to it: another key means that all of them have to subscribe again."""

import base64
import time
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from nightmarket.kernel.security import derive_key
from nightmarket.kernel.settings import Settings

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_GOOD_FOR = 12 * 3600


class VapidKey:
    """Signs our requests to push services, and says with what."""

    def __init__(self, settings: Settings) -> None:
        self._private = ec.derive_private_key(_number(settings), ec.SECP256R1())
        point = self._private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self._public = base64.urlsafe_b64encode(point).rstrip(b"=").decode()
        public_url = settings.http.public_url or ""
        self._contact = settings.web_push.contact or (
            public_url if public_url.startswith("https://") else "mailto:operator@localhost"
        )

    def public_key(self) -> str:
        """See `ports.PushKey`."""
        return self._public

    def authorization(self, endpoint: str, *, now: float | None = None) -> str:
        """The header that shows a push service who we are."""
        parts = urlsplit(endpoint)
        claims = {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": int(time.time() if now is None else now) + _GOOD_FOR,
            "sub": self._contact,
        }
        token = jwt.encode(claims, self._private, algorithm="ES256")
        return f"vapid t={token}, k={self._public}"


def _number(settings: Settings) -> int:
    given = settings.web_push.private_key
    if given is None:
        raw = derive_key(settings.secret(), "web-push")
        return int.from_bytes(raw, "big") % (_ORDER - 1) + 1
    text = given.get_secret_value().strip()
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    number = int.from_bytes(raw, "big")
    if len(raw) != 32 or not 0 < number < _ORDER:
        raise ValueError("NIGHTMARKET_WEB_PUSH__PRIVATE_KEY must be 32 bytes of base64url")
    return number
