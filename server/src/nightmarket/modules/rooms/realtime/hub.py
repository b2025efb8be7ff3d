"""All rooms of one process: who is connected, what runs once a second, and an orderly stop."""

import asyncio
import contextlib
import time
from collections.abc import Coroutine
from typing import Any, Final

from redis.asyncio import Redis
from redis.exceptions import RedisError

from nightmarket.kernel.clock import Clock, system_clock, system_unix_ms, unix_ms
from nightmarket.kernel.ids import new_id
from nightmarket.kernel.logging import get_logger
from nightmarket.kernel.text import masked_name
from nightmarket.modules.rooms.realtime.addresses import SocketCount
from nightmarket.modules.rooms.realtime.backend import RoomBackend
from nightmarket.modules.rooms.realtime.bus import Bus
from nightmarket.modules.rooms.realtime.closing import CloseCode
from nightmarket.modules.rooms.realtime.commands import Commands
from nightmarket.modules.rooms.realtime.ending import end_task
from nightmarket.modules.rooms.realtime.kinds.audience import Joined, Reaction
from nightmarket.modules.rooms.realtime.limits import RealtimeLimits
from nightmarket.modules.rooms.realtime.log_in_memory import room_log
from nightmarket.modules.rooms.realtime.metrics import ACCEPTED, CONNECTIONS, ROOMS
from nightmarket.modules.rooms.realtime.presence import Presence
from nightmarket.modules.rooms.realtime.reports import Reporter, tell_meters
from nightmarket.modules.rooms.realtime.room import Room
from nightmarket.modules.rooms.realtime.services import RoomServices
from nightmarket.modules.rooms.realtime.viewer import Viewer
from nightmarket.modules.rooms.realtime.writer import LogWriter

ROOM_LINGER_SECONDS: Final = 5.0
NAMED: Final = 3
"""So many names a notice of people coming in has."""
OPEN_RETRY_SECONDS: Final = 0.5

log = get_logger(__name__)


