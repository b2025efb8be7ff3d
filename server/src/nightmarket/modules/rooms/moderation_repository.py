"""SQL statements about keeping order: who is restricted, the rules of a room, the words of a shop, and the trail."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.groupcommit import Ask, Script, marks, stamp
from nightmarket.kernel.ids import key_of
from nightmarket.kernel.unit import Unit
from nightmarket.modules.rooms.models import (
    ChatMessageRow,
    ModerationEntry,
    RestrictionKind,
    RoomBannedDevice,
    RoomRestriction,
    RoomSettingsRow,
    ShopWord,
    ShopWordPreset,
)

# -- restrictions -----------------------------------------------------------------------------------------------------


def _in_force(now: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(RoomRestriction.until.is_(None), RoomRestriction.until > now)


async def restrictions(session: AsyncSession, stream_id: str, *, now: datetime) -> Sequence[RoomRestriction]:
    """Mutes and bans in force, newest first."""
    query = sa.select(RoomRestriction).where(RoomRestriction.stream_id == stream_id, _in_force(now))
    return (await session.scalars(query.order_by(RoomRestriction.set_at.desc(), RoomRestriction.user_id))).all()


async def restriction(
    session: AsyncSession, stream_id: str, kind: RestrictionKind, user_id: str
) -> RoomRestriction | None:
    """A mute or ban of this person, in force or run out."""
    return await session.get(RoomRestriction, (stream_id, kind, user_id))


async def is_banned(session: AsyncSession, stream_id: str, user_id: str, *, now: datetime) -> bool:
    """Whether this user may not enter."""
    found = await session.scalar(
        sa.select(sa.literal(1)).where(
            RoomRestriction.stream_id == stream_id,
            RoomRestriction.kind == "ban",
            RoomRestriction.user_id == user_id,
            _in_force(now),
        )
    )
    return found is not None


def banned_among(people: Collection[tuple[str, str]], now: datetime) -> Script[set[tuple[str, str]]]:
    """Those of the (show, user) pairs who were shown the door."""
    shows = {key_of("str", stream_id): stream_id for stream_id, _ in people}
    users = {key_of("usr", user_id): user_id for _, user_id in people}
    rows = yield Ask(
        f"SELECT stream_id, user_id FROM room_restrictions WHERE stream_id IN ({marks(len(shows))}) "  # noqa: S608
        f"AND kind = 'ban' AND user_id IN ({marks(len(users))}) AND (until IS NULL OR until > ?)",
        [*shows, *users, stamp(now)],
    )
    return {(shows[bytes(row[0])], users[bytes(row[1])]) for row in rows}


async def is_device_banned(session: AsyncSession, stream_id: str, device: str, *, now: datetime) -> bool:
    """Whether a device may not enter, whoever uses it."""
    found = await session.scalar(
        _banned_devices(stream_id, now).where(RoomBannedDevice.device == device).with_only_columns(sa.literal(1))
    )
    return found is not None


async def banned_devices(session: AsyncSession, stream_id: str, *, now: datetime) -> list[tuple[str, datetime | None]]:
    """Devices that may not enter, each with the end of its ban."""
    rows = await session.execute(_banned_devices(stream_id, now))
    return [(row.device, row.until) for row in rows]


def _banned_devices(stream_id: str, now: datetime) -> sa.Select[str, datetime | None]:
    return (
        sa.select(RoomBannedDevice.device, RoomRestriction.until)
        .join(
            RoomRestriction,
            sa.and_(
                RoomRestriction.stream_id == RoomBannedDevice.stream_id,
                RoomRestriction.user_id == RoomBannedDevice.user_id,
                RoomRestriction.kind == "ban",
            ),
        )
        .where(RoomBannedDevice.stream_id == stream_id, _in_force(now))
    )


async def restrict(unit: Unit, wanted: RoomRestriction) -> None:
    """Set a mute or ban, replacing one of the same kind."""
    await lift(unit, wanted.stream_id, wanted.kind, wanted.user_id)
    await unit.add(wanted)


async def lift(unit: Unit, stream_id: str, kind: RestrictionKind, user_id: str) -> bool:
    """Whether there was a restriction to lift."""
    return await unit.changed_one(
        sa.delete(RoomRestriction).where(
            RoomRestriction.stream_id == stream_id,
            RoomRestriction.kind == kind,
            RoomRestriction.user_id == user_id,
        )
    )


async def ban_devices(unit: Unit, stream_id: str, user_id: str, devices: Collection[str]) -> None:
    """Keep these devices out as long as this person's ban lasts."""
    known = set(
        await unit.session.scalars(
            sa.select(RoomBannedDevice.device).where(
                RoomBannedDevice.stream_id == stream_id, RoomBannedDevice.user_id == user_id
            )
        )
    )
    new = sorted(set(devices) - known)
    await unit.add(*(RoomBannedDevice(stream_id=stream_id, user_id=user_id, device=device) for device in new))


async def free_devices(unit: Unit, stream_id: str, user_id: str) -> set[str]:
    """Let this person's devices in again; those that nobody else's ban keeps out."""
    mine = sa.and_(RoomBannedDevice.stream_id == stream_id, RoomBannedDevice.user_id == user_id)
    devices = set(await unit.session.scalars(sa.select(RoomBannedDevice.device).where(mine)))
    await unit.changed(sa.delete(RoomBannedDevice).where(mine))
    left = await unit.session.scalars(
        _banned_devices(stream_id, unit.now)
        .where(RoomBannedDevice.device.in_(devices))
        .with_only_columns(RoomBannedDevice.device)
    )
    return devices - set(left)


