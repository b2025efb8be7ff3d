"""Comments of a room as orders: the adapter behind the room's `CommentOrders` port.

Ordinary chat costs one run of the grammar on a line-up kept in memory. Only what may move goods is read again against
the line-up, pin and claims of this moment, and then acted on.
"""

import asyncio
import re
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.context import Context
from nightmarket.modules.claims import repository
from nightmarket.modules.claims.grammar import parse
from nightmarket.modules.claims.service.act_on_comment import (
    Comment,
    act_on_comment,
    closed_answer,
    question_back,
)
from nightmarket.modules.claims.service.line_up_context import LineUp, line_up_of
from nightmarket.modules.claims.service.make_claim import closed_for_claims
from nightmarket.modules.rooms.public import ClaimResult
from nightmarket.modules.shops.public import role_of
from nightmarket.modules.streams.public import line_up as read_line_up
from nightmarket.modules.streams.public import stream_view

_FRESH_SECONDS = 2.0
_ASKED_SECONDS = 180.0
_MOST_ROOMS = 500
_MOST_ASKED = 20_000
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


@dataclass(frozen=True, slots=True)
class _Asked:
    """A claim that waits for its buyer to say the size or colour."""

    line: dict[str, Any]
    until: float


class RoomCommentOrders:
    """Reads every chat message of a signed-in viewer as an order."""

    def __init__(self) -> None:
        self._rooms: OrderedDict[str, _Room] = OrderedDict()
        self._asked: OrderedDict[tuple[str, str], _Asked] = OrderedDict()

    async def submit(
        self, ctx: Context, *, stream_id: str, buyer_id: str, message_id: str, text: str
    ) -> ClaimResult | None:
        """What became of the comment, for its author; None when it is no order."""
        line_up = await self._recent(ctx, stream_id)
        if line_up is None or not line_up.items:
            return None
        asked = self._asked_line(stream_id, buyer_id)
        meant = parse(text, line_up.context([asked] if asked else []))
        if meant["intent"] in _NO_ORDER and not _OWN_LINES.search(text[:500]):
            return None
        answer = await self._submit_order(ctx, Comment(stream_id, buyer_id, message_id, text))
        return msgspec.convert(answer, ClaimResult | None)

    def forget(self, stream_id: str) -> None:
        """The line-up or the pin has changed: read them again before the next comment."""
        self._rooms.pop(stream_id, None)

    async def _submit_order(self, ctx: Context, comment: Comment) -> dict[str, Any] | None:
        async with ctx.reader() as session:
            stored = await repository.answer_of(session, comment.stream_id, comment.message_id)
            if stored is not None:
                return dict(stored)
            line_up = await _read(session, ctx, comment.stream_id)
            if line_up is None or await role_of(session, line_up.stream.shop_id, comment.buyer_id) is not None:
                return None  # the people of the shop explain how to order; they do not mean themselves
            mine = await _lines_of(session, line_up, comment)
        asked = self._asked_line(comment.stream_id, comment.buyer_id)
        meant = parse(comment.text, line_up.context([*mine, *([asked] if asked else [])]))
        if meant["intent"] in _NO_ORDER:
            return None
        closed = closed_for_claims(line_up.stream.state)
        if closed is not None and meant["intent"] != "cancel":
            return closed_answer(comment, closed)
        if meant["intent"] == "ambiguous":
            return question_back(comment, meant)
        answer = await act_on_comment(ctx, comment, line_up, meant)
        self._note_question(comment, answer)
        return answer

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
                    room.line_up = await _read(session, ctx, stream_id)
                room.read_at = time.monotonic()
        return room.line_up

    def _asked_line(self, stream_id: str, buyer_id: str) -> dict[str, Any] | None:
        found = self._asked.get((stream_id, buyer_id))
        return found.line if found is not None and found.until > time.monotonic() else None

    def _note_question(self, comment: Comment, answer: dict[str, Any]) -> None:
        """Remember what was asked back, so that "black M" alone completes it; any other order ends the question."""
        key = (comment.stream_id, comment.buyer_id)
        self._asked.pop(key, None)
        if answer["outcome"] != "needs_variant":
            return
        line = {name: answer[name] for name in ("code", "variant", "quantity")}
        self._asked[key] = _Asked(line, time.monotonic() + _ASKED_SECONDS)
        if len(self._asked) > _MOST_ASKED:
            self._asked.popitem(last=False)


async def _read(session: AsyncSession, ctx: Context, stream_id: str) -> LineUp | None:
    stream = await stream_view(session, stream_id)
    return None if stream is None else line_up_of(stream, await read_line_up(session, ctx, stream_id))


async def _lines_of(session: AsyncSession, line_up: LineUp, comment: Comment) -> list[dict[str, Any]]:
    """What the buyer holds or waits for, one line for each item and variant."""
    codes = {item.id: code for code, item in line_up.items.items()}
    units: dict[tuple[str, str], int] = {}
    for claim, _ in await repository.open_claims(session, comment.stream_id, comment.buyer_id):
        if claim.item_id in codes:
            key = (codes[claim.item_id], claim.variant_id)
            units[key] = units.get(key, 0) + claim.quantity
    return [
        {"code": code, "variant": line_up.spoken_options(code, variant_id), "quantity": quantity}
        for (code, variant_id), quantity in units.items()
    ]
