"""News about products."""

from dataclasses import dataclass
from typing import ClassVar

from nightmarket.kernel.outbox import Event


@dataclass(frozen=True)
class _ProductEvent(Event):
    product_id: str
    shop_id: str


@dataclass(frozen=True)
class ProductCreated(_ProductEvent):
    """A shop has a new product."""

    topic: ClassVar[str] = "catalog.product_created"


@dataclass(frozen=True)
class ProductUpdated(_ProductEvent):
    """Something a shopper sees changed: words, pictures, price, variants, status."""

    topic: ClassVar[str] = "catalog.product_updated"


@dataclass(frozen=True)
class ProductArchived(_ProductEvent):
    """The product is no longer sold."""

    topic: ClassVar[str] = "catalog.product_archived"
