"""How it ends and how one comes back: banned, drained, too slow, cut off."""

import json
from dataclasses import replace
from typing import Any

import pytest

from edge.made import item_updated, order
from edge.server import EdgeServer, until
from edge.socketio.conftest import SocketIoEdge, StartEdge
from edge.socketio.node import Node, NodeClient
from edge.socketio.polling import polled
from nightmarket.modules.rooms.realtime.frames import Envelope
from nightmarket.modules.rooms.realtime.limits import RealtimeLimits
from nightmarket.modules.rooms.realtime.log import Draft, meta_key

pytestmark = [pytest.mark.timeout(90), pytest.mark.parametrize("redis", ["stand-in"], indirect=True)]

Transport = dict[str, Any]


async def control(edge: EdgeServer, room: str, change: str, **data: Any) -> None:
    await edge.log.pass_on(room, Envelope("x", change, "", 0, json.dumps(data).encode()))


@pytest.mark.parametrize(
    ("change", "data", "closing"),
    [
        ("ban", {"identities": ["usr_ann"]}, {"code": 4503, "reason": "banned"}),
        ("gone", {}, {"code": 4510, "reason": "no such room"}),
    ],
)
async def test_the_end_for_good_says_why_and_nobody_comes_back(
    edge: SocketIoEdge, node: Node, room: str, transport: Transport, change: str, data: Any, closing: Any
) -> None:
    ann = await node.enter("ann", edge.address, edge.ticket(room, "ann"), **transport)
    await control(edge, room, change, **data)
    assert (await ann.until_event("closing"))["data"] == closing
    left = await ann.until_what("disconnect")
    assert (left["reason"], left["active"]) == ("io server disconnect", False)
    await until(lambda: edge.hub.viewers == set())


async def test_a_drain_sends_everybody_elsewhere_and_they_come_back(
    edge: SocketIoEdge, node: Node, room: str, transport: Transport
) -> None:
    ann = await node.enter("ann", edge.address, edge.ticket(room, "ann"), **transport)
    await edge.hub.drain()
    assert (await ann.until_event("closing"))["data"] == {"code": 4001, "reason": "server is stopping"}
    left = await ann.until_what("disconnect")
    assert (left["reason"], left["active"]) == ("transport close", True)
    edge.hub.is_draining = False
    again = len(ann.heard)
    await ann.until_what("connect", after=again)
    assert (await ann.ask("chat-message", {"text": "back"}))["seq"] == 1


async def keep(edge: EdgeServer, room: str, *names: str) -> None:
    at = edge.hub.now_ms()
    await edge.log.append(room, [Draft.of(item_updated(name), at=at) for name in names])


async def test_who_comes_back_is_sent_what_was_kept_meanwhile(
    edge: SocketIoEdge, node: Node, room: str, transport: Transport
) -> None:
    """The client carries its place in `auth`; the reconnect is the library's own."""
    ann = await node.enter("ann", edge.address, edge.ticket(room, "ann"), **transport)
    await keep(edge, room, "itm_1", "itm_2")
    await edge.log.append_to_user(room, "usr_ann", order("ord_1"), at=edge.hub.now_ms())
    await ann.until_event("item-updated", item_id="itm_2")
    await ann.until_event("order-updated", order_id="ord_1")
    edge.hub.is_draining = True
    await drop(edge)
    await keep(edge, room, "itm_3", "itm_4")
    await edge.log.append_to_user(room, "usr_ann", order("ord_2"), at=edge.hub.now_ms())
    edge.hub.is_draining = False
    await ann.until_event("item-updated", item_id="itm_4")
    await ann.until_event("order-updated", order_id="ord_2")
    await keep(edge, room, "itm_5")
    await ann.until_event("item-updated", item_id="itm_5")
    assert ann.numbers() == [1, 2, 3, 4, 5]
    assert [one["data"]["order_id"] for one in ann.of_kind("order-updated")] == ["ord_1", "ord_2"]
    assert len(ann.of_kind("room-state")) == 1


async def drop(edge: EdgeServer) -> None:
    """Cut everybody off without a word."""
    for viewer in list(edge.hub.viewers):
        viewer.abort()
    await until(lambda: edge.hub.viewers == set())


async def test_join_room_replays_or_says_resync(edge: SocketIoEdge, node: Node, room: str) -> None:
    ann = await node.enter("ann", edge.address, edge.ticket(room, "ann"))
    await keep(edge, room, "itm_1", "itm_2", "itm_3")
    await ann.until_event("item-updated", item_id="itm_3")
    epoch = ann.of_kind("room-state")[0]["data"]["epoch"]
    assert await ann.ask("join-room", {"epoch": epoch, "seq": 1}) == {"epoch": epoch, "seq": 3, "resumed": True}
    assert ann.numbers() == [1, 2, 3, 2, 3]
    assert (await ann.ask("join-room", {"epoch": "other", "seq": 1}))["resumed"] is False
    assert (await ann.until_event("resync"))["data"] == {"epoch": epoch, "seq": 3}
    await until(lambda: len(ann.of_kind("room-state")) == 2)


