"""Products and pictures for tests, made through the public API."""

import io
from typing import Any

import httpx2
from PIL import Image

from nightmarket.kernel.ids import new_id

Json = dict[str, Any]


def price(amount: int, currency: str = "TWD") -> Json:
    """Money on the wire."""
    return {"amount": amount, "currency": currency}


def variant(stock: int = 5, amount: int = 590, currency: str = "TWD", **more: Any) -> Json:
    """A variant as a seller sends it."""
    return {"price": price(amount, currency), "stock": stock} | more


async def make_product(
    api: httpx2.AsyncClient, headers: dict[str, str], shop_id: str, title: str = "Silk scarf", **fields: Any
) -> Json:
    """A product of a shop, as the API shows it; one variant with five units unless told otherwise."""
    form = {"title": title, "variants": [variant()]} | fields
    response = await api.post(f"/api/v1/shops/{shop_id}/products", json=form, headers=headers)
    assert response.status_code == 201, response.text
    product: Json = response.json()
    return product


def with_key(headers: dict[str, str], key: str | None = None) -> dict[str, str]:
    """The headers with an idempotency key: a given one, or a fresh one."""
    return headers | {"Idempotency-Key": key or new_id("key")}


async def stock_of(api: httpx2.AsyncClient, headers: dict[str, str], variant_id: str) -> Json:
    """The stock numbers of a variant, as its shop sees them."""
    response = await api.get(f"/api/v1/variants/{variant_id}/stock", headers=headers)
    assert response.status_code == 200, response.text
    level: Json = response.json()
    return level


async def adjust_stock(
    api: httpx2.AsyncClient, headers: dict[str, str], variant_id: str, delta: int
) -> httpx2.Response:
    """Enter units into the stock book."""
    return await api.post(
        f"/api/v1/variants/{variant_id}/stock-adjustments",
        json={"delta": delta, "reason": "counted"},
        headers=with_key(headers),
    )


def picture(size: tuple[int, int] = (1200, 900), kind: str = "JPEG", color: str = "teal", **options: Any) -> bytes:
    """The bytes of a picture."""
    target = io.BytesIO()
    Image.new("RGB", size, color).save(target, kind, **options)
    return target.getvalue()


async def upload(
    api: httpx2.AsyncClient, headers: dict[str, str], data: bytes, content_type: str = "image/jpeg"
) -> str:
    """Send a file the way clients do; its object key."""
    announced = await api.post(
        "/api/v1/uploads",
        json={"filename": "a.jpg", "content_type": content_type, "size": len(data), "purpose": "product_image"},
        headers=headers,
    )
    assert announced.status_code == 201, announced.text
    ticket = announced.json()
    sent = await api.request(ticket["method"], ticket["upload_url"], content=data, headers=ticket["headers"])
    assert sent.status_code == 204, sent.text
    key: str = ticket["object_key"]
    return key
