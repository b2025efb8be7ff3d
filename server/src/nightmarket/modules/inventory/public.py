"""What other modules may do with stock."""

from nightmarket.modules.inventory.repository import StockFacts, decisive_levels, hold_units
from nightmarket.modules.inventory.service.book_stock import (
    CatalogStockBook,
    StockLevel,
    adjust,
    hold,
    levels,
    release,
    restock,
    sell,
)
from nightmarket.modules.inventory.service.check_books import books_that_do_not_add_up

__all__ = [
    "CatalogStockBook",
    "StockFacts",
    "StockLevel",
    "adjust",
    "books_that_do_not_add_up",
    "decisive_levels",
    "hold",
    "hold_units",
    "levels",
    "release",
    "restock",
    "sell",
]