async def test_a_new_epoch_is_a_resync_and_the_state_anew(edge: SocketIoEdge, node: Node, room: str) -> None:
    ann = await node.enter("ann", edge.address, edge.ticket(room, "ann"))
    await keep(edge, room, "itm_1")
    await ann.until_event("item-updated", item_id="itm_1")
    await edge.log.redis.delete(meta_key(room))
    await keep(edge, room, "itm_2")
    resync = await ann.until_event("resync")
    state = await ann.until_event("room-state", epoch=resync["data"]["epoch"])
    assert state["data"]["seq"] == 1


def narrow(**changes: float) -> RealtimeLimits:
    base = RealtimeLimits(presence_seconds=0.05, drain_spread_seconds=0, send_buffer_bytes=16_384)
    return replace(base, **{"slow_close_seconds": 0.5, "close_wait_seconds": 0.3} | changes)  # type: ignore[arg-type]


async def stalled(edge: SocketIoEdge, node: Node, room: str, name: str) -> NodeClient:
    """A client in the room whose socket is not read."""
    client = await node.enter(name, edge.address, edge.ticket(room, name), transports=["websocket"], reconnection=False)
    client.do("stall")
    return client


async def flood(edge: EdgeServer, room: str, first: int, count: int) -> None:
    for number in range(first, first + count):
        await edge.log.append(room, [Draft.of(item_updated(f"itm_{number}", title="x" * 40_000), at=1)])


async def test_one_stuck_client_is_closed_and_the_others_are_served(
    start_edge: StartEdge, node: Node, room: str
) -> None:
    edge = await start_edge(limits=narrow())
    await stalled(edge, node, room, "stuck")
    good = await node.enter("good", edge.address, edge.ticket(room, "good"), transports=["websocket"])
    async with await edge.watch(room, "own") as own:
        stuck = next(viewer for viewer in edge.hub.viewers if viewer.ticket.name == "stuck")
        await flood(edge, room, 0, 150)
        await good.until_event("item-updated", item_id="itm_149")
        await own.until(lambda frame: frame["t"] == "item-updated" and frame["d"]["item_id"] == "itm_149")
        assert stuck.unsent_bytes < 3 * 64 * 1024
        await until(lambda: {viewer.ticket.name for viewer in edge.hub.viewers} == {"good", "own"})
        await until(lambda: edge.endpoint.sessions == 1)
        assert good.numbers() == list(range(1, 151))


async def test_a_slow_client_that_reads_again_learns_why_it_was_closed(
    start_edge: StartEdge, node: Node, room: str
) -> None:
    edge = await start_edge(limits=narrow(close_wait_seconds=20))
    slow = await stalled(edge, node, room, "slow")
    await flood(edge, room, 0, 150)
    await until(lambda: edge.hub.viewers == set())
    slow.do("read")
    assert (await slow.until_event("closing"))["data"] == {"code": 4008, "reason": "too slow"}
    left = await slow.until_what("disconnect")
    assert left["reason"] == "transport close"


async def test_a_client_that_pauses_and_reads_on_misses_nothing_kept(
    start_edge: StartEdge, node: Node, room: str
) -> None:
    edge = await start_edge(limits=narrow(slow_close_seconds=60))
    slow = await stalled(edge, node, room, "slow")
    await flood(edge, room, 0, 150)
    await until(lambda: any(viewer.is_paused for viewer in edge.hub.viewers))
    slow.do("read")
    await slow.until_event("item-updated", item_id="itm_149")
    await flood(edge, room, 150, 5)
    await slow.until_event("item-updated", item_id="itm_154")
    assert slow.numbers() == list(range(1, 156))


async def test_a_polling_client_that_stops_asking_is_let_go(start_edge: StartEdge, room: str) -> None:
    edge = await start_edge(limits=narrow())
    ticket = edge.ticket(room, "ann")
    sid = json.loads((await polled(edge, "GET"))[1][1:])["sid"]
    await polled(edge, "POST", sid, "40" + json.dumps({"ticket": ticket}))
    await until(lambda: edge.hub.viewers)
    await flood(edge, room, 0, 60)
    await until(lambda: edge.hub.viewers == set())
    await until(lambda: edge.endpoint.sessions == 0)
