"""Encoded answers of the public product list, kept for a moment.

A change made by this process empties it at once; changes made by others show after `_SECONDS`. Prices and stock are
checked again wherever they matter, so what is shown here may be that old.
"""

import time
from collections import OrderedDict
from collections.abc import Hashable
from typing import Any

from nightmarket.kernel.context import Context
from nightmarket.kernel.unit import Unit

_SECONDS = 1.0
_MOST = 256


class ListCache:
    """Answers of one process, by what was asked."""

    def __init__(self) -> None:
        self._answers: OrderedDict[Hashable, tuple[float, int, bytes]] = OrderedDict()

    def get(self, key: Hashable) -> bytes | None:
        """A fresh answer, if there is one."""
        found = self._answers.get(key)
        if found is None or found[0] < time.monotonic() or found[1] != _changes.count:
            return None
        return found[2]

    def put(self, key: Hashable, answer: bytes, seen: int) -> None:
        """Keep an answer that was read when `seen` changes had been made."""
        self._answers[key] = (time.monotonic() + _SECONDS, seen, answer)
        self._answers.move_to_end(key)
        while len(self._answers) > _MOST:
            self._answers.popitem(last=False)


class _Changes:
    """How often this process has changed products: the answers of before are void."""

    def __init__(self) -> None:
        self.count = 0

    def note(self) -> None:
        self.count += 1


_changes = _Changes()


def cache_of(ctx: Context) -> ListCache:
    """The cache of this process context."""
    cache: Any = ctx.ports.setdefault(ListCache, ListCache())
    assert isinstance(cache, ListCache)
    return cache


def changes_so_far() -> int:
    """To be asked before reading what will be put into the cache."""
    return _changes.count


def forget_lists(unit: Unit) -> None:
    """The unit changes something the lists show."""
    unit.after_commit(_changes.note)
