"""Refresh, log-out and the list of sessions over HTTP."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.kernel.outbox import OutboxRow
from nightmarket.kernel.settings import RateLimitSettings
from nightmarket.modules.identity.models import RefreshToken, Session
from nightmarket.modules.identity.service.forget_sessions import forget_sessions
from support.accounts import PASSWORD, email_of, log_in, person, register, sign_up
from support.clock import FrozenClock

REFRESH = "/api/v1/auth/refresh"
LOGOUT = "/api/v1/auth/logout"
COOKIE = "nightmarket_refresh"


async def browser(api: httpx2.AsyncClient, name: str = "mei") -> str:
    """The refresh token of a new account, as its browser holds it."""
    return str((await register(api, name)).cookies[COOKIE])


async def native(api: httpx2.AsyncClient, name: str = "mei") -> str:
    """The refresh token of a new account, as a native shell holds it."""
    response = await register(api, name, headers={"Nightmarket-Client": "native"})
    return str(response.json()["refresh_token"])


async def spend(api: httpx2.AsyncClient, token: str, path: str = REFRESH, **headers: str) -> httpx2.Response:
    """A request with the cookie, and nothing left in the client afterwards."""
    response = await api.post(path, headers={"Cookie": f"{COOKIE}={token}", **headers})
    api.cookies.clear()
    return response


async def spend_body(api: httpx2.AsyncClient, token: str, path: str = REFRESH) -> httpx2.Response:
    return await api.post(path, json={"refresh_token": token})


def refused(response: httpx2.Response) -> bool:
    return (response.status_code, response.json()["code"]) == (401, "session-over")


def bearer(response: httpx2.Response) -> dict[str, str]:
    return {"Authorization": f"Bearer {response.json()['access_token']}"}


async def ended(ctx: Context) -> list[dict[str, Any]]:
    """What was announced about ended sessions."""
    async with ctx.reader() as session:
        rows = await session.scalars(sa.select(OutboxRow.payload).where(OutboxRow.name == "identity.session_ended"))
        return list(rows)


async def test_cookie_is_spent_and_replaced(api: httpx2.AsyncClient, clock: FrozenClock) -> None:
    first = await browser(api)
    clock.advance(hours=1)
    response = await spend(api, first)
    assert response.status_code == 200
    assert set(response.json()) == {"user", "access_token", "expires_in"}
    assert response.json()["user"]["email"] == email_of("mei")
    second = response.cookies[COOKIE]
    assert second != first
    assert (await api.get("/api/v1/me", headers=bearer(response))).status_code == 200
    assert (await spend(api, second)).status_code == 200


async def test_body_is_spent_and_replaced(api: httpx2.AsyncClient) -> None:
    first = await native(api)
    response = await spend_body(api, first)
    assert response.status_code == 200
    assert response.json()["refresh_token"] != first
    assert "set-cookie" not in response.headers
    assert (await spend_body(api, response.json()["refresh_token"])).status_code == 200


async def test_tokens_are_stored_as_hashes(api: httpx2.AsyncClient, ctx: Context) -> None:
    token = await browser(api)
    async with ctx.reader() as session:
        (stored,) = await session.scalars(sa.select(RefreshToken.token_hash))
    assert len(stored) == 32
    assert token.encode() not in stored


@pytest.mark.parametrize("spend_token", [spend, spend_body])
async def test_reuse_kills_the_family(
    api: httpx2.AsyncClient, ctx: Context, spend_token: Callable[..., Awaitable[httpx2.Response]]
) -> None:
    first = await native(api)
    other_device = await log_in(api, "mei")
    renewed = await spend_body(api, first)
    second = renewed.json()["refresh_token"]
    assert (await api.get("/api/v1/me", headers=bearer(renewed))).status_code == 200

    assert refused(await spend_token(api, first))
    assert refused(await spend_token(api, second))
    assert (await api.get("/api/v1/me", headers=bearer(renewed))).status_code == 401
    assert (await api.get("/api/v1/me", headers=other_device)).status_code == 200
    assert [event["reason"] for event in await ended(ctx)] == ["reuse"]

    assert refused(await spend_token(api, first))
    assert len(await ended(ctx)) == 1


async def test_browser_may_ask_again_for_a_lost_answer(api: httpx2.AsyncClient, clock: FrozenClock) -> None:
    first = await browser(api)
    lost = await spend(api, first, **{"Sec-Fetch-Site": "same-origin"})
    clock.advance(seconds=9)
    again = await spend(api, first, **{"Sec-Fetch-Site": "same-origin"})
    assert again.status_code == 200
    assert again.cookies[COOKIE] == lost.cookies[COOKIE]
    assert (await spend(api, again.cookies[COOKIE])).status_code == 200


async def test_browser_asking_again_too_late_is_reuse(api: httpx2.AsyncClient, clock: FrozenClock) -> None:
    first = await browser(api)
    second = (await spend(api, first)).cookies[COOKIE]
    clock.advance(seconds=11)
    assert refused(await spend(api, first, **{"Sec-Fetch-Site": "same-origin"}))
    assert refused(await spend(api, second))


async def test_browser_asking_again_after_the_successor_was_used_is_reuse(api: httpx2.AsyncClient) -> None:
    first = await browser(api)
    second = (await spend(api, first)).cookies[COOKIE]
    third = (await spend(api, second)).cookies[COOKIE]
    assert refused(await spend(api, first, **{"Sec-Fetch-Site": "same-origin"}))
    assert refused(await spend(api, third))


async def test_simultaneous_use_has_one_winner(api: httpx2.AsyncClient) -> None:
    first = await native(api)
    answers = await asyncio.gather(*(spend_body(api, first) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401]
    winner = next(answer for answer in answers if answer.status_code == 200)
    assert refused(await spend_body(api, winner.json()["refresh_token"]))


async def test_idle_session_runs_out(api: httpx2.AsyncClient, clock: FrozenClock) -> None:
    idle, busy = await native(api), await native(api, "lin")
    clock.advance(days=59)
    busy = (await spend_body(api, busy)).json()["refresh_token"]
    clock.advance(days=1)
    assert refused(await spend_body(api, idle))
    assert (await spend_body(api, busy)).status_code == 200


async def test_session_has_an_absolute_end(api: httpx2.AsyncClient, clock: FrozenClock) -> None:
    token = await native(api)
    for _ in range(7):
        clock.advance(days=52)
        token = (await spend_body(api, token)).json()["refresh_token"]
    clock.advance(days=1)
    assert refused(await spend_body(api, token))


@pytest.mark.parametrize("token", ["x", "ü", "a" * 200, "null"])
async def test_unknown_token(api: httpx2.AsyncClient, token: str) -> None:
    assert refused(await spend_body(api, token))


@pytest.mark.parametrize("body", [{}, {"refresh_token": ""}, {"refresh_token": 1}, {"refresh_token": "a" * 201}, []])
async def test_malformed_token(api: httpx2.AsyncClient, body: Any) -> None:
    for path in (REFRESH, LOGOUT):
        response = await api.post(path, json=body)
        assert (response.status_code, response.json()["code"]) == (422, "invalid-input")


async def test_refresh_without_token(api: httpx2.AsyncClient) -> None:
    response = await api.post(REFRESH)
    assert (response.status_code, response.json()["code"]) == (401, "sign-in-required")


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://other.nightmarket.test"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
async def test_other_sites_cannot_use_the_cookie(api: httpx2.AsyncClient, headers: dict[str, str]) -> None:
    token = await browser(api)
    for path in (REFRESH, LOGOUT):
        response = await spend(api, token, path, **headers)
        assert (response.status_code, response.json()["code"]) == (403, "cross-site-request")
        assert "set-cookie" not in response.headers
    assert (await spend(api, token)).status_code == 200


async def test_own_pages_can_use_the_cookie(api: httpx2.AsyncClient) -> None:
    token = await browser(api)
    response = await spend(api, token, Origin="http://nightmarket.test")
    assert response.status_code == 200
    response = await spend(api, response.cookies[COOKIE], **{"Sec-Fetch-Site": "same-origin"})
    assert response.status_code == 200


async def test_refresh_is_limited(api: httpx2.AsyncClient, ctx: Context) -> None:
    token = await native(api)
    rates = RateLimitSettings(log_in=0, sign_up=0, write=2)
    ctx.settings = ctx.settings.model_copy(update={"rate_limits": rates})
    token = (await spend_body(api, token)).json()["refresh_token"]
    token = (await spend_body(api, token)).json()["refresh_token"]
    assert (await spend_body(api, token)).status_code == 429


async def test_log_out_by_cookie(api: httpx2.AsyncClient, ctx: Context) -> None:
    registered = await register(api, "mei")
    token = registered.cookies[COOKIE]
    response = await spend(api, token, LOGOUT)
    assert response.status_code == 204
    assert f'{COOKIE}=""' in response.headers["set-cookie"]
    assert "path=/api/v1/auth" in response.headers["set-cookie"].lower()
    assert (await api.get("/api/v1/me", headers=bearer(registered))).status_code == 401
    assert refused(await spend(api, token))
    assert [event["reason"] for event in await ended(ctx)] == ["logout"]


async def test_log_out_by_body_and_with_a_spent_token(api: httpx2.AsyncClient) -> None:
    first = await native(api)
    second = (await spend_body(api, first)).json()["refresh_token"]
    assert (await spend_body(api, first, LOGOUT)).status_code == 204
    assert refused(await spend_body(api, second))


async def test_log_out_with_a_stale_access_token_still_works(api: httpx2.AsyncClient, clock: FrozenClock) -> None:
    registered = await register(api, "mei")
    clock.advance(hours=1)
    assert (await spend(api, registered.cookies[COOKIE], LOGOUT, **bearer(registered))).status_code == 204
    assert refused(await spend(api, registered.cookies[COOKIE]))


async def test_log_out_twice_or_without_anything(api: httpx2.AsyncClient, ctx: Context) -> None:
    headers = await sign_up(api, "mei")
    for _ in range(2):
        assert (await api.post(LOGOUT, headers=headers)).status_code == 204
    assert (await api.post(LOGOUT)).status_code == 204
    assert (await spend(api, "unknown", LOGOUT)).status_code == 204
    assert len(await ended(ctx)) == 1


async def test_log_out_everywhere(api: httpx2.AsyncClient, ctx: Context) -> None:
    token = await native(api)
    here, there, stranger = await log_in(api, "mei"), await log_in(api, "mei"), await sign_up(api, "lin")
    assert (await api.post("/api/v1/auth/logout-all")).status_code == 401
    assert (await api.post("/api/v1/auth/logout-all", headers=here)).status_code == 204
    for headers in (here, there):
        assert (await api.get("/api/v1/me", headers=headers)).status_code == 401
    assert refused(await spend_body(api, token))
    assert (await api.get("/api/v1/me", headers=stranger)).status_code == 200
    assert [event["reason"] for event in await ended(ctx)] == ["logout-all"] * 3


async def test_sessions_are_listed(api: httpx2.AsyncClient, clock: FrozenClock) -> None:
    phone = (await person(api, "mei", headers={"User-Agent": "Phone/1"})).headers
    await sign_up(api, "lin")
    clock.advance(minutes=5)
    login = {"email": email_of("mei"), "password": PASSWORD}
    await api.post("/api/v1/auth/login", json=login, headers={"User-Agent": "Laptop/2"})
    api.cookies.clear()
    body = (await api.get("/api/v1/me/sessions", headers=phone)).json()
    assert [(one["user_agent"], one["current"]) for one in body["items"]] == [("Laptop/2", False), ("Phone/1", True)]
    assert body["items"][0]["created_at"] == "2026-11-20T12:05:00Z"
    assert body["items"][0]["ip"] == "127.0.0.1"
    assert set(body["items"][0]) == {"id", "created_at", "last_used_at", "user_agent", "ip", "current"}


async def test_one_session_is_ended(api: httpx2.AsyncClient) -> None:
    phone, laptop = await sign_up(api, "mei"), await log_in(api, "mei")
    items = (await api.get("/api/v1/me/sessions", headers=phone)).json()["items"]
    other = next(one["id"] for one in items if not one["current"])
    path = f"/api/v1/me/sessions/{other}"
    assert (await api.delete(path)).status_code == 401
    assert (await api.delete(path, headers=phone)).status_code == 204
    assert (await api.get("/api/v1/me", headers=laptop)).status_code == 401
    assert len((await api.get("/api/v1/me/sessions", headers=phone)).json()["items"]) == 1
    assert (await api.delete(path, headers=phone)).status_code == 404


async def test_session_of_somebody_else_is_not_found(api: httpx2.AsyncClient) -> None:
    mine, foreign = await sign_up(api, "mei"), await sign_up(api, "lin")
    session = (await api.get("/api/v1/me/sessions", headers=foreign)).json()["items"][0]["id"]
    for path in (session, new_id("ses"), new_id("usr"), "x", "%00"):
        response = await api.delete(f"/api/v1/me/sessions/{path}", headers=mine)
        assert (response.status_code, response.json()["code"]) == (404, "not-found")
    assert (await api.get("/api/v1/me", headers=foreign)).status_code == 200


async def test_old_sessions_are_forgotten(api: httpx2.AsyncClient, ctx: Context, clock: FrozenClock) -> None:
    gone = await sign_up(api, "mei")
    await api.post(LOGOUT, headers=gone)
    token = await native(api, "lin")
    for _ in range(2):
        clock.advance(days=50)
        token = (await spend_body(api, token)).json()["refresh_token"]
    assert await forget_sessions(ctx) == 2  # the ended session; the first token of the other
    assert await forget_sessions(ctx) == 0
    async with ctx.reader() as session:
        assert await session.scalar(sa.select(sa.func.count()).select_from(Session)) == 1
        oldest = await session.scalar(sa.select(sa.func.min(RefreshToken.issued_at)))
    assert oldest == clock() - timedelta(days=50)
    assert (await spend_body(api, token)).status_code == 200
