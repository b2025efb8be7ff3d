"""Access tokens: only ours, only now, only of live sessions."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

import httpx2
import jwt
import pytest
import redis.asyncio as aioredis

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.kernel.problems import SignInRequired
from nightmarket.modules.identity.service.access_tokens import (
    Caller,
    _keys,
    issue_access_token,
    read_access_token,
)
from support.accounts import log_in, person, sign_up
from support.clock import FrozenClock

SECRET = "a-secret-that-only-this-test-knows-0123456789"
CALLER = Caller(
    id=new_id("usr"),
    display_name="林美 ☕",
    roles=frozenset({"buyer", "admin"}),
    session_id=new_id("ses"),
    locale="zh-TW",
    market="TW",
)


def encode(part: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def resigned(token: str, *, header: dict[str, Any] | None = None, **claims: Any) -> str:
    """A token signed with the right key, but with other contents."""
    kid, key = _keys(SECRET)[0]
    body = jwt.decode(token, options={"verify_signature": False}) | claims
    body = {name: value for name, value in body.items() if value is not None}
    return jwt.encode(body, key, algorithm="HS256", headers=header or {"kid": kid, "typ": "at+jwt"})


@pytest.fixture
def token(clock: FrozenClock) -> str:
    return issue_access_token(SECRET, CALLER, now=clock(), seconds=900)


def test_round_trip(token: str, clock: FrozenClock) -> None:
    assert read_access_token(SECRET, token, now=clock()) == CALLER
    assert CALLER.is_admin


def test_expires_by_our_clock(token: str, clock: FrozenClock) -> None:
    assert read_access_token(SECRET, token, now=clock() + timedelta(seconds=899)) == CALLER
    with pytest.raises(SignInRequired):
        read_access_token(SECRET, token, now=clock() + timedelta(seconds=900))


def test_says_what_clients_may_rely_on(token: str, clock: FrozenClock) -> None:
    claims = jwt.decode(token, options={"verify_signature": False})
    start = int(clock().timestamp())
    assert claims == {
        "iss": "nightmarket",
        "aud": "nightmarket-api",
        "sub": CALLER.id,
        "sid": CALLER.session_id,
        "iat": start,
        "exp": start + 900,
        "roles": ["admin", "buyer"],
        "name": "林美 ☕",
        "locale": "zh-TW",
        "market": "TW",
    }
    assert set(jwt.get_unverified_header(token)) == {"alg", "kid", "typ"}


def sha512_signed(key: bytes, head: str, body: str) -> str:
    tag = hmac.new(key, f"{head}.{body}".encode(), hashlib.sha512).digest()
    return f"{head}.{body}.{base64.urlsafe_b64encode(tag).rstrip(b'=').decode()}"


def refused_tokens(token: str) -> dict[str, str]:
    head, body, tag = token.split(".")
    claims = jwt.decode(token, options={"verify_signature": False})
    header = jwt.get_unverified_header(token)
    key = _keys(SECRET)[0][1]
    kid = header["kid"]
    return {
        "empty": "",
        "not a token": "abc",
        "no signature": f"{head}.{body}.",
        "two parts": f"{head}.{body}",
        "alg none": f"{encode(header | {'alg': 'none'})}.{body}.",
        "alg None with tag": f"{encode(header | {'alg': 'None'})}.{body}.{tag}",
        "alg HS512": sha512_signed(key, encode(header | {"alg": "HS512"}), body),
        "other body": f"{head}.{encode(claims | {'roles': ['admin']})}.{tag}",
        "last bits changed": f"{head}.{body}.{'A' * len(tag)}",
        "foreign key": jwt.encode(claims, b"k" * 32, algorithm="HS256", headers={"kid": kid, "typ": "at+jwt"}),
        "unknown key id": resigned(token, header={"kid": "nobody", "typ": "at+jwt"}),
        "no key id": resigned(token, header={"typ": "at+jwt"}),
        "key id is not text": f"{encode(header | {'kid': ['x']})}.{body}.{tag}",
        "other type": resigned(token, header={"kid": kid, "typ": "JWT"}),
        "other audience": resigned(token, aud="somebody-else"),
        "other issuer": resigned(token, iss="somebody-else"),
        "no expiry": resigned(token, exp=None),
        "text expiry": resigned(token, exp="9999999999"),
        "no session": resigned(token, sid=None),
        "session of another shape": resigned(token, sid="usr_x"),
        "user of another shape": resigned(token, sub="1"),
        "body is a list": f"{head}.{encode([1])}.{tag}",
        "too long": token + "A" * 3000,
        "not ascii": token + "é",
    }


KINDS = list(refused_tokens(issue_access_token(SECRET, CALLER, now=FrozenClock()(), seconds=900)))


@pytest.mark.parametrize("kind", KINDS)
def test_refuses(kind: str, token: str, clock: FrozenClock) -> None:
    with pytest.raises(SignInRequired):
        read_access_token(SECRET, refused_tokens(token)[kind], now=clock())


def test_token_of_another_installation_is_refused(token: str, clock: FrozenClock) -> None:
    with pytest.raises(SignInRequired):
        read_access_token("another-secret-another-secret-another", token, now=clock())


async def status(api: httpx2.AsyncClient, authorization: str) -> tuple[int, str]:
    response = await api.get("/api/v1/me", headers={"Authorization": authorization})
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["www-authenticate"] == "Bearer"
    return response.status_code, response.json()["code"]


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer ", "Bearer x.y.z", "Basic dTpw", "x" * 5000])
async def test_bad_header_is_a_401(api: httpx2.AsyncClient, authorization: str) -> None:
    assert await status(api, authorization) == (401, "sign-in-required")


async def test_no_header_is_a_401(api: httpx2.AsyncClient) -> None:
    response = await api.get("/api/v1/me")
    assert (response.status_code, response.json()["code"]) == (401, "sign-in-required")


async def test_expired_token_is_a_401_also_where_guests_may_go(api: httpx2.AsyncClient, clock: FrozenClock) -> None:
    headers = await sign_up(api, "mei")
    assert (await api.get("/api/v1/me", headers=headers)).status_code == 200
    clock.advance(seconds=900)
    assert await status(api, headers["Authorization"]) == (401, "sign-in-required")
    assert (await api.get("/api/v1/shops", headers=headers)).status_code == 401
    assert (await api.get("/api/v1/shops")).status_code == 200


async def test_session_that_never_was_is_a_401(api: httpx2.AsyncClient, ctx: Context) -> None:
    forged = issue_access_token(ctx.secret, CALLER, now=ctx.clock(), seconds=900)
    assert await status(api, f"Bearer {forged}") == (401, "sign-in-required")


async def test_ended_session_is_refused_at_once(api: httpx2.AsyncClient) -> None:
    phone, laptop = await sign_up(api, "mei"), await log_in(api, "mei")
    assert (await api.get("/api/v1/me", headers=phone)).status_code == 200
    assert (await api.post("/api/v1/auth/logout", headers=phone)).status_code == 204
    assert await status(api, phone["Authorization"]) == (401, "sign-in-required")
    assert (await api.get("/api/v1/me", headers=laptop)).status_code == 200


async def test_ended_session_stays_refused_when_redis_forgets(api: httpx2.AsyncClient, ctx: Context) -> None:
    headers = await sign_up(api, "mei")
    await api.post("/api/v1/auth/logout", headers=headers)
    await ctx.redis.flushdb()
    assert await status(api, headers["Authorization"]) == (401, "sign-in-required")


async def test_without_redis_the_database_decides(api: httpx2.AsyncClient, ctx: Context) -> None:
    me = await person(api, "mei")
    other = await log_in(api, "mei")
    working, ctx.redis = ctx.redis, aioredis.from_url("redis://127.0.0.1:1", decode_responses=True)
    try:
        assert (await api.get("/api/v1/me", headers=me.headers)).status_code == 200
        assert (await api.post("/api/v1/auth/logout", headers=me.headers)).status_code == 204
        assert await status(api, me.headers["Authorization"]) == (401, "sign-in-required")
        assert (await api.get("/api/v1/me", headers=other)).status_code == 200
    finally:
        await ctx.redis.aclose()
        ctx.redis = working
