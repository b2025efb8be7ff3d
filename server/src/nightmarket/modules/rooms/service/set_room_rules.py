"""The rules of a room: how often, who, and what may be written. Stored first, then told to edges and to viewers."""

from datetime import timedelta
from typing import Any

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.kernel.jobs import job
from nightmarket.kernel.unit import Unit
from nightmarket.modules.rooms import moderation_repository as repository
from nightmarket.modules.rooms.models import ModerationEntry, Policy
from nightmarket.modules.rooms.realtime.kinds.rules import PublicRules, SlowMode
from nightmarket.modules.rooms.realtime.publisher import RoomPublisher
from nightmarket.modules.rooms.service.keep_order import Act, Moderator, note
from nightmarket.modules.rooms.service.load_rules import edge_rules, public_rules
from nightmarket.modules.streams import public as streams


async def set_slow_mode(moderator: Moderator, seconds: int) -> None:
    """One message per person and `seconds`; 0 ends it."""
    await _set(moderator, "slow_mode", {"seconds": seconds}, slow_mode_seconds=seconds)
    await moderator.say.publish(moderator.stream_id, SlowMode(seconds))


async def set_followers_only(moderator: Moderator, minutes: int | None) -> None:
    """Only who has followed the shop for so many minutes may write; None: everybody."""
    await _set(moderator, "followers_only", {"minutes": minutes}, followers_only_minutes=minutes)


async def set_links(moderator: Moderator, policy: Policy) -> None:
    """What happens to links that viewers write."""
    await _set(moderator, "links", {"policy": policy}, links=policy)


async def set_contacts(moderator: Moderator, policy: Policy) -> None:
    """What happens to phone numbers, messenger ids, accounts and the phrases of swindlers."""
    await _set(moderator, "contacts", {"policy": policy}, contacts=policy)


async def set_raid_mode(moderator: Moderator, seconds: int | None) -> None:
    """Shut newcomers up for a while, and be strict with everybody; None ends it. Asked again it lasts longer."""
    stream_id = moderator.stream_id

    async def change(unit: Unit) -> None:
        settings = await repository.settings(unit.session, stream_id)
        since, until = None, None
        if seconds is not None:
            until = unit.now + timedelta(seconds=seconds)
            is_on = settings is not None and settings.raid_until is not None and settings.raid_until > unit.now
            since = settings.raid_since if settings is not None and is_on else unit.now
            unit.enqueue(end_raid_mode, stream_id, at=until)
        await repository.set_rules(unit, stream_id, raid_since=since, raid_until=until)
        await note(unit, moderator, Act(action="raid", detail={"seconds": seconds}))

    await moderator.ctx.transact(change)
    await tell_rules(moderator.ctx, stream_id)


@job("rooms.end_raid_mode.v1", queue="realtime")
async def end_raid_mode(ctx: Context, stream_id: str) -> None:
    """A raid mode is over when its time is: the edges know that by themselves, the viewers are told."""
    async with ctx.reader() as session:
        stream = await streams.stream_view(session, stream_id)

    async def end(unit: Unit) -> bool:
        if stream is None or not await repository.end_raid(unit, stream_id):
            return False
        await unit.add(
            ModerationEntry(
                id=new_id("mod"),
                stream_id=stream_id,
                shop_id=stream.shop_id,
                action="raid",
                by_id=None,
                by_name="",
                detail={"seconds": None},
                at=unit.now,
            )
        )
        return True

    if await ctx.transact(end):
        await tell_rules(ctx, stream_id)


async def tell_rules(ctx: Context, stream_id: str) -> None:
    """The rules as they stand now, to the edges at once and to everybody in the room."""
    async with ctx.reader() as session:
        settings = await repository.settings(session, stream_id)
    say, now = RoomPublisher(ctx.redis, ctx.clock), ctx.clock()
    await say.control(stream_id, "rules", edge_rules(settings, now=now))
    await say.publish(stream_id, PublicRules(**public_rules(settings, now=now)))


async def _set(moderator: Moderator, action: str, detail: dict[str, Any], **values: Any) -> None:
    async def change(unit: Unit) -> None:
        await repository.set_rules(unit, moderator.stream_id, **values)
        await note(unit, moderator, Act(action=action, detail=detail))

    await moderator.ctx.transact(change)
    await tell_rules(moderator.ctx, moderator.stream_id)
