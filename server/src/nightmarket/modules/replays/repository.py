"""Every SQL statement about replays and clips."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.unit import Unit
from nightmarket.modules.replays.models import Clip, Replay, ReplayRule
from nightmarket.modules.replays.states import FAILED, PENDING, READY, STORED, WAITING, ReplayState


@dataclass(frozen=True, slots=True)
class Dated:
    """Something with an age, and what its shop says about that."""

    id: str
    created_at: datetime
    days: int | None
    ruled_by: str | None
    """The shop, if it has a rule of its own."""


async def replay(session: AsyncSession, stream_id: str) -> Replay | None:
    """The replay of a show, in whatever state."""
    return await session.scalar(
        sa.select(Replay).where(Replay.stream_id == stream_id).execution_options(populate_existing=True)
    )


async def shop_replays(session: AsyncSession, shop_id: str, *, before: str | None, limit: int) -> Sequence[Replay]:
    """The replays of a shop, those of the latest shows first."""
    query = sa.select(Replay).where(Replay.shop_id == shop_id).order_by(Replay.stream_id.desc()).limit(limit)
    if before is not None:
        query = query.where(Replay.stream_id < before)
    return (await session.scalars(query)).all()


async def move(unit: Unit, stream_id: str, old: Sequence[ReplayState], new: ReplayState, **values: Any) -> bool:
    """Guarded change of state."""
    return await unit.changed_one(
        sa.update(Replay).where(Replay.stream_id == stream_id, Replay.state.in_(old)).values(state=new, **values)
    )


async def note_try(unit: Unit, stream_id: str) -> None:
    """Somebody begins to store it now."""
    await unit.changed(sa.update(Replay).where(Replay.stream_id == stream_id).values(tried_at=unit.now))


async def relocate(unit: Unit, stream_id: str, old: str, new: str) -> bool:
    """Its objects lie elsewhere now; False when somebody else was faster."""
    return await unit.changed_one(
        sa.update(Replay).where(Replay.stream_id == stream_id, Replay.prefix == old).values(prefix=new)
    )


async def set_kept(unit: Unit, stream_id: str, *, kept: bool) -> None:
    """Whether the rules leave it alone."""
    await unit.changed(sa.update(Replay).where(Replay.stream_id == stream_id).values(is_kept=kept))


async def waiting(session: AsyncSession, *, tried_before: datetime, limit: int) -> list[str]:
    """Replays that nobody has tried to store lately."""
    query = sa.select(Replay.stream_id).where(Replay.state == WAITING, Replay.tried_at < tried_before)
    return list(await session.scalars(query.order_by(Replay.created_at).limit(limit)))


async def stored_with_rules(session: AsyncSession, *, before: datetime, after: str | None, limit: int) -> list[Dated]:
    """Replays that the rules may remove."""
    query = (
        sa.select(Replay.stream_id, Replay.created_at, ReplayRule.replay_days, ReplayRule.shop_id)
        .outerjoin(ReplayRule, ReplayRule.shop_id == Replay.shop_id)
        .where(Replay.state == STORED, Replay.is_kept.is_(False), Replay.created_at < before)
        .order_by(Replay.stream_id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(Replay.stream_id > after)
    return [Dated(*row) for row in (await session.execute(query)).all()]


async def old_clips_with_rules(
    session: AsyncSession, *, before: datetime, after: str | None, limit: int
) -> list[Dated]:
    """The same of clips, by their id."""
    query = (
        sa.select(Clip.id, Clip.created_at, ReplayRule.clip_days, ReplayRule.shop_id)
        .outerjoin(ReplayRule, ReplayRule.shop_id == Clip.shop_id)
        .where(Clip.state.in_((READY, FAILED)), Clip.is_kept.is_(False), Clip.created_at < before)
        .order_by(Clip.id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(Clip.id > after)
    return [Dated(*row) for row in (await session.execute(query)).all()]


async def rule(session: AsyncSession, shop_id: str) -> ReplayRule | None:
    """How long a shop keeps what it has, if it says so itself."""
    return await session.scalar(
        sa.select(ReplayRule).where(ReplayRule.shop_id == shop_id).execution_options(populate_existing=True)
    )


async def change_rule(unit: Unit, shop_id: str, **values: Any) -> None:
    """Another rule for a shop that has one."""
    await unit.changed(sa.update(ReplayRule).where(ReplayRule.shop_id == shop_id).values(**values))


async def clip(session: AsyncSession, clip_id: str) -> Clip | None:
    """One clip."""
    return await session.scalar(sa.select(Clip).where(Clip.id == clip_id).execution_options(populate_existing=True))


async def clips(session: AsyncSession, stream_id: str, *, only_ready: bool) -> Sequence[Clip]:
    """The clips of a show, newest first."""
    query = sa.select(Clip).where(Clip.stream_id == stream_id).order_by(Clip.id.desc())
    return (await session.scalars(query.where(Clip.state == READY) if only_ready else query)).all()


async def clip_count(session: AsyncSession, stream_id: str) -> int:
    """How many clips a show has, finished or not."""
    query = sa.select(sa.func.count()).select_from(Clip).where(Clip.stream_id == stream_id)
    return await session.scalar(query) or 0


async def finish_clip(unit: Unit, clip_id: str, *, object_key: str, size_bytes: int) -> bool:
    """The clip can be watched; False when it was deleted meanwhile."""
    return await unit.changed_one(
        sa.update(Clip)
        .where(Clip.id == clip_id, Clip.state == PENDING)
        .values(state=READY, object_key=object_key, size_bytes=size_bytes, ready_at=unit.now)
    )


async def fail_clip(unit: Unit, clip_id: str) -> bool:
    """There is nothing to make it from."""
    return await unit.changed_one(sa.update(Clip).where(Clip.id == clip_id, Clip.state == PENDING).values(state=FAILED))


async def pending_clips(session: AsyncSession, *, before: datetime, limit: int) -> list[str]:
    """Clips that should be long done."""
    query = sa.select(Clip.id).where(Clip.state == PENDING, Clip.created_at < before)
    return list(await session.scalars(query.order_by(Clip.created_at).limit(limit)))


async def relocate_clip(unit: Unit, clip_id: str, old: str, new: str) -> bool:
    """The clip lies elsewhere now."""
    return await unit.changed_one(
        sa.update(Clip).where(Clip.id == clip_id, Clip.object_key == old).values(object_key=new)
    )


async def change_clip(unit: Unit, clip_id: str, **values: Any) -> None:
    """Set what its shop may set."""
    await unit.changed(sa.update(Clip).where(Clip.id == clip_id).values(**values))


async def delete_clip(unit: Unit, clip_id: str) -> bool:
    """Remove the row; False when it is gone already."""
    return await unit.changed_one(sa.delete(Clip).where(Clip.id == clip_id))
