"""Access tokens: short-lived JWTs (HS256) that every process verifies without asking anybody.

Time is checked against the process clock, not the library's. The header must name one of our keys by `kid` and be of
our type; the algorithm is ours, whatever the header says.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import jwt

from nightmarket.kernel.ids import is_id
from nightmarket.kernel.problems import SignInRequired
from nightmarket.kernel.security import derive_key

ISSUER = "nightmarket"
AUDIENCE = "nightmarket-api"
_TYPE = "at+jwt"
_ALGORITHM = "HS256"
_MAX_LENGTH = 2048
_CLAIMS = ["iss", "aud", "sub", "sid", "iat", "exp", "roles", "name", "locale", "market"]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sends a request, as their access token says."""

    id: str
    display_name: str
    roles: frozenset[str]
    session_id: str
    locale: str
    market: str

    @property
    def is_admin(self) -> bool:
        """Whether this is one of the platform's administrators."""
        return "admin" in self.roles


def issue_access_token(secret: str, caller: Caller, *, now: datetime, seconds: int) -> str:
    """A signed token that says who the caller is, for so many seconds."""
    kid, key = _keys(secret)[0]
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": caller.id,
        "sid": caller.session_id,
        "iat": int(now.timestamp()),
        "exp": int((now + timedelta(seconds=seconds)).timestamp()),
        "roles": sorted(caller.roles),
        "name": caller.display_name,
        "locale": caller.locale,
        "market": caller.market,
    }
    return jwt.encode(claims, key, algorithm=_ALGORITHM, headers={"kid": kid, "typ": _TYPE})


def read_access_token(secret: str, token: str, *, now: datetime) -> Caller:
    """The caller a token speaks of; SignInRequired when it is not ours, was changed, or has expired."""
    if len(token) > _MAX_LENGTH:
        raise SignInRequired
    try:
        caller, expires_at = _verified(secret, token)
    except (jwt.PyJWTError, ValueError, TypeError, KeyError) as error:
        raise SignInRequired from error
    if now.timestamp() >= expires_at:
        raise SignInRequired
    return caller


@lru_cache(maxsize=8192)
def _verified(secret: str, token: str) -> tuple[Caller, int]:
    """Everything about a token that does not depend on the time; errors are not remembered."""
    header = jwt.get_unverified_header(token)
    if header.get("typ") != _TYPE or header.get("alg") != _ALGORITHM:
        raise jwt.InvalidTokenError("not one of our access tokens")
    claims: dict[str, Any] = jwt.decode(
        token,
        dict(_keys(secret))[header["kid"]],
        algorithms=[_ALGORITHM],
        issuer=ISSUER,
        audience=AUDIENCE,
        options={"require": _CLAIMS, "verify_exp": False, "verify_iat": False, "verify_nbf": False},
    )
    if not (is_id("usr", claims["sub"]) and is_id("ses", claims["sid"]) and type(claims["exp"]) is int):
        raise jwt.InvalidTokenError("claims of the wrong shape")
    caller = Caller(
        id=claims["sub"],
        display_name=claims["name"],
        roles=frozenset(claims["roles"]),
        session_id=claims["sid"],
        locale=claims["locale"],
        market=claims["market"],
    )
    return caller, claims["exp"]


@lru_cache(maxsize=8)
def _keys(secret: str) -> tuple[tuple[str, bytes], ...]:
    """The signing keys with their ids, the one in use first; older ones only verify."""
    key = derive_key(secret, "access-token/1")
    return ((hashlib.sha256(key).hexdigest()[:12], key),)
