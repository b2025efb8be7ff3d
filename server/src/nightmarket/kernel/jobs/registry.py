"""What can run in the background, and the decorators that declare it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, Literal

from nightmarket.kernel.context import Context
from nightmarket.kernel.outbox import Event
from nightmarket.kernel.problems import Unavailable
from nightmarket.kernel.unit import Unit

Queue = Literal["payments", "orders", "realtime", "mail", "bulk"]
QUEUES: tuple[Queue, ...] = ("payments", "orders", "realtime", "mail", "bulk")

JobFunction = Callable[..., Awaitable[None]]
HandlerFunction = Callable[[Unit, Context, Any], Awaitable[None]]

MAX_ATTEMPTS = 8


def backoff_seconds(attempt: int) -> int:
    """Wait before try `attempt + 1`: 1, 2, 4 … seconds, at most five minutes."""
    return min(300, 1 << min(10, max(0, attempt - 1)))


@dataclass(frozen=True)
class Job:
    """A named unit of background work. Arguments are JSON-able; running it twice must be harmless."""

    name: str
    queue: Queue
    function: JobFunction = field(repr=False)
    retry_on: tuple[type[Exception], ...] = (Unavailable,)

    async def __call__(self, ctx: Context, *args: Any) -> None:
        await self.function(ctx, *args)


@dataclass(frozen=True)
class Handler:
    """A reaction to an event. Runs in a transaction of its own, exactly once per message, when it writes."""

    name: str
    queue: Queue
    event: type[Event]
    function: HandlerFunction = field(repr=False)
    writes: bool = True
    """Whether it changes the database. One that does not takes no writing transaction, and may run more than once."""


@dataclass(frozen=True)
class Periodic:
    """Work that recurs. A missed turn must not matter: the next one finds what is due."""

    name: str
    queue: Queue
    every_seconds: float
    function: Callable[[Context], Awaitable[None]] = field(repr=False)


def job(
    name: str, *, queue: Queue, retry_on: tuple[type[Exception], ...] = (Unavailable,)
) -> Callable[[JobFunction], Job]:
    """Declare a job. Errors in `retry_on` are retried with back-off, others are dead at once: a bug does not heal."""
    return lambda function: Job(name, queue, function, retry_on)


def handles(
    event: type[Event], *, name: str, queue: Queue, writes: bool = True
) -> Callable[[HandlerFunction], Handler]:
    """Declare a reaction to an event; `writes=False` for one that only tells others what the database says."""
    return lambda function: Handler(name, queue, event, function, writes)


def periodic(name: str, *, queue: Queue, every: float) -> Callable[[Callable[[Context], Awaitable[None]]], Periodic]:
    """Declare recurring work, `every` so many seconds."""
    return lambda function: Periodic(name, queue, every, function)


class JobRegistry:
    """All background work of a composition, found in the `tasks` and `handlers` files it is given."""

    def __init__(self, modules: Iterable[ModuleType] = ()) -> None:
        self.jobs: dict[str, Job] = {}
        self.handlers: dict[str, list[Handler]] = {}
        self.periodics: dict[str, Periodic] = {}
        self._known: dict[str, Job | Handler | Periodic] = {}
        for module in modules:
            self.collect(module)

    def collect(self, module: ModuleType) -> None:
        """Register everything a module declares."""
        for value in vars(module).values():
            if isinstance(value, Job | Handler | Periodic):
                self._register(value)

    def handler(self, name: str) -> Handler:
        """The handler with this name."""
        return next(one for group in self.handlers.values() for one in group if one.name == name)

    def _register(self, work: Job | Handler | Periodic) -> None:
        if self._known.get(work.name) is work:
            return  # a module that imports another's job to enqueue it
        known = self._known.setdefault(work.name, work)
        if known is not work:
            raise ValueError(f"two pieces of background work are called {work.name}")
        match work:
            case Job():
                self.jobs[work.name] = work
            case Handler():
                self.handlers.setdefault(work.event.topic, []).append(work)
            case Periodic():
                self.periodics[work.name] = work
