"""A seller changes a product: its words, pictures, status and variants."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import IntegrityError

from nightmarket.kernel.context import Context
from nightmarket.kernel.money import Money
from nightmarket.kernel.problems import NotFound
from nightmarket.kernel.unit import Unit
from nightmarket.modules.catalog import repository
from nightmarket.modules.catalog.errors import LastVariant, SkuTaken, TooManyVariants, VariantExists
from nightmarket.modules.catalog.events import ProductArchived, ProductUpdated
from nightmarket.modules.catalog.models import Product, Variant
from nightmarket.modules.catalog.service.create_product import (
    MAX_VARIANTS,
    add_images,
    add_variant,
    check_currency,
    options_key,
    refresh_search,
    title_key,
)
from nightmarket.modules.catalog.service.list_cache import forget_lists
from nightmarket.modules.catalog.service.views import PreparedImage, VariantDraft
from nightmarket.modules.catalog.states import ARCHIVED


@dataclass(frozen=True, slots=True)
class ProductChange:
    """New values; a field left out stays."""

    fields: dict[str, Any]
    """Any of title, description, category, status, attributes."""
    images: list[PreparedImage] | None = None
    """All pictures in their new order; None: as they are."""


@dataclass(frozen=True, slots=True)
class VariantChange:
    """New values of a variant; None stays. `sku` is in `fields` so that it can be taken away."""

    fields: dict[str, Any]
    """Any of sku, options."""
    price: Money | None = None


async def change_product(unit: Unit, product_id: str, change: ProductChange) -> None:
    """Apply new words, status and pictures."""
    product = await _locked(unit, product_id)
    was_archived = product.status == ARCHIVED
    for name, value in change.fields.items():
        setattr(product, name, value)
    product.title_key = title_key(product.title)
    if change.images is not None:
        await repository.remove_images(unit, product_id)
        await add_images(unit, product_id, change.images)
    await _changed(unit, product, await repository.variant_rows(unit, product_id))
    if product.status == ARCHIVED and not was_archived:
        unit.announce(ProductArchived(product.id, product.shop_id))


async def archive_product(unit: Unit, product_id: str) -> None:
    """Take a product off the shelf. It stays for the orders of old, and can come back."""
    await change_product(unit, product_id, ProductChange({"status": ARCHIVED}))


async def create_variant(unit: Unit, ctx: Context, product_id: str, draft: VariantDraft) -> str:
    """One more size or colour."""
    product = await _locked(unit, product_id)
    siblings = await repository.variant_rows(unit, product_id)
    if len(siblings) >= MAX_VARIANTS:
        raise TooManyVariants(limit=MAX_VARIANTS)
    position = max((one.position for one in siblings), default=-1) + 1
    variant = await add_variant(unit, ctx, product, draft, position=position)
    product.is_available = product.is_available or draft.stock > 0
    await _changed(unit, product, [*siblings, variant])
    return variant.id


async def change_variant(unit: Unit, product_id: str, variant_id: str, change: VariantChange) -> None:
    """Another price, SKU or set of options. Claims made before keep the price of their moment."""
    product = await _locked(unit, product_id)
    siblings = await repository.variant_rows(unit, product_id)
    variant = _one_of(siblings, variant_id)
    if change.price is not None:
        check_currency(change.price.currency, product.currency)
        variant.price_minor = change.price.minor
    if "options" in change.fields:
        key = options_key(change.fields["options"])
        if any(one is not variant and one.active_options == key for one in siblings):
            raise VariantExists(options=change.fields["options"])
        variant.options, variant.active_options = change.fields["options"], key
    if "sku" in change.fields:
        sku = change.fields["sku"]
        try:
            async with unit.session.begin_nested():
                variant.sku = variant.active_sku = sku
        except IntegrityError as error:
            raise SkuTaken(sku=sku) from error
    await _changed(unit, product, siblings)


async def remove_variant(unit: Unit, product_id: str, variant_id: str) -> None:
    """No longer sold. Its SKU and options can be used again."""
    product = await _locked(unit, product_id)
    siblings = await repository.variant_rows(unit, product_id)
    variant = _one_of(siblings, variant_id)
    if len(siblings) == 1:
        raise LastVariant
    variant.is_active, variant.active_sku, variant.active_options = False, None, None
    rest = [one for one in siblings if one is not variant]
    product.is_available = any(one.available > 0 for one in rest)
    await _changed(unit, product, rest)


def _one_of(siblings: Sequence[Variant], variant_id: str) -> Variant:
    for variant in siblings:
        if variant.id == variant_id:
            return variant
    raise NotFound


async def _locked(unit: Unit, product_id: str) -> Product:
    product = await repository.product_for_update(unit, product_id)
    if product is None:
        raise NotFound
    return product


async def _changed(unit: Unit, product: Product, variants: Sequence[Variant]) -> None:
    product.min_price_minor = min(variant.price_minor for variant in variants)
    product.updated_at = unit.now
    await refresh_search(unit, product, variants)
    unit.announce(ProductUpdated(product.id, product.shop_id))
    forget_lists(unit)
