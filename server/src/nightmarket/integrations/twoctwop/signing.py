"""2C2P's payloads: JSON Web Tokens signed with HS256, whose claims are the request or the answer itself."""

from collections.abc import Mapping
from typing import Any

import jwt

_ALGORITHM = "HS256"
_PAYLOADS_ARE_NO_SESSIONS: dict[str, Any] = {
    f"verify_{claim}": False for claim in ("exp", "nbf", "iat", "aud", "iss", "sub", "jti")
}


def encode(payload: Mapping[str, Any], secret: str) -> str:
    """The value of `payload` in a request. The merchant's secret is used as text, though it looks like hex."""
    return jwt.encode(dict(payload), secret, algorithm=_ALGORITHM)


def decode(token: str, secret: str) -> dict[str, Any]:
    """The claims of an answer or a notification; ValueError when it is not signed with this secret by HS256."""
    try:
        claims: dict[str, Any] = jwt.decode(token, secret, algorithms=[_ALGORITHM], options=_PAYLOADS_ARE_NO_SESSIONS)  # type: ignore[arg-type]
    except jwt.PyJWTError as error:
        raise ValueError("not signed with this secret") from error
    return claims
