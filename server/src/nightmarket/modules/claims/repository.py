"""Every SQL statement on claims."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from nightmarket.kernel.context import Context
from nightmarket.kernel.groupcommit import AddRows, Ask, Script, marks, stamp
from nightmarket.kernel.ids import key_of
from nightmarket.kernel.tidying import forget_rows
from nightmarket.kernel.unit import Unit
from nightmarket.modules.claims.models import Claim, CommentOrder
from nightmarket.modules.claims.states import COUNTED, HELD, OPEN, ORDERED, WAITLISTED, State, may_move

ClaimAndPlace = tuple[Claim, int | None]


@dataclass(frozen=True, slots=True)
class ClaimFilter:
    """Which claims of a list."""

    buyer_id: str | None = None
    stream_id: str | None = None
    shop_id: str | None = None
    states: Collection[State] = ()
    ids: Collection[str] | None = None
    before_id: str | None = None


def _with_place() -> sa.Select[Claim, int | None]:
    """Claims with their place in line, where they wait."""
    ahead = aliased(Claim)
    place = (
        sa.select(sa.func.count())
        .select_from(ahead)
        .where(
            ahead.item_id == Claim.item_id,
            ahead.variant_id == Claim.variant_id,
            ahead.state == WAITLISTED,
            ahead.id <= Claim.id,
        )
        .correlate(Claim)
        .scalar_subquery()
    )
    return sa.select(Claim, sa.case((Claim.state == WAITLISTED, place), else_=None)).execution_options(
        populate_existing=True
    )


async def find(session: AsyncSession, wanted: ClaimFilter, *, limit: int | None = None) -> list[ClaimAndPlace]:
    """Claims with their place in line, newest first."""
    query = _with_place().order_by(Claim.id.desc())
    tests: list[sa.ColumnElement[bool]] = []
    if wanted.buyer_id is not None:
        tests.append(Claim.buyer_id == wanted.buyer_id)
    if wanted.stream_id is not None:
        tests.append(Claim.stream_id == wanted.stream_id)
    if wanted.shop_id is not None:
        tests.append(Claim.shop_id == wanted.shop_id)
    if wanted.states:
        tests.append(Claim.state.in_(wanted.states))
    if wanted.ids is not None:
        tests.append(Claim.id.in_(wanted.ids))
    if wanted.before_id is not None:
        tests.append(Claim.id < wanted.before_id)
    return [(row[0], row[1]) for row in await session.execute(query.where(*tests).limit(limit))]


async def one(session: AsyncSession, claim_id: str) -> ClaimAndPlace | None:
    """A claim as stored now."""
    found = await find(session, ClaimFilter(ids=[claim_id]))
    return found[0] if found else None


async def units_held(session: AsyncSession, variant_ids: Collection[str]) -> dict[str, int]:
    """Units of variants that claims keep others from getting."""
    query = (
        sa.select(Claim.variant_id, sa.func.sum(Claim.quantity))
        .where(
            Claim.variant_id.in_(variant_ids),
            Claim.state.in_((HELD, ORDERED)),
            Claim.sold_at.is_(None),
            Claim.is_first_paid.is_(False),
        )
        .group_by(Claim.variant_id)
    )
    return {row[0]: int(row[1]) for row in await session.execute(query)}


async def open_claims(session: AsyncSession, stream_id: str, buyer_id: str) -> Sequence[Claim]:
    """What a buyer holds and waits for in a show, newest first."""
    query = sa.select(Claim).where(Claim.stream_id == stream_id, Claim.buyer_id == buyer_id, Claim.state.in_(OPEN))
    newest_first = query.order_by(Claim.id.desc()).execution_options(populate_existing=True)
    return (await session.scalars(newest_first)).all()


async def waiting(session: AsyncSession, variant_id: str, item_id: str | None, *, limit: int) -> Sequence[Claim]:
    """Who waits for a variant, or for any variant of an item, longest first."""
    waits = sa.select(Claim.id).where(Claim.state == WAITLISTED)
    query = sa.select(Claim).order_by(Claim.id).limit(limit)
    if item_id is None:
        query = query.where(Claim.state == WAITLISTED, Claim.variant_id == variant_id)
    else:  # each side has an index of its own; as one condition they are looked for among all who wait anywhere
        who = sa.union(waits.where(Claim.variant_id == variant_id), waits.where(Claim.item_id == item_id)).subquery()
        query = query.join(who, who.c.id == Claim.id)
    return (await session.scalars(query.execution_options(populate_existing=True))).all()


async def due(session: AsyncSession, now: datetime, *, limit: int) -> Sequence[str]:
    """Held claims whose deadline has passed, the most overdue first."""
    query = (
        sa.select(Claim.id)
        .where(Claim.state == HELD, Claim.hold_expires_at <= now)
        .order_by(Claim.hold_expires_at)
        .limit(limit)
    )
    return (await session.scalars(query)).all()


async def racing(session: AsyncSession, variant_id: str, after: str | None, *, limit: int) -> Sequence[Claim]:
    """Open claims of a variant that hold nothing: who pays first gets it. Oldest first, those after an id."""
    query = (
        sa.select(Claim)
        .where(
            Claim.variant_id == variant_id,
            Claim.state.in_((HELD, ORDERED)),
            Claim.is_first_paid.is_(True),
            Claim.sold_at.is_(None),
        )
        .order_by(Claim.id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(Claim.id > after)
    return (await session.scalars(query.execution_options(populate_existing=True))).all()


async def longest_hold(session: AsyncSession, stream_id: str) -> int | None:
    """The most seconds that anybody may hold what they claimed or wait for in a show; None without such claims."""
    return await session.scalar(
        sa.select(sa.func.max(Claim.hold_seconds)).where(Claim.stream_id == stream_id, Claim.state.in_(COUNTED))
    )


async def last_deadline(session: AsyncSession, stream_id: str) -> datetime | None:
    """When the last of a show's claims that may still come back has to be ordered; boxes move that out by days."""
    may_come_back = sa.and_(Claim.state.in_((HELD, ORDERED)), Claim.sold_at.is_(None))
    return await session.scalar(
        sa.select(sa.func.max(Claim.hold_expires_at)).where(Claim.stream_id == stream_id, may_come_back)
    )


