"""Guessing gets slower: per account, per network, for known and unknown accounts alike."""

import httpx2
import pytest

from nightmarket.kernel.context import Context
from nightmarket.kernel.settings import RateLimitSettings
from nightmarket.modules.identity.service.change_password import mail_reset_link
from nightmarket.modules.identity.service.throttle import MEMORY_SECONDS, wait_after
from support.accounts import PASSWORD, email_of, sign_up
from support.clock import FrozenClock
from support.letters import letters


@pytest.fixture(autouse=True)
def limits(ctx: Context) -> None:
    rates = RateLimitSettings(log_in=100_000, sign_up=0, write=0, letters=0)
    ctx.settings = ctx.settings.model_copy(update={"rate_limits": rates})


async def guess(api: httpx2.AsyncClient, name: str = "mei", password: str = "wrong") -> httpx2.Response:
    response = await api.post("/api/v1/auth/login", json={"email": email_of(name), "password": password})
    api.cookies.clear()
    return response


def test_waits_double_up_to_a_minute_and_end_in_a_day() -> None:
    assert [wait_after(misses) for misses in (0, 4, 5, 6, 7, 10, 11, 12, 99)] == [0, 0, 1, 2, 4, 32, 60, 60, 60]
    assert wait_after(100) == MEMORY_SECONDS


@pytest.mark.parametrize("name", ["mei", "nobody"])
async def test_the_sixth_guess_has_to_wait(
    api: httpx2.AsyncClient, ctx: Context, clock: FrozenClock, name: str
) -> None:
    await sign_up(api, "mei")
    for _ in range(5):
        assert (await guess(api, name)).status_code == 401
    refused = await guess(api, name, PASSWORD)
    assert (refused.status_code, refused.json()["code"], refused.headers["retry-after"]) == (
        429,
        "too-many-requests",
        "1",
    )
    clock.advance(seconds=2)
    assert (await guess(api, name)).status_code == 401
    assert (await guess(api, name)).headers["retry-after"] == "2"
    assert await ctx.redis.keys("*people.example*") == []


async def test_a_right_password_starts_anew(api: httpx2.AsyncClient, clock: FrozenClock) -> None:
    await sign_up(api, "mei")
    for _ in range(5):
        await guess(api)
    clock.advance(seconds=1)
    assert (await guess(api, password=PASSWORD)).status_code == 200
    for _ in range(5):
        assert (await guess(api)).status_code == 401


async def test_hundred_misses_close_the_password_until_it_is_reset(
    api: httpx2.AsyncClient, ctx: Context, clock: FrozenClock
) -> None:
    await sign_up(api, "mei")
    await guess(api)
    (key,) = [key async for key in ctx.redis.scan_iter("misses:log-in:*") if ":from:" not in key]
    await ctx.redis.hset(key, "misses", "99")
    assert (await guess(api)).status_code == 401
    clock.advance(minutes=5)
    assert int((await guess(api, password=PASSWORD)).headers["retry-after"]) > 80_000

    await mail_reset_link(ctx, email_of("mei"))
    token = (await letters(ctx, "reset"))[0].token
    body = {"token": token, "password": "another lantern 48"}
    assert (await api.post("/api/v1/auth/password/reset", json=body)).status_code == 204
    assert (await guess(api, password="another lantern 48")).status_code == 200


async def test_network_is_stopped_after_fifty_misses(api: httpx2.AsyncClient, ctx: Context, clock: FrozenClock) -> None:
    await sign_up(api, "mei")
    assert (await guess(api, "nobody")).status_code == 401
    (fence,) = [key async for key in ctx.redis.scan_iter("misses:log-in:from:*")]
    await ctx.redis.set(fence, 50)
    refused = await guess(api, password=PASSWORD)
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 900
    clock.advance(minutes=15)
    assert (await guess(api, password=PASSWORD)).status_code == 200


async def test_without_redis_the_password_still_decides(
    api: httpx2.AsyncClient, ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sign_up(api, "mei")

    def gone(*_args: object, **_options: object) -> None:
        raise ConnectionRefusedError

    for name in ("hincrby", "delete", "pipeline"):
        monkeypatch.setattr(ctx.redis, name, gone)
    assert (await guess(api)).status_code == 401
    assert (await guess(api, password=PASSWORD)).status_code == 200


async def test_letters_are_limited_per_network(api: httpx2.AsyncClient, ctx: Context) -> None:
    rates = RateLimitSettings(log_in=0, sign_up=0, write=0, letters=2)
    ctx.settings = ctx.settings.model_copy(update={"rate_limits": rates})
    codes = [
        (await api.post("/api/v1/auth/password/forgot", json={"email": email_of(f"n{index}")})).status_code
        for index in range(3)
    ]
    assert codes == [202, 202, 429]
