"""What may not happen: an order that nobody heard, and an author who thinks it was."""

import asyncio

import pytest
import structlog

from edge.conftest import StartEdge
from edge.server import MemoryBackend, until
from nightmarket.modules.rooms.realtime.kinds.buyer import ClaimResult
from nightmarket.modules.rooms.realtime.limits import RealtimeLimits
from nightmarket.modules.rooms.realtime.tickets import Ticket

pytestmark = pytest.mark.timeout(60)


async def test_more_orders_than_can_wait_are_refused_not_swallowed(
    start_edge: StartEdge, backend: MemoryBackend, room: str
) -> None:
    limits = RealtimeLimits(pending_comments_per_viewer=2, chat_per_second=50, chat_burst=50, presence_seconds=0.05)
    edge = await start_edge(limits=limits)
    gate = asyncio.Event()
    answer = backend.comment

    async def slow(room: str, viewer: Ticket, message_id: str, text: str) -> ClaimResult | None:
        await gate.wait()
        return await answer(room, viewer, message_id, text)

    backend.comment = slow  # type: ignore[method-assign]
    async with await edge.watch(room, "ann") as ann:
        said = [await ann.say(text) for text in ("A1+1", "A2+1", "A3+1", "just talking")]
        assert [one["t"] for one in said] == ["ack", "ack", "error", "ack"]
        assert said[2]["d"]["code"] == "too-fast"
        gate.set()
        await until(lambda: len(ann.of_kind("claim-result")) == 2)
        assert (await ann.say("A3+1"))["t"] == "ack"
        await until(lambda: len(ann.of_kind("claim-result")) == 3)
    assert "A3+1" not in [text for _, text in backend.comments][:2]


async def test_an_order_that_cannot_be_delivered_is_said_to_be_lost(
    start_edge: StartEdge, backend: MemoryBackend, room: str
) -> None:
    edge = await start_edge()

    async def away(*_asked: object) -> ClaimResult | None:
        raise ConnectionError("the api is away")

    backend.comment = away  # type: ignore[method-assign]
    async with await edge.watch(room, "ann") as ann:
        said = await ann.say("A1+2")
        lost = await ann.until_kind("claim-result")
        await ann.say("what a pity")
    assert lost["d"]["message_id"] == said["d"]["id"]
    assert (lost["d"]["text"], lost["d"]["problem"]["code"]) == ("A1+2", "room-unavailable")
    assert len(ann.of_kind("claim-result")) == 1


async def test_an_order_that_is_slow_is_asked_about_once(
    start_edge: StartEdge, backend: MemoryBackend, room: str
) -> None:
    edge = await start_edge(limits=RealtimeLimits(backend_timeout_seconds=0.05, presence_seconds=0.05))
    gate = asyncio.Event()
    asked: list[str] = []
    answer = backend.comment

    async def slow(room: str, viewer: Ticket, message_id: str, text: str) -> ClaimResult | None:
        asked.append(text)
        await gate.wait()
        return await answer(room, viewer, message_id, text)

    backend.comment = slow  # type: ignore[method-assign]
    async with await edge.watch(room, "ann") as ann:
        with structlog.testing.capture_logs() as logs:
            said = asyncio.ensure_future(ann.say("A1+1"))
            await until(lambda: len([one for one in logs if one["event"] == "rooms.comment_failed"]) >= 3)
        gate.set()
        told = await ann.until_kind("claim-result")
        await said
    assert (told["d"].get("problem"), asked) == (None, ["A1+1"])
