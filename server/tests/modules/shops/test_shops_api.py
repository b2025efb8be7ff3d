"""Shops over HTTP: opening, finding, changing, following."""

import asyncio
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.kernel.money import Money
from nightmarket.kernel.outbox import OutboxRow
from nightmarket.modules.shops.models import Shop
from nightmarket.modules.shops.public import (
    SellingTerms,
    ShippingTerms,
    follower_ids,
    is_following,
    selling_terms,
    shipping_terms,
)
from support.accounts import person, sign_up, sign_up_admin
from support.clock import FrozenClock
from support.shops import join_shop, make_shop, seller_with_shop

SHOPS = "/api/v1/shops"


def money(amount: int, currency: str = "TWD") -> dict[str, Any]:
    return {"amount": amount, "currency": currency}


NEW_SELLING = {
    "hold_seconds": None,
    "member_hold_seconds": None,
    "box_days": None,
    "shipping_fee": money(0),
    "free_shipping_from": None,
    "catch_up_minutes": None,
}


def problem(response: httpx2.Response) -> tuple[int, str]:
    assert response.headers["content-type"] == "application/problem+json"
    return response.status_code, response.json()["code"]


async def test_opening_a_shop_makes_its_owner(api: httpx2.AsyncClient, ctx: Context) -> None:
    owner = await person(api, "seller")
    form = {"name": " 夜燈小舖 ", "slug": "night-lamps", "market": "TW", "description": "燈\n與\n茶"}
    response = await api.post(SHOPS, json=form, headers=owner.headers)
    assert response.status_code == 201
    shop = response.json()
    assert shop == {
        "id": shop["id"],
        "name": "夜燈小舖",
        "slug": "night-lamps",
        "market": "TW",
        "currency": "TWD",
        "my_role": "owner",
        "description": "燈\n與\n茶",
        "logo": None,
        "follower_count": 0,
        "is_following": False,
        "shipping": {"fee": money(0), "free_from": None},
        "selling": NEW_SELLING,
    }
    async with ctx.reader() as session:
        (event,) = await session.scalars(sa.select(OutboxRow.payload).where(OutboxRow.name == "shops.shop_created"))
    assert event == {"shop_id": shop["id"], "owner_id": owner.id, "market": "TW"}


async def test_thai_shop_counts_in_baht(api: httpx2.AsyncClient) -> None:
    _, shop = await seller_with_shop(api, market="TH")
    assert shop["currency"] == "THB"
    assert shop["shipping"]["fee"] == money(0, "THB")


async def test_shop_is_found_by_slug_and_by_id(api: httpx2.AsyncClient) -> None:
    headers, shop = await seller_with_shop(api)
    for reference in (shop["slug"], shop["id"]):
        assert (await api.get(f"{SHOPS}/{reference}", headers=headers)).json() == shop
        assert (await api.get(f"{SHOPS}/{reference}")).json() == shop | {"my_role": None}


@pytest.mark.parametrize("reference", ["nobody", "shp_x", "Lantern-Lane", "%00", "x" * 64, "%F0%9F%8F%AE"])
async def test_unknown_shop(api: httpx2.AsyncClient, reference: str) -> None:
    await seller_with_shop(api)
    assert problem(await api.get(f"{SHOPS}/{reference}")) == (404, "not-found")
    assert problem(await api.get(f"{SHOPS}/{new_id('shp')}")) == (404, "not-found")


@pytest.mark.parametrize(
    "change",
    [
        {"slug": "ab"},
        {"slug": "a" * 41},
        {"slug": "Night"},
        {"slug": "night market"},
        {"slug": "夜市夜市"},
        {"slug": "-abc"},
        {"slug": "abc\n"},
        {"slug": None},
        {"name": ""},
        {"name": "  "},
        {"name": "a\x00b"},
        {"name": "x" * 81},
        {"market": "JP"},
        {"market": None},
        {"currency": "THB"},
        {"owner_id": "usr_1"},
        {"description": "x" * 2001},
        {"description": "\x07"},
    ],
)
async def test_malformed_shop(api: httpx2.AsyncClient, ctx: Context, change: dict[str, Any]) -> None:
    headers = await sign_up(api, "seller")
    form = {"name": "A", "slug": "night", "market": "TW"} | change
    assert problem(await api.post(SHOPS, json=form, headers=headers)) == (422, "invalid-input")
    async with ctx.reader() as session:
        assert await session.scalar(sa.select(sa.func.count()).select_from(Shop)) == 0