async def mark_reminded(unit: Unit, claim_id: str) -> bool:
    """The buyer of a held claim is told that its deadline is near; False the second time, or when it is past."""
    return await unit.changed_one(
        sa.update(Claim)
        .where(Claim.id == claim_id, Claim.state == HELD, Claim.reminded_at.is_(None), Claim.hold_expires_at > unit.now)
        .values(reminded_at=unit.now)
    )


async def waiting_in_stream(session: AsyncSession, stream_id: str, *, limit: int) -> Sequence[str]:
    """Claims that wait in a show."""
    query = sa.select(Claim.id).where(Claim.stream_id == stream_id, Claim.state == WAITLISTED).order_by(Claim.id)
    return (await session.scalars(query.limit(limit))).all()


async def of_order(session: AsyncSession, order_id: str) -> Sequence[Claim]:
    """The claims an order was made of that it still owns, in the order in which stock rows are to be locked."""
    query = (
        sa.select(Claim)
        .where(Claim.order_id == order_id, Claim.state == ORDERED)
        .order_by(Claim.item_id, Claim.variant_id, Claim.id)
    )
    return (await session.scalars(query.execution_options(populate_existing=True))).all()


async def move(
    unit: Unit, claim_id: str, old: State, new: State, *, guard: Sequence[sa.ColumnElement[bool]] = (), **values: Any
) -> bool:
    """Guarded change of state; False when the claim is no longer in the old state or the guard does not hold."""
    assert may_move(old, new)
    return await unit.changed_one(
        sa.update(Claim)
        .where(Claim.id == claim_id, Claim.state == old, *guard)
        .values(state=new, updated_at=unit.now, **values)
    )


def overdue(now: datetime) -> sa.ColumnElement[bool]:
    """Guard: the deadline has passed."""
    return Claim.hold_expires_at <= now


def in_time(now: datetime) -> sa.ColumnElement[bool]:
    """Guard: the deadline has not passed."""
    return Claim.hold_expires_at > now


def same_quantity(claim: Claim) -> sa.ColumnElement[bool]:
    """Guard: nobody has changed the quantity since this was read."""
    return Claim.quantity == claim.quantity


async def set_quantity(unit: Unit, claim: Claim, quantity: int) -> bool:
    """Guarded change of a claim's quantity; False when it moved on or changed meanwhile."""
    return await unit.changed_one(
        sa.update(Claim)
        .where(
            Claim.id == claim.id,
            Claim.state == claim.state,
            Claim.quantity == claim.quantity,
            sa.or_(Claim.hold_expires_at.is_(None), Claim.hold_expires_at > unit.now),
        )
        .values(quantity=quantity, updated_at=unit.now)
    )


