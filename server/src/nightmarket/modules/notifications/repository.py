"""Every SQL statement about notifications and their deliveries."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.unit import Unit
from nightmarket.modules.notifications.channels import Channel
from nightmarket.modules.notifications.models import (
    ContactCodeRow,
    ContactRow,
    DeadAddressRow,
    DeliveryRow,
    NotificationRow,
    PreferenceRow,
    PushSubscriptionRow,
)
from nightmarket.modules.notifications.states import OPEN, State, sources_of


async def add_notification(unit: Unit, row: NotificationRow) -> bool:
    """Keep it; False when the person was told this fact before."""
    return await unit.add_new(row)


async def notification(session: AsyncSession, notification_id: str) -> NotificationRow | None:
    """One notification."""
    return await session.get(NotificationRow, notification_id)


async def notifications_of(
    session: AsyncSession, user_id: str, *, before: str | None, only_unread: bool, limit: int
) -> Sequence[NotificationRow]:
    """A person's notifications, newest first."""
    query = sa.select(NotificationRow).where(NotificationRow.user_id == user_id)
    if before is not None:
        query = query.where(NotificationRow.id < before)
    if only_unread:
        query = query.where(NotificationRow.read_at.is_(None))
    return (await session.scalars(query.order_by(NotificationRow.id.desc()).limit(limit))).all()


async def unread_count(session: AsyncSession, user_id: str, most: int = 100) -> int:
    """How many a person has not read; counting stops at `most`."""
    unread = (
        sa.select(sa.literal(1))
        .where(NotificationRow.user_id == user_id, NotificationRow.read_at.is_(None))
        .limit(most)
        .subquery()
    )
    return await session.scalar(sa.select(sa.func.count()).select_from(unread)) or 0


async def mark_read(unit: Unit, user_id: str, *, ids: Collection[str] | None, up_to: str | None) -> int:
    """Mark these as read, or all up to one of them; how many were not before."""
    change = sa.update(NotificationRow).where(NotificationRow.user_id == user_id, NotificationRow.read_at.is_(None))
    if ids is not None:
        change = change.where(NotificationRow.id.in_(ids))
    if up_to is not None:
        change = change.where(NotificationRow.id <= up_to)
    return await unit.changed(change.values(read_at=unit.now))


async def delivery(session: AsyncSession, delivery_id: str) -> DeliveryRow | None:
    """One delivery as the database has it now."""
    return await session.get(DeliveryRow, delivery_id, populate_existing=True)


async def deliveries_of(session: AsyncSession, notification_ids: Collection[str]) -> Sequence[DeliveryRow]:
    """What became of notifications outside the inbox."""
    query = sa.select(DeliveryRow).where(DeliveryRow.notification_id.in_(notification_ids)).order_by(DeliveryRow.id)
    return (await session.scalars(query)).all()


async def begin_try(unit: Unit, delivery_id: str, lease_until: datetime) -> bool:
    """Take a delivery in hand; False when it has ended, or another process has it."""
    return await unit.changed_one(
        sa.update(DeliveryRow)
        .where(
            DeliveryRow.id == delivery_id,
            sa.or_(
                DeliveryRow.state == "waiting",
                sa.and_(DeliveryRow.state == "sending", DeliveryRow.lease_until <= unit.now),
            ),
        )
        .values(state="sending", attempts=DeliveryRow.attempts + 1, lease_until=lease_until)
    )


async def move(unit: Unit, delivery_id: str, to: State, **values: Any) -> bool:
    """Bring a delivery to another state, from the states that allow it."""
    changed: dict[str, Any] = {"state": to, **values}
    if to not in OPEN:
        changed |= {"lease_until": None, "ended_at": unit.now, "letter": sa.null()}
    return await unit.changed_one(
        sa.update(DeliveryRow)
        .where(DeliveryRow.id == delivery_id, DeliveryRow.state.in_(sources_of(to)))
        .values(**changed)
    )


async def choices_of(session: AsyncSession, user_ids: Collection[str]) -> dict[str, dict[tuple[str, str], bool]]:
    """What people chose for (category, channel)."""
    found: dict[str, dict[tuple[str, str], bool]] = {user_id: {} for user_id in user_ids}
    for row in await session.scalars(sa.select(PreferenceRow).where(PreferenceRow.user_id.in_(user_ids))):
        found[row.user_id][row.category, row.channel] = row.is_on
    return found


async def choose(unit: Unit, user_id: str, category: str, channel: str, *, is_on: bool) -> None:
    """Keep a choice. The time of consent stays when the same is chosen again."""
    key = sa.and_(
        PreferenceRow.user_id == user_id, PreferenceRow.category == category, PreferenceRow.channel == channel
    )
    known = await unit.session.scalar(sa.select(PreferenceRow.is_on).where(key))
    if known is None:
        row = PreferenceRow(user_id=user_id, category=category, channel=channel, is_on=is_on, changed_at=unit.now)
        if await unit.add_new(row):
            return
    if known is not is_on:
        await unit.changed(sa.update(PreferenceRow).where(key).values(is_on=is_on, changed_at=unit.now))


async def subscriptions_of(session: AsyncSession, user_ids: Collection[str]) -> Sequence[PushSubscriptionRow]:
    """The browsers of these people."""
    query = sa.select(PushSubscriptionRow).where(PushSubscriptionRow.user_id.in_(user_ids))
    return (await session.scalars(query.order_by(PushSubscriptionRow.id))).all()


async def subscription(session: AsyncSession, subscription_id: str) -> PushSubscriptionRow | None:
    """One browser."""
    return await session.get(PushSubscriptionRow, subscription_id)