async def test_guests_cannot_open_shops(api: httpx2.AsyncClient) -> None:
    response = await api.post(SHOPS, json={"name": "A", "slug": "abc", "market": "TW"})
    assert problem(response) == (401, "sign-in-required")


async def test_slug_is_taken(api: httpx2.AsyncClient) -> None:
    await seller_with_shop(api, "first", slug="night")
    headers = await sign_up(api, "second")
    for slug in ("night", "admin"):
        response = await api.post(SHOPS, json={"name": "A", "slug": slug, "market": "TH"}, headers=headers)
        assert problem(response) == (409, "slug-taken")
    assert (await api.get("/api/v1/me/shops", headers=headers)).json()["items"] == []


async def test_race_for_a_slug_has_one_winner(api: httpx2.AsyncClient) -> None:
    headers = await sign_up(api, "seller")
    form = {"name": "A", "slug": "night", "market": "TW"}
    answers = await asyncio.gather(*(api.post(SHOPS, json=form, headers=headers) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert len((await api.get("/api/v1/me/shops", headers=headers)).json()["items"]) == 1


async def test_one_account_owns_so_many_shops(api: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nightmarket.modules.shops.service.open_shop.MAX_OWNED", 1)
    headers, _ = await seller_with_shop(api)
    response = await api.post(SHOPS, json={"name": "A", "slug": "another", "market": "TW"}, headers=headers)
    assert problem(response) == (409, "too-many-shops")
    assert response.json()["limit"] == 1


async def test_shops_are_listed_newest_first(api: httpx2.AsyncClient, clock: FrozenClock) -> None:
    headers = await sign_up(api, "seller")
    for index in range(5):
        await make_shop(api, headers, slug=f"shop-{index}", market="TH" if index % 2 else "TW")

    async def slugs(query: str) -> tuple[list[str], str | None]:
        body = (await api.get(f"{SHOPS}?{query}")).json()
        return [shop["slug"] for shop in body["items"]], body["next_cursor"]

    assert await slugs("") == (["shop-4", "shop-3", "shop-2", "shop-1", "shop-0"], None)
    assert await slugs("market=TH") == (["shop-3", "shop-1"], None)
    first, cursor = await slugs("limit=2")
    assert first == ["shop-4", "shop-3"]
    second, cursor = await slugs(f"limit=2&cursor={cursor}")
    assert second == ["shop-2", "shop-1"]
    assert await slugs(f"limit=2&cursor={cursor}") == (["shop-0"], None)


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=x", "cursor=x", "cursor=WyJ4Il0", "market=XX", "mine=7"]
)
async def test_malformed_list(api: httpx2.AsyncClient, query: str) -> None:
    assert problem(await api.get(f"{SHOPS}?{query}")) == (422, "invalid-input")


async def test_my_shops_have_my_role(api: httpx2.AsyncClient) -> None:
    owner, shop = await seller_with_shop(api)
    await seller_with_shop(api, "other", slug="other-shop")
    host = await join_shop(api, owner, shop["id"], "host", "host")
    for path in ("/api/v1/me/shops", f"{SHOPS}?mine=true"):
        assert (await api.get(path, headers=owner)).json() == {"items": [shop], "next_cursor": None}
        assert (await api.get(path, headers=host)).json()["items"] == [shop | {"my_role": "host"}]
        assert problem(await api.get(path)) == (401, "sign-in-required")
    listed = (await api.get(SHOPS, headers=host)).json()["items"]
    assert [(one["slug"], one["my_role"]) for one in listed] == [("other-shop", None), (shop["slug"], "host")]


async def test_owner_says_how_the_shop_sells(api: httpx2.AsyncClient, ctx: Context) -> None:
    owner, shop = await seller_with_shop(api)
    path = f"{SHOPS}/{shop['id']}"
    wanted = {
        "hold_seconds": 300,
        "member_hold_seconds": 900,
        "box_days": 14,
        "shipping_fee": money(60),
        "free_shipping_from": money(999),
        "catch_up_minutes": 30,
    }
    changed = (await api.patch(path, json={"selling": wanted}, headers=owner)).json()
    assert changed["selling"] == wanted
    assert changed["shipping"] == {"fee": money(60), "free_from": money(999)}
    async with ctx.reader() as session:
        terms = await selling_terms(session, shop["id"])
        assert await selling_terms(session, new_id("shp")) is None
    shipping = ShippingTerms(Money(60, "TWD"), Money(999, "TWD"))
    assert terms == SellingTerms(shipping, 300, 900, box_days=14, catch_up_minutes=30)

    one = (await api.patch(path, json={"selling": {"hold_seconds": None}}, headers=owner)).json()
    assert one["selling"] == wanted | {"hold_seconds": None}
    off = {"box_days": None, "shipping_fee": None, "free_shipping_from": None, "catch_up_minutes": None}
    rest = (await api.patch(path, json={"selling": off | {"member_hold_seconds": None}}, headers=owner)).json()
    assert rest["selling"] == NEW_SELLING


async def test_owner_changes_the_shop(api: httpx2.AsyncClient, ctx: Context) -> None:
    owner, shop = await seller_with_shop(api)
    change = {
        "name": "燈",
        "description": "新",
        "logo_key": "products/img/logo.webp",
        "shipping": {"fee": money(60), "free_from": money(999)},
    }
    response = await api.patch(f"{SHOPS}/{shop['id']}", json=change, headers=owner)
    assert response.status_code == 200
    changed = response.json()
    assert changed["logo"].endswith("products/img/logo.webp")
    assert changed == shop | {
        "name": "燈",
        "description": "新",
        "logo": changed["logo"],
        "shipping": {"fee": money(60), "free_from": money(999)},
        "selling": shop["selling"] | {"shipping_fee": money(60), "free_shipping_from": money(999)},
    }
    assert (await api.get(f"{SHOPS}/{shop['slug']}", headers=owner)).json() == changed
    async with ctx.reader() as session:
        terms = await shipping_terms(session, shop["id"])
    assert terms == ShippingTerms(Money(60, "TWD"), Money(999, "TWD"))

    nothing = await api.patch(f"{SHOPS}/{shop['id']}", json={"name": None}, headers=owner)
    assert nothing.json() == changed
    back = {"logo_key": "", "description": "", "shipping": {"fee": money(0)}}
    response = await api.patch(f"{SHOPS}/{shop['id']}", json=back, headers=owner)
    assert response.json() == shop | {"name": "燈"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"shipping": {"fee": money(60, "THB")}}, "wrong-currency"),
        ({"shipping": {"fee": money(60), "free_from": money(60, "THB")}}, "wrong-currency"),
        ({"shipping": {"fee": money(-1)}}, "invalid-input"),
        ({"shipping": {"fee": money(10**13)}}, "invalid-input"),
        ({"shipping": {"fee": {"amount": 1.5, "currency": "TWD"}}}, "invalid-input"),
        ({"shipping": {"free_from": money(60)}}, "invalid-input"),
        ({"selling": {"shipping_fee": money(60, "THB")}}, "wrong-currency"),
        ({"selling": {"free_shipping_from": money(60, "THB")}}, "wrong-currency"),
        ({"selling": {"shipping_fee": money(-1)}}, "invalid-input"),
        ({"selling": {"hold_seconds": 9}}, "invalid-input"),
        ({"selling": {"hold_seconds": "600"}}, "invalid-input"),
        ({"selling": {"member_hold_seconds": 10**6}}, "invalid-input"),
        ({"selling": {"box_days": 0}}, "invalid-input"),
        ({"selling": {"box_days": 61}}, "invalid-input"),
        ({"selling": {"catch_up_minutes": 1441}}, "invalid-input"),
        ({"selling": {"colour": 1}}, "invalid-input"),
        ({"logo_key": "../../etc/passwd"}, "invalid-input"),
        ({"logo_key": "logo.webp"}, "invalid-input"),
        ({"logo_key": "private/uploads/usr_1/upl_1.jpg"}, "invalid-input"),
        ({"name": ""}, "invalid-input"),
        ({"slug": "other"}, "invalid-input"),
        ({"market": "TH"}, "invalid-input"),
        ({"follower_count": 9}, "invalid-input"),
    ],
)
async def test_malformed_change(api: httpx2.AsyncClient, change: dict[str, Any], code: str) -> None:
    owner, shop = await seller_with_shop(api)
    response = await api.patch(f"{SHOPS}/{shop['id']}", json={"description": "new"} | change, headers=owner)
    assert problem(response) == (422, code)
    assert (await api.get(f"{SHOPS}/{shop['id']}", headers=owner)).json() == shop


