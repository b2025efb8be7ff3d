"""`nightmarket edge` as it is run: its own processes, a Redis between them, an api behind an address."""

import asyncio
import signal
from pathlib import Path
from typing import Any

import pytest

from edge.processes import Doorman, process, ready
from edge.raw import RawClient
from edge.server import MemoryBackend
from nightmarket.kernel.redis import Redis
from nightmarket.modules.rooms.realtime.frames import Envelope, encode_data
from nightmarket.modules.rooms.realtime.kinds.goods import SpotlightProduct
from nightmarket.modules.rooms.realtime.log import Draft

pytestmark = [pytest.mark.timeout(90), pytest.mark.parametrize("redis", ["redis"], indirect=True)]


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
        for watcher in (bob, again):
            await watcher.until_said("here")
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
