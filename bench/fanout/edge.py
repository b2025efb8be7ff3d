"""Our edge as it is run: `nightmarket edge`, a Redis of its own, an api that answers for the rooms, signed tickets."""

import asyncio
import contextlib
import json
import os
import shutil
import threading
import time
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import redis as sync_redis
import redis.asyncio as async_redis
from load import MARK, Target
from machine import PEERS, PYTHON, Missing, free_port, running, wait_for_port
from nightmarket.modules.rooms.realtime.kinds.base import Person, ServerData
from nightmarket.modules.rooms.realtime.kinds.chat import Announcement, ChatMessage
from nightmarket.modules.rooms.realtime.log import ACTIVE_ROOMS, Draft, RoomLog, channel_of, log_key, meta_key
from nightmarket.modules.rooms.realtime.tickets import Ticket, TicketSigner
from servers import AT, CHAT, Bench

CHAT_FRAME = ChatMessage(CHAT["id"], Person(**CHAT["user"]), CHAT["text"])
PROMPT_FRAME = Announcement(CHAT["id"], f"{CHAT['text']} 新品上架, 限量二十件, 請留言 A1+1 下單, 先到先得, 售完為止")
"""Sent at once; as long as the other."""

SECRET = "fan-out-benchmark-0123456789-0123456789"
ITEMS = [
    {
        "id": f"itm_01k7c3z5m8q2v4x6y8b0d2f4h{at}",
        "code": f"A{at}",
        "title": "亞麻洋裝",
        "price": {"amount": 89000, "currency": "TWD"},
        "available": 40,
        "options": ["S", "M", "L"],
    }
    for at in range(6)
]


@contextlib.contextmanager
def redis_server(bench: Bench) -> Iterator[tuple[int, int]]:
    """A Redis that keeps nothing, on a free port: the port and the process."""
    program = shutil.which("redis-server")
    if program is None:
        raise Missing("There is no redis-server: install one (on Debian and Ubuntu, apt-get install redis-server).")
    port = free_port()
    command = [program, "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with running(command, processors=bench.processors.others) as process:
        wait_for_port(port, process)
        yield port, process.pid


class _Api(BaseHTTPRequestHandler):
    """Answers edges as the api does, without a database behind it."""

    protocol_version = "HTTP/1.1"
    redis: sync_redis.Redis

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        room = self.path.split("/")[3]
        if self.path.endswith("/snapshot"):
            epoch, seq = self.redis.hmget(meta_key(room), "epoch", "seq")
            state = {"epoch": epoch, "seq": int(seq or 0), "state": "live", "pinned": ITEMS[0]["id"], "items": ITEMS}
            self._answer({"state": state | {"chat": [], "moderation": {}}})
        else:
            self._answer({"result": None, "results": [{"result": None} for _ in asked.get("comments", ())]})

    def _answer(self, answer: dict[str, Any]) -> None:
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Nobody reads it."""


@contextlib.contextmanager
def api_stub(redis_port: int) -> Iterator[int]:
    """The api's side of the rooms, in a thread of this process."""
    handler = type("Api", (_Api,), {"redis": sync_redis.Redis(port=redis_port, decode_responses=True)})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()


@contextlib.contextmanager
def edge_processes(
    bench: Bench,
    *,
    edges: int = 1,
    connections: int = 1000,
    rooms: int = 1,
    certificate: tuple[Path, Path] | None = None,
) -> Iterator[Target]:
    """So many edges with one Redis, and tickets for so many viewers in so many rooms."""
    names = room_names(rooms)
    with redis_server(bench) as (redis_port, _), api_stub(redis_port) as api_port, contextlib.ExitStack() as stack:
        ports, pids = [], []
        for number in range(edges):
            port = free_port()
            command = [PYTHON, "-m", "nightmarket.entrypoints.cli", "edge"]
            variables = _variables(bench, port, redis_port, api_port, certificate)
            where = bench.processors.server if number == 0 else bench.processors.others
            process = stack.enter_context(running(command, processors=where, environment=variables))
            wait_for_port(port, process)
            ports.append(port)
            pids.append(process.pid)
        yield Target(
            "edge" if edges == 1 else f"{edges} edges",
            pids,
            ports,
            [asyncio.run(append_commands(redis_port, name, CHAT_FRAME)) for name in names],
            [asyncio.run(append_commands(redis_port, name, PROMPT_FRAME)) for name in names],
            paths(names, connections),
            bus_port=redis_port,
            is_greeting=True,
        )


@contextlib.contextmanager
def direct_edge(bench: Bench, *, connections: int) -> Iterator[Target]:
    """The same hub and gateway, but messages are handed to the hub in its own process, without the bus."""
    (room,) = room_names(1)
    with redis_server(bench) as (redis_port, _):
        port, inlet = free_port(), free_port()
        command = [PYTHON, PEERS / "direct_edge.py", port, inlet, redis_port, room, SECRET]
        variables = {"PATH": os.environ["PATH"], "PYTHONPATH": os.environ.get("PYTHONPATH", "")}
        with running(command, processors=bench.processors.server, environment=variables) as process:
            wait_for_port(inlet, process)
            chat, prompt = Draft.of(CHAT_FRAME, at=AT), Draft.of(PROMPT_FRAME, at=AT)
            messages = [b"%s\0%s\0%s\1" % (draft.klass.encode(), draft.before, draft.after) for draft in (chat, prompt)]
            yield Target(
                "edge without the bus",
                [process.pid],
                [port],
                messages[:1],
                messages[1:],
                paths([room], connections),
                bus_port=inlet,
                is_greeting=True,
            )


def room_names(rooms: int) -> list[str]:
    """Rooms of the benchmark."""
    return [f"str_bench{room:06d}" for room in range(rooms)]


def _variables(
    bench: Bench, port: int, redis_port: int, api_port: int, certificate: tuple[Path, Path] | None
) -> dict[str, str]:
    variables = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
        "NIGHTMARKET_DATA_DIR": str(bench.folder),
        "NIGHTMARKET_LOG_LEVEL": "error",
        "NIGHTMARKET_SECRET_KEY": SECRET,
        "NIGHTMARKET_REDIS__URL": f"redis://127.0.0.1:{redis_port}",
        "NIGHTMARKET_EDGE__HOST": "127.0.0.1",
        "NIGHTMARKET_EDGE__PORT": str(port),
        "NIGHTMARKET_EDGE__API_URL": f"http://127.0.0.1:{api_port}",
    }
    if certificate is not None:
        variables["NIGHTMARKET_EDGE__TLS_CERTIFICATE"], variables["NIGHTMARKET_EDGE__TLS_KEY"] = map(str, certificate)
    return variables


