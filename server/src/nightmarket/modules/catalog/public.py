"""What other modules may use of the catalog."""

from nightmarket.modules.catalog.repository import PriceFacts, decisive_prices
from nightmarket.modules.catalog.service.create_product import create_product
from nightmarket.modules.catalog.service.process_image import prepare_image
from nightmarket.modules.catalog.service.read_products import product_cards, product_json, variant_cards
from nightmarket.modules.catalog.service.record_availability import record_availability
from nightmarket.modules.catalog.service.views import (
    PreparedImage,
    ProductCard,
    ProductDraft,
    VariantCard,
    VariantDraft,
)

__all__ = [
    "PreparedImage",
    "PriceFacts",
    "ProductCard",
    "ProductDraft",
    "VariantCard",
    "VariantDraft",
    "create_product",
    "decisive_prices",
    "prepare_image",
    "product_cards",
    "product_json",
    "record_availability",
    "variant_cards",
]
