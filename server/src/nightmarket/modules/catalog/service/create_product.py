"""A seller puts a product on the shelf."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.kernel.problems import NotFound
from nightmarket.kernel.unit import Unit
from nightmarket.modules.catalog import repository
from nightmarket.modules.catalog.errors import SkuTaken, VariantExists
from nightmarket.modules.catalog.events import ProductCreated
from nightmarket.modules.catalog.models import Product, ProductImage, Variant
from nightmarket.modules.catalog.ports import StockBook
from nightmarket.modules.catalog.service.categories import names_of
from nightmarket.modules.catalog.service.list_cache import forget_lists
from nightmarket.modules.catalog.service.search_terms import fold, terms_of
from nightmarket.modules.catalog.service.views import PreparedImage, ProductDraft, VariantDraft
from nightmarket.modules.shops.errors import WrongCurrency
from nightmarket.modules.shops.public import shop_card

MAX_VARIANTS = 100
_DESCRIPTION_SEARCHED = 600
_TITLE_KEY = 64


async def create_product(unit: Unit, ctx: Context, shop_id: str, draft: ProductDraft) -> str:
    """The new product's id. The caller has checked that they may; the pictures are in storage already."""
    shop = await shop_card(unit.session, shop_id)
    if shop is None:
        raise NotFound
    product = Product(
        id=new_id("prd"),
        shop_id=shop_id,
        title=draft.title,
        title_key=title_key(draft.title),
        description=draft.description,
        category=draft.category,
        status=draft.status,
        attributes=draft.attributes,
        currency=shop.currency,
        min_price_minor=min(variant.price.minor for variant in draft.variants),
        is_available=any(variant.stock > 0 for variant in draft.variants),
        search_text="",
        created_at=unit.now,
        updated_at=unit.now,
    )
    await unit.add(product)
    variants = [
        await add_variant(unit, ctx, product, variant, position=index) for index, variant in enumerate(draft.variants)
    ]
    await add_images(unit, product.id, draft.images)
    await refresh_search(unit, product, variants)
    unit.announce(ProductCreated(product.id, shop_id))
    forget_lists(unit)
    return product.id


async def add_variant(unit: Unit, ctx: Context, product: Product, draft: VariantDraft, *, position: int) -> Variant:
    """One more variant, with its first units in the stock book."""
    check_currency(draft.price.currency, product.currency)
    variant = Variant(
        id=new_id("var"),
        product_id=product.id,
        shop_id=product.shop_id,
        position=position,
        sku=draft.sku,
        active_sku=draft.sku,
        options=draft.options,
        active_options=options_key(draft.options),
        price_minor=draft.price.minor,
        available=draft.stock,
        created_at=unit.now,
    )
    if not await unit.add_new(variant):
        raise await _collision(unit, variant)
    await ctx.port(StockBook).receive(
        unit, shop_id=product.shop_id, variant_id=variant.id, quantity=draft.stock, reason="first stock"
    )
    return variant


async def _collision(unit: Unit, variant: Variant) -> SkuTaken | VariantExists:
    siblings = await repository.variant_rows(unit, variant.product_id)
    if any(one.active_options == variant.active_options for one in siblings):
        return VariantExists(options=variant.options)
    return SkuTaken(sku=variant.sku)


async def add_images(unit: Unit, product_id: str, images: Sequence[PreparedImage]) -> None:
    """Hang pictures that are in storage under a product."""
    rows = [
        ProductImage(
            id=image.id,
            product_id=product_id,
            position=index,
            widths=list(image.widths),
            source_key=image.source_key,
            created_at=unit.now,
        )
        for index, image in enumerate(images)
    ]
    await unit.add(*rows)


async def refresh_search(unit: Unit, product: Product, variants: Sequence[Variant]) -> None:
    """Bring what the product is found by in line with its words."""
    texts = [
        product.title,
        " ".join(names_of(product.category)),
        " ".join(f"{variant.sku or ''} {' '.join(variant.options.values())}" for variant in variants),
        " ".join(_words(product.attributes)),
        product.description[:_DESCRIPTION_SEARCHED],
    ]
    product.search_text = fold(" ".join(texts))
    await unit.session.flush()
    await repository.replace_terms(unit, product.id, terms_of(*texts))


def check_currency(given: str, wanted: str) -> None:
    """A shop sells in one currency."""
    if given != wanted:
        raise WrongCurrency(currency=wanted)


def title_key(title: str) -> str:
    """What titles are sorted by."""
    return fold(title)[:_TITLE_KEY]


def options_key(options: dict[str, str]) -> str:
    """The same for the same options, whatever their order or case."""
    folded = sorted((fold(name), fold(value)) for name, value in options.items())
    return hashlib.sha256(json.dumps(folded).encode()).hexdigest()


def _words(attributes: dict[str, Any]) -> list[str]:
    words: list[str] = []
    for value in attributes.values():
        words += [str(one) for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]
    return words
