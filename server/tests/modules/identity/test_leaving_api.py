"""Accounts that are deleted: a fresh proof, two weeks to come back, and nothing left afterwards."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import httpx2
import pytest
import sqlalchemy as sa

from nightmarket.kernel.context import Context
from nightmarket.modules.identity.models import AddressRow, Passkey, RecoveryCode, RefreshToken, TotpSecret, User
from nightmarket.modules.identity.service.erase_account import erase_due
from support.accounts import PASSWORD, email_of, log_in, person, register, sign_up
from support.authenticator import Authenticator
from support.clock import FrozenClock
from support.letters import announced, notices
from support.second_factor import add_passkey, add_totp
from support.shops import make_shop

Drain = Callable[[], Awaitable[list[str]]]

ADDRESS = {
    "recipient": "Mei",
    "phone": "0912345678",
    "country": "TW",
    "postcode": "106",
    "city": "台北市",
    "district": "大安區",
    "line1": "和平東路 1 號",
}


async def test_leaving_ends_every_session_and_can_be_taken_back(
    api: httpx2.AsyncClient, ctx: Context, clock: FrozenClock
) -> None:
    here = await sign_up(api, "mei")
    there = await log_in(api, "mei")
    response = await api.delete("/api/v1/me", headers=here)
    assert response.status_code == 202
    assert datetime.fromisoformat(response.json()["erase_at"]) == clock() + timedelta(days=14)
    for headers in (here, there):
        assert (await api.get("/api/v1/me", headers=headers)).status_code == 401
    clock.advance(days=13)
    assert await erase_due(ctx) == 0
    back = await log_in(api, "mei")
    assert (await api.get("/api/v1/me", headers=back)).json()["erase_at"] == response.json()["erase_at"]
    assert (await api.post("/api/v1/me/keep", headers=back)).status_code == 204
    assert (await api.post("/api/v1/me/keep", headers=back)).status_code == 404
    clock.advance(days=2)
    assert await erase_due(ctx) == 0
    assert (await api.get("/api/v1/me", headers=await log_in(api, "mei"))).json()["erase_at"] is None
    assert await notices(ctx) == ["deletion-planned", "deletion-cancelled"]


async def test_nothing_is_left_of_a_person(
    api: httpx2.AsyncClient, ctx: Context, clock: FrozenClock, drain: Drain
) -> None:
    mei = await person(api, "mei")
    await add_totp(api, ctx, mei.headers)
    await add_passkey(api, mei.headers, Authenticator())
    assert (await api.post("/api/v1/me/addresses", json=ADDRESS, headers=mei.headers)).status_code == 201
    assert (await api.delete("/api/v1/me", headers=mei.headers)).status_code == 202
    await drain()
    clock.advance(days=14)
    assert await erase_due(ctx) == 1
    assert await erase_due(ctx) == 0
    assert await announced(ctx, "identity.account_erased") == [{"user_id": mei.id}]
    await drain()
    async with ctx.reader() as session:
        user = await session.get(User, mei.id)
        for table in (AddressRow, Passkey, RecoveryCode, RefreshToken, TotpSecret):
            assert (await session.scalar(sa.select(sa.func.count()).select_from(table))) == 0
    assert user is not None
    assert (user.email, user.password_hash, user.display_name, user.roles) == (None, None, "—", [])
    refused = await api.post("/api/v1/auth/login", json={"email": email_of("mei"), "password": PASSWORD})
    assert refused.json()["code"] == "wrong-credentials"
    assert (await register(api, "mei")).status_code == 201


async def test_who_owns_a_shop_cannot_leave(api: httpx2.AsyncClient, ctx: Context) -> None:
    headers = await sign_up(api, "mei")
    await make_shop(api, headers)
    refused = await api.delete("/api/v1/me", headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "owner-of-shop")
    assert (await api.get("/api/v1/me", headers=headers)).json()["erase_at"] is None
    assert await notices(ctx) == []


@pytest.mark.parametrize("minutes", [10, 14])
async def test_leaving_needs_a_fresh_proof(api: httpx2.AsyncClient, clock: FrozenClock, minutes: int) -> None:
    headers = await sign_up(api, "mei")
    clock.advance(minutes=minutes)
    refused = await api.delete("/api/v1/me", headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "step-up-required")
    assert (await api.delete("/api/v1/me")).status_code == 401
