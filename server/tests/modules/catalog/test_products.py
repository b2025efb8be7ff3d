"""Products over HTTP: making, changing, removing."""

from typing import Any

import httpx2
import pytest

from support.accounts import sign_up
from support.catalog import make_product, price, stock_of, variant
from support.shops import join_shop, make_shop, seller_with_shop

Json = dict[str, Any]


async def test_product_appears_as_it_was_made(api: httpx2.AsyncClient) -> None:
    seller, shop = await seller_with_shop(api)
    form: Json = {
        "title": "  碎花洋裝 ",
        "description": "Two lines\nof text",
        "category": "Women",
        "attributes": {"keywords": ["洋裝", "dress"], "material": "cotton"},
        "variants": [
            variant(3, 590, sku="D-1", options={"color": "black", "size": "S"}),
            variant(0, 690, sku="D-2", options={"color": "black", "size": "M"}),
        ],
    }
    made = await api.post(f"/api/v1/shops/{shop['id']}/products", json=form, headers=seller)
    assert made.status_code == 201
    product = made.json()
    assert product["title"] == "碎花洋裝"
    assert product["category"] == "women"
    assert product["status"] == "active"
    assert product["shop"]["slug"] == shop["slug"]
    assert [(one["sku"], one["price"], one["available"]) for one in product["variants"]] == [
        ("D-1", price(590), 3),
        ("D-2", price(690), 0),
    ]
    assert product["variants"][0]["options"] == {"color": "black", "size": "S"}
    seen = await api.get(f"/api/v1/products/{product['id']}")
    assert seen.json() == product
    stock = await stock_of(api, seller, product["variants"][0]["id"])
    assert (stock["on_hand"], stock["received"], stock["available"]) == (3, 3, 3)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"title": ""}, "invalid-input"),
        ({"title": "a\x00b"}, "invalid-input"),
        ({"variants": []}, "invalid-input"),
        ({"variants": [variant(), variant()]}, "invalid-input"),
        ({"variants": [variant(sku="A", options={"s": "1"}), variant(sku="A", options={"s": "2"})]}, "invalid-input"),
        ({"variants": [variant(options={str(n): "x" for n in range(6)})]}, "invalid-input"),
        ({"variants": [variant(stock=-1)]}, "invalid-input"),
        ({"variants": [variant(stock=10**30)]}, "invalid-input"),
        ({"variants": [variant(currency="THB")]}, "wrong-currency"),
        ({"category": "！！"}, "invalid-input"),
        ({"image_keys": ["private/uploads/usr_x/upl_y.jpg"]}, "upload-unknown"),
        ({"surprise": 1}, "invalid-input"),
    ],
)
async def test_bad_product_is_refused(api: httpx2.AsyncClient, change: Json, code: str) -> None:
    seller, shop = await seller_with_shop(api)
    form = {"title": "Scarf", "variants": [variant()]} | change
    answer = await api.post(f"/api/v1/shops/{shop['id']}/products", json=form, headers=seller)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert (await api.get("/api/v1/products")).json()["items"] == []


async def test_only_the_shop_makes_products(api: httpx2.AsyncClient) -> None:
    seller, shop = await seller_with_shop(api)
    form = {"title": "Scarf", "variants": [variant()]}
    path = f"/api/v1/shops/{shop['id']}/products"
    assert (await api.post(path, json=form)).status_code == 401
    stranger = await sign_up(api, "stranger")
    assert (await api.post(path, json=form, headers=stranger)).json()["code"] == "not-allowed"
    packer = await join_shop(api, seller, shop["id"], "packer", "packer")
    assert (await api.post(path, json=form, headers=packer)).status_code == 403
    host = await join_shop(api, seller, shop["id"], "host", "host")
    assert (await api.post(path, json=form, headers=host)).status_code == 201
    nowhere = path.replace(shop["id"], "shp_" + "0" * 26)
    assert (await api.post(nowhere, json=form, headers=seller)).status_code == 404


async def test_words_and_category_change(api: httpx2.AsyncClient) -> None:
    seller, shop = await seller_with_shop(api)
    product = await make_product(api, seller, shop["id"], "Scarf", category="women", description="warm")
    path = f"/api/v1/products/{product['id']}"
    changed = await api.patch(path, json={"title": "Shawl", "category": None}, headers=seller)
    assert changed.status_code == 200
    assert (changed.json()["title"], changed.json()["category"]) == ("Shawl", None)
    assert changed.json()["description"] == "warm"
    assert [one["title"] for one in (await api.get("/api/v1/products?q=shaw")).json()["items"]] == ["Shawl"]
    assert (await api.get("/api/v1/products?q=scarf")).json()["items"] == []
    stranger = await sign_up(api, "stranger")
    assert (await api.patch(path, json={"title": "Mine"}, headers=stranger)).status_code == 403
    assert (await api.patch("/api/v1/products/nonsense", json={}, headers=seller)).status_code == 404


