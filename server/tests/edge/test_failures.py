"""Crashes, restarts, bad networks and bad clients under load: nobody who comes back has lost a kept frame."""

import asyncio
import random
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from edge.conftest import StartEdge
from edge.processes import Doorman, process, ready
from edge.raw import BINARY, CLOSE, CONTINUATION, PING, TEXT, RawClient
from edge.server import EdgeServer, until
from edge.survivor import Door, Speaker, Survivor, assert_nothing_lost, until_all_heard
from nightmarket.modules.rooms.realtime.limits import RealtimeLimits
from support.proxy import Proxy

pytestmark = pytest.mark.timeout(90)

ON_REDIS = pytest.mark.parametrize("redis", ["redis"], indirect=True)
BUSY = RealtimeLimits(
    presence_seconds=0.1, ping_seconds=600, drain_spread_seconds=0, messages_per_second=200, message_burst=400
)


def door(tickets: EdgeServer, port: int, room: str, who: str, role: str = "buyer") -> Door:
    """Into the edge on this port, with a fresh ticket each time."""
    return lambda place: f"ws://127.0.0.1:{port}/ws?ticket={tickets.ticket(room, who, role=role)}{place}"


class Crowd:
    """Watchers and talking hosts, some with one edge as their first choice, some with the other."""

    def __init__(self, tickets: EdgeServer, room: str, ports: tuple[int, int], **options: Any) -> None:
        self._stack = AsyncExitStack()
        self._tickets, self._room, self._ports, self._options = tickets, room, ports, options
        self.survivors: list[Survivor] = []
        self.speakers: list[Speaker] = []

    async def __aenter__(self) -> "Crowd":
        for number in range(8):
            self.survivors.append(await self._enter(f"w{number}", number, "buyer"))
        for number in range(6):
            survivor = await self._enter(f"h{number}", number, "host")
            self.survivors.append(survivor)
            self.speakers.append(Speaker(survivor, f"h{number}"))
        return self

    async def __aexit__(self, *_: object) -> None:
        for speaker in self.speakers:
            await speaker.fall_silent()
        await self._stack.aclose()

    async def _enter(self, who: str, number: int, role: str) -> Survivor:
        first, second = self._ports[number % 2], self._ports[(number + 1) % 2]
        doors = [door(self._tickets, port, self._room, who, role) for port in (first, second)]
        return await self._stack.enter_async_context(Survivor(*doors, **self._options))

    async def each_has_said(self, lines: int) -> None:
        """Wait until every host has had so many more lines taken."""
        wanted = {speaker: len(speaker.taken) + lines for speaker in self.speakers}
        for speaker, number in wanted.items():
            await speaker.survivor.until(lambda speaker=speaker, number=number: len(speaker.taken) >= number)

    async def all_have_everything(self) -> None:
        """Silence; then nothing that was taken may be missing anywhere."""
        for speaker in self.speakers:
            await speaker.fall_silent()
        await until_all_heard(self.survivors, self.speakers)
        assert_nothing_lost(self.survivors, self.speakers)


@ON_REDIS
@pytest.mark.parametrize(("how", "code"), [(signal.SIGKILL, 1006), (signal.SIGTERM, 4001)])
async def test_an_edge_dies_or_is_deployed_while_everybody_talks(
    doorman: Doorman,
    api_port: int,
    room: str,
    tmp_path: Path,
    unused_tcp_port_factory: Callable[[], int],
    how: signal.Signals,
    code: int,
) -> None:
    ports = unused_tcp_port_factory(), unused_tcp_port_factory()
    with process(ports[0], api_port, tmp_path) as first, process(ports[1], api_port, tmp_path):
        for port in ports:
            await ready(port)
        async with Crowd(doorman.tickets, room, ports) as crowd:
            await crowd.each_has_said(5)
            first.send_signal(how)
            await crowd.each_has_said(10)
            # A deploy lets go of its viewers one after the other.
            await until(lambda: sum(bool(survivor.codes) for survivor in crowd.survivors) == 7, 20)
            await crowd.all_have_everything()
            cut_off = [survivor for survivor in crowd.survivors if survivor.codes]
            assert len(cut_off) == 7
            assert {survivor.codes[0] for survivor in cut_off} == {code}
            # What they missed was replayed; nobody had to be given the room anew.
            assert [survivor.states for survivor in crowd.survivors] == [1] * len(crowd.survivors)


@pytest.fixture
async def two(start_edge: StartEdge) -> tuple[EdgeServer, EdgeServer]:
    """Two edges of one room."""
    return await start_edge(limits=BUSY), await start_edge(limits=BUSY)


@pytest.fixture
async def lines(two: tuple[EdgeServer, EdgeServer]) -> AsyncIterator[tuple[Proxy, Proxy]]:
    """The networks between clients and the two edges."""
    async with Proxy(two[0].port) as first, Proxy(two[1].port) as second:
        yield first, second


