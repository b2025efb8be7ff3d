"""Coming back: nothing numbered is lost or doubled, and the state plus its tail equals the state taken later."""

import asyncio
import json
import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from websockets.asyncio.client import connect

from edge.conftest import StartEdge
from edge.made import item_json, item_updated, line_up_item, message, order
from edge.server import EdgeServer, Frame, MemoryBackend, Watcher, until
from nightmarket.kernel.redis import Redis
from nightmarket.modules.rooms.realtime.frames import split_frame
from nightmarket.modules.rooms.realtime.kinds.goods import SpotlightProduct
from nightmarket.modules.rooms.realtime.limits import RealtimeLimits
from nightmarket.modules.rooms.realtime.log import Draft, meta_key

pytestmark = pytest.mark.timeout(90)


class Fold:
    """What a client keeps: a room is a fold over numbered frames; a gap or a new epoch needs the state anew."""

    def __init__(self) -> None:
        self.epoch = ""
        self.seq = -1
        self.pinned: str | None = None
        self.items: dict[str, Any] = {}
        self.chat: list[str] = []
        self.gaps = 0

    def apply(self, frame: Frame) -> None:
        data = frame["d"]
        if frame["t"] == "room-state":
            self.epoch, self.seq = data["epoch"], data["seq"]
            self.pinned = data["pinned"]
            self.items = {item["id"]: item for item in data["items"]}
            self.chat = [message["id"] for message in data["chat"]]
            return
        number = frame.get("s")
        if number is None or number <= self.seq:
            return
        self.gaps += number != self.seq + 1
        self.seq = number
        if frame["t"] == "spotlight-product":
            self.pinned = data["item_id"]
        elif frame["t"] == "item-updated":
            self.items[data["item_id"]] = data["item"]
        elif frame["t"] == "chat-message":
            self.chat = [*self.chat, data["id"]][-50:]

    @classmethod
    def of(cls, frames: list[Frame]) -> "Fold":
        fold = cls()
        for frame in frames:
            fold.apply(frame)
        return fold

    def state(self) -> tuple[Any, ...]:
        return self.seq, self.pinned, self.items, self.chat


def reached(watcher: Watcher, seq: int, earlier: Sequence[Frame] = ()) -> Callable[[], bool]:
    """Whether a watcher has come to this number."""
    return lambda: Fold.of([*earlier, *watcher.frames]).seq == seq


STEP = st.one_of(
    st.tuples(st.just("pin"), st.sampled_from(["itm_1", "itm_2", None])),
    st.tuples(st.just("item"), st.sampled_from(["itm_1", "itm_2", "itm_3"])),
    st.tuples(st.just("chat"), st.integers(1, 5)),
    st.tuples(st.just("join"), st.none()),
    st.tuples(st.just("drop"), st.none()),
    st.tuples(st.just("resume"), st.none()),
)


class Story:
    """A room to which things happen, and viewers who come, go and come back."""

    def __init__(self, edge: EdgeServer, backend: MemoryBackend, room: str) -> None:
        self.edge, self.backend, self.room = edge, backend, room
        self.here: list[tuple[Watcher, list[Frame]]] = []
        self.away: list[list[Frame]] = []
        self.counter = 0
        backend.items, backend.pinned = {}, None

    async def step(self, what: str, value: Any) -> None:
        self.counter += 1
        at = self.edge.hub.now_ms()
        if what == "pin":
            self.backend.pinned = value
            await self.edge.log.append(self.room, [Draft.of(SpotlightProduct(value), at=at)])
        elif what == "item":
            changed = item_updated(value, available=self.counter)
            self.backend.items[value] = item_json(line_up_item(value, available=self.counter))
            await self.edge.log.append(self.room, [Draft.of(changed, at=at)])
        elif what == "chat":
            drafts = [Draft.of(message(f"{self.counter}.{n}"), at=at) for n in range(value)]
            await self.edge.log.append(self.room, drafts)
        elif what == "join":
            self.here.append((await self.edge.watch(self.room, f"v{self.counter}"), []))
        elif what == "drop" and self.here:
            watcher, earlier = self.here.pop()
            await watcher.close()
            self.away.append(earlier + watcher.frames)
        elif what == "resume" and self.away:
            earlier = self.away.pop()
            fold = Fold.of(earlier)
            resume = f"&epoch={fold.epoch}&seq={fold.seq}"
            self.here.append((await self.edge.watch(self.room, f"v{self.counter}", resume=resume), earlier))

    async def end(self) -> None:
        head = (await self.edge.log.head(self.room)).position
        async with await self.edge.watch(self.room, "fresh") as fresh:
            await until(lambda: Fold.of(fresh.frames).seq == head.seq)
            truth = Fold.of(fresh.frames).state()
            for watcher, earlier in self.here:
                await until(reached(watcher, head.seq, earlier))
                fold = Fold.of(earlier + watcher.frames)
                assert (fold.state(), fold.gaps) == (truth, 0)
                await watcher.close()