def paths(rooms: Sequence[str], connections: int) -> list[str]:
    """Socket addresses with a signed ticket each: signed-in viewers, spread over the rooms."""
    signer, expires_at = TicketSigner(SECRET), int(time.time()) + 3600
    found = []
    for number in range(connections):
        who = f"01k7c3z5m8q2v4x6y8{number:08d}"
        ticket = Ticket(
            room=rooms[number % len(rooms)],
            viewer=f"vwr_{who}",
            device=f"dev_{who}",
            user=f"usr_{who}",
            name="陳小美",
            role="buyer",
        )
        found.append(f"/ws?ticket={signer.issue(ticket, expires_at=expires_at)}")
    return found


def comment_messages() -> list[bytes]:
    """What viewers type: every tenth message is an order."""
    texts = [f"A1+1 {MARK}", *(f"好漂亮, 還有沒有 M 號? {MARK}" for _ in range(9))]
    return [
        json.dumps({"t": "chat-message", "id": 7, "d": {"text": text}}, ensure_ascii=False).encode() for text in texts
    ]


async def append_commands(redis_port: int, room: str, data: ServerData) -> bytes:
    """What `RoomLog.append` sends to Redis for one message, as bytes; the script is loaded by doing it once."""
    client = async_redis.Redis(port=redis_port, decode_responses=True)
    log = RoomLog(client)
    draft = Draft.of(data, at=AT)
    await log.append(room, [draft])
    keys = [meta_key(room), log_key(room), channel_of(room)]
    commands = [("EVALSHA", log._append.sha, 3, *keys, *log._args(draft))]
    if data is CHAT_FRAME:
        commands.append(("ZADD", ACTIVE_ROOMS, AT / 1000, room))
    connection = client.connection_pool.make_connection()
    packed = b"".join(connection.pack_commands(commands))
    await client.aclose()
    if packed.count(MARK[:2].encode()) != 1:
        raise RuntimeError("a message needs one marker")
    return packed
