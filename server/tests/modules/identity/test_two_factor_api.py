"""Authenticator apps, recovery codes, and the second step of a log-in."""

import asyncio
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import httpx2
import pytest
import sqlalchemy as sa

from nightmarket.kernel.context import Context
from nightmarket.modules.identity.models import RecoveryCode, TotpSecret
from support.accounts import PASSWORD, email_of, log_in, sign_up
from support.clock import FrozenClock
from support.letters import notices
from support.second_factor import add_totp, code_of

SECOND = "/api/v1/auth/two-factor"


async def challenge(api: httpx2.AsyncClient, name: str = "mei") -> str:
    """What the right password brings once there is a second factor."""
    response = await api.post("/api/v1/auth/login", json={"email": email_of(name), "password": PASSWORD})
    body = response.json()
    assert (response.status_code, set(body)) == (200, {"two_factor_required", "challenge"}), body
    assert "set-cookie" not in response.headers
    return str(body["challenge"])


async def second(api: httpx2.AsyncClient, token: str, code: str) -> httpx2.Response:
    response = await api.post(SECOND, json={"challenge": token, "code": code})
    api.cookies.clear()
    return response


def refusal(response: httpx2.Response) -> tuple[int, Any]:
    return response.status_code, response.json().get("code")


async def test_app_is_set_up_and_asked_for(api: httpx2.AsyncClient, ctx: Context, clock: FrozenClock) -> None:
    headers = await sign_up(api, "mei")
    begun = (await api.post("/api/v1/me/totp", headers=headers)).json()
    parts = urlsplit(begun["uri"])
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    assert unquote(parts.path) == f"/Nightmarket:{email_of('mei')}"
    query = {name: value[0] for name, value in parse_qs(parts.query).items()}
    assert query == {
        "secret": begun["secret"],
        "issuer": "Nightmarket",
        "algorithm": "SHA1",
        "digits": "6",
        "period": "30",
    }
    assert begun["qr"].startswith("data:image/svg+xml")
    await log_in(api, "mei")  # not confirmed yet: nothing is asked for

    wrong = await api.post("/api/v1/me/totp/confirm", json={"code": "000000"}, headers=headers)
    assert refusal(wrong) == (403, "wrong-factor")
    code = code_of(ctx, begun["secret"])
    done = await api.post("/api/v1/me/totp/confirm", json={"code": code}, headers=headers)
    assert len(set(done.json()["recovery_codes"])) == 10
    security = (await api.get("/api/v1/me/security", headers=headers)).json()
    assert security == {"has_password": True, "totp": True, "recovery_codes_left": 10, "passkeys": 0}

    token = await challenge(api)
    assert refusal(await second(api, token, code)) == (403, "wrong-factor")  # spent by the confirmation
    clock.advance(seconds=30)
    response = await second(api, token, code_of(ctx, begun["secret"]))
    assert response.status_code == 200
    assert response.json()["user"]["email"] == email_of("mei")
    assert response.headers["set-cookie"].startswith("nightmarket_refresh=")
    assert await notices(ctx) == ["totp-on"]


@pytest.mark.parametrize(("steps", "status"), [(-2, 403), (-1, 200), (0, 200), (1, 200), (2, 403)])
async def test_clocks_may_differ_by_one_step(
    api: httpx2.AsyncClient, ctx: Context, clock: FrozenClock, steps: int, status: int
) -> None:
    secret, _ = await add_totp(api, ctx, await sign_up(api, "mei"))
    clock.advance(minutes=2)
    assert (await second(api, await challenge(api), code_of(ctx, secret, steps=steps))).status_code == status


async def test_a_code_works_once(api: httpx2.AsyncClient, ctx: Context, clock: FrozenClock) -> None:
    secret, _ = await add_totp(api, ctx, await sign_up(api, "mei"))
    clock.advance(minutes=2)
    code, earlier = code_of(ctx, secret), code_of(ctx, secret, steps=-1)
    tokens = [await challenge(api) for _ in range(3)]
    answers = await asyncio.gather(*(second(api, token, code) for token in tokens))
    assert sorted(answer.status_code for answer in answers) == [200, 403, 403]
    assert refusal(await second(api, await challenge(api), earlier)) == (403, "wrong-factor")


