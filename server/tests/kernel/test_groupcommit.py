"""Requests share a transaction, and nothing else: neither their neighbour's mistakes nor their impatience."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa
from asyncmy.converters import escape_string
from hypothesis import given
from hypothesis import strategies as st

from nightmarket.kernel.context import Context
from nightmarket.kernel.groupcommit import AddRows, Ask, Change, Committer, Script, WritingLane, open_lane, stamp
from nightmarket.kernel.groupcommit.committer import MOST_TOGETHER, MOST_WAITING
from nightmarket.kernel.groupcommit.connections import MustRepeat, QuickText
from nightmarket.kernel.jobs.broker_relay import Lease
from nightmarket.kernel.problems import Conflict, Unavailable

T = TypeVar("T")
Leases = Committer[str, str]


class Note:
    """A committer that stores a row for each request: `poison` cannot be stored, `refused` is told no."""

    def __init__(self, ctx: Context, lane: WritingLane | None = None) -> None:
        self.groups: list[int] = []
        self.ctx = ctx
        self.committer: Leases = Committer("test", lane or open_lane(ctx.db), self.decide)

    def decide(self, names: Sequence[str], looks: bool) -> Script[Sequence[str | Exception]]:
        self.groups.append(len(names))
        known: set[str] = set()
        if looks:
            known = {row[0] for row in (yield Ask("SELECT name FROM leases"))}
        answers: list[str | Exception] = []
        for name in names:
            if name.startswith("refused"):
                answers.append(Conflict(name))
            else:
                answers.append(f"again {name}" if name in known else f"new {name}")
        rows = [
            (None if name.startswith("poison") else name, "test", stamp(self.ctx.clock()))
            for name, answer in zip(names, answers, strict=True)
            if isinstance(answer, str) and answer.startswith("new")
        ]
        if rows:
            yield AddRows("leases", ("name", "holder", "expires_at"), rows)
        return answers

    async def ask(self, name: str) -> str:
        return await asyncio.shield(self.committer.submit(name, name))

    async def stored(self) -> list[str]:
        async with self.ctx.reader() as session:
            return sorted(await session.scalars(sa.select(Lease.name)))


@pytest.fixture
async def note(ctx: Context) -> AsyncIterator[Note]:
    made = Note(ctx)
    yield made
    await made.committer.close()


async def test_those_who_come_together_share_a_commit(note: Note) -> None:
    answers = await asyncio.gather(*(note.ask(f"n{number:03}") for number in range(600)))
    assert answers == [f"new n{number:03}" for number in range(600)]
    assert note.groups == [MOST_TOGETHER, MOST_TOGETHER, 600 - 2 * MOST_TOGETHER]
    assert len(await note.stored()) == 600


async def test_the_next_group_forms_while_the_last_commits(note: Note) -> None:
    first = asyncio.create_task(note.ask("first"))
    while not note.groups:  # noqa: ASYNC110  (the group is taken in a turn of the loop that nobody announces)
        await asyncio.sleep(0)
    await asyncio.gather(*(note.ask(f"n{number}") for number in range(40)))
    assert await first == "new first"
    assert note.groups == [1, 40]


async def test_one_that_cannot_be_stored_fails_alone(note: Note) -> None:
    names = [f"n{number}" for number in range(50)]
    names[17] = "poison"
    names[33] = "refused"
    answers = await asyncio.gather(*(note.ask(name) for name in names), return_exceptions=True)
    assert not isinstance(answers[17], str | Conflict | Unavailable)
    assert isinstance(answers[33], Conflict)
    good = [name for name in names if name[0] == "n"]
    assert [answer for answer in answers if isinstance(answer, str)] == [f"new {name}" for name in good]
    assert await note.stored() == sorted(good)


async def test_who_gives_up_waiting_stops_nothing(note: Note) -> None:
    impatient = asyncio.create_task(note.ask("impatient"))
    patient = asyncio.create_task(note.ask("patient"))
    await asyncio.sleep(0)
    impatient.cancel()
    assert await patient == "new patient"
    assert await note.stored() == ["impatient", "patient"]


async def test_full_queue_says_come_back(note: Note) -> None:
    waiting = [note.committer.submit(f"n{number:04}", number) for number in range(MOST_WAITING)]
    with pytest.raises(Unavailable) as refused:
        note.committer.submit("one too many", "one too many")
    assert refused.value.headers == {"Retry-After": "1"}
    await asyncio.gather(*waiting)
    assert len(await note.stored()) == MOST_WAITING


async def test_who_waits_at_the_end_is_still_served(ctx: Context) -> None:
    note = Note(ctx)
    waiting = [note.committer.submit(f"n{number}", number) for number in range(300)]
    await note.committer.close()
    assert all(future.done() for future in waiting)
    assert len(await note.stored()) == 300
    with pytest.raises(Unavailable):
        note.committer.submit("late", "late")


class Faulty:
    """A lane whose faults come true before or after the commit."""

    def __init__(self, lane: WritingLane, *, before: int = 0, after: int = 0) -> None:
        self.lane = lane
        self.before = before
        self.after = after

    async def run(self, make: Callable[[], Script[T]]) -> T:
        if self.before:
            self.before -= 1
            raise MustRepeat("deadlock")
        result = await self.lane.run(make)
        if self.after:
            self.after -= 1
            raise MustRepeat("connection lost during COMMIT")
        return result

    async def close(self) -> None:
        await self.lane.close()


async def test_deadlocks_heal_unseen(ctx: Context) -> None:
    note = Note(ctx, Faulty(open_lane(ctx.db), before=3))
    assert await asyncio.gather(note.ask("a"), note.ask("b")) == ["new a", "new b"]
    await note.committer.close()


async def test_a_commit_whose_answer_was_lost_is_found(ctx: Context) -> None:
    note = Note(ctx, Faulty(open_lane(ctx.db), after=2))
    assert await asyncio.gather(note.ask("a"), note.ask("b")) == ["again a", "again b"]
    assert await note.stored() == ["a", "b"]
    await note.committer.close()


async def test_what_does_not_heal_is_unavailable(ctx: Context) -> None:
    note = Note(ctx, Faulty(open_lane(ctx.db), before=99))
    answers: list[Any] = await asyncio.gather(note.ask("a"), note.ask("b"), return_exceptions=True)
    assert [type(answer) for answer in answers] == [Unavailable, Unavailable]
    assert await note.stored() == []
    await note.committer.close()


async def test_a_twin_elsewhere_is_seen_by_its_key(ctx: Context) -> None:
    one, two = Note(ctx), Note(ctx)
    answers = await asyncio.gather(*(note.ask(f"n{number}") for number in range(60) for note in (one, two)))
    assert sorted(answers) == sorted(f"{how} n{number}" for number in range(60) for how in ("new", "again"))
    assert len(await one.stored()) == 60
    await one.committer.close()
    await two.committer.close()


async def test_a_broken_connection_is_opened_anew(ctx: Context, note: Note) -> None:
    assert await note.ask("before") == "new before"
    if ctx.db.is_sqlite:
        pytest.skip("a file has no connection that could break")
    async with ctx.unit() as unit:
        for row in await unit.session.execute(sa.text("SHOW PROCESSLIST")):
            if row.db == ctx.db.url.database and row.Command == "Sleep":
                await unit.session.execute(sa.text(f"KILL {row.Id}"))
    assert await note.ask("after") in {"new after", "again after"}
    assert await note.stored() == ["after", "before"]


async def test_other_writers_are_let_in_between(ctx: Context, note: Note) -> None:
    """A unit of work in the midst of many groups waits for one of them, not for all."""
    feeders = [asyncio.create_task(note.ask(f"n{number:04}")) for number in range(4000)]
    await asyncio.sleep(0)
    async with ctx.unit() as unit:
        await unit.run(_touch())
    assert sum(feeder.done() for feeder in feeders) < 4000
    await asyncio.gather(*feeders)


def _touch() -> Script[int]:
    matched: int = yield Change("UPDATE leases SET holder = ? WHERE name = ?", ["other", "nobody"])
    return matched


@given(st.text(alphabet=st.one_of(st.sampled_from("a\"'\\\n\r\0\x1a%_"), st.characters(codec="utf-8")), max_size=200))
def test_long_text_is_escaped_as_the_driver_does(text: str) -> None:
    assert escape_string(QuickText(text)) == escape_string(text)
