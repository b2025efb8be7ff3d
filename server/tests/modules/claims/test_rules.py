"""Who may claim, how much, and for how long: the same by tap, by comment and by the staff's hand."""

from typing import Any

import httpx2
import pytest

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.modules.claims.service.comment_orders import RoomCommentOrders
from support.catalog import make_product, variant, with_key
from support.claims import Json, Sale, open_sale
from support.clock import FrozenClock
from support.shops import join_shop
from support.streams import add_item

DOORS = ["tap", "comment", "staff"]


@pytest.fixture
async def sale(ctx: Context, api: httpx2.AsyncClient) -> Sale:
    """Nine scarves as A1 and nine belts as B2."""
    sale = await open_sale(ctx, api, stock=9)
    belt = await make_product(api, sale.seller, sale.shop["id"], "編織皮帶", variants=[variant(9, 250)])
    await add_item(api, sale.seller, sale.stream_id, belt["id"], code="B2")
    return sale


async def rule(sale: Sale, **rules: Any) -> Json:
    """The seller changes the rules of the show."""
    path = f"/api/v1/streams/{sale.stream_id}"
    answer = await sale.api.patch(path, json=rules, headers=sale.seller)
    assert answer.status_code == 200, answer.text
    shown: Json = answer.json()
    assert shown == (await sale.api.get(path)).json()
    return shown


async def claim_by(sale: Sale, door: str, name: str, code: str = "A1", quantity: int = 1) -> tuple[str, str | None]:
    """A claim through one of the doors: what came of it, and the code of the refusal."""
    buyer = await sale.buyer(name)
    if door == "comment":
        answer = await RoomCommentOrders().submit(
            sale.ctx,
            stream_id=sale.stream_id,
            buyer_id=buyer.id,
            message_id=new_id("cht"),
            text=f"{code}+{quantity}",
        )
        assert answer is not None
        assert answer.outcome is not None
        return answer.outcome, None if answer.problem is None else answer.problem["code"]
    items = (await sale.api.get(f"/api/v1/streams/{sale.stream_id}/items")).json()["items"]
    form = {"item_id": next(item["id"] for item in items if item["code"] == code), "quantity": quantity}
    headers = buyer.headers
    if door == "staff":
        form["buyer_id"], headers = buyer.id, sale.seller
    tapped = await sale.api.post(f"/api/v1/streams/{sale.stream_id}/claims", json=form, headers=with_key(headers))
    body = tapped.json()
    return (body["claim"]["state"], None) if tapped.is_success else ("refused", body["code"])


async def follow(sale: Sale, name: str) -> None:
    buyer = await sale.buyer(name)
    answer = await sale.api.put(f"/api/v1/shops/{sale.shop['id']}/follow", headers=buyer.headers)
    assert answer.status_code == 200


@pytest.mark.parametrize("door", DOORS)
async def test_limit_of_the_show_counts_all_items(sale: Sale, door: str) -> None:
    assert (await rule(sale, limit_per_buyer_show=3))["limit_per_buyer_show"] == 3
    assert await claim_by(sale, door, "ann", "A1", 2) == ("held", None)
    refused = await claim_by(sale, door, "ann", "B2", 2)
    assert refused[1] == "purchase-limit"
    assert await claim_by(sale, door, "ann", "B2", 1) == ("held", None)
    assert (await claim_by(sale, door, "ann", "A1", 1))[1] == "purchase-limit"
    assert await claim_by(sale, door, "ben", "A1", 3) == ("held", None)
    await rule(sale, limit_per_buyer_show=None)
    assert await claim_by(sale, door, "ann", "A1", 1) == ("held", None)


async def test_limit_says_whose_it_is(ctx: Context, api: httpx2.AsyncClient) -> None:
    sale = await open_sale(ctx, api, stock=9, limit_per_buyer=2)
    await rule(sale, limit_per_buyer_show=3)
    claim = await sale.claim("ann", 2)
    of_item = (await sale.ask("ann", 1)).json()
    assert (of_item["limit"], of_item["claimed"], of_item["scope"]) == (2, 2, "item")
    path = f"/api/v1/streams/{sale.stream_id}/items/{sale.item_id}"
    assert (await api.patch(path, json={"limit_per_buyer": None}, headers=sale.seller)).status_code == 200
    of_show = (await sale.ask("ann", 2)).json()
    assert (of_show["limit"], of_show["claimed"], of_show["scope"]) == (3, 2, "show")
    ann = await sale.buyer("ann")
    more = await api.patch(f"/api/v1/claims/{claim['id']}", json={"quantity": 4}, headers=ann.headers)
    assert (more.status_code, more.json()["code"], more.json()["claimed"]) == (409, "purchase-limit", 2)
    assert (await sale.seen(claim))["quantity"] == 2
    more = await api.patch(f"/api/v1/claims/{claim['id']}", json={"quantity": 3}, headers=ann.headers)
    assert more.status_code == 200
    assert await sale.stock() == (9, 3, 6)