class Hub:
    """The rooms and viewers of one process."""

    def __init__(
        self, redis: Redis, backend: RoomBackend, *, limits: RealtimeLimits | None = None, clock: Clock = system_clock
    ) -> None:
        self.edge_id = new_id("edg")
        self.limits = limits or RealtimeLimits()
        self.backend = backend
        self.log = room_log(redis)
        self.commands = Commands(self)
        self.rooms: dict[str, Room] = {}
        self.viewers: set[Viewer] = set()
        self.sockets = SocketCount(self.limits.sockets_per_address)
        self.is_draining = False
        self._clock = clock
        self._bus = Bus(redis, self._deliver, on_lost=self._cut_off, on_restored=self._reconnect)
        self._presence = Presence(
            redis,
            self.edge_id,
            expiry_seconds=self.limits.presence_expiry_seconds,
            every_seconds=self.limits.presence_seconds,
        )
        self._reporter = Reporter(redis, self.edge_id)
        self._renew_ticks = max(1, round(self.limits.presence_renew_seconds / self.limits.presence_seconds))
        self._wheel: list[set[Viewer]] = [set() for _ in range(self.limits.ping_seconds)]
        self._ticks = 0
        self._last_id_ms = 0
        self._accepted = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._ticker: asyncio.Task[None] | None = None
        self._telling: asyncio.Task[None] | None = None
        self.loop: asyncio.AbstractEventLoop
        self.writer: LogWriter

    # -- life ---------------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Ready for viewers; call once, on the loop that will own the sockets."""
        self.loop = asyncio.get_running_loop()
        self.writer = LogWriter(self.log, self.loop)
        self._services = RoomServices(
            edge_id=self.edge_id,
            log=self.log,
            backend=self.backend,
            limits=self.limits,
            loop=self.loop,
            spawn=self.spawn,
            now_ms=self.now_ms,
        )
        self._bus.start()
        self._ticker = self.loop.create_task(self._tick_forever())

    async def drain(self) -> None:
        """Send everybody elsewhere, spread over a moment so that they do not come back as one wave."""
        self.is_draining = True
        waiting = list(self.viewers)
        step = self.limits.drain_spread_seconds / max(len(waiting), 1)
        for viewer in waiting:
            viewer.close(CloseCode.DRAINING, "server is stopping")
            if step >= 0.001:
                await asyncio.sleep(step)

    async def stop(self) -> None:
        """Drain, finish what was accepted, and let go of Redis."""
        await self.drain()
        await self.writer.finish()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=self.limits.backend_timeout_seconds)
        await end_task(self._ticker)
        with contextlib.suppress(RedisError, OSError):
            await self._presence.forget(list(self.rooms), at=self.now_ms())
            await self._reporter.withdraw()
        await self._bus.stop()

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run something beside the sockets; its failure is logged, never silent."""
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        return task

    def now_ms(self) -> int:
        """Server time of frames."""
        return system_unix_ms() if self._clock is system_clock else unix_ms(self._clock())

    def new_message_id(self) -> str:
        """An id that sorts after all earlier ones of this process, also within one millisecond."""
        self._last_id_ms = max(self.now_ms(), self._last_id_ms + 1)
        return new_id("cht", self._last_id_ms)

    @property
    def is_bus_up(self) -> bool:
        """Whether rooms hear of other processes at the moment."""
        return self._bus.is_up

    # -- viewers ------------------------------------------------------------------------------------------------------

    def admit(self, viewer: Viewer) -> None:
        """A socket is open."""
        if self.is_draining:
            viewer.close(CloseCode.DRAINING, "server is stopping")
            return
        self._accepted += 1
        self.viewers.add(viewer)
        self.sockets.add(viewer.ticket.address)
        self._wheel[(self._ticks - 1) % len(self._wheel)].add(viewer)
        self.enter(viewer)

    def enter(self, viewer: Viewer) -> None:
        """Into the room its ticket names."""
        name = viewer.ticket.room
        room = self.rooms.get(name)
        if room is None:
            room = self.rooms[name] = Room(name, self._services)
            if self._bus.is_lost:
                room.cut_off()
            ROOMS.set(len(self.rooms))
            self.spawn(self._open(room))
        room.join(viewer)

    def dismiss(self, viewer: Viewer) -> None:
        """A socket is closing or gone; safe to repeat."""
        if viewer in self.viewers:
            self.sockets.discard(viewer.ticket.address)
        self.viewers.discard(viewer)
        if viewer.room is not None:
            viewer.room.leave(viewer)

    # -- inside -------------------------------------------------------------------------------------------------------

    async def _open(self, room: Room) -> None:
        await self._bus.subscribe(room.id)
        while self.rooms.get(room.id) is room:
            try:
                await room.open()
            except (RedisError, OSError) as error:
                log.warning("rooms.open_failed", room=room.id, error=repr(error))
                await asyncio.sleep(OPEN_RETRY_SECONDS)
            else:
                return

    def _deliver(self, room_id: str, raw: bytes) -> None:
        room = self.rooms.get(room_id)
        if room is not None:
            room.deliver(raw)

    def _cut_off(self) -> None:
        for room in self.rooms.values():
            room.cut_off()

    def _reconnect(self) -> None:
        for room in self.rooms.values():
            room.audience.restate()
            room.reconnect()

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("rooms.task_failed", exc_info=task.exception())

    async def _tick_forever(self) -> None:
        while True:
            await asyncio.sleep(self.limits.presence_seconds)
            self._ticks += 1
            try:
                self._tick()
            except Exception:
                # Heartbeats and counts of every room depend on this loop: our mistake in one must not end it.
                log.exception("rooms.tick_broken")

    def _tick(self) -> None:
        self._beat()
        self._hang_up_on_slow()
        for room in list(self.rooms.values()):
            room.refresh()
        self._count_sockets()
        if self._bus.is_up and (self._telling is None or self._telling.done()):
            self._telling = self.spawn(self._tell())

    def _count_sockets(self) -> None:
        """Metrics are brought up to date here, not with every socket that comes and goes."""
        CONNECTIONS.set(len(self.viewers))
        accepted, self._accepted = self._accepted, 0
        ACCEPTED.inc(accepted)
        tell_meters(self.rooms.values())

    async def _tell(self) -> None:
        """What the other processes learn once a second. A Redis that does not answer must not delay heartbeats."""
        try:
            for room in list(self.rooms.values()):
                await self._tell_reactions(room)
            await self._tell_presence()
            for room in list(self.rooms.values()):
                await self._close_if_deserted(room)
            await self._reporter.report(
                list(self.rooms.values()), connections=len(self.viewers), is_draining=self.is_draining
            )
        except (RedisError, OSError) as error:
            log.warning("rooms.tick_failed", error=repr(error))

    def _beat(self) -> None:
        slot = self._wheel[self._ticks % len(self._wheel)]
        for viewer in list(slot):
            if viewer not in self.viewers:
                slot.discard(viewer)
            elif viewer.is_heard:
                viewer.is_heard = False
                viewer.ping()
            else:
                viewer.close(CloseCode.GOING_AWAY, "no sign of life")
                viewer.abort()

    def _hang_up_on_slow(self) -> None:
        now, limits = time.monotonic(), self.limits
        for room in self.rooms.values():
            room.meter.paused = 0
        for viewer in [viewer for viewer in self.viewers if viewer.paused_at is not None]:
            is_over = now - (viewer.paused_at or now) > limits.slow_close_seconds
            if viewer.room is not None:
                viewer.room.meter.paused += not is_over
                viewer.room.meter.slow_closes += is_over
            if is_over:
                viewer.close(CloseCode.TOO_SLOW, "too slow")

    async def _tell_presence(self) -> None:
        """Rooms in which somebody came or went at once, the others in turns."""
        turn = self._ticks % self._renew_ticks
        due = [
            (room.id, room.audience)
            for room in self.rooms.values()
            if room.audience.is_stale or hash(room.id) % self._renew_ticks == turn
        ]
        for room_id, people in (await self._presence.tell(due, at=self.now_ms())).items():
            if people:
                names = [masked_name(one.name) for one in people if one.show_activity]
                joined = Joined([name for name in names if name][:NAMED], len(people))
                await self.log.announce(room_id, joined, at=self.now_ms(), key=self.edge_id)

    async def _tell_reactions(self, room: Room) -> None:
        reactions, room.reactions = room.reactions, {}
        for emoji, count in reactions.items():
            reaction = Reaction(emoji, count)
            await self.log.announce(room.id, reaction, at=self.now_ms(), key=f"{emoji}:{self.edge_id}")

    async def _close_if_deserted(self, room: Room) -> None:
        if room.viewers:
            return
        now = time.monotonic()
        if room.empty_since is None:
            room.empty_since = now
        elif now - room.empty_since > ROOM_LINGER_SECONDS:
            del self.rooms[room.id]
            ROOMS.set(len(self.rooms))
            await self._presence.forget([room.id], at=self.now_ms())
            if room.id not in self.rooms:
                await self._bus.unsubscribe(room.id)
