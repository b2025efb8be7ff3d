"""What other modules may do with stock."""

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
    "StockLevel",
    "adjust",
    "books_that_do_not_add_up",
    "hold",
    "levels",
    "release",
    "restock",
    "sell",
]