async def test_only_owner_and_admin_change_the_shop(api: httpx2.AsyncClient, ctx: Context) -> None:
    owner, shop = await seller_with_shop(api)
    path = f"{SHOPS}/{shop['id']}"
    for role in ("host", "moderator", "packer"):
        member = await join_shop(api, owner, shop["id"], role, role)
        assert problem(await api.patch(path, json={"name": "x"}, headers=member)) == (403, "not-allowed")
    stranger, _ = await seller_with_shop(api, "stranger", slug="elsewhere")
    assert problem(await api.patch(path, json={"name": "x"}, headers=stranger)) == (403, "not-allowed")
    assert problem(await api.patch(path, json={"name": "x"})) == (401, "sign-in-required")
    assert problem(await api.patch(f"{SHOPS}/{new_id('shp')}", json={}, headers=owner)) == (404, "not-found")
    assert problem(await api.patch(f"{SHOPS}/{shop['slug']}", json={}, headers=owner)) == (404, "not-found")
    assert (await api.get(path, headers=owner)).json() == shop
    admin = await sign_up_admin(ctx, api)
    assert (await api.patch(path, json={"name": "Tidied"}, headers=admin)).json()["name"] == "Tidied"


async def test_following_is_counted_once(api: httpx2.AsyncClient, ctx: Context) -> None:
    _, shop = await seller_with_shop(api)
    fan = await person(api, "fan")
    path = f"{SHOPS}/{shop['id']}/follow"
    for _ in range(2):
        response = await api.put(path, headers=fan.headers)
        assert (response.status_code, response.json()) == (200, {"is_following": True, "follower_count": 1})
    assert (await api.put(path, headers=await sign_up(api, "other"))).json()["follower_count"] == 2
    seen = (await api.get(f"{SHOPS}/{shop['slug']}", headers=fan.headers)).json()
    assert (seen["is_following"], seen["follower_count"], seen["my_role"]) == (True, 2, None)
    assert (await api.get(f"{SHOPS}/{shop['slug']}")).json()["is_following"] is False
    async with ctx.reader() as session:
        assert await is_following(session, shop["id"], fan.id)
        assert fan.id in await follower_ids(session, shop["id"])
    for _ in range(2):
        response = await api.delete(path, headers=fan.headers)
        assert (response.status_code, response.json()) == (200, {"is_following": False, "follower_count": 1})
    async with ctx.reader() as session:
        assert not await is_following(session, shop["id"], fan.id)


