"""Shows and items as claims need to see them, kept for a moment in this process.

What may go by a copy a second old: which variants an item has, what it is called, who may see the show. What decides
(price, stock, limits, whether the show is on) is looked at in the transaction of the claim.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from nightmarket.kernel.context import Context
from nightmarket.kernel.gathering import Gathering
from nightmarket.modules.streams.public import ItemView, StreamView, is_open_to_all, item_views, stream_views

_FRESH_SECONDS = 1.0
_SOLD_OUT_SECONDS = 0.25
_MOST = 5000


@dataclass(frozen=True, slots=True)
class OnSale:
    """An item with its show."""

    stream: StreamView
    item: ItemView
    is_open: bool
    """Whether everybody may see the show."""


class GoodsOnSale:
    """The copies of this process."""

    def __init__(self, ctx: Context) -> None:
        self._kept: dict[str, tuple[OnSale, float]] = {}
        self._reading: Gathering[str, OnSale] = Gathering(partial(_read, ctx))

    def known(self, item_id: str) -> OnSale | None:
        """The copy, while it is fresh."""
        kept = self._kept.get(item_id)
        return kept[0] if kept is not None and kept[1] > time.monotonic() else None

    async def find(self, item_id: str) -> OnSale | None:
        """The same, read if need be; None for an item that is in no line-up."""
        found = self.known(item_id)
        if found is not None:
            return found
        found = await self._reading.get(item_id)
        if found is not None:
            if len(self._kept) >= _MOST:
                self._kept.clear()
            self._kept[item_id] = (found, time.monotonic() + _FRESH_SECONDS)
        return found

    def forget(self, stream_id: str) -> None:
        """Something about the show or its line-up has changed."""
        gone = [item_id for item_id, (one, _) in self._kept.items() if one.stream.id == stream_id]
        for item_id in gone:
            del self._kept[item_id]


async def _read(ctx: Context, item_ids: Sequence[str]) -> Mapping[str, OnSale]:
    async with ctx.reader() as session:
        items = await item_views(session, ctx, item_ids)
        streams = await stream_views(session, {item.stream_id for item in items.values()})
    return {
        item_id: OnSale(streams[item.stream_id], item, is_open_to_all(streams[item.stream_id]))
        for item_id, item in items.items()
    }


class SoldOutLately:
    """Variants this process has just found to be gone: a hint of short life, so that a rush costs no locks.

    Several processes may each have their own; none is asked for the truth.
    """

    def __init__(self) -> None:
        self._until: dict[tuple[str, str], float] = {}

    def note(self, item_id: str, variant_id: str) -> None:
        """Nothing was left."""
        if len(self._until) >= _MOST:
            self._until.clear()
        self._until[item_id, variant_id] = time.monotonic() + _SOLD_OUT_SECONDS

    def knows(self, item_id: str, variant_id: str) -> bool:
        """Whether nothing was left a moment ago."""
        return self._until.get((item_id, variant_id), 0.0) > time.monotonic()

    def forget(self, item_id: str | None = None, variant_id: str | None = None) -> None:
        """Units came back."""
        for key in [key for key in self._until if item_id == key[0] or variant_id == key[1]]:
            del self._until[key]


sold_out_lately = SoldOutLately()
