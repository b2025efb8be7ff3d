"""Every SQL statement on the repair list."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.context import Context
from nightmarket.kernel.groupcommit import AddRows, stamp
from nightmarket.kernel.ids import id_to_bytes, key_of, new_id
from nightmarket.kernel.tidying import forget_rows
from nightmarket.kernel.unit import Unit
from nightmarket.modules.claims.models import CommentRepair
from nightmarket.modules.claims.states import RepairSource, RepairState

OPEN: RepairState = "open"


@dataclass(frozen=True, slots=True)
class NewRepair:
    """A comment that a helper should look at."""

    stream_id: str
    message_id: str
    source: RepairSource
    buyer_id: str | None
    author_name: str | None
    text: str
    reason: str
    proposal: list[dict[str, Any]]


def add_repairs(repairs: Sequence[NewRepair], now: datetime) -> AddRows:
    """The rows of comments that came onto the list."""
    rows = [
        (
            id_to_bytes("rep", new_id("rep")),
            key_of("str", one.stream_id),
            one.message_id,
            one.source,
            None if one.buyer_id is None else key_of("usr", one.buyer_id),
            one.author_name,
            one.text,
            one.reason,
            msgspec.json.encode(one.proposal).decode(),
            OPEN,
            stamp(now),
        )
        for one in repairs
    ]
    return AddRows("comment_repairs", _NEW, rows)


_NEW = (
    "id",
    "stream_id",
    "message_id",
    "source",
    "buyer_id",
    "author_name",
    "text",
    "reason",
    "proposal",
    "state",
    "created_at",
)


async def add_repair(unit: Unit, new: NewRepair) -> bool:
    """Put one comment on the list; False when it is there already."""
    return await unit.add_new(
        CommentRepair(
            id=new_id("rep"),
            stream_id=new.stream_id,
            message_id=new.message_id,
            source=new.source,
            buyer_id=new.buyer_id,
            author_name=new.author_name,
            text=new.text,
            reason=new.reason,
            proposal=new.proposal,
            state=OPEN,
            created_at=unit.now,
        )
    )


async def repair(session: AsyncSession, stream_id: str, message_id: str) -> CommentRepair | None:
    """A comment of the list as stored now."""
    query = sa.select(CommentRepair).where(CommentRepair.stream_id == stream_id, CommentRepair.message_id == message_id)
    return await session.scalar(query.execution_options(populate_existing=True))


async def repairs(
    session: AsyncSession, stream_id: str, states: Collection[RepairState], *, before_id: str | None, limit: int
) -> Sequence[CommentRepair]:
    """One page of a show's list, newest first."""
    query = sa.select(CommentRepair).where(CommentRepair.stream_id == stream_id, CommentRepair.state.in_(states))
    if before_id is not None:
        query = query.where(CommentRepair.id < before_id)
    return (await session.scalars(query.order_by(CommentRepair.id.desc()).limit(limit))).all()


async def open_count(session: AsyncSession, stream_id: str) -> int:
    """How many comments of a show wait for a helper."""
    found = await session.scalar(
        sa.select(sa.func.count())
        .select_from(CommentRepair)
        .where(CommentRepair.stream_id == stream_id, CommentRepair.state == OPEN)
    )
    return int(found or 0)


async def open_of(session: AsyncSession, stream_id: str, buyer_id: str) -> Sequence[CommentRepair]:
    """A buyer's comments that wait for a helper."""
    query = sa.select(CommentRepair).where(
        CommentRepair.stream_id == stream_id, CommentRepair.buyer_id == buyer_id, CommentRepair.state == OPEN
    )
    return (await session.scalars(query)).all()


async def settle(
    unit: Unit, repair_id: str, state: RepairState, *, by: str | None = None, claim_id: str | None = None
) -> bool:
    """Guarded: only one helper settles a comment."""
    return await unit.changed_one(
        sa.update(CommentRepair)
        .where(CommentRepair.id == repair_id, CommentRepair.state == OPEN)
        .values(state=state, settled_by=by, settled_at=unit.now, claim_id=claim_id)
    )


async def note_claim(unit: Unit, repair_id: str, claim_id: str) -> None:
    """Which claim mended a comment that this transaction has settled."""
    await unit.changed(sa.update(CommentRepair).where(CommentRepair.id == repair_id).values(claim_id=claim_id))


async def reword(unit: Unit, repair_id: str, new: NewRepair) -> bool:
    """The author has edited a comment that still waits."""
    return await unit.changed_one(
        sa.update(CommentRepair)
        .where(CommentRepair.id == repair_id, CommentRepair.state == OPEN)
        .values(text=new.text, reason=new.reason, proposal=new.proposal)
    )


async def forget_repairs(ctx: Context, before: datetime) -> None:
    """Drop comments that came onto a list before a time."""
    await forget_rows(ctx, CommentRepair, CommentRepair.created_at < before)
