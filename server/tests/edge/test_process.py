"""`nightmarket edge` as it is run: its own processes, a Redis between them, an api behind an address."""

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from websockets.asyncio.client import connect

from edge.raw import RawClient
from edge.server import SECRET, EdgeServer, MemoryBackend, Watcher, until
from nightmarket.kernel.clock import system_clock
from nightmarket.kernel.redis import Redis
from nightmarket.modules.rooms.realtime.backend_http import edge_signature
from nightmarket.modules.rooms.realtime.frames import Envelope, encode_data
from nightmarket.modules.rooms.realtime.kinds.goods import SpotlightProduct
from nightmarket.modules.rooms.realtime.limits import RealtimeLimits
from nightmarket.modules.rooms.realtime.log import Draft
from support.engines import REDIS

pytestmark = [pytest.mark.timeout(90), pytest.mark.parametrize("redis", ["redis"], indirect=True)]

READY_SECONDS = 30.0


class Api:
    """The api's answers to edges, over real HTTP: the memory backend behind the signed requests."""

    def __init__(self, backend: MemoryBackend) -> None:
        self._backend = backend

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        body = (await receive())["body"]
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        edge_signature(SECRET).verify(headers["nightmarket-signature"], body, now=int(system_clock().timestamp()))
        asked = json.loads(body)
        if scope["path"].endswith("/snapshot"):
            answer = {"state": await self._backend.snapshot(asked["room"])}
        else:
            self._backend.comments.append((asked["viewer"]["user"], asked["text"]))
            answer = {"result": {"text": asked["text"]} if "+1" in asked["text"] else None}
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
        await send({"type": "http.response.body", "body": json.dumps(answer).encode()})


@pytest.fixture
async def api_port(backend: MemoryBackend) -> AsyncIterator[int]:
    """An api on a port."""
    server = uvicorn.Server(uvicorn.Config(Api(backend), port=0, log_level="critical", lifespan="off", ws="none"))
    running = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await running


