"""Sign-up and log-in over HTTP."""

import asyncio
import json
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa

from nightmarket.kernel.context import Context
from nightmarket.kernel.outbox import OutboxRow
from nightmarket.kernel.settings import RateLimitSettings
from nightmarket.modules.identity.models import Session, User
from nightmarket.modules.identity.service import passwords
from support.accounts import PASSWORD, email_of, register, sign_up
from support.clock import FrozenClock


async def log_in(api: httpx2.AsyncClient, email: Any, password: Any = PASSWORD, **headers: str) -> httpx2.Response:
    return await api.post("/api/v1/auth/login", json={"email": email, "password": password}, headers=headers)


async def count(ctx: Context, table: type) -> int:
    async with ctx.reader() as session:
        return await session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


async def test_register_opens_an_account_and_a_session(api: httpx2.AsyncClient, ctx: Context) -> None:
    response = await register(api, "mei", display_name="  美美 🏮 ")
    assert response.status_code == 201
    body = response.json()
    assert set(body) == {"user", "access_token", "expires_in"}
    assert body["user"] == {
        "id": body["user"]["id"],
        "display_name": "美美 🏮",
        "email": email_of("mei"),
        "locale": "zh-TW",
        "market": "TW",
        "roles": ["buyer"],
        "show_activity": True,
        "email_verified": False,
        "erase_at": None,
    }
    assert body["user"]["id"].startswith("usr_")
    assert body["expires_in"] == 900
    assert response.headers["cache-control"] == "no-store"
    async with ctx.reader() as session:
        events = await session.scalars(sa.select(OutboxRow.payload).where(OutboxRow.name == "identity.user_registered"))
        assert list(events) == [{"user_id": body["user"]["id"], "market": "TW", "locale": "zh-TW"}]
        stored = await session.scalar(sa.select(User.password_hash))
    assert stored is not None
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


async def test_refresh_cookie_is_out_of_reach_of_scripts(api: httpx2.AsyncClient) -> None:
    cookie = (await register(api, "mei")).headers["set-cookie"].lower()
    assert cookie.startswith("nightmarket_refresh=")
    assert "; httponly" in cookie
    assert "; samesite=lax" in cookie
    assert "; path=/api/v1/auth;" in cookie + ";"
    assert "; max-age=5184000" in cookie
    assert "secure" not in cookie


async def test_cookie_is_secure_over_https(api: httpx2.AsyncClient) -> None:
    api.base_url = httpx2.URL("https://nightmarket.test")
    assert "; secure" in (await register(api, "mei")).headers["set-cookie"].lower()


async def test_native_shell_gets_the_token_in_the_body_and_no_cookie(api: httpx2.AsyncClient) -> None:
    registered = await register(api, "mei", headers={"Nightmarket-Client": "native"})
    logged_in = await log_in(api, email_of("mei"), **{"Nightmarket-Client": "native"})
    for response in (registered, logged_in):
        assert len(response.json()["refresh_token"]) >= 43
        assert "set-cookie" not in response.headers


async def test_email_is_taken_in_any_spelling(api: httpx2.AsyncClient, ctx: Context) -> None:
    await sign_up(api, "mei")
    for spelling in (email_of("mei"), email_of("MEI"), f" {email_of('Mei')} "):
        response = await register(api, "other", email=spelling)
        assert (response.status_code, response.json()["code"]) == (409, "email-taken")
    assert await count(ctx, User) == 1
    assert await count(ctx, Session) == 1


