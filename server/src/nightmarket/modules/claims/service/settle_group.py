"""What the committer runs: many askers at once, each with a mark by which a repeat is known.

Always true here: mark and effect share a commit, so a mark exists exactly when its effect does. A mark is looked for
before anybody hears "sold out"; when a twin got in between, the whole group is undone and looks first.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from nightmarket.kernel.groupcommit import Script
from nightmarket.kernel.idempotency import look_up_keys, new_keys
from nightmarket.kernel.outbox import News, news_rows
from nightmarket.kernel.problems import IdempotencyKeyReused, Problem
from nightmarket.modules.claims import repository
from nightmarket.modules.claims.events import RepairsChanged
from nightmarket.modules.claims.models import CommentOrder
from nightmarket.modules.claims.repair_repository import NewRepair, add_repairs
from nightmarket.modules.claims.service.make_claim import ClaimRequest, Outcome
from nightmarket.modules.claims.service.settle_claims import Terms, settle_lines


@dataclass(frozen=True, slots=True)
class KeyMark:
    """An idempotency key of a caller."""

    scope: str
    key: str
    body_hash: bytes


@dataclass(frozen=True, slots=True)
class CommentMark:
    """A chat message."""

    stream_id: str
    message_id: str
    buyer_id: str
    text: str
    line_up_version: int
    intent: dict[str, Any]
    seen: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What an asker hears, and will hear again."""

    status: int
    body: bytes
    is_replay: bool = False
    outcomes: Sequence[Outcome] = ()
    repair: NewRepair | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """Lines that are settled and answered together."""

    mark: KeyMark | CommentMark
    lines: Sequence[ClaimRequest]
    answer: Callable[[Sequence[Outcome]], tuple[int, Any]]
    """Status and JSON body; a problem raised here is the answer, and leaves no mark."""
    refusal: Problem | None = None
    """Known to be impossible: this is the answer, unless the mark has another."""
    repair: Callable[[dict[str, Any]], NewRepair | None] | None = None
    """Whether a helper should look at what was answered so."""

    @property
    def identity(self) -> tuple[str, str]:
        """Requests of the same identity are one."""
        mark = self.mark
        return (mark.scope, mark.key) if isinstance(mark, KeyMark) else (mark.stream_id, mark.message_id)


def settle_group(
    asked: Sequence[Asked], now: datetime, terms: Terms, *, looks_first: bool
) -> Script[list[Answer | Exception]]:
    """One answer each."""
    answers: dict[int, Answer | Exception] = {}
    if looks_first:
        answers |= yield from _remembered(asked, range(len(asked)))
    open_ones = [index for index in range(len(asked)) if index not in answers and asked[index].refusal is None]
    lines = [line for index in open_ones for line in asked[index].lines]
    outcomes, news = yield from settle_lines(lines, terms, now)
    start = 0
    for index in open_ones:
        end = start + len(asked[index].lines)
        answers[index] = _answer(asked[index], outcomes[start:end])
        start = end
    for index, one in enumerate(asked):
        if one.refusal is not None:
            answers.setdefault(index, one.refusal)
    # Also after a first look: a twin may have committed while this group waited for the locks it has now.
    refused = [index for index, answer in answers.items() if isinstance(answer, Exception)]
    answers |= yield from _remembered(asked, refused)
    yield from _mark([(asked[index], answer) for index, answer in answers.items()], now)
    repairs = [one.repair for one in answers.values() if isinstance(one, Answer) and one.repair is not None]
    if repairs:
        yield add_repairs(repairs, now)
        shows = dict.fromkeys(one.stream_id for one in repairs)
        news.append(News.of([RepairsChanged(stream_id) for stream_id in shows]))
    if news:
        yield news_rows(news, now)
    return [answers[index] for index in range(len(asked))]


def _answer(asked: Asked, outcomes: Sequence[Outcome]) -> Answer | Exception:
    try:
        status, body = asked.answer(outcomes)
    except Problem as problem:
        return problem
    repair = None if asked.repair is None else asked.repair(body)
    return Answer(status, msgspec.json.encode(body), outcomes=outcomes, repair=repair)


def _remembered(asked: Sequence[Asked], indices: Sequence[int]) -> Script[dict[int, Answer | Exception]]:
    """What askers heard the first time."""
    marks = {index: asked[index].mark for index in indices}
    keys = yield from look_up_keys([(one.scope, one.key) for one in marks.values() if isinstance(one, KeyMark)])
    comments = yield from repository.look_up_comments(
        [(one.stream_id, one.message_id) for one in marks.values() if isinstance(one, CommentMark)]
    )
    found: dict[int, Answer | Exception] = {}
    for index, mark in marks.items():
        if isinstance(mark, CommentMark):
            body = comments.get((mark.stream_id, mark.message_id))
            if body is not None:
                found[index] = Answer(200, body, is_replay=True)
        elif (stored := keys.get((mark.scope, mark.key))) is not None:
            same = stored.body_hash == mark.body_hash
            found[index] = Answer(stored.status, stored.body, is_replay=True) if same else IdempotencyKeyReused()
    return found


def _mark(settled: Sequence[tuple[Asked, Answer | Exception]], now: datetime) -> Script[None]:
    keys = []
    comments = []
    for asked, answer in settled:
        if isinstance(answer, Exception) or answer.is_replay:
            continue
        mark = asked.mark
        if isinstance(mark, KeyMark):
            keys.append((mark.scope, mark.key, mark.body_hash, answer.status, answer.body))
        else:
            comments.append(_record(mark, answer.body, now))
    if keys:
        yield new_keys(keys, now)
    if comments:
        yield repository.add_comments(comments)


def _record(mark: CommentMark, body: bytes, now: datetime) -> CommentOrder:
    return CommentOrder(
        stream_id=mark.stream_id,
        message_id=mark.message_id,
        buyer_id=mark.buyer_id,
        text=mark.text,
        line_up_version=mark.line_up_version,
        intent=msgspec.json.encode(mark.intent).decode(),
        seen=msgspec.json.encode(mark.seen).decode(),
        answer=body.decode(),
        created_at=now,
    )