# -- messages ---------------------------------------------------------------------------------------------------------


async def standing_messages(session: AsyncSession, stream_id: str, user_id: str) -> int:
    """How many messages of this person stand."""
    query = sa.select(sa.func.count()).select_from(ChatMessageRow).where(_standing(stream_id, user_id))
    return await session.scalar(query) or 0


async def delete_messages_of(unit: Unit, stream_id: str, user_id: str, *, by: str) -> int:
    """How many messages of this person this call deleted."""
    pinned = sa.select(ChatMessageRow.id).where(
        ChatMessageRow.stream_id == stream_id, ChatMessageRow.user_id == user_id
    )
    await unit.changed(
        sa.update(RoomSettingsRow)
        .where(RoomSettingsRow.stream_id == stream_id, RoomSettingsRow.pinned_message_id.in_(pinned))
        .values(pinned_message_id=None, updated_at=unit.now)
    )
    return await unit.changed(
        sa.update(ChatMessageRow).where(_standing(stream_id, user_id)).values(deleted_at=unit.now, deleted_by=by)
    )


def _standing(stream_id: str, user_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(
        ChatMessageRow.stream_id == stream_id,
        ChatMessageRow.user_id == user_id,
        ChatMessageRow.deleted_at.is_(None),
    )


async def any_message(session: AsyncSession, stream_id: str, message_id: str) -> ChatMessageRow | None:
    """A message of this room, deleted or not."""
    row = await session.get(ChatMessageRow, message_id)
    return row if row is not None and row.stream_id == stream_id else None


async def chat_after(session: AsyncSession, stream_id: str, after: str | None, *, limit: int) -> Sequence[Any]:
    """Everything that was said, oldest first, deleted or not: rows, so that an export holds no objects."""
    query = sa.select(*ChatMessageRow.__table__.columns).where(ChatMessageRow.stream_id == stream_id)
    if after is not None:
        query = query.where(ChatMessageRow.id > after)
    return (await session.execute(query.order_by(ChatMessageRow.id).limit(limit))).all()


# -- rules of a room --------------------------------------------------------------------------------------------------


async def settings(session: AsyncSession, stream_id: str) -> RoomSettingsRow | None:
    """What has been set for the room."""
    return await session.get(RoomSettingsRow, stream_id, populate_existing=True)


async def set_rules(unit: Unit, stream_id: str, **values: Any) -> None:
    """Change some of the room's rules."""
    if await unit.session.get(RoomSettingsRow, stream_id) is None:
        row = RoomSettingsRow(
            stream_id=stream_id, slow_mode_seconds=0, links="mask", contacts="mask", updated_at=unit.now
        )
        await unit.add_new(row)
    await unit.changed(
        sa.update(RoomSettingsRow).where(RoomSettingsRow.stream_id == stream_id).values(**values, updated_at=unit.now)
    )


async def end_raid(unit: Unit, stream_id: str) -> bool:
    """Whether this call ended a raid mode whose time is up."""
    return await unit.changed_one(
        sa.update(RoomSettingsRow)
        .where(RoomSettingsRow.stream_id == stream_id, RoomSettingsRow.raid_until <= unit.now)
        .values(raid_since=None, raid_until=None, updated_at=unit.now)
    )


# -- words of a shop --------------------------------------------------------------------------------------------------


async def words(session: AsyncSession, shop_id: str) -> Sequence[ShopWord]:
    """The shop's own words, in a stable order."""
    return (await session.scalars(sa.select(ShopWord).where(ShopWord.shop_id == shop_id).order_by(ShopWord.key))).all()


async def presets(session: AsyncSession, shop_id: str) -> list[str]:
    """The ready-made lists the shop has switched on."""
    query = sa.select(ShopWordPreset.preset).where(ShopWordPreset.shop_id == shop_id)
    return list(await session.scalars(query.order_by(ShopWordPreset.preset)))


async def remove_words(unit: Unit, shop_id: str, keys: Collection[str]) -> int:
    """How many of these the list had."""
    return await unit.changed(sa.delete(ShopWord).where(ShopWord.shop_id == shop_id, ShopWord.key.in_(set(keys))))


async def replace_presets(unit: Unit, shop_id: str, wanted: Collection[str]) -> None:
    """Exactly these ready-made lists from now on."""
    await unit.changed(sa.delete(ShopWordPreset).where(ShopWordPreset.shop_id == shop_id))
    await unit.add(*(ShopWordPreset(shop_id=shop_id, preset=preset) for preset in sorted(set(wanted))))


# -- the trail --------------------------------------------------------------------------------------------------------


async def entries(
    session: AsyncSession, stream_id: str, *, before: str | None, limit: int
) -> Sequence[ModerationEntry]:
    """What moderators did, newest first."""
    query = sa.select(ModerationEntry).where(ModerationEntry.stream_id == stream_id)
    if before is not None:
        query = query.where(ModerationEntry.id < before)
    return (await session.scalars(query.order_by(ModerationEntry.id.desc()).limit(limit))).all()
