"""What only the people of the shop hear, on every edge."""

import pytest
from redis.asyncio import Redis

from edge.conftest import StartEdge
from nightmarket.kernel.clock import system_clock
from nightmarket.modules.rooms.public import RepairChanged, Sold
from nightmarket.modules.rooms.realtime.publisher import RoomPublisher

pytestmark = pytest.mark.timeout(60)


async def test_helpers_hear_what_waits_and_buyers_do_not(start_edge: StartEdge, redis: Redis, room: str) -> None:
    first, second = await start_edge(), await start_edge()
    publisher = RoomPublisher(redis, system_clock)
    async with (
        await first.watch(room, "ann") as ann,
        await first.watch(room, "host", role="host") as host,
        await second.watch(room, "mod", role="moderator") as mod,
        await second.watch(room, None) as guest,
    ):
        await publisher.tell_staff(room, RepairChanged(3))
        for helper in (host, mod):
            assert (await helper.until_kind("repair-changed"))["d"] == {"waiting": 3}
        await host.say("the end")
        for watcher in (ann, guest):
            await watcher.until_said("the end")
            assert watcher.of_kind("repair-changed") == []


async def test_what_is_for_everybody_is_not_told_to_the_staff_alone(redis: Redis, room: str) -> None:
    with pytest.raises(ValueError, match="not for the staff"):
        await RoomPublisher(redis, system_clock).tell_staff(room, Sold(item_id="itm_1", code="A1", quantity=1))
