"""Passwords that are forgotten, reset and changed; addresses that are verified and changed."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa

from nightmarket.kernel.context import Context
from nightmarket.kernel.outbox import OutboxRow
from nightmarket.modules.identity.models import AccountTicket, User
from nightmarket.modules.identity.tasks import forget_tickets
from support.accounts import PASSWORD, email_of, log_in, register, sign_up
from support.clock import FrozenClock
from support.letters import announced, letters, notices

Drain = Callable[[], Awaitable[list[str]]]

FORGOT = "/api/v1/auth/password/forgot"
RESET = "/api/v1/auth/password/reset"
VERIFY = "/api/v1/auth/email/verify"
CHANGE = "/api/v1/me/password"
NEW = "another lantern 48"


async def forget(api: httpx2.AsyncClient, ctx: Context, drain: Drain, email: str = email_of("mei")) -> str:
    """The token in the mail that a forgotten password brings."""
    response = await api.post(FORGOT, json={"email": email})
    assert response.status_code == 202, response.text
    await drain()
    return (await letters(ctx, "reset"))[-1].token


async def try_password(api: httpx2.AsyncClient, password: str, name: str = "mei") -> int:
    response = await api.post("/api/v1/auth/login", json={"email": email_of(name), "password": password})
    api.cookies.clear()
    return response.status_code


async def test_reset_sets_the_password_and_ends_every_session(
    api: httpx2.AsyncClient, ctx: Context, drain: Drain
) -> None:
    headers = await sign_up(api, "mei")
    token = await forget(api, ctx, drain, email=f" {email_of('MEI')} ")
    response = await api.post(RESET, json={"token": token, "password": NEW})
    assert (response.status_code, response.content) == (204, b"")
    assert "set-cookie" not in response.headers
    assert (await api.get("/api/v1/me", headers=headers)).status_code == 401
    assert await try_password(api, PASSWORD) == 401
    assert await try_password(api, NEW) == 200
    assert "password-reset" in await notices(ctx)
    me = await api.get("/api/v1/me", headers=await log_in_with(api, NEW))
    assert me.json()["email_verified"] is True


async def log_in_with(api: httpx2.AsyncClient, password: str, name: str = "mei", **headers: str) -> dict[str, str]:
    body = {"email": email_of(name), "password": password}
    response = await api.post("/api/v1/auth/login", json=body, headers=headers)
    api.cookies.clear()
    return {"Authorization": f"Bearer {response.json()['access_token']}"}


async def test_reset_link_works_once_and_not_for_long(
    api: httpx2.AsyncClient, ctx: Context, drain: Drain, clock: FrozenClock
) -> None:
    await sign_up(api, "mei")
    first = await forget(api, ctx, drain)
    second = await forget(api, ctx, drain)
    answers = await asyncio.gather(*(api.post(RESET, json={"token": first, "password": NEW}) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [204, 410, 410, 410]
    refused = await api.post(RESET, json={"token": second, "password": NEW})
    assert (refused.status_code, refused.json()["code"]) == (410, "link-invalid")
    third = await forget(api, ctx, drain)
    clock.advance(minutes=30)
    assert (await api.post(RESET, json={"token": third, "password": NEW})).status_code == 410


@pytest.mark.parametrize("change", [lambda t: t[:-1] + "A", lambda t: "x" + t, lambda _: "nonsense", lambda t: t * 2])
async def test_tampered_link(api: httpx2.AsyncClient, ctx: Context, drain: Drain, change: Callable[[str], str]) -> None:
    await sign_up(api, "mei")
    token = change(await forget(api, ctx, drain))
    response = await api.post(RESET, json={"token": token, "password": NEW})
    assert response.status_code in {410, 422}
    assert await try_password(api, PASSWORD) == 200


async def test_link_of_one_purpose_is_none_of_another(api: httpx2.AsyncClient, ctx: Context, drain: Drain) -> None:
    headers = await sign_up(api, "mei")
    reset = await forget(api, ctx, drain)
    verify = (await letters(ctx, "verify"))[-1].token
    assert (await api.post(RESET, json={"token": verify, "password": NEW})).status_code == 410
    assert (await api.post(VERIFY, json={"token": reset}, headers=headers)).status_code == 410
    assert (await api.post(VERIFY, json={"token": verify, "password": PASSWORD})).status_code == 410


async def test_weak_password_leaves_the_link_good(api: httpx2.AsyncClient, ctx: Context, drain: Drain) -> None:
    await sign_up(api, "mei")
    token = await forget(api, ctx, drain)
    for weak in ("password12345", "nightmarket mei", email_of("mei")):
        response = await api.post(RESET, json={"token": token, "password": weak})
        assert (response.status_code, response.json()["code"]) == (422, "weak-password")
    assert (await api.post(RESET, json={"token": token, "password": NEW})).status_code == 204


async def test_forgetting_tells_nobody_who_has_an_account(api: httpx2.AsyncClient, ctx: Context, drain: Drain) -> None:
    await sign_up(api, "mei")
    seen = []
    for email in (email_of("mei"), email_of("nobody"), "not an address"):
        before = await outbox_size(ctx)
        response = await api.post(FORGOT, json={"email": email})
        seen.append((response.status_code, response.content, await outbox_size(ctx) - before))
    assert seen == [(202, b"null", 1)] * 3
    await drain()
    assert [one.to for one in await letters(ctx, "reset")] == [email_of("mei")]


async def outbox_size(ctx: Context) -> int:
    async with ctx.reader() as session:
        return await session.scalar(sa.select(sa.func.count()).select_from(OutboxRow)) or 0


async def test_a_mailbox_is_not_flooded(
    api: httpx2.AsyncClient, ctx: Context, drain: Drain, clock: FrozenClock
) -> None:
    await sign_up(api, "mei")
    for _ in range(5):
        assert (await api.post(FORGOT, json={"email": email_of("mei")})).status_code == 202
    await drain()
    assert len(await announced(ctx, "identity.letter_asked")) == 1 + 3
    clock.advance(hours=1, seconds=1)
    await forget(api, ctx, drain)


async def test_secrets_are_in_no_table(api: httpx2.AsyncClient, ctx: Context, drain: Drain) -> None:
    await sign_up(api, "mei")
    token = await forget(api, ctx, drain)
    async with ctx.reader() as session:
        rows = (await session.execute(sa.select(OutboxRow.payload))).all()
        tickets = (await session.execute(sa.select(AccountTicket.__table__))).all()
    assert token.partition(".")[2] not in f"{rows}{tickets}"


async def test_change_needs_the_old_password_and_ends_other_sessions(api: httpx2.AsyncClient, ctx: Context) -> None:
    here = await sign_up(api, "mei")
    there = await log_in(api, "mei")
    wrong = await api.post(CHANGE, json={"current_password": "wrong", "password": NEW}, headers=here)
    assert (wrong.status_code, wrong.json()["code"]) == (403, "wrong-password")
    assert (await api.get("/api/v1/me", headers=there)).status_code == 200
    right = await api.post(CHANGE, json={"current_password": PASSWORD, "password": NEW}, headers=here)
    assert right.status_code == 204
    assert (await api.get("/api/v1/me", headers=here)).status_code == 200
    assert (await api.get("/api/v1/me", headers=there)).status_code == 401
    assert await try_password(api, NEW) == 200
    assert await notices(ctx) == ["password-changed"]


async def test_change_ends_reset_links(api: httpx2.AsyncClient, ctx: Context, drain: Drain) -> None:
    headers = await sign_up(api, "mei")
    token = await forget(api, ctx, drain)
    body = {"current_password": PASSWORD, "password": NEW}
    assert (await api.post(CHANGE, json=body, headers=headers)).status_code == 204
    assert (await api.post(RESET, json={"token": token, "password": PASSWORD})).status_code == 410


async def test_address_is_verified_by_its_owner_only(api: httpx2.AsyncClient, ctx: Context) -> None:
    mei = await sign_up(api, "mei")
    token = (await letters(ctx, "verify"))[0].token
    lin = await sign_up(api, "lin")
    assert (await api.get("/api/v1/me", headers=mei)).json()["email_verified"] is False
    assert (await api.post(VERIFY, json={"token": token})).status_code == 401
    assert (await api.post(VERIFY, json={"token": token}, headers=lin)).status_code == 410
    verified = await api.post(VERIFY, json={"token": token}, headers=mei)
    assert (verified.status_code, verified.json()["email_verified"]) == (200, True)
    assert (await api.post(VERIFY, json={"token": token}, headers=mei)).status_code == 410


async def test_verification_is_mailed_again_until_it_is_done(api: httpx2.AsyncClient, ctx: Context) -> None:
    mei = await sign_up(api, "mei")
    assert (await api.post("/api/v1/me/email/verification", headers=mei)).status_code == 202
    first, second = await letters(ctx, "verify")
    assert (await api.post(VERIFY, json={"token": first.token}, headers=mei)).status_code == 200
    assert (await api.post("/api/v1/me/email/verification", headers=mei)).status_code == 202
    assert len(await announced(ctx, "identity.letter_asked")) == 2
    assert second.to == email_of("mei")


async def test_address_changes_when_the_new_one_is_verified(api: httpx2.AsyncClient, ctx: Context) -> None:
    mei = await sign_up(api, "mei")
    other = await log_in(api, "mei")
    body = {"email": email_of("Mei2"), "password": "wrong"}
    assert (await api.post("/api/v1/me/email", json=body, headers=mei)).json()["code"] == "wrong-password"
    assert (await api.post("/api/v1/me/email", json=body | {"password": PASSWORD}, headers=mei)).status_code == 202
    assert await try_password(api, PASSWORD, "mei2") == 401
    asked = (await letters(ctx, "verify"))[-1]
    assert asked.to == email_of("mei2")
    changed = await api.post(VERIFY, json={"token": asked.token}, headers=mei)
    assert (changed.json()["email"], changed.json()["email_verified"]) == (email_of("mei2"), True)
    assert await try_password(api, PASSWORD, "mei2") == 200
    assert await try_password(api, PASSWORD) == 401
    assert (await api.get("/api/v1/me", headers=other)).status_code == 401
    (notice,) = await announced(ctx, "identity.security_notice")
    assert (notice["what"], notice["detail"]) == ("email-changed", email_of("mei"))


async def test_taken_address_cannot_be_taken_over(api: httpx2.AsyncClient, ctx: Context) -> None:
    await sign_up(api, "lin")
    mei = await sign_up(api, "mei")
    body = {"email": email_of("lin"), "password": PASSWORD}
    assert (await api.post("/api/v1/me/email", json=body, headers=mei)).status_code == 202
    token = (await letters(ctx, "verify"))[-1].token
    refused = await api.post(VERIFY, json={"token": token}, headers=mei)
    assert (refused.status_code, refused.json()["code"]) == (409, "email-taken")
    async with ctx.reader() as session:
        assert sorted(await session.scalars(sa.select(User.email))) == [email_of("lin"), email_of("mei")]


def confirm(ctx: Context) -> None:
    accounts = ctx.settings.accounts.model_copy(update={"sign_up": "confirm"})
    ctx.settings = ctx.settings.model_copy(update={"accounts": accounts})


async def test_confirmed_sign_up_tells_nobody_who_has_an_account(api: httpx2.AsyncClient, ctx: Context) -> None:
    await sign_up(api, "mei")
    confirm(ctx)
    seen = [await register(api, name) for name in ("mei", "lin")]
    assert [(one.status_code, one.json()) for one in seen] == [(202, {"email_confirmation_required": True})] * 2
    assert await notices(ctx) == ["sign-up-again"]
    (asked,) = await letters(ctx, "sign-up")
    assert (asked.to, asked.locale, asked.market, asked.user_id) == (email_of("lin"), "zh-TW", "TW", None)
    assert await try_password(api, PASSWORD, "lin") == 401


async def test_confirmed_sign_up_is_finished_with_link_and_password(api: httpx2.AsyncClient, ctx: Context) -> None:
    confirm(ctx)
    await register(api, "lin")
    token = (await letters(ctx, "sign-up"))[0].token
    for _ in range(2):
        wrong = await api.post(VERIFY, json={"token": token, "password": "not mine at all"})
        assert (wrong.status_code, wrong.json()["code"]) == (403, "wrong-password")
    done = await api.post(VERIFY, json={"token": token, "password": PASSWORD})
    assert (done.status_code, done.json()["user"]["email_verified"]) == (200, True)
    assert done.cookies["nightmarket_refresh"]
    api.cookies.clear()
    assert (await api.post(VERIFY, json={"token": token, "password": PASSWORD})).status_code == 410
    assert await try_password(api, PASSWORD, "lin") == 200


async def test_sign_up_link_stands_five_tries(api: httpx2.AsyncClient, ctx: Context) -> None:
    confirm(ctx)
    await register(api, "lin")
    token = (await letters(ctx, "sign-up"))[0].token
    for _ in range(5):
        await api.post(VERIFY, json={"token": token, "password": "not mine at all"})
    assert (await api.post(VERIFY, json={"token": token, "password": PASSWORD})).status_code == 410


async def test_log_in_on_a_new_kind_of_device_is_told(api: httpx2.AsyncClient, ctx: Context) -> None:
    phone, laptop = "Mozilla/5.0 (Linux; Android 15) Chrome/140.0", "Mozilla/5.0 (Macintosh) Version/19.0 Safari"
    await register(api, "mei", headers={"User-Agent": phone})
    await log_in_with(api, PASSWORD, **{"User-Agent": phone.replace("140", "141")})
    assert await notices(ctx) == []
    await log_in_with(api, PASSWORD, **{"User-Agent": laptop})
    assert await notices(ctx) == ["new-device"]
    await log_in_with(api, PASSWORD, **{"User-Agent": laptop})
    assert await notices(ctx) == ["new-device"]


async def test_spent_tickets_are_forgotten(api: httpx2.AsyncClient, ctx: Context, clock: FrozenClock) -> None:
    await sign_up(api, "mei")
    await forget_tickets.function(ctx)
    clock.advance(days=3, seconds=1)
    await sign_up(api, "lin")
    await forget_tickets.function(ctx)
    async with ctx.reader() as session:
        kept: list[Any] = list(await session.scalars(sa.select(AccountTicket.email)))
    assert kept == [email_of("lin")]
