"""Comments on their way to the order side, many in one request.

While one request of a room is under way the next comments gather, so a quiet room waits for nothing and a loud one
costs few requests. Each comment has an answer of its own; what is wrong with one never touches its neighbours.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, NamedTuple

from nightmarket.kernel.problems import Problem, Unavailable
from nightmarket.modules.rooms.realtime.kinds.buyer import ClaimResult
from nightmarket.modules.rooms.realtime.tickets import Ticket

LARGEST_BATCH: Final = 64
MOST_WAITING: Final = 2048
"""Per room; who comes when so many wait is told to try again."""


class Comment(NamedTuple):
    """What the order side needs to know."""

    viewer: Ticket
    message_id: str
    text: str


Answer = ClaimResult | Problem | None
Send = Callable[[str, Sequence[Comment]], Awaitable[Sequence[Answer]]]
"""One request for comments of one room; answers in their order. What it raises concerns all of them."""


class CommentBatches:
    """One sending task per room that has comments waiting; it ends with them."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._waiting: dict[str, list[tuple[Comment, asyncio.Future[Answer]]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def ask(self, room: str, comment: Comment) -> ClaimResult | None:
        """What became of this comment; raises what was wrong with it."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Answer] = loop.create_future()
        waiting = self._waiting.get(room)
        if waiting is None:
            self._waiting[room] = [(comment, answer)]
            task = loop.create_task(self._drain(room))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        elif len(waiting) >= MOST_WAITING:
            raise Unavailable(retry_after=1)
        else:
            waiting.append((comment, answer))
        found = await answer
        if isinstance(found, Problem):
            raise found
        return found

    async def _drain(self, room: str) -> None:
        waiting = self._waiting[room]
        try:
            while waiting:
                batch = [one for one in waiting[:LARGEST_BATCH] if not one[1].done()]  # some gave up waiting
                del waiting[:LARGEST_BATCH]
                if batch:
                    await self._answer(room, batch)
        finally:
            del self._waiting[room]
            for _, answer in waiting:
                answer.cancel()

    async def _answer(self, room: str, batch: list[tuple[Comment, asyncio.Future[Answer]]]) -> None:
        try:
            answers = await self._send(room, [comment for comment, _ in batch])
        except Problem as problem:
            if problem.status < 500 and len(batch) > 1:
                for one in batch:  # somebody's fault, and only theirs
                    await self._answer(room, [one])
                return
            answers = [problem] * len(batch)
        except Exception as error:
            for _, answer in batch:
                if not answer.done():
                    answer.set_exception(error)
            return
        for (_, answer), found in zip(batch, answers, strict=True):
            if not answer.done():
                answer.set_result(found)
