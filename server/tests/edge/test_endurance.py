"""One mistake in a room may not silence the others, or that room for good."""

import asyncio
from typing import Any

import pytest
from redis.asyncio import Redis

from edge.conftest import StartEdge
from edge.made import message
from edge.server import EdgeServer
from nightmarket.modules.rooms.realtime.kinds.base import FrameClass
from nightmarket.modules.rooms.realtime.log import Draft, RoomLog, channel_of
from nightmarket.modules.rooms.realtime.room import Room
from nightmarket.modules.rooms.realtime.writer import LogWriter

pytestmark = pytest.mark.timeout(60)


async def test_a_line_nobody_can_read_does_not_deafen_the_process(edge: EdgeServer, redis: Redis, room: str) -> None:
    async with await edge.watch(room, "ann") as ann:
        for garbage in ("", "no envelope", "x|mute||0\n{", "k||e|notanumber\n{}"):
            await redis.publish(channel_of(room), garbage)
        await ann.say("still here?")
        heard = await ann.until_kind("chat-message")
    assert heard["d"]["text"] == "still here?"


async def test_heartbeats_and_counts_go_on_after_a_mistake(
    start_edge: StartEdge, room: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stumbled = asyncio.Event()
    refresh = Room.refresh

    def stumble(self: Room) -> None:
        if not stumbled.is_set():
            stumbled.set()
            raise RuntimeError("mistake")
        refresh(self)

    edge = await start_edge()
    async with await edge.watch(room, "ann") as ann:
        monkeypatch.setattr(Room, "refresh", stumble)
        await asyncio.wait_for(stumbled.wait(), 10)
        async with await edge.watch(room, "bob"):
            while (await ann.until_kind("viewer-count"))["d"]["count"] != 2:
                ann.frames.clear()


async def test_a_room_can_be_written_to_after_a_failed_answer(redis: Redis, room: str) -> None:
    writer = LogWriter(RoomLog(redis), asyncio.get_running_loop())
    answered = asyncio.Event()

    def fail(_position: Any) -> None:
        raise RuntimeError("the socket is gone")

    draft = Draft.of(message("cht_a"), at=1)
    assert draft.klass is FrameClass.CHAT
    writer.put(room, draft, fail)
    await writer.finish()
    writer.put(room, draft, lambda _position: answered.set())
    await asyncio.wait_for(answered.wait(), 10)
    await writer.finish()
