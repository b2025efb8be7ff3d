"""Every SQL statement on products."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from nightmarket.kernel.groupcommit import Ask, Script, marks
from nightmarket.kernel.ids import key_of
from nightmarket.kernel.unit import Unit
from nightmarket.modules.catalog.models import Product, ProductImage, ProductTerm, Variant
from nightmarket.modules.catalog.states import ACTIVE, Status

Sort = Literal["newest", "price_asc", "price_desc", "title"]

Row = sa.Row[*tuple[Any, ...]]

_PRODUCT = (
    Product.id,
    Product.shop_id,
    Product.title,
    Product.description,
    Product.category,
    Product.status,
    Product.attributes,
    Product.currency,
    Product.min_price_minor,
    Product.created_at,
    Product.updated_at,
)

_VARIANT = (
    Variant.id,
    Variant.product_id,
    Variant.shop_id,
    Variant.sku,
    Variant.options,
    Variant.price_minor,
    Variant.is_active,
)


@dataclass(frozen=True, slots=True)
class ProductFilter:
    """Which products, in which order, after which one."""

    terms: Sequence[str] = ()
    words: Sequence[str] = ()
    categories: Sequence[str] = ()
    shop_id: str | None = None
    currency: str | None = None
    min_price: int | None = None
    max_price: int | None = None
    in_stock: bool = False
    statuses: Sequence[Status] = (ACTIVE,)
    sort: Sort = "newest"
    after_id: str | None = None


@dataclass(slots=True)
class PriceFacts:
    """A variant's own price, and whether it is on sale, in this transaction."""

    price_minor: int
    currency: str
    is_on_sale: bool


def decisive_prices(variant_ids: Sequence[str]) -> Script[dict[str, PriceFacts]]:
    """What each variant costs now outside a show; unknown ones are left out."""
    wanted = {key_of("var", variant_id): variant_id for variant_id in variant_ids}
    rows = yield Ask(
        "SELECT v.id, v.price_minor, p.currency, v.is_active, p.status FROM product_variants v "  # noqa: S608
        f"JOIN products p ON p.id = v.product_id WHERE v.id IN ({marks(len(wanted))})",
        list(wanted),
    )
    return {wanted[bytes(row[0])]: PriceFacts(row[1], row[2], bool(row[3]) and row[4] == ACTIVE) for row in rows}


async def find(session: AsyncSession, wanted: ProductFilter, *, limit: int) -> Sequence[Row]:
    """Product rows of one page."""
    query = sa.select(*_PRODUCT).where(Product.status.in_(wanted.statuses), *_conditions(wanted))
    query = _sorted(query, wanted)
    return (await session.execute(query.limit(limit))).all()


def _conditions(wanted: ProductFilter) -> list[sa.ColumnElement[bool]]:
    tests: list[sa.ColumnElement[bool]] = []
    if wanted.terms:
        having = (
            sa.select(ProductTerm.product_id)
            .where(ProductTerm.term.in_(wanted.terms))
            .group_by(ProductTerm.product_id)
            .having(sa.func.count() == len(wanted.terms))
        )
        tests.append(Product.id.in_(having))
    tests += [Product.search_text.contains(word, autoescape=True) for word in wanted.words]
    if wanted.categories:
        tests.append(Product.category.in_(wanted.categories))
    if wanted.shop_id is not None:
        tests.append(Product.shop_id == wanted.shop_id)
    if wanted.currency is not None:
        tests.append(Product.currency == wanted.currency)
    return tests + _price_and_stock(wanted)


def _price_and_stock(wanted: ProductFilter) -> list[sa.ColumnElement[bool]]:
    tests: list[sa.ColumnElement[bool]] = []
    if wanted.min_price is not None or wanted.max_price is not None:
        variant = sa.select(Variant.id).where(Variant.product_id == Product.id, Variant.is_active.is_(True))
        if wanted.min_price is not None:
            variant = variant.where(Variant.price_minor >= wanted.min_price)
        if wanted.max_price is not None:
            variant = variant.where(Variant.price_minor <= wanted.max_price)
        tests.append(variant.exists())
    if wanted.in_stock:
        tests.append(Product.is_available.is_(True))
    return tests


def _sorted(query: sa.Select[Any], wanted: ProductFilter) -> sa.Select[Any]:
    """Order, and start after a given product: its sort key is looked up, so cursors stay short."""
    if wanted.sort == "newest":
        if wanted.after_id is not None:
            query = query.where(Product.id < wanted.after_id)
        return query.order_by(Product.id.desc())
    key: Any = Product.title_key if wanted.sort == "title" else Product.min_price_minor
    is_down = wanted.sort == "price_desc"
    if wanted.after_id is not None:
        anchor = aliased(Product)
        column = anchor.title_key if wanted.sort == "title" else anchor.min_price_minor
        last = sa.select(column).where(anchor.id == wanted.after_id).scalar_subquery()
        beyond = key < last if is_down else key > last
        query = query.where(sa.or_(beyond, sa.and_(key == last, Product.id > wanted.after_id)))
    return query.order_by(key.desc() if is_down else key, Product.id)


