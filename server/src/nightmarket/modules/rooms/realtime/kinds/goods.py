"""What is for sale in a show: the line-up, the item being shown, and what is left."""

from typing import Annotated, Any, ClassVar, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from nightmarket.modules.rooms.realtime.kinds.base import Count, FrameClass, Moment, Money, ServerData


class Image(Struct, frozen=True):
    """A picture of a product in several widths."""

    id: str
    url: str
    sizes: dict[str, str]


class Variant(Struct, frozen=True):
    """A variant of a product; `price` is the ordinary one."""

    id: str
    sku: str | None
    options: dict[str, str]
    price: Money
    available: int


class Product(Struct, frozen=True):
    """A product as the catalog shows it."""

    id: str
    shop_id: str
    title: str
    description: str
    category: str | None
    status: str
    images: list[Image]
    variants: list[Variant]
    attributes: dict[str, Any] | UnsetType = UNSET
    currency: str | UnsetType = UNSET
    created_at: Moment | UnsetType = UNSET
    updated_at: Moment | UnsetType = UNSET


class LineUpItem(Struct, frozen=True):
    """A line of the line-up. `available` is what a buyer can claim of all variants together.

    `mode` `turn`: only who has the turn in the line may claim. `first_paid`: nothing is held, who pays first gets it.
    """

    id: str
    stream_id: str
    code: str
    product: Product
    live_price: Money | None
    limit_per_buyer: int | None
    stock: int | None
    available: int
    pinned: bool
    mode: Literal["stock", "turn"]
    first_paid: bool


class SpotlightProduct(ServerData, frozen=True, omit_defaults=True):
    """The item that the host shows now; null: none."""

    kind: ClassVar[str] = "spotlight-product"
    klass: ClassVar[FrameClass] = FrameClass.KEPT
    source: ClassVar[str] = "the api, when the host pins over HTTP or over the socket"

    item_id: str | None
    media_time: (
        Annotated[
            float, Meta(description="When the picture was taken that shows it, Unix seconds: show it with that picture")
        ]
        | None
    ) = None


class ItemUpdated(ServerData, frozen=True):
    """An item as it is now, be it new or changed; or, `removed`, that it has left the line-up."""

    kind: ClassVar[str] = "item-updated"
    klass: ClassVar[FrameClass] = FrameClass.KEPT
    source: ClassVar[str] = "the api, when the line-up changes"

    item_id: str
    item: LineUpItem | UnsetType = UNSET
    removed: bool | UnsetType = UNSET


class StockChanged(ServerData, frozen=True):
    """What is left of an item: a hint, the claim decides. `variants` has every variant's units by id.

    `available` repeats the units of `variant_id`, or of the item when it has only one variant.
    """

    kind: ClassVar[str] = "stock-changed"
    klass: ClassVar[FrameClass] = FrameClass.LOSSY
    source: ClassVar[str] = "the api, after claims, releases and corrections of stock"

    item_id: str
    item_available: Count
    available: int
    variants: dict[str, int]
    variant_id: str | UnsetType = UNSET


class RepairChanged(ServerData, frozen=True):
    """So many comments that may be orders wait for a helper of this show: read the repair list again."""

    kind: ClassVar[str] = "repair-changed"
    klass: ClassVar[FrameClass] = FrameClass.DIRECT
    source: ClassVar[str] = "the worker, to the people of the shop, when a comment comes onto the list or is settled"

    waiting: Count