async def test_recovery_codes_work_once_each(api: httpx2.AsyncClient, ctx: Context) -> None:
    headers = await sign_up(api, "mei")
    _, codes = await add_totp(api, ctx, headers)
    assert (await second(api, await challenge(api), codes[3].upper().replace("-", " "))).status_code == 200
    assert refusal(await second(api, await challenge(api), codes[3])) == (403, "wrong-factor")
    assert (await api.get("/api/v1/me/security", headers=headers)).json()["recovery_codes_left"] == 9
    assert await notices(ctx) == ["totp-on", "recovery-code-used"]
    renewed = (await api.post("/api/v1/me/recovery-codes", headers=headers)).json()["recovery_codes"]
    assert len(renewed) == 10
    assert refusal(await second(api, await challenge(api), codes[4])) == (403, "wrong-factor")
    assert (await second(api, await challenge(api), renewed[0])).status_code == 200


async def test_challenge_stands_five_tries_and_five_minutes(
    api: httpx2.AsyncClient, ctx: Context, clock: FrozenClock
) -> None:
    _, codes = await add_totp(api, ctx, await sign_up(api, "mei"))
    token = await challenge(api)
    for _ in range(5):
        assert refusal(await second(api, token, "000000")) == (403, "wrong-factor")
    clock.advance(seconds=10)
    assert refusal(await second(api, token, codes[0])) == (410, "challenge-over")
    late = await challenge(api)
    clock.advance(minutes=5)
    assert refusal(await second(api, late, codes[0])) == (410, "challenge-over")
    assert refusal(await second(api, "nonsense", codes[0])) == (410, "challenge-over")
    fresh = await challenge(api)
    assert (await second(api, fresh, codes[0])).status_code == 200
    assert refusal(await second(api, fresh, codes[1])) == (410, "challenge-over")


async def test_guesses_at_codes_get_slower_and_are_told(
    api: httpx2.AsyncClient, ctx: Context, clock: FrozenClock
) -> None:
    _, codes = await add_totp(api, ctx, await sign_up(api, "mei"))
    token = await challenge(api)
    for _ in range(5):
        await second(api, token, "000000")
    waiting = await second(api, await challenge(api), codes[0])
    assert (waiting.status_code, waiting.headers["retry-after"]) == (429, "1")
    assert await notices(ctx) == ["totp-on", "codes-guessed"]
    clock.advance(seconds=1)
    assert (await second(api, await challenge(api), codes[0])).status_code == 200


async def test_code_of_somebody_else(api: httpx2.AsyncClient, ctx: Context, clock: FrozenClock) -> None:
    await add_totp(api, ctx, await sign_up(api, "mei"))
    secret, codes = await add_totp(api, ctx, await sign_up(api, "lin"))
    clock.advance(minutes=1)
    token = await challenge(api)
    assert refusal(await second(api, token, code_of(ctx, secret))) == (403, "wrong-factor")
    assert refusal(await second(api, token, codes[0])) == (403, "wrong-factor")


async def test_app_is_switched_off(api: httpx2.AsyncClient, ctx: Context) -> None:
    headers = await sign_up(api, "mei")
    await add_totp(api, ctx, headers)
    assert refusal(await api.post("/api/v1/me/totp", headers=headers)) == (409, "two-factor-on")
    assert (await api.delete("/api/v1/me/totp", headers=headers)).status_code == 204
    await log_in(api, "mei")
    async with ctx.reader() as session:
        assert (await session.scalars(sa.select(RecoveryCode.id))).all() == []
    assert await notices(ctx) == ["totp-on", "totp-off"]
    assert (await api.post("/api/v1/me/recovery-codes", headers=headers)).json() == {"recovery_codes": []}


async def test_secrets_are_stored_sealed(api: httpx2.AsyncClient, ctx: Context) -> None:
    secret, codes = await add_totp(api, ctx, await sign_up(api, "mei"))
    async with ctx.reader() as session:
        (sealed,) = await session.scalars(sa.select(TotpSecret.sealed))
        hashes = list(await session.scalars(sa.select(RecoveryCode.code_hash)))
    assert secret.encode() not in sealed
    assert not any(codes[0].replace("-", "").encode() in stored for stored in hashes)


async def test_password_reset_does_not_switch_it_off(api: httpx2.AsyncClient, ctx: Context) -> None:
    headers = await sign_up(api, "mei")
    await add_totp(api, ctx, headers)
    body = {"current_password": PASSWORD, "password": "another lantern 48"}
    assert (await api.post("/api/v1/me/password", json=body, headers=headers)).status_code == 204
    response = await api.post("/api/v1/auth/login", json={"email": email_of("mei"), "password": body["password"]})
    assert response.json()["two_factor_required"] is True
