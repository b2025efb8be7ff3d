"""Tables of products, their variants and pictures, and the words they are found by."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from nightmarket.kernel.db import Base, IdColumn, UtcDateTime, exact_text, key_text, long_exact_text, long_prose, prose
from nightmarket.modules.catalog.states import Status

TERM_LENGTH = 16


class Product(Base):
    """What a shop sells. Prices and availability here are summaries of the variants, kept for filters and sorting."""

    __tablename__ = "products"
    __table_args__ = (
        sa.Index("ix_products_newest", "status", "id"),
        sa.Index("ix_products_price", "status", "min_price_minor", "id"),
        sa.Index("ix_products_title", "status", "title_key", "id"),
        sa.Index("ix_products_shop", "shop_id", "status", "id"),
        sa.Index("ix_products_category", "category", "status", "id"),
    )

    id: Mapped[str] = mapped_column(IdColumn("prd"), primary_key=True)
    shop_id: Mapped[str] = mapped_column(IdColumn("shp"))
    title: Mapped[str] = mapped_column(prose(160))
    title_key: Mapped[str] = mapped_column(exact_text(64))
    """The folded title, for sorting the same way on every database."""
    description: Mapped[str] = mapped_column(long_prose())
    category: Mapped[str | None] = mapped_column(key_text(60))
    status: Mapped[Status] = mapped_column(key_text(10))
    attributes: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    currency: Mapped[str] = mapped_column(key_text(3))
    min_price_minor: Mapped[int] = mapped_column(sa.BigInteger)
    is_available: Mapped[bool] = mapped_column(default=False)
    search_text: Mapped[str] = mapped_column(long_exact_text())
    """The folded words of the product, to confirm what the term table found."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime())


class Variant(Base):
    """One thing on the shelf: a size, a colour, with its price. Removed variants stay, for claims and orders of old."""

    __tablename__ = "product_variants"
    __table_args__ = (
        sa.UniqueConstraint("product_id", "active_options"),
        sa.UniqueConstraint("shop_id", "active_sku"),
        sa.CheckConstraint("price_minor >= 0", name="price_not_negative"),
    )

    id: Mapped[str] = mapped_column(IdColumn("var"), primary_key=True)
    product_id: Mapped[str] = mapped_column(IdColumn("prd"), sa.ForeignKey("products.id"))
    shop_id: Mapped[str] = mapped_column(IdColumn("shp"))
    position: Mapped[int] = mapped_column()
    sku: Mapped[str | None] = mapped_column(exact_text(64))
    active_sku: Mapped[str | None] = mapped_column(exact_text(64))
    """The SKU while the variant is sold, NULL afterwards, so that it can be used again."""
    options: Mapped[dict[str, str]] = mapped_column(sa.JSON)
    active_options: Mapped[str | None] = mapped_column(key_text(64))
    """Fingerprint of the options while the variant is sold: a product has each combination once."""
    price_minor: Mapped[int] = mapped_column(sa.BigInteger)
    is_active: Mapped[bool] = mapped_column(default=True)
    available: Mapped[int] = mapped_column(default=0)
    """The last number heard from the stock book. Only for the in-stock filter; the book itself has the truth."""
    stock_version: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    """Which change of the book that number is from: older news is ignored."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())


class ProductImage(Base):
    """A picture of a product; the files lie in storage under its id, one for each width."""

    __tablename__ = "product_images"
    __table_args__ = (sa.Index("ix_product_images_product", "product_id", "position"),)

    id: Mapped[str] = mapped_column(IdColumn("img"), primary_key=True)
    product_id: Mapped[str] = mapped_column(IdColumn("prd"), sa.ForeignKey("products.id"))
    position: Mapped[int] = mapped_column()
    widths: Mapped[list[int]] = mapped_column(sa.JSON)
    source_key: Mapped[str] = mapped_column(key_text(200))
    """The upload it was made from: naming it again keeps the picture instead of making it twice."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())


class ProductTerm(Base):
    """An inverted index: which products contain a term (see ADR 0004)."""

    __tablename__ = "product_terms"
    __table_args__ = (sa.Index("ix_product_terms_product", "product_id"),)

    term: Mapped[str] = mapped_column(exact_text(TERM_LENGTH), primary_key=True)
    product_id: Mapped[str] = mapped_column(IdColumn("prd"), sa.ForeignKey("products.id"), primary_key=True)
