"""Random histories of a room on real edges, written down as each client lived through them.

What happens is put into a truth, from which snapshots are taken, and into the room log, from which frames follow. The
journals of the clients are then folded by the web client's reducer: `web/src/shared/realtime/room-histories.test.ts`.
"""

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
from websockets.asyncio.client import ClientConnection, connect

from edge.contract import check_message
from edge.made import item_json, line_up_item, message, order
from edge.server import EdgeServer, Frame, MemoryBackend, Watcher, until
from nightmarket.kernel.redis import Redis
from nightmarket.modules.rooms.realtime.frames import split_frame
from nightmarket.modules.rooms.realtime.kinds.audience import Reaction
from nightmarket.modules.rooms.realtime.kinds.base import FrameClass, Person, ServerData
from nightmarket.modules.rooms.realtime.kinds.buyer import PrivateReply, QueuePosition
from nightmarket.modules.rooms.realtime.kinds.chat import Announcement, ChatDeleted, MessagePinned, StoredMessage
from nightmarket.modules.rooms.realtime.kinds.goods import ItemUpdated, SpotlightProduct, StockChanged
from nightmarket.modules.rooms.realtime.kinds.rules import Muted, PublicRules, SlowMode
from nightmarket.modules.rooms.realtime.kinds.show import StreamStatus
from nightmarket.modules.rooms.realtime.log import Draft, log_key, meta_key

ITEMS: Final = ("itm_1", "itm_2", "itm_3")
PEOPLE: Final = ("ann", "bob", "cat")
SHOWN_MESSAGES: Final = 50

Step = tuple[Any, ...]


class Dice:
    """Makes up histories: the same number, the same history."""

    def __init__(self, number: int) -> None:
        self._random = random.Random(number)

    def history(self) -> list[Step]:
        """Some people are there from the beginning; then anything, much of it coming, going and coming back."""
        kinds = list(self.CHANCES)
        drawn = self._random.choices(kinds, list(self.CHANCES.values()), k=self._random.randint(10, 60))
        return [self._step(kind) for kind in ["join"] * self._random.randint(0, 3) + drawn]

    CHANCES: Final = {
        **dict.fromkeys(("chat", "join", "drop", "return"), 4),
        **dict.fromkeys(("item", "stock", "pin", "order"), 3),
        **dict.fromkeys(("delete", "hold_up", "slow", "rules", "unheard", "ask_again", "reply", "mute", "queue"), 2),
        **dict.fromkeys(("remove", "purge", "status", "announce", "react", "ask_anew", "step_out", "forget"), 1),
    }

    def _step(self, kind: str) -> Step:
        roll = self._random
        item, who, nth = roll.choice(ITEMS), roll.choice(PEOPLE), roll.randrange(10)
        values: dict[str, Step] = {
            "chat": (who, roll.randint(1, 4)),
            "pin": (roll.choice([item, None]),),
            "item": (item,),
            "remove": (item,),
            "stock": (item, nth),
            "delete": (nth,),
            "purge": (who,),
            "hold_up": (roll.choice([nth, None]),),
            "slow": (roll.randrange(60),),
            "rules": (roll.choice(["allow", "mask", "block"]),),
            "status": (roll.choice(["live", "interrupted", "ended"]),),
            "order": (who,),
            "mute": (who, roll.random() < 0.5),
            "queue": (who, nth + 1),
            "reply": (who,),
            "unheard": (roll.randrange(60),),
            "join": (who,),
            "drop": (nth,),
            "return": (nth, roll.choice([0, 0, 1, 3])),
            "ask_again": (nth, roll.randrange(5)),
            "ask_anew": (nth,),
            "step_out": (nth,),
        }
        return (kind, *values.get(kind, ()))