@pytest.mark.parametrize("redis", ["stand-in"], indirect=True)
async def test_any_history_folds_to_the_same_room(start_edge: StartEdge, backend: MemoryBackend, redis: Redis) -> None:
    edge = await start_edge(
        limits=RealtimeLimits(presence_seconds=0.05, drain_spread_seconds=0, snapshot_age_seconds=0)
    )
    histories: list[list[tuple[str, Any]]] = []

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(st.lists(STEP, max_size=25))
    def collect(history: list[tuple[str, Any]]) -> None:
        histories.append(history)

    collect()
    for number, history in enumerate(histories):
        story = Story(edge, backend, f"str_story{number}")
        for what, value in history:
            await story.step(what, value)
        await story.end()


async def test_a_return_gets_exactly_what_was_missed(edge: EdgeServer, room: str) -> None:
    async with await edge.watch(room, "ann") as ann:
        async with await edge.watch(room, "bob") as bob:
            await ann.say("one")
            await bob.until_kind("chat-message")
            place = Fold.of(bob.frames)
        await ann.say("two")
        await ann.say("three")
        resume = f"&epoch={place.epoch}&seq={place.seq}"
        async with await edge.watch(room, "bob", resume=resume) as bob:
            await until(lambda: len(bob.texts()) == 2)
            assert bob.texts() == ["two", "three"]
            assert bob.of_kind("room-state") == []


async def test_a_return_after_an_edge_restart_loses_nothing(start_edge: StartEdge, room: str) -> None:
    first, second = await start_edge(), await start_edge()
    async with await first.watch(room, "ann") as ann:
        await ann.say("one")
        await ann.until_kind("chat-message")
        place = Fold.of(ann.frames)
    await first.stop()
    await second.log.append(room, [Draft.of(message("x", "meanwhile"), at=1)])
    async with await second.watch(room, "ann", resume=f"&epoch={place.epoch}&seq={place.seq}") as ann:
        await ann.until_kind("chat-message")
        assert ann.texts() == ["meanwhile"]
        assert ann.of_kind("room-state") == []


async def test_a_private_answer_waits_for_a_return(edge: EdgeServer, room: str) -> None:
    async with await edge.watch(room, "ann") as ann:
        place = Fold.of(ann.frames)
        await ann.say("A1+1")
        first = await ann.until_kind("claim-result")
    await edge.log.append_to_user(room, "usr_ann", order(), at=1)
    async with await edge.watch(room, "ann", resume=f"&epoch={place.epoch}&seq={place.seq}&n={first['n']}") as ann:
        await ann.until_kind("order-updated")
        assert ann.of_kind("claim-result") == []
    async with await edge.watch(room, "bob", resume=f"&epoch={place.epoch}&seq=0&n=0") as bob:
        await bob.say("hm")
        assert bob.of_kind("order-updated") == []


