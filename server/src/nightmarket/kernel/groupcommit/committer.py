"""The queue in front of a lane.

Always true here: an answer is given only after the commit it speaks of; a request nobody decided gets an error, never a
success; one that cannot be stored fails alone. There is no timer: while one group commits the next one forms.
"""

import asyncio
import contextvars
import random
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from functools import partial
from typing import Generic, TypeVar

from nightmarket.kernel.groupcommit.connections import MustRepeat, TwinAhead, WritingLane
from nightmarket.kernel.groupcommit.statements import Script
from nightmarket.kernel.logging import get_logger
from nightmarket.kernel.metrics import GROUP_SIZE
from nightmarket.kernel.problems import Unavailable

R = TypeVar("R")
A = TypeVar("A")

log = get_logger(__name__)

MOST_TOGETHER = 256
MOST_WAITING = 5000
_TRIES = 6
_FIRST_WAIT = 0.002
_LONGEST_WAIT = 0.1

Decide = Callable[[Sequence[R], bool], Script[Sequence[A | Exception]]]
"""Settles a group: one answer each, or the exception that is one request's answer. The flag is set when a try before
may have left something behind, or a twin somewhere else is ahead: look before deciding."""


class Committer(Generic[R, A]):
    """Gives each request its answer once the group it was settled in is durable."""

    def __init__(self, name: str, lane: WritingLane, decide: Decide[R, A]) -> None:
        self._name = name
        self._lane = lane
        self._decide = decide
        self._waiting: deque[tuple[R, asyncio.Future[A]]] = deque()
        self._by_identity: dict[Hashable, tuple[R, asyncio.Future[A]]] = {}
        self._worker: asyncio.Task[None] | None = None
        self._is_closing = False

    def twin(self, identity: Hashable) -> tuple[R, asyncio.Future[A]] | None:
        """A request of the same identity that has no answer yet."""
        return self._by_identity.get(identity)

    def submit(self, request: R, identity: Hashable) -> asyncio.Future[A]:
        """Join the next group. Await the future shielded: who gives up waiting must not stop what is shared."""
        if self._is_closing or len(self._waiting) >= MOST_WAITING:
            raise Unavailable(retry_after=1)
        future: asyncio.Future[A] = asyncio.get_running_loop().create_future()
        self._waiting.append((request, future))
        self._by_identity[identity] = (request, future)
        future.add_done_callback(lambda done: self._forget(identity, done))
        if self._worker is None:
            self._worker = asyncio.get_running_loop().create_task(self._work(), context=contextvars.Context())
        return future

    async def close(self) -> None:
        """Take nothing new, settle what waits, let the connection go."""
        self._is_closing = True
        if self._worker is not None:
            await self._worker
        await self._lane.close()

    def _forget(self, identity: Hashable, future: asyncio.Future[A]) -> None:
        self._by_identity.pop(identity, None)
        if not future.cancelled():
            future.exception()  # nobody may be left to hear of it

    async def _work(self) -> None:
        try:
            while self._waiting:
                group = [self._waiting.popleft() for _ in range(min(MOST_TOGETHER, len(self._waiting)))]
                await self._settle(group)
        finally:
            self._worker = None

    async def _settle(self, group: list[tuple[R, asyncio.Future[A]]]) -> None:
        """Answer everybody of the group. A group that fails is halved until the one at fault stands alone."""
        try:
            answers = await self._commit([request for request, _ in group])
        except Exception as error:
            if len(group) == 1 or isinstance(error, Unavailable):
                for _, future in group:
                    _refuse(future, error)
                return
            log.warning("groupcommit.halved", committer=self._name, size=len(group), error=type(error).__name__)
            middle = len(group) // 2
            await self._settle(group[:middle])
            await self._settle(group[middle:])
            return
        for (_, future), answer in zip(group, answers, strict=True):
            if isinstance(answer, Exception):
                _refuse(future, answer)
            elif not future.done():
                future.set_result(answer)

    async def _commit(self, requests: list[R]) -> Sequence[A | Exception]:
        GROUP_SIZE.labels(self._name).observe(len(requests))
        fault: MustRepeat | None = None
        for attempt in range(_TRIES):
            try:
                answers = await self._lane.run(partial(self._decide, requests, attempt > 0))
            except MustRepeat as again:
                log.info(
                    "groupcommit.repeated", committer=self._name, error=type(again.__cause__).__name__, attempt=attempt
                )
                fault = again
            else:
                if len(answers) != len(requests):
                    raise RuntimeError("somebody of the group was not decided")
                return answers
            await asyncio.sleep(random.uniform(0, min(_LONGEST_WAIT, _FIRST_WAIT * 2**attempt)))  # noqa: S311
        if isinstance(fault, TwinAhead):
            raise fault  # looked for and not found: one of the group cannot be stored
        raise Unavailable(retry_after=1) from fault


def _refuse(future: "asyncio.Future[A]", error: Exception) -> None:
    if not future.done():
        future.set_exception(error)
