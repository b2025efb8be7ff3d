"""What other modules may do with stock."""

from nightmarket.modules.inventory.repository import StockFacts, decisive_levels, hold_units
from nightmarket.modules.inventory.service.book_stock import (
    CatalogStockBook,
    Entry,
    StockLevel,
    adjust,
    hold,
    levels,
    release,
    restock,
    sell,
)
from nightmarket.modules.inventory.service.check_books import books_that_do_not_add_up, holds_without_holder

__all__ = [
    "CatalogStockBook",
    "Entry",
    "StockFacts",
    "StockLevel",
    "adjust",
    "books_that_do_not_add_up",
    "decisive_levels",
    "hold",
    "hold_units",
    "holds_without_holder",
    "levels",
    "release",
    "restock",
    "sell",
]
