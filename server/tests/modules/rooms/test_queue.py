"""The line of a room: places, turns, who is told, and that it goes on by itself."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest

from edge.server import EdgeServer, Watcher
from nightmarket.kernel.context import Context
from nightmarket.modules.rooms.service import tell_queue
from nightmarket.modules.rooms.service.keep_queue import pass_turns
from support.accounts import Person, log_in, person
from support.clock import FrozenClock
from support.shops import join_shop
from support.streams import add_item, make_product

from .conftest import Show, enter

Drain = Callable[[], Awaitable[list[str]]]
Json = dict[str, Any]

NOWHERE: Json = {"position": None, "item_id": None, "turn": False, "turn_expires_at": None}


def at(position: int, item_id: str | None = None) -> Json:
    """A place in line, as the API and the frame say it."""
    return NOWHERE | {"position": position, "item_id": item_id}


def line_of(show: Show) -> str:
    return f"/api/v1/streams/{show.id}/queue"


async def stand(api: httpx2.AsyncClient, show: Show, who: Person, item_id: str | None = None) -> Json:
    answer = await api.post(line_of(show), json={"item_id": item_id}, headers=who.headers)
    assert answer.status_code == 200, answer.text
    place: Json = answer.json()
    return place


async def call(api: httpx2.AsyncClient, show: Show, headers: dict[str, str], **how: Any) -> Json:
    answer = await api.post(f"{line_of(show)}/next", json=how, headers=headers)
    assert answer.status_code == 200, answer.text
    line: Json = answer.json()
    return line


async def names(api: httpx2.AsyncClient, show: Show, headers: dict[str, str]) -> list[tuple[str, int | None]]:
    """Names and positions as the shop sees them; None for the turn."""
    items = (await api.get(line_of(show), headers=headers)).json()["items"]
    assert all(item["turn"] == (item["position"] is None) for item in items)
    return [(item["user"]["name"], item["position"]) for item in items]


async def crowd(api: httpx2.AsyncClient, show: Show, *who: str) -> list[Person]:
    """People who have come one after the other."""
    people = [await person(api, name) for name in who]
    for number, one in enumerate(people, 1):
        assert await stand(api, show, one) == at(number)
    return people


def told(watcher: Watcher) -> list[Json]:
    return [frame["d"] for frame in watcher.of_kind("queue-position")]


async def test_the_host_calls_one_after_the_other(api: httpx2.AsyncClient, show: Show, clock: FrozenClock) -> None:
    ann, bob, cat = await crowd(api, show, "ann", "bob", "cat")
    called = await call(api, show, show.seller, seconds=60)
    assert called["waiting"] == 2
    assert await names(api, show, show.seller) == [("Ann", None), ("Bob", 1), ("Cat", 2)]
    turn = await stand(api, show, ann)
    expires_at = clock().replace(microsecond=0).isoformat().replace("+00:00", "Z")
    assert turn["turn"] is True
    assert turn["turn_expires_at"][:16] == expires_at[:11] + "12:01"
    room = (await api.get(show.room, headers=ann.headers)).json()
    assert (room["me"]["queue_position"], room["me"]["queue"]) == (None, turn)
    assert (await api.get(show.room, headers=bob.headers)).json()["me"]["queue"] == at(1)
    await call(api, show, show.seller)
    assert await names(api, show, show.seller) == [("Bob", None), ("Cat", 1)]
    assert await stand(api, show, ann) == at(2)
    for _ in range(3):
        last = await call(api, show, show.seller)
    assert (last["items"], last["waiting"]) == ([], 0)
    assert (await api.get(show.room, headers=cat.headers)).json()["me"]["queue"] == NOWHERE


async def test_the_next_for_one_item_stands_for_it(ctx: Context, api: httpx2.AsyncClient, show: Show) -> None:
    other = await add_item(api, show.seller, show.id, await make_product(ctx, show.shop, title="Cup"))
    ann, bob, cat = await person(api, "ann"), await person(api, "bob"), await person(api, "cat")
    assert await stand(api, show, ann, show.item["id"]) == at(1, show.item["id"])
    await stand(api, show, bob, other["id"])
    await stand(api, show, cat, other["id"])
    await call(api, show, show.seller, item_id=other["id"])
    assert await names(api, show, show.seller) == [("Bob", None), ("Ann", 1), ("Cat", 2)]
    await api.delete(line_of(show), headers=bob.headers)
    assert await names(api, show, show.seller) == [("Cat", None), ("Ann", 1)]


async def test_who_named_nothing_is_called_for_any_item(ctx: Context, api: httpx2.AsyncClient, show: Show) -> None:
    other = await add_item(api, show.seller, show.id, await make_product(ctx, show.shop, title="Cup"))
    ann, bob, cat, dan = [await person(api, name) for name in ("ann", "bob", "cat", "dan")]
    await stand(api, show, ann, other["id"])
    await stand(api, show, bob)
    await stand(api, show, cat, show.item["id"])
    await stand(api, show, dan)
    await call(api, show, show.seller, item_id=show.item["id"])
    assert await names(api, show, show.seller) == [("Bob", None), ("Ann", 1), ("Cat", 2), ("Dan", 3)]
    await api.delete(line_of(show), headers=bob.headers)
    assert (await names(api, show, show.seller))[0] == ("Cat", None), "the turn goes on for the same item"
    await call(api, show, show.seller, item_id=show.item["id"])
    assert await names(api, show, show.seller) == [("Dan", None), ("Ann", 1)]
    await call(api, show, show.seller, item_id=show.item["id"])
    assert await names(api, show, show.seller) == [("Ann", 1)], "she waits for another item"


async def test_a_turn_passes_on_when_its_time_is_over(
    ctx: Context, api: httpx2.AsyncClient, show: Show, clock: FrozenClock
) -> None:
    await crowd(api, show, "ann", "bob", "cat")
    await call(api, show, show.seller, seconds=60)
    clock.advance(seconds=59)
    await pass_turns(ctx)
    assert (await names(api, show, show.seller))[0] == ("Ann", None)
    clock.advance(seconds=1)
    await asyncio.gather(pass_turns(ctx), pass_turns(ctx))
    assert await names(api, show, show.seller) == [("Bob", None), ("Cat", 1)]
    # Nothing ran for hours: the turn that is over goes on to one person, who has all of its time.
    clock.advance(hours=5)
    seller = await log_in(api, "seller")
    await pass_turns(ctx)
    await pass_turns(ctx)
    assert await names(api, show, seller) == [("Cat", None)]
    clock.advance(seconds=60)
    await pass_turns(ctx)
    assert await names(api, show, seller) == []


async def test_two_hosts_who_press_at_once_move_one_person_on(api: httpx2.AsyncClient, show: Show) -> None:
    await crowd(api, show, "ann", "bob", "cat", "dan")
    host = await join_shop(api, show.seller, show.shop["id"], "helper", "host")
    await asyncio.gather(*(call(api, show, headers, after=None) for headers in (show.seller, host, show.seller)))
    served = (await api.get(line_of(show), headers=host)).json()["items"][0]
    assert served["user"]["name"] == "Ann"
    for _ in range(2):
        await asyncio.gather(*(call(api, show, headers, after=served["id"]) for headers in (show.seller, host)))
        assert await names(api, show, host) == [("Bob", None), ("Cat", 1), ("Dan", 2)]
    await call(api, show, host)
    assert (await names(api, show, host))[0] == ("Cat", None)


async def test_at_most_one_has_the_turn_whatever_happens_at_once(
    ctx: Context, api: httpx2.AsyncClient, show: Show, clock: FrozenClock
) -> None:
    people = await crowd(api, show, *(f"p{number}" for number in range(8)))
    await call(api, show, show.seller, seconds=60)
    clock.advance(seconds=60)
    await asyncio.gather(
        pass_turns(ctx),
        call(api, show, show.seller, seconds=60),
        api.delete(line_of(show), headers=people[0].headers),
        pass_turns(ctx),
        api.delete(line_of(show), headers=people[1].headers),
        call(api, show, show.seller, seconds=60),
    )
    line = await names(api, show, show.seller)
    assert [position for _, position in line] == [None, *range(1, len(line))]
    assert {"P0", "P1"}.isdisjoint(name for name, _ in line)


async def test_people_hear_that_they_move_up(
    api: httpx2.AsyncClient, edge: EdgeServer, show: Show, drain: Drain
) -> None:
    ann, bob, cat = await crowd(api, show, "ann", "bob", "cat")
    await drain()
    async with (
        await enter(api, edge, show, ann.headers) as at_ann,
        await enter(api, edge, show, ann.headers) as at_ann_elsewhere,
        await enter(api, edge, show, bob.headers) as at_bob,
        await enter(api, edge, show, cat.headers) as at_cat,
    ):
        await call(api, show, show.seller, seconds=60)
        await drain()
        turn = await at_ann.until(lambda frame: frame["t"] == "queue-position" and frame["d"]["turn"])
        await at_ann_elsewhere.until_kind("queue-position")
        assert turn["d"] == await stand(api, show, ann)
        assert "n" in turn
        # Over the socket: leaving passes the turn on, and everybody hears.
        assert (await at_ann.ask("join-queue", leave=True))["d"] == NOWHERE
        await drain()
        await at_ann_elsewhere.until(lambda frame: frame["t"] == "queue-position" and frame["d"] == NOWHERE)
        await at_bob.until(lambda frame: frame["t"] == "queue-position" and frame["d"]["turn"])
        await at_cat.until(lambda frame: frame["t"] == "queue-position" and frame["d"] == at(1))
        assert (await at_ann.ask("join-queue"))["d"] == at(2)
        await drain()
        await drain()
        await at_ann.until(lambda frame: frame["t"] == "queue-position" and frame["d"] == at(2))
        # Each is told of every step once.
        assert [place["position"] for place in told(at_cat)] == [2, 1]
        assert [place["turn"] for place in told(at_bob)] == [False, True]


async def test_only_those_near_the_front_hear_of_every_step(
    api: httpx2.AsyncClient, edge: EdgeServer, show: Show, drain: Drain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tell_queue, "NEAR", 2)
    _, _, bob, cat = await crowd(api, show, "ann", "abe", "bob", "cat")
    await drain()
    async with await enter(api, edge, show, bob.headers) as at_bob, await enter(api, edge, show, cat.headers) as at_cat:
        await call(api, show, show.seller)
        await drain()
        await at_bob.until(lambda frame: frame["t"] == "queue-position" and frame["d"] == at(2))
        assert told(at_cat) == []
        assert await stand(api, show, cat) == at(3)


async def test_a_lost_redis_loses_nobody_s_place(
    ctx: Context, api: httpx2.AsyncClient, edge: EdgeServer, show: Show, drain: Drain
) -> None:
    ann, _ = await crowd(api, show, "ann", "bob")
    await drain()
    await ctx.redis.flushdb()
    await call(api, show, show.seller)
    async with await enter(api, edge, show, ann.headers) as at_ann:
        await api.delete(line_of(show), headers=ann.headers)
        await drain()
        await at_ann.until(lambda frame: frame["t"] == "queue-position" and frame["d"] == NOWHERE)
    assert await names(api, show, show.seller) == [("Bob", None)]


async def test_the_end_of_the_show_is_the_end_of_the_line(
    api: httpx2.AsyncClient, edge: EdgeServer, show: Show, drain: Drain
) -> None:
    ann, bob = await crowd(api, show, "ann", "bob")
    await call(api, show, show.seller)
    await drain()
    async with await enter(api, edge, show, ann.headers) as at_ann, await enter(api, edge, show, bob.headers) as at_bob:
        await api.post(f"/api/v1/streams/{show.id}/end", headers=show.seller)
        await drain()
        for watcher in (at_ann, at_bob):
            await watcher.until(lambda frame: frame["t"] == "queue-position" and frame["d"] == NOWHERE)
    assert await names(api, show, show.seller) == []


async def test_who_may_see_and_call(api: httpx2.AsyncClient, show: Show, buyer: Person) -> None:
    moderator = await join_shop(api, show.seller, show.shop["id"], "helper", "moderator")
    await stand(api, show, buyer)
    assert await names(api, show, moderator) == [("Ann", 1)]
    for headers, listing, calling in (({}, 401, 401), (buyer.headers, 403, 403), (moderator, 200, 403)):
        assert (await api.get(line_of(show), headers=headers)).status_code == listing
        assert (await api.post(f"{line_of(show)}/next", json={}, headers=headers)).status_code == calling
    await api.post(show.moderation, json={"action": "ban", "user_id": buyer.id}, headers=show.seller)
    refused = await api.post(line_of(show), json={}, headers=buyer.headers)
    assert refused.json()["code"] == "room-banned"


async def test_a_long_line_comes_in_pages(api: httpx2.AsyncClient, show: Show) -> None:
    await crowd(api, show, *(f"p{number}" for number in range(5)))
    await call(api, show, show.seller)
    seen: list[tuple[str, int | None]] = []
    cursor: str | None = None
    while True:
        params: Json = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await api.get(line_of(show), params=params, headers=show.seller)).json()
        seen += [(item["user"]["name"], item["position"]) for item in page["items"]]
        assert page["waiting"] == 4
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == [("P0", None), ("P1", 1), ("P2", 2), ("P3", 3), ("P4", 4)]
    assert (await api.get(line_of(show), params={"cursor": "x"}, headers=show.seller)).status_code == 422
