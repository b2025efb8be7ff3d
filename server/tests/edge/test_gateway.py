"""The door and the wire: what is refused before the upgrade, and what a misbehaving client can do afterwards."""

import asyncio
import json
import random
from typing import Any

import pytest

from edge.conftest import StartEdge
from edge.raw import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, RawClient
from edge.server import EdgeServer, until
from nightmarket.modules.rooms.realtime.limits import RealtimeLimits

pytestmark = [pytest.mark.timeout(60), pytest.mark.parametrize("redis", ["stand-in"], indirect=True)]


@pytest.fixture(params=["own", "uvicorn"])
async def edge(request: pytest.FixtureRequest, start_edge: StartEdge) -> EdgeServer:
    """The edge in both mountings."""
    return await start_edge(mounting=request.param)


def path_of(edge: EdgeServer, room: str, who: str | None = "ann", **rights: Any) -> str:
    return f"/ws?ticket={edge.ticket(room, who, **rights)}"


async def refusal(edge: EdgeServer, path: str, **request: str) -> tuple[int, dict[str, object]]:
    """Status and problem of an upgrade that must not happen."""
    client, head = await RawClient.open(edge.port, path, **request)
    body = await client.end()
    await client.close()
    assert "content-type: application/problem+json" in head.lower()
    return int(head.split()[1]), json.loads(body)


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/ws", 401, "invalid-ticket"),
        ("/ws?ticket=", 401, "invalid-ticket"),
        ("/ws?ticket=abc.def", 401, "invalid-ticket"),
        ("/ws?ticket=%FF%00", 401, "invalid-ticket"),
        ("/ws?ticket=" + "a" * 4000, 401, "invalid-ticket"),
        ("/nowhere", 404, "not-found"),
        ("//ws", 404, "not-found"),
    ],
)
async def test_without_a_ticket_there_is_no_upgrade(edge: EdgeServer, path: str, status: int, code: str) -> None:
    found, problem = await refusal(edge, path)
    assert (found, problem["status"], problem["code"]) == (status, status, code)
    assert edge.hub.viewers == set()


async def test_an_old_or_changed_ticket_is_refused(edge: EdgeServer, room: str) -> None:
    good = edge.ticket(room, "ann")
    for bad in (edge.ticket(room, "ann", lasts=-1), good[:-1], good[1:], good.replace(".", "x.", 1)):
        status, problem = await refusal(edge, f"/ws?ticket={bad}")
        assert (status, problem["code"]) == (401, "invalid-ticket")


async def test_a_foreign_site_may_not_open_the_room(start_edge: StartEdge, room: str) -> None:
    edge = await start_edge(allowed_origins=["https://shop.example/"])
    status, problem = await refusal(edge, path_of(edge, room), more="Origin: https://evil.example\r\n")
    assert (status, problem["code"]) == (403, "origin-not-allowed")
    for origin in ("https://shop.example", f"http://127.0.0.1:{edge.port}"):
        client, head = await RawClient.open(edge.port, path_of(edge, room), more=f"Origin: {origin}\r\n")
        assert head.startswith("HTTP/1.1 101")
        await client.close()


@pytest.mark.parametrize("connection", ["keep-alive, Upgrade", "Upgrade", "upgrade", "Upgrade, keep-alive"])
async def test_firefox_gets_in(edge: EdgeServer, room: str, connection: str) -> None:
    """It sends `Connection: keep-alive, Upgrade`, which a strict comparison with "upgrade" refuses."""
    client, head = await RawClient.open(edge.port, path_of(edge, room), connection=connection)
    assert head.startswith("HTTP/1.1 101")
    await client.until_text(b'"room-state"')
    await client.close()


async def test_probes_are_answered(start_edge: StartEdge) -> None:
    edge = await start_edge()
    for path, expected in (
        ("/healthz", b'{"status":"ok"}'),
        ("/readyz", b'"ready"'),
        ("/metrics", b"nightmarket_edge_"),
    ):
        await until(lambda: edge.hub.is_bus_up)
        reader, writer = await asyncio.open_connection("127.0.0.1", edge.port)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        answer = await asyncio.wait_for(reader.read(), 10)
        writer.close()
        assert answer.startswith(b"HTTP/1.1 200")
        assert expected in answer


