"""What a shop keeps of its buyers, whom it refuses, and how they appeal."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.modules.buyers.models import BuyerAppeal, BuyerIncident, ShopBuyer
from nightmarket.modules.buyers.policy import phone_key
from nightmarket.modules.buyers.public import STRANGER, Standing, standing_of, standings_among
from nightmarket.modules.identity.events import AccountErased
from nightmarket.modules.payments.ports import Gateways, Known, MethodOffer, Started
from support.accounts import person
from support.catalog import with_key
from support.clock import FrozenClock
from support.ids import unknown_id
from support.migrations import repeat_work
from support.orders import ADDRESS, Json, Sale, open_sale
from support.payments import press
from support.shops import join_shop

Drain = Callable[[], Awaitable[list[str]]]


@pytest.fixture
async def sale(ctx: Context, api: httpx2.AsyncClient) -> Sale:
    return await open_sale(ctx, api, stock=9, amount=590)


def path(sale: Sale, *parts: str) -> str:
    return "/".join(["/api/v1/shops", sale.shop_id, *parts])


async def mark(sale: Sale, name: str, what: str, reason: str | None = "never pays") -> Json:
    """Mark a buyer of the sale; what the shop sees of them then."""
    answer = await sale.api.put(
        path(sale, "buyers", sale.people[name].id, what),
        json=None if reason is None else {"reason": reason},
        headers=await sale.seller(),
    )
    assert answer.status_code == 200, answer.text
    seen: Json = answer.json()
    return seen


async def tap(sale: Sale, headers: dict[str, str], **more: Any) -> httpx2.Response:
    return await sale.api.post(
        f"/api/v1/streams/{sale.stream['id']}/claims",
        json={"item_id": sale.item["id"], "quantity": 1} | more,
        headers=with_key(headers),
    )


async def buyers_of(sale: Sale, **query: Any) -> list[Json]:
    answer = await sale.api.get(path(sale, "buyers"), params=query, headers=await sale.seller())
    assert answer.status_code == 200, answer.text
    items: list[Json] = answer.json()["items"]
    return items


async def standing(sale: Sale, headers: dict[str, str]) -> Json:
    """What somebody is told they are to the shop."""
    told: Json = (await sale.api.get(path(sale, "standing"), headers=headers)).json()
    return told


async def test_a_blocked_buyer_neither_claims_nor_orders(sale: Sale, api: httpx2.AsyncClient) -> None:
    buyer = await sale.buyer()
    claim = await sale.claim(buyer)
    seen = await mark(sale, "buyer", "block")
    assert (seen["display_name"], seen["blocked"]["reason"], seen["prepay"]) == ("Buyer", "never pays", None)
    refused = await tap(sale, buyer)
    assert (refused.status_code, refused.json()["code"], refused.json()["reason"]) == (
        403,
        "buyer-blocked",
        "never pays",
    )
    for wish in ({"claim_ids": [claim["id"]]}, {"lines": [{"variant_id": sale.variant_id, "quantity": 1}]}):
        answer = await sale.ask(buyer, **wish)
        assert (answer.status_code, answer.json()["code"]) == (403, "buyer-blocked")
    assert await sale.stock() == (9, 1)
    by_hand = await tap(sale, await sale.seller(), buyer_id=sale.people["buyer"].id)
    assert by_hand.status_code == 201, "the staff may all the same"
    other = await tap(sale, await sale.buyer("other"))
    assert other.status_code == 201
    lifted = await api.delete(path(sale, "buyers", sale.people["buyer"].id, "block"), headers=await sale.seller())
    assert (lifted.status_code, lifted.json()["blocked"]) == (200, None)
    assert (await tap(sale, buyer)).status_code == 201


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("+886 912 345 678", "0912345678", True),
        ("+66 81-234-5678", "081 234 5678", True),
        ("0912345678", "0912345679", False),
        ("081-234-5678", "091-234-5678", False),
        ("02-123-4567", "+66 2 123 4567", True),
        ("02-2345-6789", "+886 (0)2 2345 6789", True),
        ("066 123 4567", "+66 66 123 4567", True),
        ("0066 81 234 5678", "0812345678", True),
        ("661234567", "0661234567", True),
        ("1234567", "1234567", False),
    ],
)
def test_a_phone_is_known_by_its_national_number(one: str, other: str, is_same: bool) -> None:
    assert (phone_key(one) is not None and phone_key(one) == phone_key(other)) is is_same


async def test_another_account_with_the_same_phone_does_not_help(sale: Sale, api: httpx2.AsyncClient) -> None:
    lines = [{"variant_id": sale.variant_id, "quantity": 1}]
    await sale.order(await sale.buyer(), lines=lines)
    await mark(sale, "buyer", "block")
    second = await sale.buyer("second")
    refused = await sale.ask(second, lines=lines, address=ADDRESS | {"phone": "0912-345-678"})
    assert (refused.status_code, refused.json()["code"], refused.json()["reason"]) == (
        403,
        "buyer-blocked",
        None,
    ), "why the other account was blocked is not theirs to know"
    assert (await sale.ask(second, lines=lines, address=ADDRESS | {"phone": "0912 345 000"})).status_code == 201
    await api.delete(path(sale, "buyers", sale.people["buyer"].id, "block"), headers=await sale.seller())
    await sale.order(second, lines=lines)
    seen = await mark(sale, "second", "prepay")
    assert seen["linked"] == [
        {"user_id": sale.people["buyer"].id, "display_name": "Buyer", "is_blocked": False},
    ]


@pytest.mark.parametrize("known_by", ["words", "book"])
async def test_who_is_refused_for_a_phone_may_appeal(sale: Sale, api: httpx2.AsyncClient, known_by: str) -> None:
    lines = [{"variant_id": sale.variant_id, "quantity": 1}]
    await sale.order(await sale.buyer(), lines=lines)
    await mark(sale, "buyer", "block")
    sister = await sale.buyer("sister")
    assert (await sale.ask(sister, lines=lines)).status_code == 403
    nothing = await api.post(path(sale, "appeals"), json={"text": "Why?", "phone": "0912345000"}, headers=sister)
    assert (nothing.status_code, nothing.json()["code"]) == (409, "nothing-to-appeal")
    said: Json = {"text": "We share a phone."}
    assert (await standing(sale, sister))["is_blocked"] is False, "nothing ties them to the phone yet"
    if known_by == "book":
        assert (await api.post("/api/v1/me/addresses", json=ADDRESS, headers=sister)).status_code == 201
        seen = await standing(sale, sister)
        assert (seen["is_blocked"], seen["block_reason"]) == (True, None)
    else:
        said["phone"] = ADDRESS["phone"]
    made = await api.post(path(sale, "appeals"), json=said, headers=sister)
    assert made.status_code == 201, made.text
    seller = await sale.seller()
    seen = (await api.get(path(sale, "buyers", sale.people["sister"].id), headers=seller)).json()
    assert [(one["display_name"], one["is_blocked"]) for one in seen["linked"]] == [("Buyer", True)]
    answer = path(sale, "appeals", made.json()["id"], "answer")
    assert (await api.post(answer, json={"accept": True}, headers=seller)).json()["state"] == "accepted"
    await sale.order(await sale.buyer("sister"), lines=lines)
    assert (await standing(sale, await sale.buyer("sister")))["is_blocked"] is False
    assert (await sale.ask(await sale.buyer("third"), lines=lines)).status_code == 403, "for the others it stays"
    await mark(sale, "sister", "block")
    assert (await sale.ask(await sale.buyer("sister"), lines=lines)).json()["reason"] == "never pays"


async def test_a_blocked_phone_does_not_come_in_afterwards(sale: Sale, api: httpx2.AsyncClient) -> None:
    lines = [{"variant_id": sale.variant_id, "quantity": 1}]
    first = (await sale.order(await sale.buyer(), lines=lines))["order"]
    await mark(sale, "buyer", "block")
    second = await sale.buyer("second")
    order = (await sale.order(second, lines=lines, address=ADDRESS | {"phone": "0912 345 000"}))["order"]
    change = f"/api/v1/orders/{order['id']}"
    for body in ({"contact": {"phone": "0912-345-678"}}, {"address": ADDRESS}):
        refused = await api.patch(change, json=body, headers=second)
        assert (refused.status_code, refused.json()["code"]) == (403, "buyer-blocked")
    assert (await sale.see(second, order["id"]))["address"]["phone"] == "0912 345 000"
    other = await api.patch(change, json={"contact": {"phone": "0912 345 111"}}, headers=second)
    assert other.status_code == 200
    third = await sale.order(await sale.buyer("third"), lines=lines, address=ADDRESS | {"phone": "0912 345 111"})
    assert third["order"]["state"] == "pending_payment"
    assert [one["display_name"] for one in (await mark(sale, "second", "prepay"))["linked"]] == ["Third"]
    moved = await api.patch(
        f"/api/v1/orders/{first['id']}", json={"contact": {"phone": "0912 345 222"}}, headers=await sale.buyer()
    )
    assert moved.status_code == 200
    refused = await sale.ask(await sale.buyer("fourth"), lines=lines)
    assert (refused.status_code, refused.json()["code"]) == (403, "buyer-blocked"), "the block keeps its number"


async def test_a_block_holds_for_one_shop_only(ctx: Context, sale: Sale) -> None:
    await sale.buyer()
    await mark(sale, "buyer", "block")
    user, other = sale.people["buyer"].id, new_id("shp")
    async with ctx.unit() as unit:
        assert await standing_of(unit.session, other, user) == STRANGER
        assert await unit.run(standings_among([])) == {}
        found = await unit.run(standings_among([(sale.shop_id, user), (other, user), (sale.shop_id, new_id("usr"))]))
    assert found == {(sale.shop_id, user): Standing(is_blocked=True, block_reason="never pays")}


async def test_links_by_the_end_of_a_phone_become_links_by_the_whole(sale: Sale, ctx: Context) -> None:
    lines = [{"variant_id": sale.variant_id, "quantity": 1}]
    await sale.order(await sale.buyer(), lines=lines, address=ADDRESS | {"phone": "0912 000 000"})
    await sale.order(await sale.buyer(), lines=lines)
    await sale.buyer("other")
    await mark(sale, "other", "member", None)
    async with ctx.unit() as unit:
        await unit.changed(sa.update(ShopBuyer).values(phone_key="12345678"))
    await repeat_work(ctx, "0019_whole_phone_numbers", "key_anew")
    async with ctx.reader() as session:
        rows = await session.execute(sa.select(ShopBuyer.user_id, ShopBuyer.phone_key))
        keys = {row.user_id: row.phone_key for row in rows}
    assert keys == {sale.people["buyer"].id: "912345678", sale.people["other"].id: None}


async def test_prepay_only_buyers_cannot_pay_on_delivery(sale: Sale, ctx: Context) -> None:
    class Couriers:
        """A gateway that collects at the door; an order only has to be opened with it."""

        name, merchant, acknowledgement = "couriers", "m1", "ok"
        offers = (MethodOffer("cash_on_delivery", frozenset({"TWD"}), is_paid_later=True),)

        async def start(self, attempt: Any) -> Any:  # noqa: ARG002
            return Started({"type": "none"})

        async def look_up(self, known: Known) -> Any:
            pytest.fail(f"nothing is paid here yet, but {known} is looked up")

        async def refund(self, known: Known, amount: Any, *, key: str) -> None:
            pytest.fail(f"nothing is paid here, but {amount} of {known} is given back ({key})")

        def read_webhook(self, headers: Any, raw: bytes) -> Any:
            pytest.fail(f"couriers send no notices: {headers}, {raw!r}")

    sandbox = ctx.port(Gateways).named("sandbox")
    assert sandbox is not None
    ctx.ports[Gateways] = Gateways([sandbox, Couriers()])
    buyer = await sale.buyer()
    wish = {"lines": [{"variant_id": sale.variant_id, "quantity": 1}], "payment_method": "cash_on_delivery"}
    assert (await sale.ask(buyer, **wish)).status_code == 201
    await mark(sale, "buyer", "prepay", "left three parcels")
    answer = await sale.ask(buyer, **wish)
    assert (answer.status_code, answer.json()["code"], answer.json()["reason"]) == (
        422,
        "prepay-required",
        "left three parcels",
    )
    placed = await sale.order(buyer, **(wish | {"payment_method": "sandbox"}))
    again = await sale.api.post(
        f"/api/v1/orders/{placed['order']['id']}/payments",
        json={"payment_method": "cash_on_delivery"},
        headers=with_key(buyer),
    )
    assert (again.status_code, again.json()["code"]) == (422, "prepay-required")
    assert await sale.stock() == (9, 2)


async def test_what_was_left_behind_is_counted(sale: Sale, clock: FrozenClock, drain: Drain) -> None:
    buyer = await sale.buyer()
    claim = await sale.claim(buyer)
    placed = await sale.order(buyer, lines=[{"variant_id": sale.variant_id, "quantity": 1}])
    clock.advance(minutes=31)
    await drain()
    await drain()
    (seen,) = await buyers_of(sale, state="unreliable")
    assert (seen["orders"], seen["abandoned"], seen["uncollected"]) == (1, 2, 0)
    one = await sale.api.get(path(sale, "buyers", sale.people["buyer"].id), headers=await sale.seller())
    assert {(incident["kind"], incident["reference"]) for incident in one.json()["incidents"]} == {
        ("abandoned", claim["id"]),
        ("abandoned", placed["order"]["id"]),
    }
    await press(sale.api, placed["payment"]["id"], "late")
    await drain()
    assert (await sale.see(await sale.buyer(), placed["order"]["id"]))["state"] == "paid"
    (seen,) = await buyers_of(sale, state="unreliable")
    assert seen["abandoned"] == 1, "money that came late makes good for the order"


async def test_waiting_in_vain_is_not_held_against_anybody(sale: Sale, clock: FrozenClock, drain: Drain) -> None:
    first = await sale.buyer("first")
    await sale.claim(first, 9)
    placed = await sale.order(first)
    waiting = await tap(sale, await sale.buyer("second"))
    assert waiting.status_code == 202
    await press(sale.api, placed["payment"]["id"], "paid")
    await drain()
    await sale.api.post(f"/api/v1/streams/{sale.stream['id']}/end", headers=await sale.seller())
    await drain()
    clock.advance(hours=2)
    await drain()
    await drain()
    claim = f"/api/v1/claims/{waiting.json()['claim']['id']}"
    assert (await sale.api.get(claim, headers=await sale.buyer("second"))).json()["state"] == "expired"
    assert await buyers_of(sale, state="unreliable") == []


async def test_an_uncollected_parcel_counts_once(sale: Sale, api: httpx2.AsyncClient, drain: Drain) -> None:
    placed = await sale.order(await sale.buyer(), lines=[{"variant_id": sale.variant_id, "quantity": 1}])
    order = f"/api/v1/orders/{placed['order']['id']}"
    early = await api.post(f"{order}/uncollected", headers=await sale.seller())
    assert (early.status_code, early.json()["code"]) == (409, "order-state-conflict")
    await press(api, placed["payment"]["id"], "paid")
    await drain()
    seller = await sale.seller()
    await api.post(f"{order}/shipments", json={"carrier": "Cat", "tracking_number": "1"}, headers=seller)
    for _ in range(2):
        answer = await api.post(f"{order}/uncollected", headers=seller)
        assert answer.status_code == 200, answer.text
    assert [step["state"] for step in answer.json()["history"]].count("uncollected") == 1
    (seen,) = await buyers_of(sale, state="unreliable")
    assert (seen["abandoned"], seen["uncollected"]) == (0, 1)
    stranger = await sale.buyer("stranger")
    assert (await api.post(f"{order}/uncollected", headers=stranger)).status_code == 404
    assert (await api.post(f"{order}/uncollected", headers=await sale.buyer())).status_code == 403


async def test_buyers_are_found_by_name_and_mark(sale: Sale, clock: FrozenClock) -> None:
    for name in ("anna", "annika", "bo_b"):
        await sale.order(await sale.buyer(name), lines=[{"variant_id": sale.variant_id, "quantity": 1}])
        clock.advance(seconds=1)
    await mark(sale, "annika", "member", None)
    await mark(sale, "anna", "block", "rude")
    await mark(sale, "bo_b", "prepay")

    async def names(**query: Any) -> list[str]:
        return [seen["display_name"] for seen in await buyers_of(sale, **query)]

    assert sorted(await names()) == ["Anna", "Annika", "Bo_B"]
    assert sorted(await names(q="ANN")) == ["Anna", "Annika"]
    assert await names(q="_") == ["Bo_B"]
    assert await names(state="blocked") == ["Anna"]
    assert await names(state="prepay") == ["Bo_B"]
    assert await names(state="members") == ["Annika"]
    assert await names(state="unreliable") == []
    shown, cursor = [], None
    while True:
        query = {"limit": 2} | ({} if cursor is None else {"cursor": cursor})
        page = (await sale.api.get(path(sale, "buyers"), params=query, headers=await sale.seller())).json()
        shown += [seen["user_id"] for seen in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(shown) == len(set(shown)) == 3
    bad = await sale.api.get(path(sale, "buyers"), params={"cursor": "WzEsMl0"}, headers=await sale.seller())
    assert (bad.status_code, bad.json()["code"]) == (422, "invalid-input")


@pytest.mark.parametrize("role", ["packer", None])
async def test_buyers_are_none_of_their_business(sale: Sale, api: httpx2.AsyncClient, role: str | None) -> None:
    await sale.buyer()
    user = sale.people["buyer"].id
    other = (
        await join_shop(api, await sale.seller(), sale.shop_id, "helper", role) if role else await sale.buyer("other")
    )
    tries = [
        api.get(path(sale, "buyers"), headers=other),
        api.get(path(sale, "buyers", user), headers=other),
        api.put(path(sale, "buyers", user, "block"), json={"reason": "x"}, headers=other),
        api.delete(path(sale, "buyers", user, "block"), headers=other),
        api.get(path(sale, "appeals"), headers=other),
    ]
    assert [(await one).status_code for one in tries] == [403] * 5
    assert (await tap(sale, await sale.buyer())).status_code == 201


async def test_who_cannot_be_marked(sale: Sale, api: httpx2.AsyncClient) -> None:
    seller = await sale.seller()
    await join_shop(api, seller, sale.shop_id, "host", "host")
    members = (await api.get(path(sale, "members"), headers=seller)).json()["items"]
    host = next(one["user_id"] for one in members if one["role"] == "host")
    own = await api.put(path(sale, "buyers", host, "block"), json={"reason": "x"}, headers=seller)
    assert own.status_code == 403
    for user in (unknown_id("usr"),):
        nobody = await api.put(path(sale, "buyers", user, "block"), json={"reason": "x"}, headers=seller)
        assert nobody.status_code == 404
        assert (await api.delete(path(sale, "buyers", user, "prepay"), headers=seller)).status_code == 404
    await sale.buyer()
    for body in ({}, {"reason": ""}, {"reason": "x" * 201}, {"reason": "a\nb"}):
        answer = await api.put(path(sale, "buyers", sale.people["buyer"].id, "block"), json=body, headers=seller)
        assert answer.status_code == 422


async def test_appeal_and_answer(sale: Sale, api: httpx2.AsyncClient) -> None:
    buyer = await sale.buyer()
    nothing = await api.post(path(sale, "appeals"), json={"text": "why?"}, headers=buyer)
    assert (nothing.status_code, nothing.json()["code"]) == (409, "nothing-to-appeal")
    await mark(sale, "buyer", "block")
    await mark(sale, "buyer", "prepay", "left a parcel")
    made = await api.post(path(sale, "appeals"), json={"text": "I was in hospital."}, headers=buyer)
    assert made.status_code == 201
    twice = await api.post(path(sale, "appeals"), json={"text": "Hello?"}, headers=buyer)
    assert (twice.status_code, twice.json()["code"]) == (409, "appeal-open")
    seller = await sale.seller()
    (shown,) = (await api.get(path(sale, "appeals"), params={"state": "open"}, headers=seller)).json()["items"]
    assert (shown["display_name"], shown["text"], shown["state"]) == ("Buyer", "I was in hospital.", "open")
    answer = path(sale, "appeals", shown["id"], "answer")
    rejected = await api.post(answer, json={"accept": False, "answer": "Show us the paper."}, headers=seller)
    assert (rejected.status_code, rejected.json()["state"]) == (200, "rejected")
    assert (await api.post(answer, json={"accept": True}, headers=seller)).status_code == 409
    standing = (await api.get(path(sale, "standing"), headers=buyer)).json()
    assert (standing["is_blocked"], standing["is_prepay_only"], standing["appeal"]["answer"]) == (
        True,
        True,
        "Show us the paper.",
    )
    second = await api.post(path(sale, "appeals"), json={"text": "Here it is."}, headers=buyer)
    accepted = await api.post(
        path(sale, "appeals", second.json()["id"], "answer"), json={"accept": True}, headers=await sale.seller()
    )
    assert accepted.json()["state"] == "accepted"
    standing = (await api.get(path(sale, "standing"), headers=await sale.buyer())).json()
    assert (standing["is_blocked"], standing["is_prepay_only"]) == (False, False)
    assert (await tap(sale, await sale.buyer())).status_code == 201
    assert (
        await api.post(
            answer.replace(shown["id"], unknown_id("apl")), json={"accept": True}, headers=await sale.seller()
        )
    ).status_code == 404


async def test_nothing_stays_of_an_erased_account(sale: Sale, ctx: Context, drain: Drain) -> None:
    for name in ("buyer", "other"):
        await sale.buyer(name)
        await mark(sale, name, "block")
        await sale.api.post(path(sale, "appeals"), json={"text": "Please."}, headers=await sale.buyer(name))
    async with ctx.unit() as unit:
        unit.announce(AccountErased(sale.people["buyer"].id))
    await drain()
    async with ctx.reader() as session:
        for table in (ShopBuyer, BuyerAppeal, BuyerIncident):
            left = set(await session.scalars(sa.select(table.user_id)))
            assert left <= {sale.people["other"].id}
    assert [seen["display_name"] for seen in await buyers_of(sale)] == ["Other"]


async def test_a_new_account_is_a_stranger_everywhere(sale: Sale, api: httpx2.AsyncClient) -> None:
    somebody = await person(api, "somebody")
    standing = await api.get(path(sale, "standing"), headers=somebody.headers)
    assert standing.json() == {
        "is_blocked": False,
        "block_reason": None,
        "is_prepay_only": False,
        "prepay_reason": None,
        "is_member": False,
        "appeal": None,
    }
    nowhere = await api.get(f"/api/v1/shops/{unknown_id('shp')}/standing", headers=somebody.headers)
    assert nowhere.status_code == 404
