"""Who does not get in by Socket.IO, and how they are told."""

import json
from typing import Any

import pytest

from edge.raw import RawClient
from edge.server import until
from edge.socketio.conftest import SocketIoEdge, StartEdge
from edge.socketio.node import Node
from edge.socketio.polling import polled, request
from nightmarket.modules.rooms.realtime.limits import RealtimeLimits

pytestmark = [pytest.mark.timeout(60), pytest.mark.parametrize("redis", ["stand-in"], indirect=True)]

Transport = dict[str, Any]


async def test_a_bad_ticket_is_a_connect_error_with_the_problem(
    edge: SocketIoEdge, node: Node, room: str, transport: Transport
) -> None:
    good = edge.ticket(room, "ann")
    for number, bad in enumerate(("", "abc.def", good[:-1], edge.ticket(room, "ann", lasts=-1))):
        error = await node.connect(f"bad{number}", edge.address, bad, **transport).until_what("connect_error")
        assert (error["data"]["code"], error["data"]["status"]) == ("invalid-ticket", 401)
        assert error["message"] == error["data"]["title"]
        assert error["active"] is False
    assert edge.hub.viewers == set()


async def test_the_ticket_may_be_in_the_address(edge: SocketIoEdge, node: Node, room: str) -> None:
    await node.enter("ann", edge.address, None, query={"ticket": edge.ticket(room, "ann")})
    assert {viewer.ticket.name for viewer in edge.hub.viewers} == {"ann"}


async def test_a_foreign_site_may_not_open_the_room(
    start_edge: StartEdge, node: Node, room: str, transport: Transport
) -> None:
    edge = await start_edge(allowed_origins=["https://shop.example/"])
    evil = node.connect(
        "evil", edge.address, edge.ticket(room, "ann"), extraHeaders={"Origin": "https://evil.example"}, **transport
    )
    error = await evil.until_what("connect_error")
    assert (error["data"]["code"], error["data"]["status"]) == ("origin-not-allowed", 403)
    for name, origin in (("ours", "https://shop.example"), ("same", edge.address)):
        await node.enter(name, edge.address, edge.ticket(room, name), extraHeaders={"Origin": origin}, **transport)


async def test_while_draining_nobody_comes_in_and_everybody_tries_again(
    edge: SocketIoEdge, node: Node, room: str, transport: Transport
) -> None:
    edge.hub.is_draining = True
    ann = node.connect("ann", edge.address, edge.ticket(room, "ann"), **transport)
    error = await ann.until_what("connect_error")
    assert error["active"] is True
    edge.hub.is_draining = False
    await ann.until_event("room-state")


async def test_a_request_without_a_session_gets_a_problem_document(edge: SocketIoEdge, room: str) -> None:
    edge.hub.is_draining = True
    for path in ("/socket.io/?EIO=4&transport=polling", "/socket.io?EIO=4&transport=websocket"):
        client, head = await RawClient.open(edge.socketio_port, path)
        assert head.startswith("HTTP/1.1 503")
        assert "application/problem+json" in head
        assert json.loads(await client.end())["code"] == "server-draining"
        await client.close()
    edge.hub.is_draining = False


async def test_both_doors_of_one_port_are_told_apart(start_edge: StartEdge, node: Node, room: str) -> None:
    edge = await start_edge(mounting="uvicorn")
    client, head = await RawClient.open(edge.port, "/socket.io/x?EIO=4&transport=websocket")
    assert head.startswith("HTTP/1.1 404")
    await client.close()
    assert "hello" in (await request(edge, "GET", "/elsewhere"))[1]
    async with await edge.watch(room, "own"):
        await node.enter("other", edge.address, edge.ticket(room, "other"), transports=["websocket"])
        assert {viewer.ticket.name for viewer in edge.hub.viewers} == {"own", "other"}


async def test_a_session_that_never_comes_in_is_ended(start_edge: StartEdge, room: str) -> None:
    edge = await start_edge(limits=RealtimeLimits(handshake_seconds=0.3, presence_seconds=0.05))
    client, head = await RawClient.open(edge.socketio_port, "/socket.io/?EIO=4&transport=websocket")
    assert head.startswith("HTTP/1.1 101")
    await client.end()
    await client.close()
    assert '"sid"' in (await polled(edge, "GET"))[1]
    await until(lambda: not edge.endpoint.sessions)


@pytest.mark.parametrize("path", ["/socket.io/?EIO=3&transport=polling", "/socket.io/?EIO=4&transport=polling&j=1"])
async def test_older_protocols_are_refused(start_edge: StartEdge, path: str) -> None:
    edge = await start_edge()
    assert (await request(edge, "GET", path))[0] == 400
