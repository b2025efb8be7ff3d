"""Slow and cut connections: one stuck phone never slows a room, and the bus heals by itself."""

import asyncio
import json
import socket
import ssl
from dataclasses import replace
from pathlib import Path

import pytest

from edge.conftest import StartEdge
from edge.made import item_updated, message
from edge.raw import CLOSE, TEXT, RawClient
from edge.server import EdgeServer, until
from edge.test_tls import enter, trusting
from entrypoints.test_edge_settings import write_certificate
from nightmarket.entrypoints.edge_settings import Certificate
from nightmarket.kernel.redis import Redis
from nightmarket.modules.rooms.realtime.limits import RealtimeLimits
from nightmarket.modules.rooms.realtime.log import Draft, log_key, meta_key

pytestmark = pytest.mark.timeout(60)

ON_STAND_IN = pytest.mark.parametrize("redis", ["stand-in"], indirect=True)
FILL = 40_000


def limits(**changes: float) -> RealtimeLimits:
    # Ticks are quick here, and clients that do not read do not answer pings either.
    base = RealtimeLimits(presence_seconds=0.05, ping_seconds=600, drain_spread_seconds=0, send_buffer_bytes=16_384)
    return replace(base, **{"slow_close_seconds": 0.4} | changes)  # type: ignore[arg-type]