async def test_two_simultaneous_registrations_make_one_account(api: httpx2.AsyncClient, ctx: Context) -> None:
    answers = await asyncio.gather(*(register(api, "mei") for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert await count(ctx, User) == 1


@pytest.mark.parametrize(("password", "reason"), [("password1234", "common"), (email_of("mei"), "email")])
async def test_weak_password(api: httpx2.AsyncClient, ctx: Context, password: str, reason: str) -> None:
    response = await register(api, "mei", password=password)
    assert response.status_code == 422
    assert (response.json()["code"], response.json()["reason"]) == ("weak-password", reason)
    assert await count(ctx, User) == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "nobody"),
        ("email", "a@b"),
        ("email", None),
        ("email", ["a@b.co"]),
        ("email", "a" * 300 + "@b.co"),
        ("email", "\ud800@b.co"),
        ("password", "elevenelev1"),
        ("password", "\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 40),
        ("password", "x" * 129),
        ("password", "\ud800" * 12),
        ("password", 123456789012),
        ("display_name", ""),
        ("display_name", "   "),
        ("display_name", "a\x00b"),
        ("display_name", "a\nb"),
        ("display_name", "x" * 61),
        ("locale", "fr"),
        ("market", "JP"),
        ("market", None),
        ("roles", ["admin"]),
        ("id", "usr_1"),
    ],
)
async def test_malformed_registration(api: httpx2.AsyncClient, ctx: Context, field: str, value: Any) -> None:
    body = {"email": "a@b.co", "password": PASSWORD, "display_name": "A", "locale": "en", "market": "TH"}
    response = await api.post("/api/v1/auth/register", content=as_json(body | {field: value}), headers=JSON)
    assert (response.status_code, response.json()["code"]) == (422, "invalid-input")
    assert response.json()["errors"][0]["loc"][:2] == ["body", field]
    assert await count(ctx, User) == 0


JSON = {"Content-Type": "application/json"}


def as_json(value: Any) -> bytes:
    """JSON with lone surrogates as escapes, which the client's own encoder refuses."""
    return json.dumps(value).encode()


@pytest.mark.parametrize("body", [b"", b"{", b"null", b"[]", b'"x"', b"\xff\xfe", b'{"email": NaN}'])
async def test_unreadable_body(api: httpx2.AsyncClient, body: bytes) -> None:
    for path in ("register", "login"):
        response = await api.post(f"/api/v1/auth/{path}", content=body, headers=JSON)
        assert response.status_code in {400, 422}
        assert response.json()["code"] in {"bad-request", "invalid-input"}


async def test_form_posts_of_other_sites_are_not_understood(api: httpx2.AsyncClient) -> None:
    body = as_json({"email": email_of("mei"), "password": PASSWORD})
    await sign_up(api, "mei")
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        response = await api.post("/api/v1/auth/login", content=body, headers={"Content-Type": kind})
        assert response.status_code == 422
        assert "set-cookie" not in response.headers


async def test_log_in_in_any_spelling_of_the_address(api: httpx2.AsyncClient) -> None:
    await sign_up(api, "mei")
    for email in (email_of("mei"), email_of("MEI"), f" {email_of('mei')} "):
        response = await log_in(api, email)
        assert response.status_code == 200
        assert response.json()["user"]["email"] == email_of("mei")


@pytest.mark.parametrize(
    ("email", "password"),
    [
        (email_of("mei"), PASSWORD + "x"),
        (email_of("mei"), PASSWORD.upper()),
        (email_of("mei"), "x"),
        (email_of("nobody"), PASSWORD),
        ("not an address", PASSWORD),
        ("a\x00b@example.com", PASSWORD),
    ],
)
async def test_wrong_credentials_have_one_answer(
    api: httpx2.AsyncClient, ctx: Context, email: str, password: str
) -> None:
    await sign_up(api, "mei")
    response = await log_in(api, email, password)
    body = response.json()
    del body["request_id"]
    assert (response.status_code, body) == (
        401,
        {
            "type": "/problems/wrong-credentials",
            "title": "E-mail or password is wrong",
            "status": 401,
            "code": "wrong-credentials",
        },
    )
    assert "set-cookie" not in response.headers
    assert await count(ctx, Session) == 1


