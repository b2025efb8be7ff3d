"""Shoppers look through the products of all shops, or of one."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.context import Context
from nightmarket.kernel.paging import checked_id, decode_cursor, encode_cursor, split_page
from nightmarket.kernel.problems import InvalidInput, NotFound, SignInRequired
from nightmarket.modules.catalog import repository
from nightmarket.modules.catalog.repository import ProductFilter, Row, Sort
from nightmarket.modules.catalog.service.categories import slug_of, with_children
from nightmarket.modules.catalog.service.read_products import describe, product_json
from nightmarket.modules.catalog.service.search_terms import query_of
from nightmarket.modules.catalog.states import ACTIVE, ARCHIVED, DRAFT, Status
from nightmarket.modules.identity.public import Caller
from nightmarket.modules.shops.public import ShopCard, require_role, role_of, shop_by_slug, shop_card, shop_cards

STAFF = ("host", "moderator", "packer")
_STATUSES: dict[str, tuple[Status, ...]] = {
    "active": (ACTIVE,),
    "draft": (DRAFT,),
    "archived": (ARCHIVED,),
    "all": (DRAFT, ACTIVE, ARCHIVED),
}


@dataclass(frozen=True, slots=True)
class ListRequest:
    """What somebody looks for."""

    q: str | None = None
    category: str | None = None
    shop: str | None = None
    currency: str | None = None
    min_price: int | None = None
    max_price: int | None = None
    in_stock: bool = False
    status: str = ACTIVE
    sort: Sort = "newest"
    cursor: str | None = None
    limit: int = 24


_NOTHING: dict[str, Any] = {"items": [], "next_cursor": None}


async def list_products(
    session: AsyncSession, ctx: Context, wanted: ListRequest, caller: Caller | None
) -> dict[str, Any]:
    """One page in the shape of the API."""
    shop = await _shop(session, wanted.shop) if wanted.shop else None
    if wanted.status != ACTIVE:
        await _check_member(session, shop, caller)
    after = decode_cursor(wanted.cursor, str, str)
    if after is not None and after[0] != wanted.sort:
        raise InvalidInput("The cursor belongs to another list.")
    terms, pieces = query_of(wanted.q or "")
    category = slug_of(wanted.category) if wanted.category else None
    is_hopeless = (
        wanted.q and wanted.q.strip() and not terms,
        wanted.shop and not shop,
        wanted.category and not category,
    )
    if any(is_hopeless):
        return _NOTHING
    found = ProductFilter(
        terms=terms,
        words=pieces,
        categories=with_children(category) if category else (),
        shop_id=shop.id if shop else None,
        currency=wanted.currency,
        min_price=wanted.min_price,
        max_price=wanted.max_price,
        in_stock=wanted.in_stock,
        statuses=_STATUSES[wanted.status],
        sort=wanted.sort,
        after_id=checked_id(after[1], "prd") if after else None,
    )
    rows, more = split_page(await repository.find(session, found, limit=wanted.limit + 1), wanted.limit)
    next_cursor = encode_cursor(wanted.sort, rows[-1].id) if more else None
    return {"items": await with_shops(session, ctx, rows), "next_cursor": next_cursor}


async def read_product(session: AsyncSession, ctx: Context, product_id: str, caller: Caller | None) -> dict[str, Any]:
    """One product. Drafts and archived ones are for the people of the shop."""
    found = (await product_json(session, ctx, [product_id])).get(product_id)
    if found is None:
        raise NotFound
    if found["status"] != ACTIVE and (
        caller is None or ("admin" not in caller.roles and await role_of(session, found["shop_id"], caller.id) is None)
    ):
        raise NotFound
    return (await _add_shops(session, [found]))[0]


async def with_shops(session: AsyncSession, ctx: Context, rows: list[Row]) -> list[dict[str, Any]]:
    """Product shapes that say whose they are."""
    return await _add_shops(session, await describe(session, ctx, rows))


async def _add_shops(session: AsyncSession, shapes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    shops = await shop_cards(session, {shape["shop_id"] for shape in shapes}) if shapes else {}
    for shape in shapes:
        shop = shops.get(shape["shop_id"])
        shape["shop"] = shop and {"id": shop.id, "name": shop.name, "slug": shop.slug, "market": shop.market}
    return shapes


async def _shop(session: AsyncSession, reference: str) -> ShopCard | None:
    return await shop_card(session, reference) or await shop_by_slug(session, reference)


async def _check_member(session: AsyncSession, shop: ShopCard | None, caller: Caller | None) -> None:
    if caller is None:
        raise SignInRequired
    if shop is None:
        raise NotFound
    await require_role(session, shop.id, caller, *STAFF)