class Truth(MemoryBackend):
    """What is so, whatever was heard of it."""

    def __init__(self, redis: Redis) -> None:
        super().__init__(redis)
        self.clear()

    def clear(self) -> None:
        """A room in which nothing has happened."""
        self.state, self.pinned, self.slow_mode = "live", None, 0
        self.items = {}
        self.chat: list[StoredMessage] = []
        self.held_up: StoredMessage | None = None
        self.rules = PublicRules(0, None, "allow", "allow", None)

    async def snapshot(self, room: str) -> dict[str, Any] | None:
        found = await super().snapshot(room)
        assert found is not None
        return found | {
            "state": self.state,
            "items": [item | {"pinned": item["id"] == self.pinned} for item in self.items.values()],
            "chat": msgspec.to_builtins(self.chat[-SHOWN_MESSAGES:]),
            "slow_mode": self.slow_mode,
            "pinned_message": msgspec.to_builtins(self.held_up),
            "rules": msgspec.to_builtins(self.rules),
        }


@dataclass
class Client:
    """One device over all its connections: what came, in the order in which it came."""

    who: str
    journal: list[dict[str, Any]] = field(default_factory=list)
    watcher: Watcher | None = None
    epoch: str = ""
    seq: int = -1
    n: int | None = None
    owed: list[int] = field(default_factory=list)
    """Private numbers given out since this device came in first."""
    orders: int = 0
    """How many of those were about orders."""
    last: dict[str, Any] = field(default_factory=dict)
    """What the newest private frame of each kind said."""

    def take(self, frames: list[Frame]) -> None:
        """Note a message, and where it leads, by the rule of the protocol."""
        self.journal.append({"frames": frames})
        for frame in frames:
            if frame["t"] == "room-state":
                self.epoch, self.seq = frame["d"]["epoch"], frame["d"]["seq"]
            elif frame.get("s") == self.seq + 1:
                self.seq += 1
            self.n = max(frame.get("n", 0), self.n or 0) or None

    def private_numbers(self) -> list[int]:
        """In the order in which they came."""
        return [frame["n"] for part in self.journal for frame in part.get("frames", ()) if "n" in frame]


class Journal(Watcher):
    """A watcher that writes into the journal of its client."""

    def __init__(self, socket: ClientConnection, client: Client) -> None:
        self._client = client
        super().__init__(socket)

    def taken(self, message: str | bytes) -> list[Frame]:
        frames = check_message(message)
        self._client.take([frame for frame in frames if frame["t"] not in ("ack", "error")])
        return frames


