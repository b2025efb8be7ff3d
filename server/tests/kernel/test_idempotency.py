"""A repeated request has one effect and one answer, also when its twin runs at the same moment."""

import asyncio
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest
import sqlalchemy as sa

from nightmarket.kernel.context import Context
from nightmarket.kernel.idempotency import IdempotencyKey, IdempotencyRow, forget_old_keys, once
from nightmarket.kernel.outbox import Event, OutboxRow
from nightmarket.kernel.problems import Conflict, IdempotencyKeyReused
from nightmarket.kernel.unit import Unit


@dataclass(frozen=True)
class Happened(Event):
    topic: ClassVar[str] = "test.happened"


def key(body: bytes = b"a" * 32, name: str = "k1") -> IdempotencyKey:
    return IdempotencyKey(key=name, operation="POST /things", body_hash=body)


async def effect(unit: Unit) -> tuple[int, dict[str, Any]]:
    unit.announce(Happened())
    return 201, {"id": "thing"}


async def effects(ctx: Context) -> int:
    async with ctx.reader() as session:
        return await session.scalar(sa.select(sa.func.count()).select_from(OutboxRow)) or 0


async def test_repeat_gets_the_first_answer(ctx: Context) -> None:
    assert await once(ctx, key(), "usr_a", effect) == (201, {"id": "thing"}, False)
    assert await once(ctx, key(), "usr_a", effect) == (201, {"id": "thing"}, True)
    assert await effects(ctx) == 1


async def test_twins_have_one_effect(ctx: Context) -> None:
    answers = await asyncio.gather(*(once(ctx, key(), "usr_a", effect) for _ in range(8)))
    assert sorted(replayed for _, _, replayed in answers) == [False] + [True] * 7
    assert {(status, body["id"]) for status, body, _ in answers} == {(201, "thing")}
    assert await effects(ctx) == 1


async def test_other_body_is_refused(ctx: Context) -> None:
    await once(ctx, key(), "usr_a", effect)
    with pytest.raises(IdempotencyKeyReused):
        await once(ctx, key(b"b" * 32), "usr_a", effect)


async def test_other_caller_has_keys_of_their_own(ctx: Context) -> None:
    await once(ctx, key(), "usr_a", effect)
    assert (await once(ctx, key(), "usr_b", effect))[2] is False
    assert await effects(ctx) == 2


async def test_problem_leaves_no_key_behind(ctx: Context) -> None:
    async def refuse(unit: Unit) -> tuple[int, dict[str, Any]]:
        unit.announce(Happened())
        raise Conflict

    with pytest.raises(Conflict):
        await once(ctx, key(), "usr_a", refuse)
    assert await effects(ctx) == 0
    assert await once(ctx, key(), "usr_a", effect) == (201, {"id": "thing"}, False)


async def test_keys_are_forgotten_after_a_day(ctx: Context, clock: Any) -> None:
    await once(ctx, key(), "usr_a", effect)
    clock.advance(hours=25)
    await forget_old_keys(ctx)
    async with ctx.reader() as session:
        assert await session.scalar(sa.select(sa.func.count()).select_from(IdempotencyRow)) == 0
