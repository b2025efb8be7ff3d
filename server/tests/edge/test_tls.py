"""Rooms over TLS, spoken by the edge itself."""

import ssl
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidHandshake

from edge.conftest import StartEdge
from edge.server import EdgeServer, Watcher, until
from entrypoints.test_edge_settings import write_certificate
from nightmarket.entrypoints.edge_settings import Certificate

pytestmark = pytest.mark.timeout(60)


@pytest.fixture
async def edge(start_edge: StartEdge, tmp_path: Path) -> EdgeServer:
    """One edge with a certificate of its own making."""
    files = tmp_path / "certificate.pem", tmp_path / "key.pem"
    write_certificate(*files)
    return await start_edge(tls=Certificate(*files).context)


def trusting() -> ssl.SSLContext:
    """A client's side that takes any certificate."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


async def enter(edge: EdgeServer, room: str, who: str) -> Watcher:
    return Watcher(await connect(edge.url(room, who).replace("ws://", "wss://"), ssl=trusting()))


async def test_a_room_over_tls(edge: EdgeServer, room: str) -> None:
    async with await enter(edge, room, "ann") as ann, await enter(edge, room, "bob") as bob:
        for watcher in (ann, bob):
            await watcher.until_kind("room-state")
        await ann.say("hello")
        await bob.until_said("hello")
        assert all(viewer.descriptor == -1 for viewer in edge.hub.viewers)  # never past the encryption
    await until(lambda: not edge.hub.viewers)


async def test_plain_words_are_not_understood(edge: EdgeServer, room: str) -> None:
    with pytest.raises((OSError, InvalidHandshake)):
        await connect(edge.url(room, "ann"), open_timeout=10)
    assert not edge.hub.viewers