async def keep_ordered(unit: Unit, claim_id: str, quantity: int, *, guard: Sequence[sa.ColumnElement[bool]]) -> bool:
    """Guarded change of the units an order has of a claim."""
    return await unit.changed_one(
        sa.update(Claim)
        .where(Claim.id == claim_id, Claim.state == ORDERED, *guard)
        .values(quantity=quantity, updated_at=unit.now)
    )


async def extend(unit: Unit, claim_id: str, deadline: datetime, *, guard: Sequence[sa.ColumnElement[bool]]) -> bool:
    """Guarded change of a held claim's deadline; nobody is reminded of the old one."""
    return await unit.changed_one(
        sa.update(Claim)
        .where(Claim.id == claim_id, Claim.state == HELD, *guard)
        .values(hold_expires_at=deadline, reminded_at=unit.now, updated_at=unit.now)
    )


def ends_before(moment: datetime) -> sa.ColumnElement[bool]:
    """Guard: the deadline is earlier than that."""
    return Claim.hold_expires_at < moment


async def mark_sold(unit: Unit, claim_id: str) -> bool:
    """The units of an ordered claim leave the stock; False the second time."""
    return await unit.changed_one(
        sa.update(Claim)
        .where(Claim.id == claim_id, Claim.state == ORDERED, Claim.sold_at.is_(None))
        .values(sold_at=unit.now, updated_at=unit.now)
    )


def not_sold() -> sa.ColumnElement[bool]:
    """Guard: the units are still in the house."""
    return Claim.sold_at.is_(None)


def is_sold() -> sa.ColumnElement[bool]:
    """Guard: the units have left the stock."""
    return Claim.sold_at.is_not(None)


async def remember_comment(unit: Unit, row: CommentOrder) -> bool:
    """Whether this comment is new."""
    return await unit.add_new(row)


async def answer_of(session: AsyncSession, stream_id: str, message_id: str) -> Any:
    """The answer an earlier run of the same comment got."""
    return await session.scalar(
        sa.select(CommentOrder.answer).where(CommentOrder.stream_id == stream_id, CommentOrder.message_id == message_id)
    )


def look_up_comments(comments: Collection[tuple[str, str]]) -> Script[dict[tuple[str, str], bytes]]:
    """The answers of those of the (show, message) pairs that were acted on already."""
    if not comments:
        return {}
    shows = {key_of("str", stream_id): stream_id for stream_id, _ in comments}
    messages = [message_id for _, message_id in comments]
    rows = yield Ask(
        f"SELECT stream_id, message_id, answer FROM comment_orders WHERE stream_id IN ({marks(len(shows))}) "  # noqa: S608
        f"AND message_id IN ({marks(len(messages))})",
        [*shows, *messages],
    )
    return {(shows[bytes(row[0])], row[1]): row[2].encode() for row in rows}


def add_comments(comments: Sequence[CommentOrder]) -> AddRows:
    """The records of comments that were just acted on; what is JSON is text already."""
    rows = [
        (
            key_of("str", one.stream_id),
            one.message_id,
            key_of("usr", one.buyer_id),
            one.text,
            one.line_up_version,
            one.intent,
            one.seen,
            one.answer,
            stamp(one.created_at),
        )
        for one in comments
    ]
    return AddRows("comment_orders", _NEW_COMMENT, rows)


_NEW_COMMENT = (
    "stream_id",
    "message_id",
    "buyer_id",
    "text",
    "line_up_version",
    "intent",
    "seen",
    "answer",
    "created_at",
)


async def recent_comments(
    session: AsyncSession, stream_id: str, buyer_id: str, since: datetime, *, limit: int
) -> Sequence[CommentOrder]:
    """What a buyer has ordered by comment lately, newest first."""
    query = sa.select(CommentOrder).where(
        CommentOrder.stream_id == stream_id, CommentOrder.buyer_id == buyer_id, CommentOrder.created_at >= since
    )
    newest_first = query.order_by(CommentOrder.created_at.desc(), CommentOrder.message_id.desc())
    return (await session.scalars(newest_first.limit(limit))).all()


async def store_answer(unit: Unit, stream_id: str, message_id: str, answer: dict[str, Any]) -> None:
    """Keep the answer of a comment with its effect."""
    await unit.changed(
        sa.update(CommentOrder)
        .where(CommentOrder.stream_id == stream_id, CommentOrder.message_id == message_id)
        .values(answer=answer)
    )


async def forget_comments(ctx: Context, before: datetime) -> None:
    """Drop the records of comments made before a time."""
    await forget_rows(ctx, CommentOrder, CommentOrder.created_at < before)