async def stalled(edge: EdgeServer, room: str, who: str, *, tls: ssl.SSLContext | None = None) -> RawClient:
    """A client that is let in and then stops reading."""
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.setblocking(False)
    await asyncio.get_running_loop().sock_connect(raw, ("127.0.0.1", edge.port))
    reader, writer = await asyncio.open_connection(
        sock=raw, limit=2048, ssl=tls, server_hostname="127.0.0.1" if tls else None
    )
    client = RawClient(reader, writer)
    writer.write(
        f"GET /ws?ticket={edge.ticket(room, who)} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    await reader.readuntil(b"\r\n\r\n")
    await client.until_text(b'"room-state"')
    return client


async def flood(edge: EdgeServer, room: str, count: int, *, size: int = FILL) -> None:
    at = edge.hub.now_ms()
    for number in range(count):
        await edge.log.append(room, [Draft.of(item_updated(f"itm_{number}", title="x" * size), at=at)])


def paused(edge: EdgeServer) -> list[str]:
    return [viewer.ticket.name for viewer in edge.hub.viewers if viewer.is_paused]


@ON_STAND_IN
@pytest.mark.parametrize("mounting", ["own", "uvicorn"])
async def test_a_viewer_who_never_reads_is_closed_and_the_others_are_served(
    start_edge: StartEdge, room: str, mounting: str
) -> None:
    edge = await start_edge(mounting=mounting, limits=limits(close_wait_seconds=0.2, slow_close_seconds=1.5))
    stuck = await stalled(edge, room, "stuck")
    async with await edge.watch(room, "ann") as ann:
        await flood(edge, room, 30)
        await until(lambda: len(ann.of_kind("item-updated")) == 30)
        await until(lambda: paused(edge) == ["stuck"])
        viewer = next(viewer for viewer in edge.hub.viewers if viewer.is_paused)
        await flood(edge, room, 10)
        await until(lambda: len(ann.of_kind("item-updated")) == 40)
        assert viewer.unsent_bytes < 64 * 1024 + 2 * FILL
        await until(lambda: viewer not in edge.hub.viewers)
        await ann.say("still here")
        await ann.until_kind("chat-message")
    await until(lambda: viewer.unsent_bytes == 0)
    await stuck.close()


@ON_STAND_IN
async def test_a_viewer_who_never_reads_is_closed_behind_tls_too(
    start_edge: StartEdge, room: str, tmp_path: Path
) -> None:
    files = tmp_path / "certificate.pem", tmp_path / "key.pem"
    write_certificate(*files)
    edge = await start_edge(
        tls=Certificate(*files).context, limits=limits(close_wait_seconds=0.2, slow_close_seconds=1.5)
    )
    stuck = await stalled(edge, room, "stuck", tls=trusting())
    async with await enter(edge, room, "ann") as ann:
        await flood(edge, room, 40)
        await until(lambda: len(ann.of_kind("item-updated")) == 40)
        await until(lambda: paused(edge) == ["stuck"])
        viewer = next(viewer for viewer in edge.hub.viewers if viewer.is_paused)
        assert viewer.unsent_bytes < 64 * 1024 + 2 * FILL
        await until(lambda: viewer not in edge.hub.viewers)
        await ann.say("still here")
        await ann.until_said("still here")
    stuck.writer.transport.abort()


@ON_STAND_IN
async def test_a_slow_viewer_who_reads_again_sees_why_it_was_closed(start_edge: StartEdge, room: str) -> None:
    edge = await start_edge(limits=limits(close_wait_seconds=5))
    stuck = await stalled(edge, room, "stuck")
    await flood(edge, room, 30)
    await until(lambda: paused(edge) == ["stuck"])
    await until(lambda: not edge.hub.viewers)
    assert await stuck.until_close() == 4008
    stuck.send(CLOSE, b"\x0f\xa8")
    await stuck.end()
    await stuck.close()


@ON_STAND_IN
async def test_a_viewer_who_pauses_and_reads_on_misses_nothing_numbered(start_edge: StartEdge, room: str) -> None:
    edge = await start_edge(limits=limits(slow_close_seconds=30))
    slow = await stalled(edge, room, "slow")
    await flood(edge, room, 30)
    await until(lambda: paused(edge) == ["slow"])
    await flood(edge, room, 10)
    seen: list[int] = []
    while not seen or seen[-1] < 40:
        opcode, payload = await slow.receive()
        assert opcode == TEXT
        seen += [frame["s"] for frame in json.loads(payload) if frame["t"] == "item-updated"]
    assert seen == list(range(1, 41))
    await until(lambda: paused(edge) == [])
    await slow.close()


@ON_STAND_IN
async def test_a_pause_longer_than_the_memory_brings_the_state_anew(start_edge: StartEdge, room: str) -> None:
    edge = await start_edge(
        limits=RealtimeLimits(
            presence_seconds=0.05,
            ping_seconds=600,
            drain_spread_seconds=0,
            send_buffer_bytes=16_384,
            tail_frames=5,
            snapshot_age_seconds=0,
        )
    )
    slow = await stalled(edge, room, "slow")
    await flood(edge, room, 1, size=20 * FILL)  # more than the kernel takes: paused until the client reads
    await until(lambda: paused(edge) == ["slow"])
    await flood(edge, room, 9, size=10)
    await until(lambda: edge.hub.rooms[room].position.seq == 10)
    await slow.until_text(b'"room-state","s":10')
    await flood(edge, room, 1, size=10)
    assert b'"s":11,' in await slow.until_text(b'"item-updated","s":11')
    await slow.close()


@pytest.mark.parametrize("redis", ["redis"], indirect=True)
async def test_a_redis_with_an_older_state_gives_no_number_twice(edge: EdgeServer, redis: Redis, room: str) -> None:
    async with await edge.watch(room, "ann") as ann:
        for number in range(4):
            await ann.say(f"line {number}")
        await ann.until_said("line 3")
        epoch = ann.frames[0]["d"]["epoch"]
        # Restarted from a snapshot that was made after the second line.
        await redis.hset(meta_key(room), "seq", 2)
        await redis.xdel(log_key(room), "3-0", "4-0")
        await redis.client_kill_filter(_type="pubsub")
        await until(lambda: len(ann.of_kind("room-state")) == 2)
        assert ann.of_kind("resync")[0]["d"]["epoch"] == ann.of_kind("room-state")[1]["d"]["epoch"] != epoch
        await ann.say("again")
        assert (await ann.until_said("again"))["s"] == 1


@pytest.mark.parametrize("redis", ["redis"], indirect=True)
async def test_the_bus_comes_back_and_nothing_numbered_is_lost(edge: EdgeServer, redis: Redis, room: str) -> None:
    async with await edge.watch(room, "ann") as ann:
        await ann.say("one")
        await ann.until_kind("chat-message")
        for number in range(3):
            await redis.client_kill_filter(_type="pubsub", skipme=True)
            await redis.client_kill_filter(_type="pubsub")
            at = edge.hub.now_ms()
            await edge.log.append(room, [Draft.of(message(str(number), f"n{number}"), at=at)])
            await ann.until_said(f"n{number}")
        assert ann.texts() == ["one", "n0", "n1", "n2"]
        assert [frame["s"] for frame in ann.of_kind("chat-message")] == [1, 2, 3, 4]