@pytest.mark.parametrize("harm", ["reset", "freeze", "half-open", "delay"])
async def test_the_network_of_a_client_fails(
    two: tuple[EdgeServer, EdgeServer], lines: tuple[Proxy, Proxy], room: str, harm: str
) -> None:
    ports = lines[0].port, lines[1].port
    async with Crowd(two[0], room, ports, pings=0.5) as crowd:
        await crowd.each_has_said(3)
        line = lines[0]
        if harm == "reset":
            for _ in range(3):
                line.reset()
                await crowd.each_has_said(2)
        elif harm == "freeze":
            line.freeze()
            await until(lambda: all(survivor.codes for survivor in crowd.survivors[::2]), 20)
            line.thaw()
        elif harm == "half-open":
            line.half_open()
        else:
            line.delay = 0.05
        await crowd.each_has_said(5)
        await crowd.all_have_everything()
        assert all(bool(survivor.codes) is (harm != "delay") for survivor in crowd.survivors[:8:2])
        assert {survivor.states for survivor in crowd.survivors} == {1}


@pytest.mark.parametrize("count", [1500])
async def test_a_flood_arrives_whole_and_in_order(two: tuple[EdgeServer, EdgeServer], room: str, count: int) -> None:
    """500 messages a second for three seconds, by 50 hosts on two edges."""
    hosts = [await silent(two[number % 2], room, f"h{number}", role="host") for number in range(50)]
    doors = [door(edge, edge.port, room, f"w{number}") for number, edge in enumerate((*two, *two))]
    async with AsyncExitStack() as stack:
        watchers = [await stack.enter_async_context(Survivor(one)) for one in doors]
        loop = asyncio.get_running_loop()
        began = loop.time()
        for number in range(count):
            hosts[number % 50].send(TEXT, b'{"t":"chat-message","d":{"text":"line %d"}}' % number)
            ahead = began + number / 500 - loop.time()
            if ahead > 0:
                await asyncio.sleep(ahead)
        for watcher in watchers:
            await watcher.until(lambda watcher=watcher: len(watcher.heard) == count)
        for watcher in watchers:
            assert [number for _, number in watcher.numbers] == list(range(1, count + 1))
            assert watcher.gaps == 0
            assert watcher.messages < count
        assert len({tuple(watcher.heard) for watcher in watchers}) == 1
    for host in hosts:
        await host.close()


async def silent(edge: EdgeServer, room: str, who: str, **rights: str) -> RawClient:
    """A client that lets whatever it hears pass by."""
    client, head = await RawClient.open(edge.port, f"/ws?ticket={edge.ticket(room, who, **rights)}")
    assert " 101 " in head
    client.forget()
    return client


def many(client: RawClient, opcode: int, payload: bytes, *, times: int, first: int | None = None, **how: bool) -> None:
    """The same frame again and again."""
    for number in range(times):
        client.send(first if first is not None and number == 0 else opcode, payload, **how)


GARBAGE: list[Callable[[RawClient, random.Random], None]] = [
    lambda client, luck: client.writer.write(luck.randbytes(500)),
    lambda client, luck: client.send(TEXT, luck.randbytes(200)),
    lambda client, luck: client.send(BINARY, luck.randbytes(200)),
    lambda client, _: client.send(TEXT, b"[" * 20_000),
    lambda client, _: client.send(TEXT, b'{"t":"chat-message","d":{"text":' + b'"x' * 5000),
    lambda client, _: client.send(TEXT, b'{"t":"join-queue","id":"seven","d":[]}'),
    lambda client, _: client.send(TEXT, b"x" * 40_000),
    lambda client, _: many(client, CONTINUATION, b"x" * 9000, times=9, first=TEXT, fin=False),
    lambda client, _: client.send(CONTINUATION, b"out of nowhere"),
    lambda client, _: client.send(TEXT, b"{}", rsv=4),
    lambda client, _: client.send(TEXT, b'{"t":"reaction"}', masked=False),
    lambda client, _: client.send(PING, b"x" * 126),
    lambda client, _: client.send(CLOSE, b"\x00\x01"),
    lambda client, _: client.writer.write(b"\x81\xfe\xff"),
    lambda client, _: many(client, TEXT, b'{"t":"reaction"}', times=100),
    lambda client, _: client.writer.transport.abort(),
]


@pytest.mark.parametrize("mounting", ["own", "uvicorn"])
async def test_garbage_hurts_nobody_else(start_edge: StartEdge, room: str, mounting: str) -> None:
    edge = await start_edge(mounting=mounting, limits=replace(BUSY, messages_per_second=20, message_burst=40))
    luck = random.Random(3)
    async with Crowd(edge, room, (edge.port, edge.port)) as crowd:
        bad: list[RawClient] = []
        for number, harm in enumerate(GARBAGE * 3):
            client = await silent(edge, room, f"bad{number}")
            harm(client, luck)
            bad.append(client)
        await crowd.each_has_said(5)
        await crowd.all_have_everything()
        assert [survivor.codes for survivor in crowd.survivors] == [[]] * len(crowd.survivors)
        for client in bad:
            await client.close()
        await until(lambda: all("bad" not in (viewer.ticket.user or "") for viewer in edge.hub.viewers))
