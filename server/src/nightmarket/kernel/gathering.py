"""Look-ups that arrive while one is under way are made together by the next one. No timer, no cache."""

import asyncio
import contextvars
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

_MOST_TOGETHER = 256


class Gathering(Generic[K, V]):
    """Answers many questions of the same kind with few queries."""

    def __init__(self, load: Callable[[Sequence[K]], Awaitable[Mapping[K, V]]]) -> None:
        self._load = load
        self._asked: dict[K, asyncio.Future[V | None]] = {}
        self._worker: asyncio.Task[None] | None = None

    async def get(self, key: K) -> V | None:
        """What `load` says of the key; None when it says nothing."""
        future = self._asked.get(key)
        if future is None:
            future = self._asked[key] = asyncio.get_running_loop().create_future()
            if self._worker is None:
                self._worker = asyncio.get_running_loop().create_task(self._work(), context=contextvars.Context())
        return await asyncio.shield(future)

    async def _work(self) -> None:
        try:
            while self._asked:
                keys = list(self._asked)[:_MOST_TOGETHER]
                waiting = {key: self._asked.pop(key) for key in keys}
                await self._answer(waiting)
        finally:
            self._worker = None

    async def _answer(self, waiting: dict[K, "asyncio.Future[V | None]"]) -> None:
        try:
            found = await self._load(list(waiting))
        except Exception as error:
            for future in waiting.values():
                future.set_exception(error)
                future.exception()  # nobody may be left to hear of it
            return
        for key, future in waiting.items():
            future.set_result(found.get(key))
