"""What every edge says of itself and its rooms, for people who operate it: a row in Redis that runs out by itself."""

import os
import socket
import time
from collections.abc import Iterable
from typing import Any, Final

import msgspec
from redis.asyncio import Redis

from nightmarket.modules.rooms.realtime.log import as_bytes, as_text
from nightmarket.modules.rooms.realtime.meter import ALL_SIZES, Totals, size_of
from nightmarket.modules.rooms.realtime.metrics import ROOM_BACKLOG, ROOM_CONNECTIONS, ROOM_ROOMS
from nightmarket.modules.rooms.realtime.presence import viewer_counts
from nightmarket.modules.rooms.realtime.room import Room

EDGES: Final = "rooms:edges"
EVERY_SECONDS: Final = 2.0
GOOD_FOR_SECONDS: Final = 8
MOST_ROOMS: Final = 1000
"""Of more rooms an edge reports those with the most sockets."""
_EDGE: Final = "edge"


class EdgeReport(msgspec.Struct, frozen=True):
    """One edge process."""

    id: str
    host: str
    pid: int
    started_at: int
    """Unix seconds."""
    connections: int
    rooms: int
    is_draining: bool


class RoomReport(msgspec.Struct, frozen=True):
    """One room at one edge, or at all of them together. Rates are per second; the rest is as of now."""

    connections: int
    frames_in: float
    frames_out: float
    backlog_bytes: int
    behind: int
    """Sockets that read more slowly than the room speaks."""
    slow_closes: int
    """Sockets hung up on for that, since the room was opened there."""

    def plus(self, other: "RoomReport") -> "RoomReport":
        """Both edges together."""
        pairs = zip(msgspec.structs.astuple(self), msgspec.structs.astuple(other), strict=True)
        return RoomReport(*(one + another for one, another in pairs))


class RoomOverview(msgspec.Struct, frozen=True):
    """A room over all edges."""

    id: str
    viewers: int
    edges: int
    report: RoomReport


class Overview(msgspec.Struct, frozen=True):
    """All rooms and all edges, as last reported."""

    edges: list[EdgeReport]
    rooms: list[RoomOverview]


def edge_key(edge_id: str) -> str:
    return f"rooms:edge:{edge_id}"


class Reporter:
    """Reports for one edge."""

    def __init__(self, redis: Redis, edge_id: str) -> None:
        self._redis = redis
        self._edge_id = edge_id
        self._started_at = int(time.time())
        self._before: dict[str, Totals] = {}
        self._due_at = 0.0

    async def report(self, rooms: Iterable[Room], *, connections: int, is_draining: bool) -> None:
        """Say how things stand, when it is time to."""
        if time.monotonic() < self._due_at:
            return
        self._due_at = time.monotonic() + EVERY_SECONDS
        chosen = sorted(rooms, key=lambda room: -len(room.viewers))
        edge = EdgeReport(
            id=self._edge_id,
            host=socket.gethostname(),
            pid=os.getpid(),
            started_at=self._started_at,
            connections=connections,
            rooms=len(chosen),
            is_draining=is_draining,
        )
        before, self._before = self._before, {}
        fields: dict[Any, Any] = {_EDGE: msgspec.json.encode(edge)}
        for room in chosen[:MOST_ROOMS]:
            now = self._before[room.id] = room.meter.totals()
            fields[room.id] = msgspec.json.encode(_report_of(room, now, before.get(room.id)))
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.delete(edge_key(self._edge_id))
            pipe.hset(edge_key(self._edge_id), mapping=fields)
            pipe.expire(edge_key(self._edge_id), GOOD_FOR_SECONDS)
            pipe.zadd(EDGES, {self._edge_id: self._started_at})
            await pipe.execute()

    async def withdraw(self) -> None:
        """This edge ends."""
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.delete(edge_key(self._edge_id))
            pipe.zrem(EDGES, self._edge_id)
            await pipe.execute()


def tell_meters(rooms: Iterable[Room]) -> None:
    """Counts of all rooms to the metrics of their classes; once a second."""
    by_size: dict[str, tuple[int, int, int]] = dict.fromkeys(ALL_SIZES, (0, 0, 0))
    for room in rooms:
        sockets = len(room.viewers)
        room.meter.tell(sockets)
        count, everybody, backlog = by_size[size_of(sockets)]
        # Nothing worth a look waits for those who keep up.
        waits = sum(viewer.unsent_bytes for viewer in room.viewers) if room.meter.paused else 0
        by_size[size_of(sockets)] = count + 1, everybody + sockets, backlog + waits
    for size, (count, everybody, backlog) in by_size.items():
        ROOM_ROOMS.labels(size).set(count)
        ROOM_CONNECTIONS.labels(size).set(everybody)
        ROOM_BACKLOG.labels(size).set(backlog)


async def read_overview(redis: Redis) -> Overview:
    """What the edges say, with the number of viewers of each room; those with most sockets first."""
    listed: Any = await redis.zrange(EDGES, 0, -1)
    names = [as_text(name) for name in listed]
    edges: list[EdgeReport] = []
    rooms: dict[str, list[RoomReport]] = {}
    for name in names:
        fields: Any = await redis.hgetall(edge_key(name))
        if not fields:
            await redis.zrem(EDGES, name)  # it has died
            continue
        for field, value in fields.items():
            if as_text(field) == _EDGE:
                edges.append(msgspec.json.decode(as_bytes(value), type=EdgeReport))
            else:
                rooms.setdefault(as_text(field), []).append(msgspec.json.decode(as_bytes(value), type=RoomReport))
    viewers = await viewer_counts(redis, list(rooms))
    found = []
    for room, reports in rooms.items():
        total = reports[0]
        for report in reports[1:]:
            total = total.plus(report)
        found.append(RoomOverview(room, viewers[room], len(reports), total))
    return Overview(edges, sorted(found, key=lambda one: (-one.report.connections, one.id)))


def _report_of(room: Room, now: Totals, before: Totals | None) -> RoomReport:
    seconds = 0.0 if before is None else now.at - before.at
    return RoomReport(
        connections=len(room.viewers),
        frames_in=_rate(now.frames_in, before and before.frames_in, seconds),
        frames_out=_rate(now.frames_out, before and before.frames_out, seconds),
        backlog_bytes=sum(viewer.unsent_bytes for viewer in room.viewers) if room.meter.paused else 0,
        behind=room.meter.paused,
        slow_closes=room.meter.slow_closes,
    )


def _rate(now: int, before: int | None, seconds: float) -> float:
    return 0.0 if before is None or seconds <= 0 else round((now - before) / seconds, 1)
