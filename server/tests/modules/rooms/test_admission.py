"""A room that holds only so many: places, the line for them, and who always gets in."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import httpx2
import pytest

from edge.server import EdgeServer, until
from nightmarket.entrypoints.api import context_lifespan, create_app
from nightmarket.entrypoints.composition import build_context
from nightmarket.kernel.context import Context
from nightmarket.kernel.redis import connect_redis
from nightmarket.modules.rooms.realtime import seats
from nightmarket.modules.rooms.realtime.tickets import TicketSigner
from support.accounts import Person, person
from support.clock import FrozenClock
from support.product import free_port
from support.shops import join_shop

from .conftest import Show, enter

Drain = Callable[[], Awaitable[list[str]]]
Headers = dict[str, str]


async def limit_to(api: httpx2.AsyncClient, show: Show, limit: int | None) -> None:
    """The seller sets the number of places."""
    answer = await api.patch(f"/api/v1/streams/{show.id}", json={"viewer_limit": limit}, headers=show.seller)
    assert (answer.status_code, answer.json()["viewer_limit"]) == (200, limit)


async def ask(api: httpx2.AsyncClient, show: Show, headers: Headers) -> httpx2.Response:
    """One question for a ticket; the client keeps no device of it."""
    answer = await api.post(f"{show.room}/ticket", headers=headers)
    api.cookies.clear()
    return answer


def device(number: int) -> Headers:
    """Somebody without an account, on a device of their own."""
    return {"Cookie": f"nightmarket_device={number:024x}"}


async def places(api: httpx2.AsyncClient, show: Show, askers: Sequence[Headers]) -> list[int]:
    """Where each of them stands: 0 has a ticket."""
    return [answer_of(await ask(api, show, headers)) for headers in askers]


def answer_of(answer: httpx2.Response) -> int:
    body: dict[str, Any] = answer.json()
    if answer.status_code == 200:
        return 0
    assert (answer.status_code, body["code"]) == (409, "room-full")
    assert 0 < body["retry_after"] < seats.PATIENCE_SECONDS
    assert answer.headers["retry-after"] == str(body["retry_after"])
    return int(body["position"])


@pytest.fixture
async def twin(ctx: Context) -> AsyncIterator[httpx2.AsyncClient]:
    """A second api process on the same database and Redis."""
    other = build_context(ctx.settings)
    other.clock = ctx.clock
    app = create_app(other.settings, lifespan=context_lifespan(lambda: other))
    app.state.ctx = other
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=app), base_url="http://nightmarket.test"
    ) as client:
        yield client
    await other.close()


async def test_a_limit_belongs_to_the_stream(api: httpx2.AsyncClient, show: Show, buyer: Person) -> None:
    path = f"/api/v1/streams/{show.id}"
    assert (await api.get(path)).json()["viewer_limit"] is None
    await limit_to(api, show, 5)
    assert (await api.get(path)).json()["viewer_limit"] == 5
    for wrong in (0, -1, "5", 1.5):
        answer = await api.patch(path, json={"viewer_limit": wrong}, headers=show.seller)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid-input")
    assert (await api.patch(path, json={"viewer_limit": 9}, headers=buyer.headers)).status_code in (403, 404)
    await limit_to(api, show, None)
    planned = await api.post(
        "/api/v1/streams", json={"shop_id": show.shop["id"], "title": "Small", "viewer_limit": 3}, headers=show.seller
    )
    assert planned.json()["viewer_limit"] == 3


async def test_first_come_first_served(api: httpx2.AsyncClient, show: Show) -> None:
    await limit_to(api, show, 2)
    people = [device(number) for number in range(5)]
    assert await places(api, show, people) == [0, 0, 1, 2, 3]
    # Asking again changes nothing, in whatever order it happens.
    assert await places(api, show, people[::-1]) == [3, 2, 1, 0, 0]


async def test_fifty_at_once_for_five_places(api: httpx2.AsyncClient, twin: httpx2.AsyncClient, show: Show) -> None:
    await limit_to(api, show, 5)
    answers = await asyncio.gather(
        *((api, twin)[number % 2].post(f"{show.room}/ticket", headers=device(number)) for number in range(50))
    )
    found = [answer_of(answer) for answer in answers]
    assert found.count(0) == 5
    assert sorted(place for place in found if place) == list(range(1, 46))


async def test_a_free_place_is_kept_for_whose_turn_it_is(
    ctx: Context, api: httpx2.AsyncClient, show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    await limit_to(api, show, 1)
    inside, first, second = device(1), device(2), device(3)
    monkeypatch.setattr(seats, "PLACE_SECONDS", 0.2)
    assert await places(api, show, [inside]) == [0]
    assert await places(api, show, [first, second]) == [1, 2]
    await until_free(ctx, show)
    # The place is free, and still it is not the second's: the first has not been heard yet.
    assert await places(api, show, [second, device(4)]) == [2, 3]
    assert await places(api, show, [first]) == [0]
    assert await places(api, show, [second, device(4)]) == [1, 2]


async def test_who_stops_asking_loses_the_place_in_line(
    ctx: Context, api: httpx2.AsyncClient, show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    await limit_to(api, show, 1)
    monkeypatch.setattr(seats, "PLACE_SECONDS", 0.1)
    assert await places(api, show, [device(1), device(2), device(3)]) == [0, 1, 2]
    await until_free(ctx, show)
    monkeypatch.setattr(seats, "PATIENCE_SECONDS", 0.0)
    assert await places(api, show, [device(3)]) == [0]
    monkeypatch.setattr(seats, "PATIENCE_SECONDS", 25)
    assert await places(api, show, [device(2)]) == [1]


async def test_the_shop_s_own_people_always_get_in(api: httpx2.AsyncClient, show: Show) -> None:
    helpers = [
        await join_shop(api, show.seller, show.shop["id"], role, role) for role in ("host", "moderator", "packer")
    ]
    await limit_to(api, show, 1)
    assert await places(api, show, [device(1), device(2)]) == [0, 1]
    assert await places(api, show, [show.seller, *helpers]) == [0, 0, 0, 0]
    assert await places(api, show, [device(2)]) == [1]


async def test_an_account_is_one_person_on_all_devices(api: httpx2.AsyncClient, show: Show, buyer: Person) -> None:
    await limit_to(api, show, 1)
    phone, tablet = buyer.headers | device(1), buyer.headers | device(2)
    assert await places(api, show, [phone, tablet, device(3)]) == [0, 0, 1]


async def test_logging_in_keeps_place_and_position(api: httpx2.AsyncClient, show: Show, buyer: Person) -> None:
    bob = await person(api, "bob")
    await limit_to(api, show, 1)
    assert await places(api, show, [device(1), device(2), device(3)]) == [0, 1, 2]
    assert await places(api, show, [device(2) | bob.headers, device(3)]) == [1, 2]
    assert await places(api, show, [device(1) | buyer.headers, device(3)]) == [0, 2]


async def test_who_waits_without_an_account_is_known_again(
    ctx: Context, api: httpx2.AsyncClient, show: Show, clock: FrozenClock
) -> None:
    await limit_to(api, show, 1)
    assert await places(api, show, [device(1)]) == [0]
    first = await api.post(f"{show.room}/ticket")
    assert answer_of(first) == 1
    assert "nightmarket_device" in first.cookies
    assert answer_of(await api.post(f"{show.room}/ticket")) == 1
    await limit_to(api, show, 2)
    ticket = (await api.post(f"{show.room}/ticket")).json()["ticket"]
    read = TicketSigner(ctx.secret).read(ticket, now=int(clock().timestamp()))
    assert read.device == f"dev_{first.cookies['nightmarket_device']}"


async def test_people_inside_get_in_again_and_leave_a_place_behind(
    ctx: Context, api: httpx2.AsyncClient, edge: EdgeServer, show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seats, "PLACE_SECONDS", 1.0)
    monkeypatch.setattr(seats, "RETURN_SECONDS", 0.3)
    await limit_to(api, show, 1)
    ann = await enter(api, edge, show, device(1))
    api.cookies.clear()
    key = seats.places_key(show.id)
    first = await ctx.redis.zscore(key, f"dev_{1:024x}")
    # The edge renews the place as long as the socket is open, much longer than the ticket alone would keep it.
    await until_async(lambda: is_kept_until(ctx, key, first + 1500))
    assert await places(api, show, [device(2), device(1)]) == [1, 0]
    await ann.close()
    assert await places(api, show, [device(1), device(2)]) == [0, 1]
    await until_async(lambda: is_in(api, show, device(2)))


async def test_those_inside_before_there_was_a_limit_count(
    api: httpx2.AsyncClient, edge: EdgeServer, show: Show, drain: Drain
) -> None:
    watchers = []
    for number in (1, 2):
        watchers.append(await enter(api, edge, show, device(number)))
        api.cookies.clear()
    await until(lambda: edge.hub.rooms[show.id].audience.count == 2)
    await limit_to(api, show, 2)
    await drain()
    assert await places(api, show, [device(3), device(1), device(2)]) == [1, 0, 0]
    await limit_to(api, show, None)
    await drain()
    assert await places(api, show, [device(4)]) == [0]
    for watcher in watchers:
        await watcher.close()


async def test_an_ended_show_is_open_to_all(api: httpx2.AsyncClient, show: Show) -> None:
    await limit_to(api, show, 1)
    assert await places(api, show, [device(1), device(2)]) == [0, 1]
    await api.post(f"/api/v1/streams/{show.id}/end", headers=show.seller)
    assert await places(api, show, [device(2), device(3)]) == [0, 0]


async def test_without_redis_nobody_is_locked_out(ctx: Context, api: httpx2.AsyncClient, show: Show) -> None:
    await limit_to(api, show, 1)
    assert await places(api, show, [device(1), device(2)]) == [0, 1]
    redis, ctx.redis = ctx.redis, connect_redis(f"redis://127.0.0.1:{free_port()}")
    try:
        assert await places(api, show, [device(2), device(3)]) == [0, 0]
    finally:
        await ctx.redis.aclose()
        ctx.redis = redis


async def until_free(ctx: Context, show: Show) -> None:
    """Wait until no place is taken any more."""
    key = seats.places_key(show.id)

    async def is_free() -> bool:
        seconds, micros = await ctx.redis.time()
        return not await ctx.redis.zcount(key, seconds * 1000 + micros // 1000, "+inf")

    await until_async(is_free)


async def until_async(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait for something that is asked elsewhere."""
    async with asyncio.timeout(10):
        while not await condition():  # noqa: ASYNC110  (the condition is in Redis)
            await asyncio.sleep(0.02)


async def is_kept_until(ctx: Context, key: str, when: float) -> bool:
    score = await ctx.redis.zscore(key, f"dev_{1:024x}")
    return score is not None and score > when


async def is_in(api: httpx2.AsyncClient, show: Show, headers: Headers) -> bool:
    return await places(api, show, [headers]) == [0]