async def test_archived_product_is_for_its_shop(api: httpx2.AsyncClient) -> None:
    seller, shop = await seller_with_shop(api)
    product = await make_product(api, seller, shop["id"])
    path = f"/api/v1/products/{product['id']}"
    assert (await api.delete(path, headers=seller)).status_code == 204
    assert (await api.delete(path, headers=seller)).status_code == 204
    assert (await api.get(path)).status_code == 404
    assert (await api.get("/api/v1/products")).json()["items"] == []
    assert (await api.get(path, headers=seller)).json()["status"] == "archived"
    listed = await api.get("/api/v1/products", params={"shop": shop["slug"], "status": "all"}, headers=seller)
    assert [one["id"] for one in listed.json()["items"]] == [product["id"]]
    assert (await api.patch(path, json={"status": "active"}, headers=seller)).status_code == 200
    assert (await api.get(path)).status_code == 200


async def test_drafts_are_listed_for_members_alone(api: httpx2.AsyncClient) -> None:
    seller, shop = await seller_with_shop(api)
    await make_product(api, seller, shop["id"], status="draft")
    query = {"shop": shop["id"], "status": "draft"}
    assert (await api.get("/api/v1/products", params=query)).status_code == 401
    stranger = await sign_up(api, "stranger")
    assert (await api.get("/api/v1/products", params=query, headers=stranger)).status_code == 403
    assert (await api.get("/api/v1/products", params={"status": "all"}, headers=seller)).status_code == 404
    assert len((await api.get("/api/v1/products", params=query, headers=seller)).json()["items"]) == 1


async def test_variants_come_change_and_go(api: httpx2.AsyncClient) -> None:
    seller, shop = await seller_with_shop(api)
    product = await make_product(api, seller, shop["id"], variants=[variant(2, sku="A", options={"size": "S"})])
    path = f"/api/v1/products/{product['id']}/variants"
    first = product["variants"][0]["id"]
    last = await api.delete(f"{path}/{first}", headers=seller)
    assert (last.status_code, last.json()["code"]) == (409, "last-variant")
    made = await api.post(path, json=variant(7, 600, sku="B", options={"size": "M"}), headers=seller)
    assert made.status_code == 201
    assert (made.json()["available"], made.json()["price"]) == (7, price(600))
    taken = await api.post(path, json=variant(1, sku="A", options={"size": "L"}), headers=seller)
    assert (taken.status_code, taken.json()["code"]) == (409, "sku-taken")
    twin = await api.post(path, json=variant(1, options={"SIZE": "m"}), headers=seller)
    assert (twin.status_code, twin.json()["code"]) == (409, "variant-exists")
    second = made.json()["id"]
    changed = await api.patch(f"{path}/{second}", json={"price": price(555), "sku": None}, headers=seller)
    assert (changed.json()["price"], changed.json()["sku"]) == (price(555), None)
    clash = await api.patch(f"{path}/{second}", json={"sku": "A"}, headers=seller)
    assert (clash.status_code, clash.json()["code"]) == (409, "sku-taken")
    clash = await api.patch(f"{path}/{second}", json={"options": {"size": "S"}}, headers=seller)
    assert (clash.status_code, clash.json()["code"]) == (409, "variant-exists")
    other = await api.patch(f"{path}/{second}", json={"price": price(1, "THB")}, headers=seller)
    assert (other.status_code, other.json()["code"]) == (422, "wrong-currency")
    assert (await api.delete(f"{path}/{first}", headers=seller)).status_code == 204
    assert (await api.delete(f"{path}/{first}", headers=seller)).status_code == 404
    again = await api.post(path, json=variant(1, sku="A", options={"size": "S"}), headers=seller)
    assert again.status_code == 201
    seen = (await api.get(f"/api/v1/products/{product['id']}")).json()
    assert [one["id"] for one in seen["variants"]] == [second, again.json()["id"]]


async def test_same_sku_in_two_shops(api: httpx2.AsyncClient) -> None:
    seller, shop = await seller_with_shop(api)
    other = await make_shop(api, seller, slug="second-shop")
    for one in (shop, other):
        await make_product(api, seller, one["id"], variants=[variant(sku="A")])
    form = {"title": "Again", "variants": [variant(sku="A")]}
    answer = await api.post(f"/api/v1/shops/{shop['id']}/products", json=form, headers=seller)
    assert (answer.status_code, answer.json()["code"]) == (409, "sku-taken")
    assert len((await api.get("/api/v1/products")).json()["items"]) == 2


async def test_categories_are_named_in_the_readers_language(api: httpx2.AsyncClient) -> None:
    answer = await api.get("/api/v1/categories", headers={"Accept-Language": "th-TH"})
    shelves = answer.json()["items"]
    fashion = next(shelf for shelf in shelves if shelf["slug"] == "fashion")
    assert fashion["name"] == "แฟชั่น"
    assert set(fashion["names"]) == {"en", "zh-TW", "zh-CN", "th", "ja"}
    assert "women" in [child["slug"] for child in fashion["children"]]