async def subscription_at(session: AsyncSession, endpoint_hash: bytes) -> PushSubscriptionRow | None:
    """The browser with this address."""
    return await session.scalar(
        sa.select(PushSubscriptionRow).where(PushSubscriptionRow.endpoint_hash == endpoint_hash)
    )


async def set_subscription(unit: Unit, subscription_id: str, **values: Any) -> None:
    """Another owner, or other keys."""
    await unit.changed(sa.update(PushSubscriptionRow).where(PushSubscriptionRow.id == subscription_id).values(**values))


async def drop_subscriptions(
    unit: Unit, *, ids: Collection[str] | None = None, user_id: str | None = None, session_id: str | None = None,
    endpoint_hash: bytes | None = None,
) -> int:  # fmt: skip
    """Forget browsers that meet all of what is given."""
    conditions: list[sa.ColumnElement[bool]] = []
    if ids is not None:
        conditions.append(PushSubscriptionRow.id.in_(ids))
    if user_id is not None:
        conditions.append(PushSubscriptionRow.user_id == user_id)
    if session_id is not None:
        conditions.append(PushSubscriptionRow.session_id == session_id)
    if endpoint_hash is not None:
        conditions.append(PushSubscriptionRow.endpoint_hash == endpoint_hash)
    assert conditions
    return await unit.changed(sa.delete(PushSubscriptionRow).where(*conditions))


async def contacts_of(session: AsyncSession, user_ids: Collection[str]) -> Sequence[ContactRow]:
    """Proven phones and LINE accounts of these people."""
    return (await session.scalars(sa.select(ContactRow).where(ContactRow.user_id.in_(user_ids)))).all()


async def dead_among(session: AsyncSession, hashes: Collection[tuple[Channel, bytes]]) -> set[tuple[Channel, bytes]]:
    """Those of the addresses that a service called dead."""
    if not hashes:
        return set()
    query = sa.select(DeadAddressRow.channel, DeadAddressRow.address_hash).where(
        DeadAddressRow.address_hash.in_({one for _, one in hashes})
    )
    return {(row[0], bytes(row[1])) for row in await session.execute(query)} & set(hashes)


async def bury(unit: Unit, channel: Channel, address_hash: bytes, reason: str) -> None:
    """Nothing more is sent to this address."""
    row = DeadAddressRow(channel=channel, address_hash=address_hash, reason=reason[:120], since=unit.now)
    await unit.add_new(row)


async def unbury(unit: Unit, channel: Channel, address_hash: bytes) -> None:
    """The address has shown that it lives."""
    await unit.changed(
        sa.delete(DeadAddressRow).where(DeadAddressRow.channel == channel, DeadAddressRow.address_hash == address_hash)
    )


async def set_contact(unit: Unit, user_id: str, channel: Channel, address: str) -> None:
    """The address is this person's from now on, and nobody else's."""
    theirs = sa.and_(ContactRow.channel == channel, ContactRow.address == address)
    mine = sa.and_(ContactRow.channel == channel, ContactRow.user_id == user_id)
    await unit.changed(sa.delete(ContactRow).where(sa.or_(theirs, mine)))
    await unit.add(ContactRow(user_id=user_id, channel=channel, address=address, is_muted=False, proven_at=unit.now))


async def drop_contact(unit: Unit, user_id: str, channel: Channel) -> bool:
    """Forget an address."""
    return await unit.changed_one(
        sa.delete(ContactRow).where(ContactRow.user_id == user_id, ContactRow.channel == channel)
    )


async def mute(unit: Unit, channel: Channel, address: str, *, is_muted: bool) -> None:
    """The person stopped it, or wants it again, at the other end."""
    await unit.changed(
        sa.update(ContactRow)
        .where(ContactRow.channel == channel, ContactRow.address == address)
        .values(is_muted=is_muted)
    )


async def set_code(unit: Unit, row: ContactCodeRow) -> None:
    """The one code of this person for this channel."""
    await unit.changed(
        sa.delete(ContactCodeRow).where(ContactCodeRow.user_id == row.user_id, ContactCodeRow.channel == row.channel)
    )
    await unit.add(row)


async def code_of(session: AsyncSession, user_id: str, channel: Channel) -> ContactCodeRow | None:
    """The code that is out for this person."""
    return await session.get(ContactCodeRow, (user_id, channel), populate_existing=True)


async def code_by_hash(session: AsyncSession, channel: Channel, code_hash: bytes) -> ContactCodeRow | None:
    """Whose code this is."""
    return await session.scalar(
        sa.select(ContactCodeRow).where(ContactCodeRow.channel == channel, ContactCodeRow.code_hash == code_hash)
    )


async def count_try(unit: Unit, user_id: str, channel: Channel, most: int) -> bool:
    """One more guess; False when there were too many."""
    return await unit.changed_one(
        sa.update(ContactCodeRow)
        .where(ContactCodeRow.user_id == user_id, ContactCodeRow.channel == channel, ContactCodeRow.tries < most)
        .values(tries=ContactCodeRow.tries + 1)
    )


async def drop_code(unit: Unit, user_id: str, channel: Channel) -> None:
    """The code has served."""
    await unit.changed(
        sa.delete(ContactCodeRow).where(ContactCodeRow.user_id == user_id, ContactCodeRow.channel == channel)
    )


async def erase(unit: Unit, user_id: str) -> None:
    """Everything that is kept about a person."""
    for table in (NotificationRow, DeliveryRow, PreferenceRow, PushSubscriptionRow, ContactRow, ContactCodeRow):
        await unit.changed(sa.delete(table).where(table.user_id == user_id))