@contextmanager
def process(port: int, api_port: int, data_dir: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A running `nightmarket edge`."""
    variables = {
        "PATH": "/usr/bin:/bin",
        "NIGHTMARKET_DATA_DIR": str(data_dir),
        "NIGHTMARKET_SECRET_KEY": SECRET,
        "NIGHTMARKET_REDIS__URL": REDIS,
        "NIGHTMARKET_EDGE__HOST": "127.0.0.1",
        "NIGHTMARKET_EDGE__PORT": str(port),
        "NIGHTMARKET_EDGE__API_URL": f"http://127.0.0.1:{api_port}",
    }
    running = subprocess.Popen(
        [sys.executable, "-m", "nightmarket.entrypoints.cli", "edge"], env=variables, stdout=subprocess.DEVNULL
    )
    try:
        yield running
    finally:
        running.kill()
        running.wait()


async def ready(port: int) -> None:
    """Wait until the edge says it is ready."""
    async with asyncio.timeout(READY_SECONDS):
        while True:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(b"GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n")
                answer = await reader.read()
                writer.close()
            except ConnectionError:
                answer = b""
            if answer.startswith(b"HTTP/1.1 200"):
                return
            await asyncio.sleep(0.05)


class Doorman:
    """Makes addresses with tickets for edges in other processes."""

    def __init__(self, redis: Redis, backend: MemoryBackend) -> None:
        self.tickets = EdgeServer(redis, backend, RealtimeLimits())

    async def enter(self, port: int, room: str, who: str, resume: str = "") -> Watcher:
        ticket = self.tickets.ticket(room, who)
        watcher = Watcher(await connect(f"ws://127.0.0.1:{port}/ws?ticket={ticket}{resume}"))
        await watcher.until(lambda frame: frame["t"] in ("room-state", "viewer-count"))
        return watcher


@pytest.fixture
def doorman(redis: Redis, backend: MemoryBackend) -> Doorman:
    """Lets viewers in."""
    return Doorman(redis, backend)


async def test_two_edges_make_one_room_and_either_may_die(
    doorman: Doorman, backend: MemoryBackend, api_port: int, room: str, tmp_path: Path, unused_tcp_port_factory: Any
) -> None:
    first_port, second_port = unused_tcp_port_factory(), unused_tcp_port_factory()
    with process(first_port, api_port, tmp_path) as first, process(second_port, api_port, tmp_path):
        await ready(first_port)
        await ready(second_port)
        ann, bob = await doorman.enter(first_port, room, "ann"), await doorman.enter(second_port, room, "bob")
        await ann.say("A1+1")
        assert (await ann.until_kind("claim-result"))["d"] == {"text": "A1+1"}
        await bob.until_said("A1+1")
        await ann.until_said("A1+1")
        for watcher in (ann, bob):
            await watcher.until(lambda frame: frame["t"] == "viewer-count" and frame["d"]["count"] == 2)
        first.kill()
        await ann.closed()
        await bob.say("where is ann?")
        place = f"&epoch={ann.frames[0]['d']['epoch']}&seq=1"
        again = await doorman.enter(second_port, room, "ann", place)
        await again.until_said("where is ann?")
        await again.say("here")
        await bob.until_said("here")
        assert [frame["s"] for frame in bob.of_kind("chat-message")] == [1, 2, 3]
        assert [frame["s"] for frame in again.of_kind("chat-message")] == [2, 3]
        assert again.of_kind("room-state") == []
        await again.close()
        await bob.close()
    assert backend.comments == [("usr_ann", "A1+1"), ("usr_bob", "where is ann?"), ("usr_ann", "here")]


async def test_what_moderators_decide_holds_on_every_edge_at_once_and_after_a_restart(
    doorman: Doorman, backend: MemoryBackend, api_port: int, room: str, tmp_path: Path, unused_tcp_port_factory: Any
) -> None:
    ports = unused_tcp_port_factory(), unused_tcp_port_factory()
    words = {"words": [{"text": "假貨", "effect": "block"}], "presets": []}
    with process(ports[0], api_port, tmp_path), process(ports[1], api_port, tmp_path):
        for port in ports:
            await ready(port)
        ann, bob = await doorman.enter(ports[0], room, "ann"), await doorman.enter(ports[1], room, "bob")
        eve = await doorman.enter(ports[1], room, "eve")
        backend.moderation = words | {"banned": {"usr_eve": None}, "shadowed": {"usr_ann": None}}
        for change, data in (
            ("words", words),
            ("mute", {"user": "usr_ann", "until": None, "shadow": True}),
            ("ban", {"identities": ["usr_eve"], "until": None}),
        ):
            await backend.log.pass_on(room, Envelope("x", change, "", 0, encode_data(data)))
        assert await eve.closed() == 4503
        # Control messages keep their order: what was decided before the ban is in force as well.
        assert (await bob.say("都是假 貨"))["d"]["reason"] == "word"
        assert (await bob.say("all good"))["t"] == "ack"
        await ann.until_said("all good")
        assert (await ann.say("psst"))["t"] == "ack"
        await ann.until_said("psst")
        await bob.until_kind("chat-deleted")
        assert bob.texts() == ["all good"]
        await ann.close()
        await bob.close()
    with process(ports[0], api_port, tmp_path):
        await ready(ports[0])
        ann, bob = await doorman.enter(ports[0], room, "ann"), await doorman.enter(ports[0], room, "bob")
        assert (await bob.say("假貨"))["d"]["reason"] == "word"
        assert (await ann.say("still here"))["t"] == "ack"
        await bob.say("bye")
        await bob.until_said("bye")
        assert "still here" not in bob.texts()
        await ann.close()
        await bob.close()


async def test_a_stop_sends_viewers_elsewhere_and_ends_well(
    doorman: Doorman, api_port: int, room: str, tmp_path: Path, unused_tcp_port_factory: Any
) -> None:
    port = unused_tcp_port_factory()
    with process(port, api_port, tmp_path) as edge:
        await ready(port)
        ann = await doorman.enter(port, room, "ann")
        stuck, _ = await RawClient.open(port, f"/ws?ticket={doorman.tickets.ticket(room, 'stuck')}")
        edge.send_signal(signal.SIGTERM)
        assert await ann.closed() == 4001
        assert await asyncio.to_thread(edge.wait, 15) == 0
        await stuck.close()


async def test_what_kept_is_published_while_no_edge_runs_is_not_lost(
    doorman: Doorman,
    redis: Redis,
    backend: MemoryBackend,
    api_port: int,
    room: str,
    tmp_path: Path,
    unused_tcp_port_factory: Any,
) -> None:
    port = unused_tcp_port_factory()
    with process(port, api_port, tmp_path):
        await ready(port)
        ann = await doorman.enter(port, room, "ann")
        epoch = ann.frames[0]["d"]["epoch"]
    await ann.closed()
    await backend.log.append(room, [Draft.of(SpotlightProduct("itm_1"), at=1)])
    with process(port, api_port, tmp_path):
        await ready(port)
        again = await doorman.enter(port, room, "ann", f"&epoch={epoch}&seq=0")
        assert (await again.until_kind("spotlight-product"))["s"] == 1
        await again.close()
