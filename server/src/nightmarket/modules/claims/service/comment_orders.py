"""Comments of a room as orders: the adapter behind the room's `CommentOrders` port.

Ordinary chat costs one run of the grammar on a line-up kept in memory. Only what may move goods is read again against
the line-up, pin and claims of this moment, and then acted on.
"""

import asyncio
import re
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import msgspec

from nightmarket.kernel.context import Context
from nightmarket.modules.claims import repository
from nightmarket.modules.claims.grammar import parse
from nightmarket.modules.claims.models import Claim, CommentOrder
from nightmarket.modules.claims.service.act_on_comment import act_on_comment, ask_back
from nightmarket.modules.claims.service.catch_up import line_up_now, read_line_up
from nightmarket.modules.claims.service.comment_questions import (
    PIN_CHANGED,
    PIN_TIME,
    REPEAT,
    REPEAT_TIME,
    closed_answer,
    is_same_text,
    question_back,
)
from nightmarket.modules.claims.service.line_up_context import LineUp
from nightmarket.modules.claims.service.make_claim import closed_for_claims
from nightmarket.modules.claims.service.read_comment import Comment, Reading
from nightmarket.modules.claims.service.repair_list import close_answered
from nightmarket.modules.rooms.public import ClaimResult

_FRESH_SECONDS = 2.0
_ASKED_TIME = timedelta(seconds=180)
_RECENT_TIME = timedelta(seconds=600)
_MOST_RECENT = 10
_MOST_ROOMS = 500
_MAYBE_LENGTH = 24
_DONE = {"held", "waitlisted", "cancelled", "updated"}
_OPEN_QUESTIONS = {"ambiguous", "needs_variant"}
_NO_ORDER = {"none", "question"}
_OWN_LINES = re.compile(
    r"取消|不要|不買|不买|退|棄|弃|撤|改|換|换|只要|就好|"
    r"ยกเลิก|ไม่เอา|ไม่รับ|ปล่อย|สละ|แคนเซิล|เปลี่ยน|แก้|ลด|"
    r"cancel|remove|drop|don'?t want|change|swap|instead|\bcc\b|"
    r"キャンセル|やめ|取り消|いりません|変更|[-–−]\s*\d|❌|🚫",
    re.IGNORECASE,
)
"""Words by which a buyer may mean claims they have, so that these have to be looked up. Wider than the grammar."""


@dataclass
class _Room:
    """The line-up of a show as it was a moment ago."""

    line_up: LineUp | None = None
    read_at: float = -_FRESH_SECONDS
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class RoomCommentOrders:
    """Reads every chat message of a signed-in viewer as an order."""

    def __init__(self) -> None:
        self._rooms: OrderedDict[str, _Room] = OrderedDict()

    async def submit(
        self, ctx: Context, *, stream_id: str, buyer_id: str, message_id: str, text: str
    ) -> ClaimResult | None:
        """What became of the comment, for its author; None when it is no order."""
        line_up = await self._recent(ctx, stream_id)
        if line_up is None or not line_up.items:
            return None
        meant = parse(text, line_up.context())
        is_sure = meant["intent"] not in _NO_ORDER or _OWN_LINES.search(text[:500]) is not None
        if not is_sure and not (len(text) <= _MAYBE_LENGTH and line_up.names_an_option(text)):
            return None
        answer = await _submit_order(ctx, Comment.of(stream_id, buyer_id, message_id, text), line_up, is_sure=is_sure)
        return msgspec.convert(answer, ClaimResult | None)

    def forget(self, stream_id: str) -> None:
        """The line-up or the pin has changed: read them again before the next comment."""
        self._rooms.pop(stream_id, None)

    async def _recent(self, ctx: Context, stream_id: str) -> LineUp | None:
        room = self._rooms.get(stream_id)
        if room is None:
            room = self._rooms[stream_id] = _Room()
            if len(self._rooms) > _MOST_ROOMS:
                self._rooms.popitem(last=False)
        if time.monotonic() - room.read_at < _FRESH_SECONDS:
            return room.line_up
        async with room.lock:
            if time.monotonic() - room.read_at >= _FRESH_SECONDS:
                async with ctx.reader() as session:
                    room.line_up = await read_line_up(session, ctx, stream_id)
                room.read_at = time.monotonic()
        return room.line_up


