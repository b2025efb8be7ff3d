"""What neighbours see of shows and line-ups."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nightmarket.kernel.money import Money
from nightmarket.modules.streams.models import Stream, StreamItem
from nightmarket.modules.streams.states import ItemMode, ProviderName, StreamState

ON_SALE = "active"
"""The status of a product that can be bought."""


@dataclass(frozen=True, slots=True)
class StreamView:
    """A show, without what changes by the second."""

    id: str
    shop_id: str
    host_id: str
    title: str
    description: str
    language: str | None
    currency: str
    state: StreamState
    is_private: bool
    scheduled_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    viewer_limit: int | None = None
    pinned_item_id: str | None = None
    unpinned_at: datetime | None = None
    """When another item was last on the screens."""
    provider: ProviderName = "embedded"
    """Who carries the picture."""
    has_signal: bool = False


@dataclass(frozen=True, slots=True)
class ItemView:
    """An item of a line-up with its product as catalog describes it."""

    id: str
    stream_id: str
    product_id: str
    code: str
    live_price: Money | None
    limit_per_buyer: int | None
    stock_cap: int | None
    taken: int
    mode: ItemMode
    is_first_paid: bool
    is_pinned: bool
    product: dict[str, Any]
    removed_at: datetime | None = None
    """When it left the line-up; None while it is in it."""

    def price_of(self, variant_id: str) -> Money:
        """What one unit of this variant costs in this show. KeyError for a variant of another product."""
        for variant in self.product["variants"]:
            if variant["id"] == variant_id:
                return self.live_price or Money(variant["price"]["amount"], variant["price"]["currency"])
        raise KeyError(variant_id)

    @property
    def available(self) -> int:
        """Units a buyer can claim now: what is in stock, within what this show may sell."""
        if self.product["status"] != ON_SALE:
            return 0
        in_stock: int = sum(max(0, variant["available"]) for variant in self.product["variants"])
        return in_stock if self.stock_cap is None else max(0, min(in_stock, self.stock_cap - self.taken))

    def as_json(self) -> dict[str, Any]:
        """The item shape of the API."""
        return {
            "id": self.id,
            "stream_id": self.stream_id,
            "code": self.code,
            "product": self.product,
            "live_price": self.live_price.as_json() if self.live_price else None,
            "limit_per_buyer": self.limit_per_buyer,
            "stock": self.stock_cap,
            "mode": self.mode,
            "first_paid": self.is_first_paid,
            "available": self.available,
            "pinned": self.is_pinned,
        }


def stream_view_of(row: Stream) -> StreamView:
    """The view of a row."""
    return StreamView(
        id=row.id,
        shop_id=row.shop_id,
        host_id=row.host_id,
        title=row.title,
        description=row.description,
        language=row.language,
        currency=row.currency,
        state=row.state,
        is_private=row.is_private,
        scheduled_at=row.scheduled_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        viewer_limit=row.viewer_limit,
        pinned_item_id=row.pinned_item_id,
        unpinned_at=row.unpinned_at,
        provider=row.provider,
        has_signal=row.has_signal,
    )


def item_view_of(row: StreamItem, stream: Stream, product: dict[str, Any]) -> ItemView:
    """The view of a row with its product."""
    price = row.live_price_minor
    return ItemView(
        id=row.id,
        stream_id=row.stream_id,
        product_id=row.product_id,
        code=row.code,
        live_price=None if price is None else Money(price, stream.currency),
        limit_per_buyer=row.limit_per_buyer,
        stock_cap=row.stock_cap,
        taken=row.taken_count,
        mode=row.mode,
        is_first_paid=row.is_first_paid,
        is_pinned=stream.pinned_item_id == row.id,
        product=product,
        removed_at=row.removed_at,
    )