@pytest.mark.parametrize("door", DOORS)
async def test_followers_only(sale: Sale, door: str) -> None:
    await rule(sale, claims_for="followers")
    assert (await claim_by(sale, door, "ann"))[1] == "followers-only"
    assert await sale.stock() == (9, 0, 9)
    await follow(sale, "ann")
    assert await claim_by(sale, door, "ann") == ("held", None)
    assert (await claim_by(sale, door, "ben"))[1] == "followers-only"
    await rule(sale, claims_for="everyone")
    assert await claim_by(sale, door, "ben") == ("held", None)
    assert await sale.stock() == (9, 2, 7)


@pytest.mark.parametrize("door", ["tap", "staff"])
async def test_members_only(sale: Sale, door: str) -> None:
    await rule(sale, claims_for="members")
    await follow(sale, "ann")
    assert await claim_by(sale, door, "ann") == ("refused", "members-only")
    await join_shop(sale.api, sale.seller, sale.shop["id"], "pam", "packer")
    pam = (await sale.api.get(f"/api/v1/shops/{sale.shop['id']}/members", headers=sale.seller)).json()["items"][-1]
    form = {"item_id": sale.item_id, "buyer_id": pam["user_id"]}
    path = f"/api/v1/streams/{sale.stream_id}/claims"
    assert (await sale.api.post(path, json=form, headers=with_key(sale.seller))).status_code == 201
    await rule(sale, claims_for="followers")
    assert (await sale.api.post(path, json=form, headers=with_key(sale.seller))).status_code == 201


async def test_more_units_are_claimed_by_the_same_rules(sale: Sale, api: httpx2.AsyncClient) -> None:
    claim = await sale.claim("ann", 1)
    await rule(sale, claims_for="followers")
    ann = await sale.buyer("ann")
    path = f"/api/v1/claims/{claim['id']}"
    refused = await api.patch(path, json={"quantity": 2}, headers=ann.headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "followers-only")
    assert await sale.stock() == (9, 1, 8)
    await follow(sale, "ann")
    assert (await api.patch(path, json={"quantity": 2}, headers=ann.headers)).status_code == 200
    assert await sale.stock() == (9, 2, 7)


@pytest.mark.parametrize("door", DOORS)
async def test_show_says_how_long_claims_are_held(sale: Sale, clock: FrozenClock, door: str) -> None:
    assert (await rule(sale, hold_seconds=90))["hold_seconds"] == 90
    assert await claim_by(sale, door, "ann", "A1", 9) == ("held", None)
    assert await claim_by(sale, door, "ben", "A1", 1) == ("waitlisted", None)
    ann, ben = await sale.buyer("ann"), await sale.buyer("ben")
    [held] = (await sale.api.get("/api/v1/me/claims", headers=ann.headers)).json()["items"]
    assert held["hold_expires_at"] == "2026-11-20T12:01:30Z"
    clock.advance(seconds=30)
    await sale.api.delete(f"/api/v1/claims/{held['id']}", headers=ann.headers)
    [promoted] = (await sale.api.get("/api/v1/me/claims", headers=ben.headers)).json()["items"]
    assert promoted["hold_expires_at"] == "2026-11-20T12:02:00Z"
    await rule(sale, hold_seconds=None)
    assert (await sale.claim("cid"))["hold_expires_at"] == "2026-11-20T12:10:30Z"


@pytest.mark.parametrize(
    "rules",
    [
        {"hold_seconds": 29},
        {"hold_seconds": 604_801},
        {"hold_seconds": "60"},
        {"claims_for": "friends"},
        {"claims_for": None},
        {"limit_per_buyer_show": 0},
    ],
)
async def test_impossible_rules_are_refused(sale: Sale, rules: Json) -> None:
    path = f"/api/v1/streams/{sale.stream_id}"
    answer = await sale.api.patch(path, json=rules, headers=sale.seller)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-input")
    shown = (await sale.api.get(path)).json()
    assert (shown["hold_seconds"], shown["claims_for"], shown["limit_per_buyer_show"]) == (None, "everyone", None)