async def _submit_order(ctx: Context, comment: Comment, known: LineUp, *, is_sure: bool) -> dict[str, Any] | None:
    """Read the comment again by what is true now, and do what it says. Unless `is_sure`, it can only be an answer to
    a question that is open.
    """
    now = ctx.clock()
    async with ctx.reader() as session:
        said = await repository.recent_comments(
            session, comment.stream_id, comment.buyer_id, now - _RECENT_TIME, limit=_MOST_RECENT
        )
        for one in said:
            if one.message_id == comment.message_id:
                return dict(one.answer)
        asked = _open_question(said, now)
        if not is_sure and asked is None:
            return None
        line_up = await line_up_now(session, ctx, known)
        if line_up is None or comment.buyer_id in line_up.staff:
            return None
        have = await repository.open_claims(session, comment.stream_id, comment.buyer_id)
    mine = _lines_of(have, line_up)
    if asked is not None and _is_unanswered(asked, have, line_up):
        mine.append({name: asked.answer[name] for name in ("code", "variant", "quantity")})
    reading = Reading(comment, line_up, parse(comment.text, line_up.context(mine)), mine)
    if reading.meant["intent"] in _NO_ORDER:
        return None
    answer = await _carry_out(ctx, reading, said, now)
    if answer["outcome"] in _DONE and any(one.answer["outcome"] in _OPEN_QUESTIONS for one in said):
        await close_answered(ctx, comment, reading.meant)
    return answer


async def _carry_out(ctx: Context, reading: Reading, said: Sequence[CommentOrder], now: datetime) -> dict[str, Any]:
    comment, line_up, meant = reading.comment, reading.line_up, reading.meant
    closed = closed_for_claims(line_up.stream.state)
    if closed is not None and not line_up.takes_late and meant["intent"] != "cancel":
        return closed_answer(comment, closed)
    if meant["intent"] == "ambiguous":
        return await ask_back(ctx, reading, question_back(comment, line_up, meant))
    if meant["intent"] == "claim":
        before = _same_before(comment, said, now)
        if before is not None:
            unsure = meant | {"reason": REPEAT}
            claims = before.answer.get("claims", [])
            return await ask_back(ctx, reading, question_back(comment, line_up, unsure, claims=claims))
        if _is_about_another_pin(reading, now):
            unsure = meant | {"reason": PIN_CHANGED}
            return await ask_back(ctx, reading, question_back(comment, line_up, unsure))
    return await act_on_comment(ctx, reading)


def _open_question(said: Sequence[CommentOrder], now: datetime) -> CommentOrder | None:
    """The claim that waits for its buyer to say the size or colour; any other order ends the question."""
    last = said[0] if said else None
    if last is None or last.created_at < now - _ASKED_TIME or last.answer["outcome"] != "needs_variant":
        return None
    return last


def _is_unanswered(asked: CommentOrder, have: Sequence[Claim], line_up: LineUp) -> bool:
    """Whether the buyer has not tapped the size or colour meanwhile."""
    if asked.answer["code"] not in line_up.items:
        return False
    return not any(claim.item_id == asked.answer["item_id"] and claim.created_at > asked.created_at for claim in have)


def _same_before(comment: Comment, said: Sequence[CommentOrder], now: datetime) -> CommentOrder | None:
    """The same words of the same buyer, carried out a moment ago: a finger that slipped, or impatience."""
    for one in said:
        if (
            one.created_at > now - REPEAT_TIME
            and one.answer["outcome"] in _DONE
            and is_same_text(one.text, comment.text)
        ):
            return one
    return None


def _is_about_another_pin(reading: Reading, now: datetime) -> bool:
    """Whether no item is named while some viewers still see the one before."""
    changed = reading.line_up.stream.unpinned_at
    if changed is None or reading.line_up.pinned is None or now - changed >= PIN_TIME:
        return False
    unpinned = reading.line_up.context(reading.buyer_claims) | {"pinned": None}
    return parse(reading.comment.text, unpinned) != reading.meant


def _lines_of(have: Sequence[Claim], line_up: LineUp) -> list[dict[str, Any]]:
    """What the buyer holds or waits for, one line for each item and variant."""
    codes = {item.id: code for code, item in line_up.items.items()}
    units: dict[tuple[str, str], int] = {}
    for claim in have:
        if claim.item_id in codes:
            key = (codes[claim.item_id], claim.variant_id)
            units[key] = units.get(key, 0) + claim.quantity
    return [
        {"code": code, "variant": line_up.spoken_options(code, variant_id), "quantity": quantity}
        for (code, variant_id), quantity in units.items()
    ]
