"""Makes the two demo shops through the public API. Safe to repeat: what is there already stays as it is."""

import itertools
from datetime import timedelta
from typing import Any

import anyio

from nightmarket.entrypoints.demo.client import ApiClient, Refused
from nightmarket.entrypoints.demo.content import BUYER, PASSWORD, SHOPS, DemoShop, Good
from nightmarket.entrypoints.demo.pictures import product_picture
from nightmarket.kernel.clock import system_clock


async def seed_demo(address: str) -> list[str]:
    """Shops, goods with pictures, a planned show each, and a buyer; the log-ins as lines to print."""
    buyer = ApiClient(address, BUYER)
    await buyer.sign_in()
    await buyer.close()
    lines = ["Demo log-ins:", f"  buyer               {BUYER.email:32} {PASSWORD}"]
    for shop in SHOPS:
        await seed_shop(address, shop)
        lines.append(f"  seller ({shop.market})         {shop.owner.email:32} {PASSWORD}")
    return lines


async def seed_shop(address: str, shop: DemoShop) -> None:
    """One shop with everything in it."""
    client = ApiClient(address, shop.owner)
    try:
        await client.sign_in()
        shop_id = await ensure_shop(client, shop)
        products = await client.get(f"/products?shop={shop_id}&limit=100")
        known = {product["title"]: product for product in products["items"]}
        for good in shop.goods:
            if good.title not in known:
                known[good.title] = await create_product(client, shop_id, shop, good)
        await ensure_planned_show(client, shop_id, shop, known)
    finally:
        await client.close()


async def ensure_shop(client: ApiClient, shop: DemoShop) -> str:
    """The id of the demo shop, made when it is missing."""
    try:
        found = await client.get(f"/shops/{shop.slug}")
    except Refused as refused:
        if refused.status != 404:
            raise
        found = await client.post("/shops", {"name": shop.name, "slug": shop.slug, "market": shop.market})
        await client.patch(f"/shops/{found['id']}", {"description": shop.description})
    return str(found["id"])


async def create_product(client: ApiClient, shop_id: str, shop: DemoShop, good: Good) -> dict[str, Any]:
    """A product with a drawn picture and its stock spread over its variants."""
    picture = await anyio.to_thread.run_sync(product_picture, good.shape, good.color, good.ground)
    key = await client.upload(f"{good.shape}.jpg", picture, "image/jpeg", "product_image")
    currency = "TWD" if shop.market == "TW" else "THB"
    names = list(good.options)
    combinations = [dict(zip(names, values, strict=True)) for values in itertools.product(*good.options.values())]
    created: dict[str, Any] = await client.post(
        f"/shops/{shop_id}/products",
        {
            "title": good.title,
            "description": good.description,
            "category": good.category,
            "image_keys": [key],
            "variants": [
                {
                    "options": options,
                    "price": {"amount": good.price, "currency": currency},
                    "stock": max(1, good.stock // len(combinations)),
                }
                for options in combinations
            ],
        },
    )
    return created


async def ensure_planned_show(
    client: ApiClient, shop_id: str, shop: DemoShop, products: dict[str, dict[str, Any]]
) -> None:
    """A show announced for tomorrow evening, with its line-up."""
    planned = await client.get(f"/streams?shop={shop_id}&state=scheduled")
    if planned["items"]:
        return
    start = (system_clock() + timedelta(days=1)).replace(hour=12, minute=0, second=0, microsecond=0)
    stream = await client.post(
        "/streams",
        {
            "shop_id": shop_id,
            "title": shop.planned_title,
            "description": shop.description,
            "scheduled_at": start.isoformat(),
            "language": shop.owner.locale,
        },
    )
    await add_line_up(client, stream["id"], shop, products)


async def add_line_up(
    client: ApiClient, stream_id: str, shop: DemoShop, products: dict[str, dict[str, Any]]
) -> dict[str, Good]:
    """Every good of the shop under A1, A2, …; which good each item is."""
    items: dict[str, Good] = {}
    currency = "TWD" if shop.market == "TW" else "THB"
    for number, good in enumerate(shop.goods, 1):
        item = await client.post(
            f"/streams/{stream_id}/items",
            {
                "product_id": products[good.title]["id"],
                "code": f"A{number}",
                "live_price": {"amount": good.live_price, "currency": currency},
                "limit_per_buyer": 5,
            },
        )
        items[item["id"]] = good
    return items
