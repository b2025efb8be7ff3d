"""The log in memory gives the answers, and tells the room what, the log of a real Redis would."""

import asyncio
from collections.abc import Callable
from typing import Any

import fakeredis
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightmarket.kernel.redis import Redis, connect_redis, use_fresh_stand_in
from nightmarket.modules.rooms.realtime.kinds.base import FrameClass
from nightmarket.modules.rooms.realtime.kinds.buyer import ClaimResult
from nightmarket.modules.rooms.realtime.log import Draft, History, Position, RoomLog, channel_of
from nightmarket.modules.rooms.realtime.log_in_memory import MemoryRoomLog, room_log

ROOMS = st.sampled_from(["str_a", "str_b"])
USERS = st.sampled_from(["usr_a", "usr_b"])
AFTER = st.integers(0, 6)
STEPS = st.one_of(
    st.tuples(st.just("append"), ROOMS, st.lists(st.sampled_from("ckw"), min_size=1, max_size=3)),
    st.tuples(st.just("to_user"), ROOMS, USERS, st.integers(1, 5)),
    st.tuples(st.just("head"), ROOMS, st.integers(0, 4)),
    st.tuples(st.just("tail"), ROOMS, AFTER, st.booleans()),
    st.tuples(st.just("user_tails"), ROOMS, USERS, st.none() | AFTER, st.tuples(st.booleans(), AFTER)),
    st.tuples(st.just("flush")),
)


class Teller:
    """One log with its listener; epochs are told by their number, since every log draws its own."""

    def __init__(self, redis: Redis, log: RoomLog) -> None:
        self.redis, self.log = redis, log
        self.epochs: list[str] = []
        self.last: dict[str, str] = {}
        self.ear = redis.pubsub()

    def plain(self, place: Position, room: str) -> tuple[int, int]:
        if place.epoch not in self.epochs:
            self.epochs.append(place.epoch)
        self.last[room] = place.epoch
        return self.epochs.index(place.epoch), place.seq

    async def heard(self) -> list[str]:
        found = []
        while message := await self.ear.get_message(timeout=0):
            data = str(message["data"])
            epoch = data.split("|")[2]
            number = self.epochs.index(epoch) if epoch in self.epochs else -1
            found.append(data.replace(epoch, str(number)))
        return found

    async def step(self, what: str, *how: Any) -> Any:
        do: Callable[..., Any] = getattr(self, what)
        return await do(*how), await self.heard()

    async def append(self, room: str, classes: list[str]) -> Any:
        drafts = [Draft(FrameClass(one), b'{"n":', b',"x":"\xe5\x93\x88"}', 5, "who") for one in classes]
        return [self.plain(place, room) for place in await self.log.append(room, drafts)]

    async def to_user(self, room: str, user: str, at: int) -> Any:
        return self.plain(await self.log.append_to_user(room, user, ClaimResult(message_id="m"), at=at), room)

    def history(self, found: History, room: str) -> Any:
        return self.plain(found.position, room), found.entries, found.complete

    async def head(self, room: str, last: int) -> Any:
        return self.history(await self.log.head(room, last=last), room)

    async def tail(self, room: str, after: int, knows: bool) -> Any:
        epoch = self.last.get(room, "") if knows else ""
        return self.history(await self.log.tail(room, after, epoch=epoch), room)

    async def user_tails(self, room: str, user: str, after: int | None, since: tuple[bool, int]) -> Any:
        place = Position(self.last.get(room, "") if since[0] else "another", since[1])
        return await self.log.user_tails(room, [(user, after, place)])

    async def flush(self) -> None:
        await self.redis.flushdb()


async def listen(ear: Any, *rooms: str) -> None:
    await ear.subscribe(*map(channel_of, rooms))
    for _ in rooms:
        assert await ear.get_message(timeout=0)


@settings(max_examples=60, deadline=None)
@given(st.lists(STEPS, min_size=1, max_size=14))
def test_both_logs_say_the_same(steps: list[tuple[Any, ...]]) -> None:
    async def run() -> None:
        use_fresh_stand_in()
        ours = connect_redis(None)
        other: Redis = fakeredis.FakeAsyncRedis(server=fakeredis.FakeServer(), decode_responses=True)
        logs = [room_log(ours), room_log(other)]
        assert [type(log) for log in logs] == [MemoryRoomLog, RoomLog]
        tellers = [Teller(redis, log) for redis, log in zip((ours, other), logs, strict=True)]
        for teller in tellers:
            await listen(teller.ear, "str_a", "str_b")
        for step in steps:
            ours_says, other_says = [await teller.step(*step) for teller in tellers]
            assert ours_says == other_says, step
        for teller in tellers:
            await teller.ear.aclose()  # type: ignore[no-untyped-call]
            await teller.redis.aclose()

    asyncio.run(run())


async def test_numbers_are_told_in_their_order() -> None:
    use_fresh_stand_in()
    redis = connect_redis(None)
    ear = redis.pubsub()
    await listen(ear, "str_a")
    draft = Draft(FrameClass.KEPT, b"<", b">", 5)
    places = await asyncio.gather(*(room_log(redis).append("str_a", [draft, draft]) for _ in range(20)))
    assert sorted(place.seq for pair in places for place in pair) == list(range(1, 41))
    told = []
    while message := await ear.get_message(timeout=0):
        told.append(int(str(message["data"]).partition("\n")[0].rpartition("|")[2]))
    assert told == list(range(1, 41))
    await ear.aclose()  # type: ignore[no-untyped-call]
    await redis.aclose()


@pytest.mark.parametrize("kept", [2000])
async def test_old_frames_leave(kept: int) -> None:
    use_fresh_stand_in()
    redis = connect_redis(None)
    log = room_log(redis)
    draft = Draft(FrameClass.KEPT, b"<", b">", 5)
    for _ in range(kept // 50 + 1):
        await log.append("str_a", [draft] * 50)
    history = await log.tail("str_a", 0)
    assert (len(history.entries), history.complete, history.position.seq) == (kept, False, kept + 50)
    assert (await log.tail("str_a", 51)).complete
    await redis.aclose()
