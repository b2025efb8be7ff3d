"""What neighbours and clients see of products."""

from dataclasses import dataclass, field
from typing import Any

from nightmarket.kernel.money import Money
from nightmarket.modules.catalog.states import ACTIVE, Status


@dataclass(frozen=True, slots=True)
class VariantCard:
    """A variant with what a line in a bag or an order shows of it."""

    id: str
    product_id: str
    shop_id: str
    sku: str | None
    title: str
    options: dict[str, str]
    price: Money
    image_url: str | None
    is_active: bool
    """Whether it can be bought: neither removed nor of a product that is not active."""


@dataclass(frozen=True, slots=True)
class ProductCard:
    """A product with its variants, without stock."""

    id: str
    shop_id: str
    title: str
    category: str | None
    status: Status
    image_url: str | None
    variants: list[VariantCard]
    attributes: dict[str, Any]


@dataclass(frozen=True, slots=True)
class VariantDraft:
    """A variant a seller wants to have."""

    price: Money
    stock: int = 0
    sku: str | None = None
    options: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PreparedImage:
    """A picture whose files are in storage already."""

    id: str
    widths: tuple[int, ...]
    source_key: str


@dataclass(frozen=True, slots=True)
class ProductDraft:
    """A product a seller wants to have."""

    title: str
    variants: list[VariantDraft]
    description: str = ""
    category: str | None = None
    status: Status = ACTIVE
    attributes: dict[str, Any] = field(default_factory=dict)
    images: list[PreparedImage] = field(default_factory=list)