async def test_private_answers_keep_their_order_while_somebody_returns(
    edge: EdgeServer, room: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, read = asyncio.Event(), edge.log.user_tails

    async def slowly(*args: Any, **options: Any) -> Any:
        found = await read(*args, **options)
        await gate.wait()
        return found

    monkeypatch.setattr(edge.log, "user_tails", slowly)
    epoch = (await edge.log.head(room)).position.epoch
    for _ in range(5):
        await edge.log.append_to_user(room, "usr_ann", order(), at=1)
    async with Watcher(await connect(edge.url(room, "ann", resume=f"&epoch={epoch}&seq=0&n=2"))) as ann:
        await ann.until_kind("viewer-count")
        for _ in range(3):
            await edge.log.append_to_user(room, "usr_ann", order(), at=1)
        viewer = next(iter(edge.hub.viewers))
        await until(lambda: len(viewer.held or []) == 3)
        gate.set()
        await ann.until(lambda frame: frame.get("n") == 8)
        await edge.log.append_to_user(room, "usr_ann", order(), at=1)
        await ann.until(lambda frame: frame.get("n") == 9)
    assert [frame["n"] for frame in ann.of_kind("order-updated")] == list(range(3, 10))


async def test_a_return_is_served_from_the_log_while_the_backend_is_away(
    start_edge: StartEdge, backend: MemoryBackend, room: str
) -> None:
    first, second = await start_edge(), await start_edge()
    async with await first.watch(room, "ann") as ann:
        await ann.say("one")
        await ann.until_said("one")
        place = Fold.of(ann.frames)
    backend.is_down = True
    await second.log.append(room, [Draft.of(message("x", "two"), at=1)])
    async with await second.watch(room, "ann", resume=f"&epoch={place.epoch}&seq={place.seq}") as ann:
        await ann.until_said("two")
        await ann.say("three")
        await ann.until_said("three")
        assert [frame["s"] for frame in ann.of_kind("chat-message")] == [2, 3]


@pytest.mark.parametrize("resume", ["&epoch=elsewhere&seq=0", "&epoch=EPOCH&seq=99"])
async def test_an_impossible_return_gets_the_state(edge: EdgeServer, room: str, resume: str) -> None:
    epoch = (await edge.log.head(room)).position.epoch
    async with await edge.watch(room, "ann", resume=resume.replace("EPOCH", epoch)) as ann:
        assert ann.frames[0]["t"] == "room-state"


async def test_asking_on_an_open_socket_replays_or_says_resync(edge: EdgeServer, room: str) -> None:
    async with await edge.watch(room, "ann") as ann:
        for text in ("one", "two"):
            await ann.say(text)
        await until(lambda: len(ann.texts()) == 2)
        answer = await ann.ask("join-room", epoch=Fold.of(ann.frames).epoch, seq=1)
        await until(lambda: len(ann.texts()) == 3)
        assert answer["d"]["resumed"] is True
        assert ann.texts() == ["one", "two", "two"]
        answer = await ann.ask("join-room", epoch="gone", seq=1)
        assert answer["d"]["resumed"] is False
        await ann.until_kind("resync")
        await until(lambda: len(ann.of_kind("room-state")) == 2)
        await ann.say("three")
        await until(lambda: Fold.of(ann.frames).seq == 3)
        assert Fold.of(ann.frames).gaps == 0


async def test_a_gap_on_the_bus_is_filled_from_the_log(edge: EdgeServer, redis: Redis, room: str) -> None:
    async with await edge.watch(room, "ann") as ann:
        await redis.hincrby(meta_key(room), "seq", 1)  # a frame whose announcement was lost
        before, after = split_frame(message("lost", "lost"), at=1)
        frame = before + b"1" + after
        await redis.xadd(f"room:{{{room}}}:log", {"c": "c", "f": frame}, id="1-0")
        await ann.say("next")
        await until(lambda: ann.texts() == ["lost", "next"])
        assert Fold.of(ann.frames).gaps == 0


async def test_losing_redis_starts_a_new_epoch_for_everyone(edge: EdgeServer, redis: Redis, room: str) -> None:
    async with await edge.watch(room, "ann") as ann, await edge.watch(room, "bob") as bob:
        await ann.say("before")
        await bob.until_kind("chat-message")
        old = Fold.of(bob.frames).epoch
        keys = [key async for key in redis.scan_iter(f"*{room}*")]
        await redis.delete(*keys)
        await ann.say("after")
        await bob.until_kind("resync")
        await until(lambda: Fold.of(bob.frames).epoch != old and Fold.of(bob.frames).seq == 1)
        await ann.say("again")
        await until(lambda: Fold.of(bob.frames).seq == 2)
        assert Fold.of(bob.frames).gaps == 0


async def test_private_numbers_rise_over_the_loss_of_redis(edge: EdgeServer, redis: Redis, room: str) -> None:
    async with await edge.watch(room, "ann") as ann:
        await ann.say("A1+1")
        before = await ann.until_kind("claim-result")
        await redis.delete(*[key async for key in redis.scan_iter(f"*{room}*")])
        await ann.say("A1+2 and A1+1")
        after = await ann.until(lambda frame: frame["t"] == "claim-result" and frame["n"] != before["n"])
    assert after["n"] > before["n"]


async def test_private_frames_of_a_new_epoch_reach_who_had_none_before(
    edge: EdgeServer, redis: Redis, room: str
) -> None:
    async with await edge.watch(room, "ann") as ann:
        for text in ("one", "two"):
            await ann.say(text)
        await until(lambda: len(ann.texts()) == 2)
        place = Fold.of(ann.frames)
    await redis.delete(*[key async for key in redis.scan_iter(f"*{room}*")])
    await edge.log.append_to_user(room, "usr_ann", order(), at=1)
    async with await edge.watch(room, "ann", resume=f"&epoch={place.epoch}&seq={place.seq}") as ann:
        await ann.until_kind("order-updated")
        assert len(ann.of_kind("order-updated")) == 1


async def test_who_steps_out_while_private_frames_are_read_gets_them_later(
    edge: EdgeServer, room: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, read = asyncio.Event(), edge.log.user_tails

    async def slowly(*args: Any, **options: Any) -> Any:
        found = await read(*args, **options)
        await gate.wait()
        return found

    async with await edge.watch(room, "ann") as ann:
        place = Fold.of(ann.frames)
        monkeypatch.setattr(edge.log, "user_tails", slowly)
        await ann.ask("join-room", epoch=place.epoch, seq=place.seq, n=0)
        await ann.ask("leave-room")
        gate.set()
        await edge.log.append_to_user(room, "usr_ann", order(), at=1)
        await ann.ask("join-room", epoch=place.epoch, seq=place.seq, n=0)
        await ann.until(lambda frame: frame.get("n") == 1)
        await edge.log.append_to_user(room, "usr_ann", order(), at=1)
        await ann.until(lambda frame: frame.get("n") == 2)
    assert [frame["n"] for frame in ann.of_kind("order-updated")] == [1, 2]


async def test_random_arrivals_under_load_see_no_gap(edge: EdgeServer, room: str) -> None:
    dice = random.Random(3)
    watchers: list[Watcher] = []
    total = 0
    for _ in range(30):
        burst = dice.randint(1, 20)
        at = edge.hub.now_ms()
        await edge.log.append(room, [Draft.of(message(str(n), "x"), at=at) for n in range(burst)])
        total += burst
        watchers.append(Watcher(await connect(edge.url(room, f"v{len(watchers)}"))))
    for watcher in watchers:
        await until(reached(watcher, total))
        assert Fold.of(watcher.frames).gaps == 0
        numbers = [frame["s"] for frame in watcher.of_kind("chat-message")]
        assert len(numbers) == len(set(numbers))
        await watcher.close()


def test_the_fold_itself_notices_a_gap() -> None:
    state = {"t": "room-state", "d": {"epoch": "e", "seq": 1, "pinned": None, "items": [], "chat": []}}
    later = json.loads('{"t":"chat-message","s":3,"d":{"id":"x"}}')
    assert Fold.of([state, later]).gaps == 1
