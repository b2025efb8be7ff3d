"""Claims by tap: held, waiting, changed, given back."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa

from nightmarket.kernel.context import Context
from nightmarket.modules.streams.models import Stream
from support.accounts import sign_up
from support.catalog import price, variant, with_key
from support.claims import Sale, open_sale
from support.clock import FrozenClock
from support.shops import join_shop
from support.streams import make_stream

Drain = Callable[[], Awaitable[list[str]]]
SIZES = [variant(2, options={"size": "S"}), variant(0, options={"size": "M"})]


@pytest.fixture
async def sale(ctx: Context, api: httpx2.AsyncClient) -> Sale:
    """Five scarves in a live show."""
    return await open_sale(ctx, api)


async def test_claim_holds_units_at_the_live_price(ctx: Context, api: httpx2.AsyncClient) -> None:
    sale = await open_sale(ctx, api, live_price=price(490))
    answer = await sale.ask(quantity=2)
    assert answer.status_code == 201
    claim = answer.json()["claim"]
    assert claim["state"] == "held"
    assert claim["unit_price"] == price(490)
    assert claim["hold_expires_at"] == "2026-11-20T12:10:00Z"
    assert (claim["code"], claim["title"], claim["source"], claim["position"]) == ("A1", "Silk scarf", "tap", None)
    assert claim["variant_id"] == sale.variant_id
    assert await sale.stock() == (5, 2, 3)
    cheaper = {"live_price": price(390)}
    await api.patch(f"/api/v1/streams/{sale.stream_id}/items/{sale.item_id}", json=cheaper, headers=sale.seller)
    assert (await sale.seen(claim))["unit_price"] == price(490)
    assert (await sale.claim())["unit_price"] == price(390)


async def test_repeated_request_claims_once(sale: Sale, api: httpx2.AsyncClient) -> None:
    first = await sale.ask(quantity=2, key="same")
    second = await sale.ask(quantity=2, key="same")
    assert first.json() == second.json()
    assert second.headers["Idempotency-Replayed"] == "true"
    assert (await sale.ask(quantity=3, key="same")).json()["code"] == "idempotency-key-reused"
    assert await sale.stock() == (5, 2, 3)
    buyer = await sale.buyer()
    body = {"item_id": sale.item_id, "quantity": 1}
    bare = await api.post(f"/api/v1/streams/{sale.stream_id}/claims", json=body, headers=buyer.headers)
    assert (bare.status_code, bare.json()["code"]) == (428, "idempotency-key-required")


async def test_replay_is_answered_after_the_show(sale: Sale, api: httpx2.AsyncClient) -> None:
    first = await sale.ask(key="same")
    await api.post(f"/api/v1/streams/{sale.stream_id}/end", headers=sale.seller)
    assert (await sale.ask(key="same")).json() == first.json()
    late = await sale.ask()
    assert (late.status_code, late.json()["code"]) == (410, "stream-ended")


async def test_who_was_banned_claims_nothing(sale: Sale, api: httpx2.AsyncClient) -> None:
    buyer = await sale.buyer()
    show = f"/api/v1/streams/{sale.stream_id}"
    for action, status in (("ban", 403), ("unban", 201)):
        form = {"action": action, "user_id": buyer.id}
        assert (await api.post(f"{show}/moderation", json=form, headers=sale.seller)).status_code < 300
        assert (await sale.ask()).status_code == status


async def test_a_private_show_sells_to_nobody_who_cannot_see_it(sale: Sale) -> None:
    async with sale.ctx.unit() as unit:
        await unit.changed(sa.update(Stream).where(Stream.id == sale.stream_id).values(is_private=True))
    refused = await sale.ask()
    assert (refused.status_code, refused.json()["code"]) == (404, "not-found")
    assert await sale.stock() == (5, 0, 5)


async def test_show_must_be_on(sale: Sale, api: httpx2.AsyncClient) -> None:
    later = await make_stream(api, sale.seller, sale.shop["id"])
    items = f"/api/v1/streams/{later['id']}/items"
    form = {"product_id": sale.item["product"]["id"], "code": "B1"}
    item = (await api.post(items, json=form, headers=sale.seller)).json()
    buyer = await sale.buyer()
    show = f"/api/v1/streams/{later['id']}"
    wish = {"item_id": item["id"], "quantity": 1}
    hidden = await api.post(f"{show}/claims", json=wish, headers=with_key(buyer.headers))
    assert (hidden.status_code, hidden.json()["code"]) == (404, "not-found")
    plan = {"scheduled_at": (sale.ctx.clock() + timedelta(days=1)).isoformat()}
    assert (await api.patch(show, json=plan, headers=sale.seller)).status_code == 200
    early = await api.post(f"{show}/claims", json=wish, headers=with_key(buyer.headers))
    assert (early.status_code, early.json()["code"]) == (409, "stream-not-live")
    elsewhere = await sale.ask(item_id=item["id"])
    assert elsewhere.status_code == 404
    assert await sale.stock() == (5, 0, 5)


async def test_partly_there_is_sold_out_and_nothing_left_waits(sale: Sale) -> None:
    await sale.claim("ann", 4)
    short = await sale.ask("ben", 2)
    assert (short.status_code, short.json()["code"], short.json()["available"]) == (409, "sold-out", 1)
    await sale.claim("ben", 1)
    waits = await sale.ask("cid", 2)
    assert waits.status_code == 202
    claim = waits.json()["claim"]
    assert (claim["state"], claim["position"], claim["hold_expires_at"]) == ("waitlisted", 1, None)
    assert (await sale.claim("dot"))["position"] == 2
    refused = await sale.ask("eve", waitlist=False)
    assert (refused.status_code, refused.json()["code"], refused.json()["available"]) == (409, "sold-out", 0)
    assert await sale.stock() == (5, 5, 0)


async def test_ring_fenced_stock_is_the_limit_of_the_show(ctx: Context, api: httpx2.AsyncClient) -> None:
    sale = await open_sale(ctx, api, stock=3)
    path = f"/api/v1/streams/{sale.stream_id}/items/{sale.item_id}"
    assert (await api.patch(path, json={"stock": 2}, headers=sale.seller)).status_code == 200
    held = await sale.claim("ann", 1)
    short = await sale.ask("ben", 2)
    assert (short.status_code, short.json()["available"]) == (409, 1)
    await sale.claim("ben", 1)
    waiting = await sale.claim("cid", 1)
    assert waiting["state"] == "waitlisted"
    assert await sale.stock() == (3, 2, 1)
    ann = await sale.buyer("ann")
    await api.delete(f"/api/v1/claims/{held['id']}", headers=ann.headers)
    assert (await sale.seen(waiting))["state"] == "held"
    assert await sale.stock() == (3, 2, 1)


async def test_limit_per_buyer(ctx: Context, api: httpx2.AsyncClient) -> None:
    sale = await open_sale(ctx, api, limit_per_buyer=2)
    await sale.claim("ann", 1)
    over = await sale.ask("ann", 2)
    assert (over.status_code, over.json()["code"]) == (409, "purchase-limit")
    assert (over.json()["limit"], over.json()["claimed"]) == (2, 1)
    second = await sale.claim("ann", 1)
    buyer = await sale.buyer("ann")
    more = await api.patch(f"/api/v1/claims/{second['id']}", json={"quantity": 2}, headers=buyer.headers)
    assert (more.status_code, more.json()["code"]) == (409, "purchase-limit")
    assert await sale.stock() == (5, 2, 3)
    assert (await sale.claim("ben", 2))["state"] == "held"


async def test_variant_must_be_named(ctx: Context, api: httpx2.AsyncClient) -> None:
    sale = await open_sale(ctx, api, variants=SIZES)
    answer = await sale.ask()
    assert (answer.status_code, answer.json()["code"]) == (422, "variant-required")
    small, medium = (one["id"] for one in sale.item["product"]["variants"])
    assert [one["id"] for one in answer.json()["variants"]] == [small, medium]
    held = await sale.claim(variant_id=small)
    assert (held["state"], held["options"]) == ("held", {"size": "S"})
    assert (await sale.claim(variant_id=medium))["state"] == "waitlisted"
    assert (await sale.ask(variant_id="var_" + "0" * 26)).status_code == 404


async def test_giving_back_promotes_the_longest_waiting(
    sale: Sale, api: httpx2.AsyncClient, clock: FrozenClock
) -> None:
    held = await sale.claim("ann", 5)
    first, second, third = [await sale.claim(name, units) for name, units in (("ben", 6), ("cid", 3), ("dot", 2))]
    clock.advance(minutes=4)
    ann = await sale.buyer("ann")
    path = f"/api/v1/claims/{held['id']}"
    assert (await api.delete(path, headers=ann.headers)).status_code == 204
    assert (await api.delete(path, headers=ann.headers)).status_code == 204
    assert (await sale.seen(held))["state"] == "released"
    assert (await sale.seen(first))["position"] == 1
    promoted = await sale.seen(second)
    assert (promoted["state"], promoted["hold_expires_at"]) == ("held", "2026-11-20T12:14:00Z")
    assert (await sale.seen(third))["state"] == "held"
    assert await sale.stock() == (5, 5, 0)


async def test_asking_for_less_ends_the_waiting(sale: Sale, api: httpx2.AsyncClient) -> None:
    held = await sale.claim("ann", 5)
    waiting = await sale.claim("ben", 6)
    ann, ben = await sale.buyer("ann"), await sale.buyer("ben")
    await api.delete(f"/api/v1/claims/{held['id']}", headers=ann.headers)
    fewer = await api.patch(f"/api/v1/claims/{waiting['id']}", json={"quantity": 4}, headers=ben.headers)
    assert (fewer.json()["state"], fewer.json()["quantity"]) == ("held", 4)
    assert await sale.stock() == (5, 4, 1)


async def test_more_is_not_claimed_after_the_show(sale: Sale, api: httpx2.AsyncClient) -> None:
    claim = await sale.claim("ann", 2)
    await api.post(f"/api/v1/streams/{sale.stream_id}/end", headers=sale.seller)
    ann = await sale.buyer("ann")
    path = f"/api/v1/claims/{claim['id']}"
    more = await api.patch(path, json={"quantity": 3}, headers=ann.headers)
    assert (more.status_code, more.json()["code"]) == (410, "stream-ended")
    assert (await api.patch(path, json={"quantity": 1}, headers=ann.headers)).status_code == 200
    assert await sale.stock() == (5, 1, 4)


async def test_leaving_the_line(sale: Sale, api: httpx2.AsyncClient) -> None:
    await sale.claim("ann", 5)
    first, second = [await sale.claim(name) for name in ("ben", "cid")]
    ben = await sale.buyer("ben")
    assert (await api.delete(f"/api/v1/claims/{first['id']}", headers=ben.headers)).status_code == 204
    assert (await sale.seen(second))["position"] == 1
    assert await sale.stock() == (5, 5, 0)


async def test_quantity_changes(sale: Sale, api: httpx2.AsyncClient) -> None:
    claim = await sale.claim("ann", 2)
    ann = await sale.buyer("ann")
    path = f"/api/v1/claims/{claim['id']}"
    more = await api.patch(path, json={"quantity": 5}, headers=ann.headers)
    assert (more.status_code, more.json()["quantity"]) == (200, 5)
    assert more.json()["hold_expires_at"] == claim["hold_expires_at"]
    waiting = await sale.claim("ben", 2)
    too_many = await api.patch(path, json={"quantity": 6}, headers=ann.headers)
    assert (too_many.status_code, too_many.json()["code"]) == (409, "sold-out")
    assert (await sale.seen(claim))["quantity"] == 5
    fewer = await api.patch(path, json={"quantity": 3}, headers=ann.headers)
    assert fewer.json()["quantity"] == 3
    assert (await sale.seen(waiting))["state"] == "held"
    assert await sale.stock() == (5, 5, 0)
    for bad in (0, 100, -1, "2", 1.5, 2**70):
        assert (await api.patch(path, json={"quantity": bad}, headers=ann.headers)).status_code == 422


async def test_claim_expires_and_the_next_is_promoted(sale: Sale, clock: FrozenClock, drain: Drain) -> None:
    held = await sale.claim("ann", 5)
    waiting = await sale.claim("ben", 5)
    await drain()
    clock.advance(minutes=9, seconds=59)
    assert "claims.expire_many.v1" not in await drain()
    clock.advance(seconds=1)
    assert "claims.expire_many.v1" in await drain()
    assert (await sale.seen(held))["state"] == "expired"
    promoted = await sale.seen(waiting)
    assert (promoted["state"], promoted["hold_expires_at"]) == ("held", "2026-11-20T12:20:00Z")
    clock.advance(minutes=10)
    await drain()
    assert (await sale.seen(waiting))["state"] == "expired"
    assert await sale.stock() == (5, 0, 5)


async def test_expired_claim_cannot_be_changed(sale: Sale, api: httpx2.AsyncClient, clock: FrozenClock) -> None:
    claim = await sale.claim("ann", 2)
    ann = await sale.buyer("ann")
    clock.advance(minutes=10)
    answer = await api.patch(f"/api/v1/claims/{claim['id']}", json={"quantity": 1}, headers=ann.headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "claim-not-held")
    assert await sale.stock() == (5, 2, 3)


async def test_new_stock_goes_to_who_waits(sale: Sale, api: httpx2.AsyncClient, drain: Drain) -> None:
    await sale.claim("ann", 5)
    waiting = await sale.claim("ben", 2)
    await drain()
    form = {"delta": 3, "reason": "found a box"}
    path = f"/api/v1/variants/{sale.variant_id}/stock-adjustments"
    assert (await api.post(path, json=form, headers=with_key(sale.seller))).status_code == 201
    await drain()
    assert (await sale.seen(waiting))["state"] == "held"
    assert await sale.stock() == (8, 7, 1)


async def test_waitlist_ends_some_time_after_the_show(
    sale: Sale, api: httpx2.AsyncClient, clock: FrozenClock, drain: Drain
) -> None:
    await sale.claim("ann", 5)
    waiting = await sale.claim("ben", 6)
    await api.post(f"/api/v1/streams/{sale.stream_id}/end", headers=sale.seller)
    await drain()
    assert (await sale.seen(waiting))["state"] == "waitlisted"
    clock.advance(minutes=40)
    await drain()
    assert (await sale.seen(waiting))["state"] == "expired"


async def test_claims_are_private(sale: Sale, api: httpx2.AsyncClient) -> None:
    claim = await sale.claim("ann")
    ben = await sale.buyer("ben")
    path = f"/api/v1/claims/{claim['id']}"
    for method, body in (("GET", None), ("PATCH", {"quantity": 2}), ("DELETE", None)):
        assert (await api.request(method, path, json=body)).status_code == 401
        assert (await api.request(method, path, json=body, headers=ben.headers)).status_code == 404
    assert (await api.get(path, headers=sale.seller)).status_code == 200
    packer = await join_shop(api, sale.seller, sale.shop["id"], "packer", "packer")
    assert (await api.get(path, headers=packer)).status_code == 200
    assert (await api.delete(path, headers=packer)).status_code == 404
    assert (await api.delete(path, headers=sale.seller)).status_code == 204
    assert (await sale.seen(claim))["state"] == "released"
    assert (await api.get("/api/v1/claims/nonsense", headers=ben.headers)).status_code == 404


async def test_staff_claims_for_a_buyer(sale: Sale, api: httpx2.AsyncClient) -> None:
    ann = await sale.buyer("ann")
    path = f"/api/v1/streams/{sale.stream_id}/claims"
    form: dict[str, Any] = {"item_id": sale.item_id, "quantity": 2, "buyer_id": ann.id}
    made = await api.post(path, json=form, headers=with_key(sale.seller))
    assert (made.status_code, made.json()["claim"]["source"]) == (201, "staff")
    mine = (await api.get("/api/v1/me/claims", headers=ann.headers)).json()["items"]
    assert [one["id"] for one in mine] == [made.json()["claim"]["id"]]
    stranger = await sign_up(api, "stranger")
    assert (await api.post(path, json=form, headers=with_key(stranger))).status_code == 403
    unknown = form | {"buyer_id": "usr_" + "0" * 26}
    assert (await api.post(path, json=unknown, headers=with_key(sale.seller))).status_code == 404


async def test_feed_of_the_show_names_buyers(sale: Sale, api: httpx2.AsyncClient) -> None:
    claims = [await sale.claim(name) for name in ("ann", "ben", "cid")]
    path = f"/api/v1/streams/{sale.stream_id}/claims"
    first = (await api.get(f"{path}?limit=2", headers=sale.seller)).json()
    assert [one["buyer"]["display_name"] for one in first["items"]] == ["Cid", "Ben"]
    rest = (await api.get(f"{path}?limit=2&cursor={first['next_cursor']}", headers=sale.seller)).json()
    assert [one["id"] for one in rest["items"]] == [claims[0]["id"]]
    assert rest["next_cursor"] is None
    waiting = (await api.get(f"{path}?state=waitlisted&state=expired", headers=sale.seller)).json()["items"]
    assert [one["id"] for one in waiting] == []
    ann = await sale.buyer("ann")
    assert (await api.get(path, headers=ann.headers)).status_code == 403
    assert (await api.get(path)).status_code == 401
    assert (await api.get(f"{path}?cursor=W10", headers=sale.seller)).status_code == 422


async def test_my_claims_can_be_filtered(sale: Sale, api: httpx2.AsyncClient) -> None:
    kept, gone = await sale.claim("ann"), await sale.claim("ann")
    ann = await sale.buyer("ann")
    await api.delete(f"/api/v1/claims/{gone['id']}", headers=ann.headers)
    everything = (await api.get("/api/v1/me/claims", headers=ann.headers)).json()["items"]
    assert [one["id"] for one in everything] == [gone["id"], kept["id"]]
    held = (await api.get("/api/v1/me/claims?state=held", headers=ann.headers)).json()["items"]
    assert [one["id"] for one in held] == [kept["id"]]
    assert (await api.get("/api/v1/me/claims?state=lost", headers=ann.headers)).status_code == 422
    assert (await api.get("/api/v1/me/claims")).status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        {"quantity": 0},
        {"quantity": 100},
        {"quantity": "1"},
        {"quantity": 10**30},
        {"item_id": "itm_x"},
        {"item_id": None},
        {"variant_id": "var_\x00"},
        {"surprise": True},
    ],
)
async def test_bad_claim_is_refused(sale: Sale, body: dict[str, Any]) -> None:
    answer = await sale.ask(**body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-input")
    assert await sale.stock() == (5, 0, 5)
