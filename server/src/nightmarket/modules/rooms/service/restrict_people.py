"""Who may not write, whom nobody hears, and who must leave."""

from datetime import timedelta

from redis.exceptions import RedisError

from nightmarket.kernel.logging import get_logger
from nightmarket.kernel.unit import Unit
from nightmarket.modules.buyers.public import standing_of
from nightmarket.modules.identity.public import UserCard, users_by_id
from nightmarket.modules.rooms import moderation_repository as repository
from nightmarket.modules.rooms.models import RestrictionKind, RoomRestriction
from nightmarket.modules.rooms.realtime.acquaintance import Acquaintance
from nightmarket.modules.rooms.realtime.kinds.rules import Muted
from nightmarket.modules.rooms.service.keep_order import Act, Moderator, note, subject_of
from nightmarket.modules.rooms.service.moderate_messages import delete_messages_of

log = get_logger(__name__)


async def mute(moderator: Moderator, user_id: str, *, seconds: int | None, shadow: bool) -> None:
    """Somebody may read and order, but not write; or writes on without being heard, and is not told."""
    row, before = await _restrict(moderator, "mute", user_id, seconds=seconds, shadow=shadow)
    until = _seconds(row)
    await moderator.say.control(moderator.stream_id, "mute", {"user": user_id, "until": until, "shadow": shadow})
    if not shadow:
        await moderator.say.publish(moderator.stream_id, Muted(muted=True, until=until), to_user=user_id)
    elif before is not None and not before.shadow:
        await moderator.say.publish(moderator.stream_id, Muted(muted=False), to_user=user_id)


async def unmute(moderator: Moderator, user_id: str) -> None:
    """Somebody may write, or is heard, again. Who was shadow muted never learns of either."""
    before = await _lift(moderator, "mute", user_id)
    async with moderator.ctx.reader() as session:
        standing = await standing_of(session, moderator.shop_id, user_id)
    if standing.is_blocked:
        return  # the shop does not sell to them: they stay silent in all its rooms
    await moderator.say.control(moderator.stream_id, "unmute", {"user": user_id})
    if before is None or not before.shadow:
        await moderator.say.publish(moderator.stream_id, Muted(muted=False), to_user=user_id)


async def ban(moderator: Moderator, user_id: str, *, seconds: int | None, delete_messages: bool) -> None:
    """Somebody must leave and cannot come back, nor anybody else on a device they used here."""
    devices = await _devices(moderator, user_id)
    row, _ = await _restrict(moderator, "ban", user_id, seconds=seconds, devices=devices)
    data = {"identities": [user_id, *sorted(devices)], "until": _seconds(row)}
    await moderator.say.control(moderator.stream_id, "ban", data)
    if delete_messages:
        await delete_messages_of(moderator, user_id)


async def unban(moderator: Moderator, user_id: str) -> None:
    """Somebody may come back, on their devices too unless another ban keeps those out."""
    freed: set[str] = set()

    async def free(unit: Unit) -> None:
        freed.clear()
        freed.update(await repository.free_devices(unit, moderator.stream_id, user_id))

    await _lift(moderator, "ban", user_id)
    await moderator.ctx.transact(free)
    await moderator.say.control(moderator.stream_id, "unban", {"identities": [user_id, *sorted(freed)]})


async def _restrict(
    moderator: Moderator,
    kind: RestrictionKind,
    user_id: str,
    *,
    seconds: int | None,
    shadow: bool = False,
    devices: frozenset[str] = frozenset(),
) -> tuple[RoomRestriction, RoomRestriction | None]:
    """The new restriction, and the one in force that it replaces."""
    async with moderator.ctx.reader() as session:
        person = await subject_of(session, moderator, user_id)

    async def restrict(unit: Unit) -> tuple[RoomRestriction, RoomRestriction | None]:
        before = await repository.restriction(unit.session, moderator.stream_id, kind, user_id)
        if before is not None:
            unit.session.expunge(before)
        row = RoomRestriction(
            stream_id=moderator.stream_id,
            kind=kind,
            user_id=user_id,
            until=None if seconds is None else unit.now + timedelta(seconds=seconds),
            shadow=shadow,
            set_by=moderator.user_id,
            set_at=unit.now,
        )
        await repository.restrict(unit, row)
        await repository.ban_devices(unit, moderator.stream_id, user_id, devices)
        detail = {"seconds": seconds} | ({"shadow": shadow} if kind == "mute" else {"devices": len(devices)})
        await note(unit, moderator, Act(action=kind, subject=person, detail=detail))
        in_force = before is not None and (before.until is None or before.until > unit.now)
        return row, before if in_force else None

    return await moderator.ctx.transact(restrict)


async def _lift(moderator: Moderator, kind: RestrictionKind, user_id: str) -> RoomRestriction | None:
    async with moderator.ctx.reader() as session:
        person = (await users_by_id(session, [user_id])).get(user_id) or UserCard(user_id, "")

    async def lift(unit: Unit) -> RoomRestriction | None:
        before = await repository.restriction(unit.session, moderator.stream_id, kind, user_id)
        if before is not None:
            unit.session.expunge(before)
        if await repository.lift(unit, moderator.stream_id, kind, user_id):
            await note(unit, moderator, Act(action=f"un{kind}", subject=person))
        return before

    return await moderator.ctx.transact(lift)


async def _devices(moderator: Moderator, user_id: str) -> frozenset[str]:
    """Devices this person came in with, as far as Redis remembers; without it the account alone is banned."""
    try:
        return await Acquaintance(moderator.ctx.redis).devices(moderator.stream_id, user_id)
    except (RedisError, OSError) as error:
        log.warning("rooms.devices_unknown", stream_id=moderator.stream_id, error=repr(error))
        return frozenset()


def _seconds(row: RoomRestriction) -> int | None:
    return None if row.until is None else int(row.until.timestamp())
