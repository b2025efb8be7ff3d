"""A worker process with work of its own: `python -m support.celery_worker`. What ran is remembered in Redis."""

from dataclasses import dataclass
from types import ModuleType
from typing import ClassVar

from nightmarket.entrypoints.background import run_worker
from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import QUEUES, JobRegistry, handles, job
from nightmarket.kernel.outbox import Event
from nightmarket.kernel.problems import Unavailable
from nightmarket.kernel.settings import Settings
from nightmarket.kernel.unit import Unit

SEEN = "test:seen"
FAILURES = "test:failures"


@dataclass(frozen=True)
class BellRung(Event):
    """Something that happened."""

    topic: ClassVar[str] = "test.bell_rung"
    bell: str


@handles(BellRung, name="test.on_bell.v1", queue="realtime")
async def on_bell(_unit: Unit, ctx: Context, event: BellRung) -> None:
    """Remembers the bell."""
    await ctx.redis.rpush(SEEN, f"bell {event.bell}")


@job("test.shaky.v1", queue="orders")
async def shaky(ctx: Context, word: str) -> None:
    """Fails as often as it was told to."""
    if await ctx.redis.decr(FAILURES) >= 0:
        raise Unavailable
    await ctx.redis.rpush(SEEN, f"shaky {word}")


@job("test.broken.v1", queue="mail")
async def broken(_ctx: Context) -> None:
    """Has a bug."""
    raise KeyError("a bug")


def registry() -> JobRegistry:
    """All of the above."""
    module = ModuleType("work")
    vars(module).update(on_bell=on_bell, shaky=shaky, broken=broken)
    return JobRegistry([module])


if __name__ == "__main__":
    run_worker(Settings(), registry(), queues=QUEUES, concurrency=1)