async def test_a_plain_get_on_the_socket_path_is_refused(start_edge: StartEdge, room: str) -> None:
    edge = await start_edge()
    reader, writer = await asyncio.open_connection("127.0.0.1", edge.port)
    writer.write(f"GET {path_of(edge, room)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    answer = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    assert answer.startswith(b"HTTP/1.1 400")
    assert edge.hub.viewers == set()


async def enter(edge: EdgeServer, room: str, who: str = "ann") -> RawClient:
    client, head = await RawClient.open(edge.port, path_of(edge, room, who))
    assert head.startswith("HTTP/1.1 101")
    await client.until_text(b'"room-state"')
    return client


CHAT = json.dumps({"t": "chat-message", "id": 1, "d": {"text": "ฟอง"}}, ensure_ascii=False).encode()


async def test_fragments_are_put_together(edge: EdgeServer, room: str) -> None:
    client = await enter(edge, room)
    client.send(TEXT, CHAT[:10], fin=False)
    client.send(PING, b"in between")
    middle = CHAT.index("ฟ".encode()) + 1  # inside a character
    client.send(CONTINUATION, CHAT[10:middle], fin=False)
    client.send(CONTINUATION, CHAT[middle:])
    assert "ฟอง".encode() in await client.until_text(b'"chat-message"')
    await client.close()


@pytest.mark.parametrize(
    ("frames", "code"),
    [
        ([(BINARY, b"\x00\x01", {})], 1003),
        ([(TEXT, b'{"t":"\xff"}', {})], 1007),
        ([(TEXT, b"{}", {"rsv": 4})], 1002),
        ([(CONTINUATION, b"{}", {})], 1002),
        ([(TEXT, b"{", {"fin": False}), (TEXT, b"}", {})], 1002),
        ([(TEXT, b"{}", {"masked": False})], 1002),
        ([(3, b"", {})], 1002),
        ([(PING, b"x" * 126, {})], 1002),
        ([(TEXT, b"x" * 40_000, {})], 1009),
        ([(TEXT, b"x" * 20_000, {"fin": False}), (CONTINUATION, b"x" * 20_000, {})], 1009),
    ],
)
async def test_a_broken_frame_ends_its_own_socket_only(
    edge: EdgeServer, room: str, frames: list[tuple[int, bytes, dict[str, Any]]], code: int
) -> None:
    bad, good = await enter(edge, room), await enter(edge, room, "bob")
    for opcode, payload, how in frames:
        bad.send(opcode, payload, **how)
    assert await bad.until_close() == code
    good.send(TEXT, CHAT)
    await good.until_text(b'"chat-message"')
    await bad.close()
    await good.close()
    await until(lambda: edge.hub.viewers == set())


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"[]",
        b"7",
        b"{}",
        b'{"t":5}',
        b'{"t":"chat-message","d":[]}',
        b"[" * 20_000,
        b'{"t":"x","d":' + b'{"a":' * 5000,
        b'{"t":"chat-message","id":"x"}',
        b'{"t":"chat-message","d":{"text":"\\ud800"}}',
        b"\x00" * 100,
    ],
)
async def test_nonsense_is_answered_and_survived(edge: EdgeServer, room: str, message: bytes) -> None:
    client = await enter(edge, room)
    client.send(TEXT, message)
    answer = json.loads(await client.until_text(b'"error"'))
    assert answer[0]["d"]["code"] in ("malformed-frame", "unknown-kind")
    client.send(TEXT, CHAT)
    await client.until_text(b'"chat-message"')
    await client.close()


async def test_random_bytes_never_hurt_the_others(start_edge: StartEdge, room: str) -> None:
    edge = await start_edge()
    dice = random.Random(7)
    good = await enter(edge, room, "bob")
    for _ in range(40):
        bad = await enter(edge, room)
        bad.writer.write(dice.randbytes(dice.randint(1, 300)))
        bad.writer.write_eof()
        await bad.end()
        await bad.close()
    good.send(TEXT, CHAT)
    await good.until_text(b'"chat-message"')
    await good.close()
    await until(lambda: edge.hub.viewers == set())


async def test_close_is_answered(edge: EdgeServer, room: str) -> None:
    for sent, expected in ((b"\x03\xe8", 1000), (b"", 1000), (b"\x0f\xa1bye", 4001)):
        client = await enter(edge, room)
        client.send(CLOSE, sent)
        assert await client.until_close() == expected
        assert await client.end() == b""
        await client.close()
    await until(lambda: edge.hub.viewers == set())


async def test_a_half_closed_client_is_let_go(edge: EdgeServer, room: str) -> None:
    client = await enter(edge, room)
    client.writer.write_eof()
    await client.end()
    await until(lambda: edge.hub.viewers == set())
    await client.close()


async def test_an_upgrade_that_never_ends_is_cut_off(start_edge: StartEdge) -> None:
    limits = RealtimeLimits(handshake_seconds=0.2, presence_seconds=0.05)
    edge = await start_edge(limits=limits)
    reader, writer = await asyncio.open_connection("127.0.0.1", edge.port)
    writer.write(b"GET /ws HTTP/1.1\r\n")
    assert await asyncio.wait_for(reader.read(), 10) == b""
    writer.close()


async def test_a_silent_peer_is_asked_and_then_let_go(start_edge: StartEdge, room: str) -> None:
    edge = await start_edge(limits=RealtimeLimits(ping_seconds=2, presence_seconds=0.05))
    silent, alive = await enter(edge, room), await enter(edge, room, "bob")

    async def answer_pings() -> None:
        while True:
            opcode, payload = await alive.receive()
            if opcode == PING:
                alive.send(PONG, payload)

    answering = asyncio.create_task(answer_pings())
    assert await silent.until_close() == 1001
    await until(lambda: {viewer.ticket.name for viewer in edge.hub.viewers} == {"bob"})
    for _ in range(3):
        silent = await enter(edge, room)
        await silent.until_close()
    assert {viewer.ticket.name for viewer in edge.hub.viewers} == {"bob"}
    answering.cancel()
    await alive.close()


async def test_stopping_sends_everybody_elsewhere(start_edge: StartEdge, room: str) -> None:
    for mounting in ("own", "uvicorn"):
        edge = await start_edge(mounting=mounting)
        async with await edge.watch(room, "ann") as ann:
            stopping = asyncio.create_task(edge.stop())
            assert await ann.closed() == 4001
            await stopping