async def test_unknown_account_costs_the_same_work(api: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    await sign_up(api, "mei")
    await log_in(api, email_of("nobody"))  # makes nobody's hash
    hasher = passwords._HASHERS.hashers[0]
    checked: list[str] = []
    original = hasher.verify

    def verify(password: str | bytes, stored: str | bytes) -> bool:
        checked.append(str(stored).rsplit("$", 2)[0])
        return original(password, stored)

    monkeypatch.setattr(hasher, "verify", verify)
    for email in (email_of("mei"), email_of("nobody"), "malformed"):
        assert (await log_in(api, email, "wrong")).status_code == 401
    assert checked == ["$argon2id$v=19$m=19456,t=2,p=1"] * 3


async def test_old_hash_is_replaced_at_log_in(api: httpx2.AsyncClient, ctx: Context) -> None:
    await sign_up(api, "mei")
    old = passwords._HASHERS.hashers[1].hash(PASSWORD)
    async with ctx.unit() as unit:
        await unit.changed(sa.update(User).values(password_hash=old))
    assert (await log_in(api, email_of("mei"), "wrong")).status_code == 401
    assert (await log_in(api, email_of("mei"))).status_code == 200
    async with ctx.reader() as session:
        stored = await session.scalar(sa.select(User.password_hash))
    assert stored is not None
    assert stored.startswith("$argon2id$")
    assert (await log_in(api, email_of("mei"))).status_code == 200


async def test_account_without_password_cannot_log_in(api: httpx2.AsyncClient, ctx: Context) -> None:
    await sign_up(api, "mei")
    for stored in (None, "not a hash"):
        async with ctx.unit() as unit:
            await unit.changed(sa.update(User).values(password_hash=stored))
        assert (await log_in(api, email_of("mei"))).json()["code"] == "wrong-credentials"


async def test_hashing_leaves_the_loop_free() -> None:
    turns = 0
    work = asyncio.create_task(passwords.hash_password(PASSWORD))
    while not work.done():
        await asyncio.sleep(0)
        turns += 1
    assert turns > 20


def limit(ctx: Context, **limits: int) -> None:
    rates = RateLimitSettings(**({"log_in": 0, "sign_up": 0, "write": 0} | limits))
    ctx.settings = ctx.settings.model_copy(update={"rate_limits": rates})


async def test_log_in_is_limited_per_address(api: httpx2.AsyncClient, ctx: Context, clock: FrozenClock) -> None:
    limit(ctx, log_in=3)
    for index in range(3):
        assert (await log_in(api, email_of(f"nobody{index}"))).status_code == 401
    refused = await log_in(api, email_of("nobody9"))
    assert (refused.status_code, refused.json()["code"]) == (429, "too-many-requests")
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    clock.advance(minutes=1)
    assert (await log_in(api, email_of("nobody9"))).status_code == 401


async def test_log_in_is_limited_per_account(api: httpx2.AsyncClient, ctx: Context, clock: FrozenClock) -> None:
    await sign_up(api, "mei")
    limit(ctx, log_in=2)
    for spelling in ("mei", "MEI"):
        assert (await log_in(api, email_of(spelling), "wrong")).status_code == 401
        clock.advance(minutes=1)
    assert (await log_in(api, email_of("mei"))).status_code == 429
    assert (await log_in(api, email_of("nobody"), "wrong")).status_code == 401
    clock.advance(minutes=15)
    assert (await log_in(api, email_of("mei"))).status_code == 200


async def test_sign_up_is_limited(api: httpx2.AsyncClient, ctx: Context) -> None:
    limit(ctx, sign_up=1)
    assert (await register(api, "mei")).status_code == 201
    assert (await register(api, "lin")).status_code == 429
    assert await count(ctx, User) == 1


async def test_providers_are_none_yet(api: httpx2.AsyncClient) -> None:
    response = await api.get("/api/v1/auth/providers?market=TH")
    assert (response.status_code, response.json()) == (200, {"items": [], "next_cursor": None})
    assert (await api.get("/api/v1/auth/providers?market=XX")).status_code == 422