async def products(session: AsyncSession, product_ids: Iterable[str]) -> Sequence[Row]:
    """Product rows by id, whatever their status."""
    return (await session.execute(sa.select(*_PRODUCT).where(Product.id.in_(list(product_ids))))).all()


async def variants(session: AsyncSession, product_ids: Iterable[str]) -> Sequence[Row]:
    """The variants on sale of these products, in the seller's order."""
    query = (
        sa.select(*_VARIANT)
        .where(Variant.product_id.in_(list(product_ids)), Variant.is_active.is_(True))
        .order_by(Variant.product_id, Variant.position, Variant.id)
    )
    return (await session.execute(query)).all()


async def variants_with_products(session: AsyncSession, variant_ids: Iterable[str]) -> Sequence[Row]:
    """Variants by id, also removed ones, with what their product says of them."""
    query = (
        sa.select(*_VARIANT, Product.title, Product.currency, Product.status)
        .join(Product, Product.id == Variant.product_id)
        .where(Variant.id.in_(list(variant_ids)))
    )
    return (await session.execute(query)).all()


async def images(session: AsyncSession, product_ids: Iterable[str]) -> Sequence[Row]:
    """(id, product, widths) of the pictures of these products, in order."""
    query = (
        sa.select(ProductImage.id, ProductImage.product_id, ProductImage.widths)
        .where(ProductImage.product_id.in_(list(product_ids)))
        .order_by(ProductImage.product_id, ProductImage.position, ProductImage.id)
    )
    return (await session.execute(query)).all()


async def product_for_update(unit: Unit, product_id: str) -> Product | None:
    """A product nobody else can change until the unit ends."""
    query = sa.select(Product).where(Product.id == product_id).with_for_update()
    return await unit.session.scalar(query.execution_options(populate_existing=True))


async def variant_rows(unit: Unit, product_id: str) -> Sequence[Variant]:
    """The variants on sale of a product, to change them."""
    query = (
        sa.select(Variant)
        .where(Variant.product_id == product_id, Variant.is_active.is_(True))
        .order_by(Variant.position, Variant.id)
        .execution_options(populate_existing=True)
    )
    return (await unit.session.scalars(query)).all()


async def remove_images(unit: Unit, product_id: str) -> None:
    """Take all pictures away from a product."""
    await unit.session.execute(sa.delete(ProductImage).where(ProductImage.product_id == product_id))


async def known_images(session: AsyncSession, product_id: str) -> Sequence[Row]:
    """(id, widths, source key) of the pictures of a product."""
    query = sa.select(ProductImage.id, ProductImage.widths, ProductImage.source_key).where(
        ProductImage.product_id == product_id
    )
    return (await session.execute(query)).all()


async def replace_terms(unit: Unit, product_id: str, terms: Sequence[str]) -> None:
    """What a product is found by from now on."""
    await unit.session.execute(sa.delete(ProductTerm).where(ProductTerm.product_id == product_id))
    if terms:
        await unit.session.execute(
            sa.insert(ProductTerm), [{"term": term, "product_id": product_id} for term in sorted(terms)]
        )


async def note_availability(unit: Unit, variant_id: str, available: int, version: int | None) -> bool:
    """Remember a number from the stock book, unless a newer one is known."""
    values: dict[str, Any] = {"available": available}
    statement = sa.update(Variant).where(Variant.id == variant_id)
    if version is not None:
        statement = statement.where(Variant.stock_version < version)
        values["stock_version"] = version
    return await unit.changed_one(statement.values(**values))


async def lock_product_of(unit: Unit, variant_id: str) -> str | None:
    """The product of a variant, which nobody else can change until the unit ends."""
    product_id = await unit.session.scalar(sa.select(Variant.product_id).where(Variant.id == variant_id))
    return await unit.session.scalar(sa.select(Product.id).where(Product.id == product_id).with_for_update())


async def summarise_availability(unit: Unit, product_id: str) -> None:
    """Bring the product's in-stock mark in line with its variants."""
    total = await unit.session.scalar(
        sa.select(sa.func.max(Variant.available)).where(Variant.product_id == product_id, Variant.is_active.is_(True))
    )
    is_available = (total or 0) > 0
    await unit.changed(
        sa.update(Product)
        .where(Product.id == product_id, Product.is_available.is_(not is_available))
        .values(is_available=is_available)
    )
