"""Idempotency keys: a repeated request gets the first answer, and its effect happens once.

The key is inserted in the transaction of the effect, and the answer is stored in it too. So a key exists exactly when
its effect does, whatever dies in between; a twin request waits on the unique key and then reads the stored answer.
"""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec
import sqlalchemy as sa
from fastapi import Header, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy.orm import Mapped, mapped_column

from nightmarket.kernel.context import Context
from nightmarket.kernel.db import Base, UtcDateTime, exact_text, key_text
from nightmarket.kernel.groupcommit.statements import AddRows, Ask, Script, marks, stamp
from nightmarket.kernel.problems import IdempotencyKeyRequired, IdempotencyKeyReused
from nightmarket.kernel.tidying import forget_rows
from nightmarket.kernel.unit import Unit

KEEP = timedelta(hours=24)
MOST_KEY_LENGTH = 120
REPLAYED_HEADER = "Idempotency-Replayed"


class IdempotencyRow(Base):
    """A used key with the answer it got."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (sa.Index("ix_idempotency_keys_created_at", "created_at"),)

    scope: Mapped[str] = mapped_column(key_text(160), primary_key=True)
    key: Mapped[str] = mapped_column(exact_text(MOST_KEY_LENGTH), primary_key=True)
    body_hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    status: Mapped[int] = mapped_column()
    answer: Mapped[Any] = mapped_column(sa.JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())


@dataclass(frozen=True)
class IdempotencyKey:
    """The key of this request and the hash of what was asked."""

    key: str
    operation: str
    body_hash: bytes

    def scope(self, caller: str) -> str:
        """Keys are private to a caller and an operation."""
        return scope_of(caller, self.operation)


def scope_of(caller: str, operation: str) -> str:
    """Where a caller's keys for an operation are kept."""
    return hashlib.sha256(f"{caller} {operation}".encode()).hexdigest()


async def required_idempotency_key(
    request: Request,
    idempotency_key: Annotated[str | None, Header(min_length=1, max_length=MOST_KEY_LENGTH)] = None,
) -> IdempotencyKey:
    """FastAPI dependency of every POST that moves money or stock."""
    if not idempotency_key:
        raise IdempotencyKeyRequired
    body = await request.body()
    return IdempotencyKey(
        key=idempotency_key,
        operation=f"{request.method} {request.url.path}",
        body_hash=hashlib.sha256(canonical_body(body)).digest(),
    )


async def optional_idempotency_key(
    request: Request,
    idempotency_key: Annotated[str | None, Header(min_length=1, max_length=MOST_KEY_LENGTH)] = None,
) -> IdempotencyKey | None:
    """The same where a repeat does no harm without a key."""
    return None if idempotency_key is None else await required_idempotency_key(request, idempotency_key)


def canonical_body(body: bytes) -> bytes:
    """The same bytes for the same JSON, however it was written."""
    try:
        return msgspec.json.encode(msgspec.json.decode(body), order="sorted")
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return body


async def once(
    ctx: Context,
    key: IdempotencyKey,
    caller: str,
    effect: Callable[[Unit], Awaitable[tuple[int, BaseModel | dict[str, Any]]]],
) -> tuple[int, dict[str, Any], bool]:
    """Status, JSON answer, and whether it is a replay. `effect` only touches the unit; its problems leave no key."""

    async def attempt(unit: Unit) -> tuple[int, dict[str, Any], bool]:
        row = IdempotencyRow(
            scope=key.scope(caller),
            key=key.key,
            body_hash=key.body_hash,
            status=0,
            answer=None,
            created_at=unit.now,
        )
        if not await unit.add_new(row):
            return await _stored(unit, key, caller)
        status, answer = await effect(unit)
        body = answer.model_dump(mode="json") if isinstance(answer, BaseModel) else answer
        await unit.changed(
            sa.update(IdempotencyRow)
            .where(IdempotencyRow.scope == row.scope, IdempotencyRow.key == row.key)
            .values(status=status, answer=body)
        )
        return status, body, False

    return await ctx.transact(attempt)


async def once_response(
    ctx: Context,
    key: IdempotencyKey,
    caller: str,
    effect: Callable[[Unit], Awaitable[tuple[int, BaseModel | dict[str, Any]]]],
) -> JSONResponse:
    """`once` as an HTTP answer that says when it is a replay."""
    status, body, replayed = await once(ctx, key, caller, effect)
    return answer_once(status, body, replayed=replayed)


def answer_once(status: int, body: dict[str, Any], *, replayed: bool) -> JSONResponse:
    """The HTTP answer of an idempotent operation."""
    return JSONResponse(body, status_code=status, headers={REPLAYED_HEADER: "true"} if replayed else None)


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What a used key answered."""

    body_hash: bytes
    status: int
    body: bytes


def look_up_keys(keys: Sequence[tuple[str, str]]) -> Script[dict[tuple[str, str], StoredAnswer]]:
    """Those of the (scope, key) pairs that were used, with their answers."""
    if not keys:
        return {}
    query = "SELECT scope, `key`, body_hash, status, answer FROM"
    pairs = marks(len(keys), "(?, ?)")
    values = [part for key in keys for part in key]
    rows = yield Ask(
        # SQLite would read the whole table for pairs behind an IN.
        f"WITH asked (of, named) AS (VALUES {pairs}) {query} asked CROSS JOIN idempotency_keys "
        "ON scope = of AND `key` = named",
        values,
        on_servers=f"{query} idempotency_keys WHERE (scope, `key`) IN ({pairs})",
    )
    return {
        (row[0], row[1]): StoredAnswer(bytes(row[2]), row[3], row[4].encode() if isinstance(row[4], str) else row[4])
        for row in rows
    }


def new_keys(rows: Sequence[tuple[str, str, bytes, int, bytes]], now: datetime) -> AddRows:
    """(scope, key, body hash, status, answer) of answers that were just made."""
    made_at = stamp(now)
    return AddRows(
        "idempotency_keys",
        ("scope", "key", "body_hash", "status", "answer", "created_at"),
        [(scope, key, digest, status, answer.decode(), made_at) for scope, key, digest, status, answer in rows],
    )


async def _stored(unit: Unit, key: IdempotencyKey, caller: str) -> tuple[int, dict[str, Any], bool]:
    stored = await unit.session.scalar(
        sa.select(IdempotencyRow).where(IdempotencyRow.scope == key.scope(caller), IdempotencyRow.key == key.key)
    )
    if stored is None or stored.body_hash != key.body_hash:
        raise IdempotencyKeyReused
    return stored.status, stored.answer, True


async def forget_old_keys(ctx: Context) -> None:
    """Drop keys after a day."""
    await forget_rows(ctx, IdempotencyRow, IdempotencyRow.created_at < ctx.clock() - KEEP)
