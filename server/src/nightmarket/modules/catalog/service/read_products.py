"""Read products the way the API and other modules show them: one query per table, however many there are."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.context import Context
from nightmarket.kernel.money import Money
from nightmarket.kernel.storage import Storage
from nightmarket.modules.catalog import repository
from nightmarket.modules.catalog.ports import StockBook
from nightmarket.modules.catalog.service.process_image import file_key
from nightmarket.modules.catalog.service.views import ProductCard, VariantCard
from nightmarket.modules.catalog.states import ACTIVE

Row = sa.Row[*tuple[Any, ...]]


async def product_json(session: AsyncSession, ctx: Context, product_ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """The product shape of the API by id, with the stock of this moment."""
    ids = list(dict.fromkeys(product_ids))
    rows = await repository.products(session, ids) if ids else []
    return {shape["id"]: shape for shape in await describe(session, ctx, rows)}


async def describe(session: AsyncSession, ctx: Context, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The product shapes of these rows, in the same order."""
    if not rows:
        return []
    ids = [row.id for row in rows]
    variants = await repository.variants(session, ids)
    available = await ctx.port(StockBook).available(session, [variant.id for variant in variants])
    pictures = _pictures(await repository.images(session, ids), ctx.storage)
    by_product: dict[str, list[Row]] = defaultdict(list)
    for variant in variants:
        by_product[variant.product_id].append(variant)
    return [_shape(row, by_product[row.id], available, pictures[row.id]) for row in rows]


async def variant_cards(
    session: AsyncSession, variant_ids: Iterable[str], *, storage: Storage | None = None
) -> dict[str, VariantCard]:
    """Variants by id, also ones no longer sold. Their pictures have addresses when the storage is given."""
    ids = list(dict.fromkeys(variant_ids))
    rows = await repository.variants_with_products(session, ids) if ids else []
    covers = await _covers(session, storage, {row.product_id for row in rows})
    return {
        row.id: _card(row, row.title, row.currency, covers.get(row.product_id), is_sold=row.status == ACTIVE)
        for row in rows
    }


async def product_cards(
    session: AsyncSession, product_ids: Iterable[str], *, storage: Storage | None = None
) -> dict[str, ProductCard]:
    """Products by id with the variants on sale. Their pictures have addresses when the storage is given."""
    ids = list(dict.fromkeys(product_ids))
    rows = await repository.products(session, ids) if ids else []
    covers = await _covers(session, storage, ids)
    cards = {
        row.id: ProductCard(
            id=row.id,
            shop_id=row.shop_id,
            title=row.title,
            category=row.category,
            status=row.status,
            image_url=covers.get(row.id),
            variants=[],
            attributes=row.attributes,
        )
        for row in rows
    }
    currencies = {row.id: row.currency for row in rows}
    for variant in await repository.variants(session, ids) if rows else []:
        card = cards[variant.product_id]
        card.variants.append(
            _card(variant, card.title, currencies[card.id], card.image_url, is_sold=card.status == ACTIVE)
        )
    return cards


async def _covers(session: AsyncSession, storage: Storage | None, product_ids: Iterable[str]) -> dict[str, str]:
    ids = list(product_ids)
    covers: dict[str, str] = {}
    if storage is None or not ids:
        return covers
    for image in await repository.images(session, ids):
        covers.setdefault(image.product_id, storage.url(file_key(image.id, min(image.widths))))
    return covers


def _card(row: Row, title: str, currency: str, image_url: str | None, *, is_sold: bool) -> VariantCard:
    return VariantCard(
        id=row.id,
        product_id=row.product_id,
        shop_id=row.shop_id,
        sku=row.sku,
        title=title,
        options=row.options,
        price=Money(row.price_minor, currency),
        image_url=image_url,
        is_active=row.is_active and is_sold,
    )


def _pictures(rows: Sequence[Row], storage: Storage) -> dict[str, list[dict[str, Any]]]:
    pictures: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        sizes = {str(width): storage.url(file_key(row.id, width)) for width in sorted(row.widths)}
        pictures[row.product_id].append({"id": row.id, "url": sizes[str(max(row.widths))], "sizes": sizes})
    return pictures


def _shape(
    row: Row, variants: Sequence[Row], available: dict[str, int], images: list[dict[str, Any]]
) -> dict[str, Any]:
    return {
        "id": row.id,
        "shop_id": row.shop_id,
        "title": row.title,
        "description": row.description,
        "category": row.category,
        "status": row.status,
        "attributes": row.attributes,
        "currency": row.currency,
        "images": images,
        "variants": [
            {
                "id": variant.id,
                "sku": variant.sku,
                "options": variant.options,
                "price": {"amount": variant.price_minor, "currency": row.currency},
                "available": available.get(variant.id, 0),
            }
            for variant in variants
        ],
        "created_at": row.created_at.isoformat().replace("+00:00", "Z"),
        "updated_at": row.updated_at.isoformat().replace("+00:00", "Z"),
    }