async def test_simultaneous_follows_of_one_buyer_count_once(api: httpx2.AsyncClient) -> None:
    _, shop = await seller_with_shop(api)
    fan = await sign_up(api, "fan")
    path = f"{SHOPS}/{shop['id']}/follow"
    answers = await asyncio.gather(*(api.put(path, headers=fan) for _ in range(5)))
    assert {answer.status_code for answer in answers} == {200}
    assert (await api.get(f"{SHOPS}/{shop['id']}")).json()["follower_count"] == 1


async def test_simultaneous_follows_of_many_buyers_all_count(api: httpx2.AsyncClient) -> None:
    _, shop = await seller_with_shop(api)
    fans = [await sign_up(api, f"fan{index}") for index in range(6)]
    path = f"{SHOPS}/{shop['id']}/follow"
    answers = await asyncio.gather(*(api.put(path, headers=fan) for fan in fans))
    assert [answer.status_code for answer in answers] == [200] * 6
    assert (await api.get(f"{SHOPS}/{shop['id']}")).json()["follower_count"] == 6


async def test_following_nothing(api: httpx2.AsyncClient) -> None:
    fan = await sign_up(api, "fan")
    _, shop = await seller_with_shop(api)
    for method in ("PUT", "DELETE"):
        for shop_id in (new_id("shp"), "x", shop["slug"]):
            response = await api.request(method, f"{SHOPS}/{shop_id}/follow", headers=fan)
            assert problem(response) == (404, "not-found")
        assert problem(await api.request(method, f"{SHOPS}/{shop['id']}/follow")) == (401, "sign-in-required")