class Story:
    """A room to which things happen, and people who come, go and come back, through several edges."""

    def __init__(self, edges: Sequence[EdgeServer], truth: Truth, redis: Redis, room: str) -> None:
        self.edges, self.truth, self.redis, self.room = edges, truth, redis, room
        self.clients: list[Client] = []
        self.log = edges[0].log
        self.at = edges[0].hub.now_ms()
        self.count = 0
        self.given: dict[str, list[int]] = {}
        truth.clear()

    async def live(self, history: Sequence[Step]) -> dict[str, Any]:
        """All of it; what each client got, and what a newcomer is told at the end."""
        self.history = history
        for what, *values in history:
            self.count += 1
            self.at += 10
            await getattr(self, f"_{what}")(*values)
        await self._slow(self.count % 60)
        fresh = Client("fresh")
        await self._enter(fresh, "")
        self.clients.append(fresh)
        await self._settle()
        told = [self._told(client) for client in self.clients if client.watcher is not None]
        for client in self.clients:
            if client.watcher is not None:
                await client.watcher.close()
        return {"steps": [list(step) for step in history], "truth": told.pop()["journal"], "clients": told}

    def _told(self, client: Client) -> dict[str, Any]:
        numbers = client.private_numbers()
        # Replays may overlap with what was seen, or bring what was told before this device came; clients drop what is
        # numbered below what they have. So what is owed must be there, and must first have come above all before it.
        for number in client.owed:
            assert number in numbers, (client.who, client.owed, numbers)
            assert number > max(numbers[: numbers.index(number)], default=0), (client.who, client.owed, numbers)
        return {"who": client.who, "journal": client.journal, "privately": client.last, "orders": client.orders}

    # -- what happens -------------------------------------------------------------------------------------------------

    async def _say(self, *said: ServerData) -> None:
        await self.log.append(self.room, [Draft.of(data, at=self.at) for data in said])

    async def _tell(self, who: str, data: ServerData) -> None:
        number = (await self.log.append_to_user(self.room, f"usr_{who}", data, at=self.at)).seq
        for client in self.clients:
            if client.who == who:
                client.owed.append(number)
                client.orders += data.kind == "order-updated"
                client.last[data.kind] = msgspec.to_builtins(data)

    async def _chat(self, who: str, count: int) -> None:
        said = [message(f"cht_{self.count:03}_{n}", f"{self.count}.{n}", user=f"usr_{who}") for n in range(count)]
        self.truth.chat += [StoredMessage(one.id, one.user, one.text, self.at) for one in said]
        await self._say(*said)

    async def _pin(self, item_id: str | None) -> None:
        self.truth.pinned = item_id
        await self._say(SpotlightProduct(item_id))

    async def _item(self, item_id: str) -> None:
        item = line_up_item(item_id, title=f"Lantern {self.count}", available=5, pinned=item_id == self.truth.pinned)
        self.truth.items[item_id] = item_json(item)
        await self._say(ItemUpdated(item_id, item))

    async def _remove(self, item_id: str) -> None:
        self.truth.items.pop(item_id, None)
        await self._say(ItemUpdated(item_id, removed=True))

    async def _stock(self, item_id: str, left: int) -> None:
        item = self.truth.items.get(item_id)
        if item is None:
            return
        item["available"] = item["product"]["variants"][0]["available"] = left
        changed = StockChanged(item_id, left, left, {item["product"]["variants"][0]["id"]: left})
        await self.log.announce(self.room, changed, at=self.at, key=f"{item_id}.var")

    async def _delete(self, nth: int) -> None:
        if self.truth.chat:
            gone = self.truth.chat.pop(nth % len(self.truth.chat))
            await self._say(ChatDeleted(id=gone.id))

    async def _purge(self, who: str) -> None:
        self.truth.chat = [one for one in self.truth.chat if one.user.id != f"usr_{who}"]
        await self._say(ChatDeleted(user_id=f"usr_{who}"))

    async def _hold_up(self, nth: int | None) -> None:
        self.truth.held_up = None
        if nth is not None and self.truth.chat:
            self.truth.held_up = self.truth.chat[nth % len(self.truth.chat)]
        await self._say(MessagePinned(self.truth.held_up))

    async def _slow(self, seconds: int) -> None:
        self.truth.slow_mode = seconds
        self.truth.rules = msgspec.structs.replace(self.truth.rules, slow_mode_seconds=seconds)
        await self._say(SlowMode(seconds))

    async def _rules(self, policy: str) -> None:
        raid = self.at if policy == "block" else None
        self.truth.rules = PublicRules(self.truth.slow_mode, self.count, policy, policy, raid)
        await self._say(self.truth.rules)

    async def _status(self, state: str) -> None:
        self.truth.state = state
        await self._say(StreamStatus(state, "Lanterns", None, None))

    async def _announce(self) -> None:
        await self._say(Announcement(f"ann_{self.count}", "last round"))

    async def _react(self) -> None:
        await self.log.announce(self.room, Reaction("heart", 3), at=self.at, key="heart")

    async def _order(self, who: str) -> None:
        await self._tell(who, order(f"ord_{self.count}"))

    async def _mute(self, who: str, muted: bool) -> None:
        await self._tell(who, Muted(muted=muted))

    async def _queue(self, who: str, place: int) -> None:
        await self._tell(who, QueuePosition(place, None, False, None))

    async def _reply(self, who: str) -> None:
        host = Person("usr_host", "Mei", "host")
        await self._tell(who, PrivateReply(f"prv_{self.count}", host, "yes", None))

    async def _unheard(self, seconds: int) -> None:
        """A frame whose announcement was lost on the bus: it is in the log, and no edge has heard of it."""
        await self.log.head(self.room)
        self.truth.slow_mode = seconds
        self.truth.rules = msgspec.structs.replace(self.truth.rules, slow_mode_seconds=seconds)
        seq = await self.redis.hincrby(meta_key(self.room), "seq", 1)
        before, after = split_frame(SlowMode(seconds), at=self.at)
        stored = {"c": FrameClass.KEPT.value, "f": before + str(seq).encode() + after}
        await self.redis.xadd(log_key(self.room), stored, id=f"{seq}-0")

    async def _forget(self) -> None:
        """Redis loses the room, and with it what was told to those alone who are away; nobody else misses anything."""
        await self._settle()
        for client in self.clients:
            if client.watcher is None:
                client.owed = [number for number in client.owed if number in client.private_numbers()]
                client.last, client.orders = {}, 0
        keys = [key async for key in self.redis.scan_iter(f"*{self.room}*")]
        if keys:
            await self.redis.delete(*keys)

    # -- who comes and goes -------------------------------------------------------------------------------------------

    async def _join(self, who: str) -> None:
        client = Client(who, [{"http": await self.truth.snapshot(self.room)}])
        client.journal[0]["http"].pop("moderation")
        client.journal[0]["http"]["viewers"] = 1
        await self._enter(client, "")
        self.clients.append(client)

    async def _drop(self, nth: int) -> None:
        client = self._some(nth, here=True)
        if client is not None and client.watcher is not None:
            await client.watcher.close()
            client.watcher = None

    async def _return(self, nth: int, back: int) -> None:
        """With the place it has reached, or one a little before."""
        client = self._some(nth, here=False)
        if client is None:
            return
        n = "" if client.n is None else f"&n={client.n}"
        await self._enter(client, f"&epoch={client.epoch}&seq={max(client.seq - back, 0)}{n}")
        snapshot = await self.truth.snapshot(self.room)
        assert snapshot is not None
        client.journal.append(
            {"beside": {key: snapshot[key] for key in snapshot if key != "moderation"} | {"viewers": 1}}
        )

    async def _ask_again(self, nth: int, back: int) -> None:
        """On an open socket: what is sent is seen already."""
        client = self._some(nth, here=True)
        if client is not None and client.watcher is not None:
            place: dict[str, Any] = {"epoch": client.epoch, "seq": max(client.seq - back, 0), "n": client.n}
            assert (await client.watcher.ask("join-room", **place))["t"] == "ack"

    async def _ask_anew(self, nth: int) -> None:
        """On an open socket: the whole room, please."""
        client = self._some(nth, here=True)
        if client is not None and client.watcher is not None:
            answer = await client.watcher.ask("join-room", epoch="unknown", seq=0, n=client.n)
            assert answer["t"] == "ack"

    async def _step_out(self, nth: int) -> None:
        """Out of the room and in again, on the same socket."""
        client = self._some(nth, here=True)
        if client is not None and client.watcher is not None:
            await client.watcher.ask("leave-room")
            place: dict[str, Any] = {"epoch": client.epoch, "seq": client.seq, "n": client.n}
            await client.watcher.ask("join-room", **place)

    def _some(self, nth: int, *, here: bool) -> Client | None:
        those = [client for client in self.clients if (client.watcher is not None) is here]
        return those[nth % len(those)] if those else None

    async def _enter(self, client: Client, resume: str) -> None:
        edge = self.edges[self.count % len(self.edges)]
        client.watcher = Journal(await connect(edge.url(self.room, client.who, resume=resume)), client)
        await client.watcher.until(lambda frame: frame["t"] in ("room-state", "viewer-count"))

    async def _settle(self) -> None:
        """Until everybody here has heard everything."""
        head = (await self.log.head(self.room)).position
        await self._say(SlowMode(self.truth.slow_mode))
        for client in self.clients:
            if client.watcher is not None:
                try:
                    await until(_has_heard(client, head.epoch, head.seq + 1))
                except TimeoutError as error:
                    raise AssertionError(f"expected {head}, {self.count} steps on: {client}") from error


def _has_heard(client: Client, epoch: str, seq: int) -> Callable[[], bool]:
    def has() -> bool:
        is_up_to_date = (client.epoch, client.seq) == (epoch, seq)
        return is_up_to_date and set(client.owed) <= set(client.private_numbers())

    return has


def as_file(stories: Sequence[dict[str, Any]]) -> str:
    """One story on a line."""
    return "[\n" + ",\n".join(json.dumps(story, ensure_ascii=False) for story in stories) + "\n]\n"
