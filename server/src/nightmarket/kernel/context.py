"""What a running process is made of, built once by its composition root and passed down."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.clock import Clock, system_clock
from nightmarket.kernel.db import Database
from nightmarket.kernel.http import HttpClient
from nightmarket.kernel.problems import Unavailable
from nightmarket.kernel.ratelimit import RateLimiter
from nightmarket.kernel.redis import Redis
from nightmarket.kernel.settings import Settings
from nightmarket.kernel.storage import Storage
from nightmarket.kernel.unit import Unit, unit_of_work

P = TypeVar("P")
T = TypeVar("T")

_TRANSACTION_TRIES = 10
_TRANSACTION_SECONDS = 5.0
_FIRST_WAIT = 0.002
_LONGEST_WAIT = 0.1


def _jitter(attempt: int) -> float:
    return random.uniform(0, min(_LONGEST_WAIT, _FIRST_WAIT * 2**attempt))  # noqa: S311  (luck, not a secret)


def _no_nudge() -> None:
    """Without a relay in this process there is nobody to wake: the relay's own poll finds the row."""


@dataclass
class Context:
    """Settings and live connections of this process, and the adapters chosen for each port."""

    settings: Settings
    db: Database
    redis: Redis
    storage: Storage
    http: HttpClient
    secret: str
    clock: Clock = system_clock
    nudge: Callable[[], None] = _no_nudge
    ports: dict[type, Any] = field(default_factory=dict)
    closing: list[Callable[[], Awaitable[None]]] = field(default_factory=list)
    """What is finished before the connections go."""

    def unit(self) -> AbstractAsyncContextManager[Unit]:
        """One writing transaction with its outbox."""
        return unit_of_work(self.db, self.clock, nudge=self.nudge)

    async def transact(self, work: Callable[[Unit], Awaitable[T]]) -> T:
        """Run `work` in a unit, again after a deadlock or lock wait. It must only touch the unit.

        Between tries it waits a random moment, longer each time: those who collided must not meet again.
        """
        give_up_at = time.monotonic() + _TRANSACTION_SECONDS
        for attempt in range(1, _TRANSACTION_TRIES + 1):
            try:
                async with self.unit() as unit:
                    return await work(unit)
            except Unavailable:
                if attempt == _TRANSACTION_TRIES or time.monotonic() >= give_up_at:
                    raise
            await asyncio.sleep(_jitter(attempt))
        raise AssertionError("unreachable")

    @asynccontextmanager
    async def reader(self) -> AsyncIterator[AsyncSession]:
        """A session for queries only."""
        async with self.db.reading() as session:
            yield session

    def port(self, protocol: type[P]) -> P:
        """The adapter the composition root chose for a port."""
        return cast("P", self.ports[protocol])

    @property
    def limits(self) -> RateLimiter:
        """Rate limits shared by all processes on the same Redis."""
        return RateLimiter(self.redis, self.clock)

    async def close(self) -> None:
        """Closes every connection."""
        for finish in self.closing:
            await finish()
        await self.http.aclose()
        await self.redis.aclose()
        await self.db.close()
