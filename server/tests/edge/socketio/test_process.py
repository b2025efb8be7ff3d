"""`nightmarket edge` with a Socket.IO port: killed while clients are in, and what it loads."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from edge.made import item_updated
from edge.processes import Doorman, process, ready
from edge.server import MemoryBackend
from edge.socketio.node import Node
from nightmarket.modules.rooms.realtime.log import Draft

pytestmark = pytest.mark.timeout(180)


@pytest.mark.parametrize("redis", ["redis"], indirect=True)
async def test_after_a_crash_clients_come_back_by_themselves_and_nothing_kept_is_lost(
    doorman: Doorman,
    backend: MemoryBackend,
    api_port: int,
    room: str,
    node: Node,
    tmp_path: Path,
    unused_tcp_port_factory: Any,
) -> None:
    port, beside = unused_tcp_port_factory(), unused_tcp_port_factory()
    address = f"http://127.0.0.1:{beside}"

    async def keep(*names: str) -> None:
        await backend.log.append(room, [Draft.of(item_updated(name), at=1) for name in names])

    with process(port, api_port, tmp_path, NIGHTMARKET_EDGE__SOCKETIO_PORT=str(beside)) as edge:
        await ready(port)
        clients = [
            await node.enter(name, address, doorman.tickets.ticket(room, name), transports=[name])
            for name in ("polling", "websocket")
        ]
        own = await doorman.enter(port, room, "own")
        assert (await clients[0].ask("chat-message", {"text": "hello"}))["seq"] == 1
        await own.until_said("hello")
        await keep("itm_1")
        for client in clients:
            await client.until_event("item-updated", item_id="itm_1")
        edge.kill()
        await own.closed()
    await keep("itm_2", "itm_3")
    with process(port, api_port, tmp_path, NIGHTMARKET_EDGE__SOCKETIO_PORT=str(beside)) as edge:
        await ready(port)
        for client in clients:
            await client.until_event("item-updated", item_id="itm_3")
        await keep("itm_4")
        for client in clients:
            await client.until_event("item-updated", item_id="itm_4")
            assert client.numbers() == [1, 2, 3, 4, 5]
            assert len(client.of_kind("room-state")) == 1
        edge.terminate()
        for client in clients:
            assert (await client.until_event("closing"))["data"]["code"] == 4001


def test_an_edge_with_socket_io_carries_no_orm_no_celery_and_no_fastapi() -> None:
    modules = "nightmarket.entrypoints.edge, nightmarket.modules.rooms.realtime.socketio.serving"
    script = f"import sys, {modules}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert "socketio" in loaded
    assert not {"sqlalchemy", "celery", "fastapi", "starlette"} & set(loaded)
