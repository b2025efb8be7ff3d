"""Every statement about live inputs and what they left."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.integrations.cloudflare.models import CloudflareInputRow, CloudflareVideoRow
from nightmarket.kernel.unit import Unit

CLAIM_SECONDS: Final = 60
WATCH: Final = timedelta(hours=2)
_LONGEST_GAP: Final = timedelta(seconds=90)


async def input_of(session: AsyncSession, stream_id: str) -> CloudflareInputRow | None:
    """The live input of a show, as stored now."""
    query = sa.select(CloudflareInputRow).where(CloudflareInputRow.stream_id == stream_id)
    return await session.scalar(query.execution_options(populate_existing=True))


async def input_named(session: AsyncSession, input_uid: str) -> CloudflareInputRow | None:
    """The live input that Cloudflare knows by this id."""
    return await session.scalar(sa.select(CloudflareInputRow).where(CloudflareInputRow.input_uid == input_uid))


async def claim_new(unit: Unit, stream_id: str, *, is_signed: bool) -> bool:
    """Be the first who makes the input of a show."""
    return await unit.add_new(
        CloudflareInputRow(
            stream_id=stream_id,
            claimed_at=unit.now,
            is_enabled=True,
            is_signed=is_signed,
            watch_until=unit.now + WATCH,
            viewer_seconds=0,
            created_at=unit.now,
        )
    )


async def claim_again(unit: Unit, stream_id: str) -> bool:
    """Go on where somebody stopped: they failed, or their time is over."""
    return await unit.changed_one(
        sa.update(CloudflareInputRow)
        .where(
            CloudflareInputRow.stream_id == stream_id,
            CloudflareInputRow.input_uid.is_(None),
            CloudflareInputRow.claimed_at < unit.now - timedelta(seconds=CLAIM_SECONDS),
        )
        .values(claimed_at=unit.now)
    )


async def give_up_claim(unit: Unit, stream_id: str) -> None:
    """It could not be made; the next one may try at once."""
    await change(unit, stream_id, claimed_at=unit.now - timedelta(seconds=CLAIM_SECONDS + 1))


async def lose_input(unit: Unit, stream_id: str) -> None:
    """Cloudflare does not have it any more: another one is to be made."""
    await change(unit, stream_id, input_uid=None, is_enabled=True)
    await give_up_claim(unit, stream_id)


async def change(unit: Unit, stream_id: str, **values: object) -> bool:
    """Set fields of an input."""
    return await unit.changed_one(
        sa.update(CloudflareInputRow).where(CloudflareInputRow.stream_id == stream_id).values(**values)
    )


async def fail(unit: Unit, stream_id: str) -> None:
    """Cloudflare does not say how the input is; since when is kept."""
    await unit.changed(
        sa.update(CloudflareInputRow)
        .where(CloudflareInputRow.stream_id == stream_id, CloudflareInputRow.failing_since.is_(None))
        .values(failing_since=unit.now)
    )


async def count_viewers(unit: Unit, row: CloudflareInputRow, viewers: int) -> None:
    """Add what they watched since the last count. After a gap nobody knows, nothing is added."""
    gap = timedelta() if row.counted_at is None else unit.now - row.counted_at
    seconds = int(viewers * gap.total_seconds()) if timedelta() < gap <= _LONGEST_GAP else 0
    last = CloudflareInputRow.counted_at
    await unit.changed(
        sa.update(CloudflareInputRow)
        .where(
            CloudflareInputRow.stream_id == row.stream_id,
            last.is_(None) if row.counted_at is None else last == row.counted_at,
        )
        .values(viewer_seconds=CloudflareInputRow.viewer_seconds + seconds, counted_at=unit.now)
    )


async def watched(session: AsyncSession, now: datetime, limit: int) -> Sequence[CloudflareInputRow]:
    """Inputs a picture may come to at any moment."""
    query = (
        sa.select(CloudflareInputRow)
        .where(
            CloudflareInputRow.watch_until > now,
            CloudflareInputRow.ended_at.is_(None),
            CloudflareInputRow.input_uid.is_not(None),
        )
        .order_by(CloudflareInputRow.watch_until.desc())
        .limit(limit)
    )
    return (await session.scalars(query)).all()


async def unsettled(session: AsyncSession, after: datetime, limit: int) -> Sequence[CloudflareInputRow]:
    """Inputs of ended shows whose recording is not known yet."""
    query = (
        sa.select(CloudflareInputRow)
        .where(CloudflareInputRow.settled_at.is_(None), CloudflareInputRow.ended_at > after)
        .order_by(CloudflareInputRow.ended_at)
        .limit(limit)
    )
    return (await session.scalars(query)).all()


async def worn_out(session: AsyncSession, before: datetime, limit: int) -> Sequence[CloudflareInputRow]:
    """Inputs of shows that ended long ago."""
    query = (
        sa.select(CloudflareInputRow)
        .where(CloudflareInputRow.ended_at < before, CloudflareInputRow.deleted_at.is_(None))
        .order_by(CloudflareInputRow.ended_at)
        .limit(limit)
    )
    return (await session.scalars(query)).all()


async def videos(session: AsyncSession, stream_id: str) -> Sequence[CloudflareVideoRow]:
    """What the broadcasts of a show left, the longest first."""
    query = (
        sa.select(CloudflareVideoRow)
        .where(CloudflareVideoRow.stream_id == stream_id)
        .order_by(CloudflareVideoRow.duration_ms.desc(), CloudflareVideoRow.video_uid)
    )
    return (await session.scalars(query)).all()


async def keep_video(unit: Unit, row: CloudflareVideoRow) -> None:
    """Remember a finished video, or what is new about it."""
    await unit.session.merge(row)
    await unit.session.flush()


async def forget(unit: Unit, stream_id: str) -> None:
    """Nothing of a show is kept."""
    for table in (CloudflareVideoRow, CloudflareInputRow):
        await unit.changed(sa.delete(table).where(table.stream_id == stream_id))
