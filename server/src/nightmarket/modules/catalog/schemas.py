"""HTTP shapes of the catalog."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from nightmarket.kernel.money import Currency, MoneyModel
from nightmarket.kernel.paging import MAX_PAGE
from nightmarket.kernel.text import Line, Prose
from nightmarket.modules.catalog.repository import Sort
from nightmarket.modules.catalog.service.categories import MAX_LENGTH, slug_of
from nightmarket.modules.catalog.service.create_product import MAX_VARIANTS, options_key
from nightmarket.modules.catalog.service.views import VariantDraft
from nightmarket.modules.catalog.states import ACTIVE, Status

MAX_STOCK = 1_000_000
MAX_IMAGES = 12
_MAX_WORDS = 30

Options = Annotated[dict[Annotated[str, Line(40)], Annotated[str, Line(60)]], Field(max_length=5)]
AttributeText = Annotated[str, Line(300)]
Attributes = Annotated[
    dict[
        Annotated[str, Line(40)],
        AttributeText | bool | Annotated[list[AttributeText], Field(max_length=_MAX_WORDS)],
    ],
    Field(max_length=20),
]
Title = Annotated[str, Line(160)]
Description = Annotated[str, Prose(5000)]
Sku = Annotated[str, Line(64)]
ImageKey = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[A-Za-z0-9_./-]+$")]
ImageKeys = Annotated[list[ImageKey], Field(max_length=MAX_IMAGES)]


def _category(text: str) -> str:
    slug = slug_of(text)
    if slug is None:
        raise ValueError("must be a category slug")
    return slug


CategoryText = Annotated[str, Line(MAX_LENGTH), AfterValidator(_category)]
"""A slug of the category tree, or a word of the seller's own, kept in the same form."""


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class VariantIn(_In):
    """A variant to make."""

    sku: Sku | None = None
    options: Options = Field(default_factory=dict)
    price: MoneyModel
    stock: int = Field(default=0, ge=0, le=MAX_STOCK, strict=True)

    def draft(self) -> VariantDraft:
        """The command."""
        return VariantDraft(price=self.price.money(), stock=self.stock, sku=self.sku, options=self.options)


class VariantPatch(_In):
    """New values of a variant; what is left out stays. Stock is changed by stock adjustments."""

    sku: Sku | None = None
    options: Options | None = None
    price: MoneyModel | None = None


class ProductIn(_In):
    """A product to make. `image_keys` are `object_key`s of finished uploads."""

    title: Title
    description: Description | None = None
    category: CategoryText | None = None
    status: Literal["active", "draft"] = "active"
    attributes: Attributes = Field(default_factory=dict)
    variants: list[VariantIn] = Field(min_length=1, max_length=MAX_VARIANTS)
    image_keys: ImageKeys = Field(default_factory=list)

    @model_validator(mode="after")
    def _variants_differ(self) -> Self:
        if len({options_key(variant.options) for variant in self.variants}) < len(self.variants):
            raise ValueError("two variants have the same options")
        skus = [variant.sku for variant in self.variants if variant.sku]
        if len(set(skus)) < len(skus):
            raise ValueError("two variants have the same SKU")
        return self


class ProductPatch(_In):
    """New values of a product; what is left out stays.

    `image_keys` lists all pictures in their new order: ids of pictures it has, or keys of new uploads.
    """

    title: Title | None = None
    description: Description | None = None
    category: CategoryText | None = None
    status: Status | None = None
    attributes: Attributes | None = None
    image_keys: ImageKeys | None = None

    def fields(self) -> dict[str, Any]:
        """The plain fields that were given. Only the category can be taken away by null."""
        given = self.model_dump(exclude_unset=True, exclude={"image_keys"})
        return {name: value for name, value in given.items() if value is not None or name == "category"}


class ProductQuery(BaseModel):
    """Search, filter and order of the product list. Price limits are in minor units."""

    q: str | None = Field(default=None, max_length=100)
    category: str | None = Field(default=None, max_length=MAX_LENGTH)
    shop: str | None = Field(default=None, max_length=64, description="A shop's id or slug")
    currency: Currency | None = None
    min_price: int | None = Field(default=None, ge=0, le=2**62)
    max_price: int | None = Field(default=None, ge=0, le=2**62)
    in_stock: bool = False
    status: Literal["active", "draft", "archived", "all"] = Field(
        default=ACTIVE, description="Others than `active` need `shop`, and are for its members"
    )
    sort: Sort = "newest"
    cursor: str | None = Field(default=None, max_length=400)
    limit: int = Field(default=24, ge=1, le=MAX_PAGE)


class ImageOut(BaseModel):
    """A picture in the widths we have."""

    id: str
    url: str
    sizes: dict[str, str]


class VariantOut(BaseModel):
    """A variant with the units that can be bought now."""

    id: str
    sku: str | None
    options: dict[str, str]
    price: MoneyModel
    available: int


class ProductShop(BaseModel):
    """Whose product it is."""

    id: str
    name: str
    slug: str
    market: str


class ProductOut(BaseModel):
    """A product."""

    id: str
    shop_id: str
    shop: ProductShop | None = None
    title: str
    description: str
    category: str | None
    status: Status
    attributes: dict[str, Any]
    currency: Currency
    images: list[ImageOut]
    variants: list[VariantOut]
    created_at: datetime
    updated_at: datetime


class CategoryOut(BaseModel):
    """A shelf of the category tree, named in every language."""

    slug: str
    name: str
    names: dict[str, str]
    children: list["CategoryOut"]


class UploadIn(_In):
    """A file about to be sent."""

    filename: Annotated[str, Line(200)]
    content_type: str = Field(max_length=100, pattern=r"^[a-z]+/[a-z0-9.+-]+$")
    size: int = Field(ge=1, le=2**40, strict=True)
    purpose: str = Field(default="product_image", max_length=40, pattern=r"^[a-z][a-z0-9_-]*$")


class UploadOut(BaseModel):
    """Send the file to `upload_url` with this method and these headers, then use `object_key`."""

    upload_url: str
    method: str
    headers: dict[str, str]
    object_key: str
    expires_at: datetime
