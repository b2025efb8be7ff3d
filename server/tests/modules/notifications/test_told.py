"""What happens to claims, bags, orders and buyers reaches the right people, once, in their language."""

from collections.abc import Awaitable, Callable

import httpx2
import pytest

from nightmarket.kernel.context import Context
from nightmarket.modules.carts.service.find_abandoned import find_abandoned
from nightmarket.modules.identity.events import AccountErased, SessionEnded
from nightmarket.modules.payments.events import RefundFailed
from nightmarket.modules.streams.events import StreamStarted
from support.accounts import email_of, person
from support.catalog import with_key
from support.clock import FrozenClock
from support.messages import deliveries, inbox, kinds, outbox
from support.orders import Sale, open_sale
from support.payments import press

Drain = Callable[[], Awaitable[list[str]]]


@pytest.fixture
async def sale(ctx: Context, api: httpx2.AsyncClient) -> Sale:
    """One lantern at 590."""
    return await open_sale(ctx, api, stock=1, amount=590)


async def join_line(sale: Sale, name: str) -> dict[str, str]:
    """Somebody claims what another holds."""
    headers = await sale.buyer(name)
    answer = await sale.api.post(
        f"/api/v1/streams/{sale.stream['id']}/claims",
        json={"item_id": sale.item["id"], "quantity": 1},
        headers=with_key(headers),
    )
    assert answer.status_code == 202, answer.text
    return headers


async def test_the_loser_is_promoted_and_told(sale: Sale, ctx: Context, drain: Drain, clock: FrozenClock) -> None:
    ann = await sale.buyer("ann")
    await sale.claim(ann)
    await join_line(sale, "ben")
    await drain()
    assert await kinds(sale.api, ann) == []
    clock.advance(minutes=8)
    await drain()
    [reminder] = await inbox(sale.api, await sale.buyer("ann"))
    assert reminder["kind"] == "claims.expiring"
    assert (reminder["link"], reminder["read_at"]) == ("/bag", None)
    assert reminder["title"] == f"請在 20:10 前付款:A1 {sale.product['title']}"
    clock.advance(minutes=2)
    await drain()
    assert await kinds(sale.api, await sale.buyer("ann")) == ["claims.expiring", "claims.expired"]
    [turn] = await inbox(sale.api, await sale.buyer("ben"), lang="en")
    assert (turn["kind"], turn["category"]) == ("claims.promoted", "claims")
    assert turn["title"] == f"It is your turn: A1 {sale.product['title']}"
    assert "Pay by 20:20." in turn["body"]
    [mail] = await outbox(ctx, email_of("ben"))
    assert (mail.channel, mail.locale, mail.kind) == ("email", "zh-TW", "claims.promoted")
    assert mail.title.startswith("輪到你了")
    assert f"http://localhost:{ctx.settings.http.port}/bag" in mail.body
    # The one who lost it had a reminder by mail; that it is gone waits in the inbox.
    assert [one.kind for one in await outbox(ctx, email_of("ann"))] == ["claims.expiring"]


async def test_several_claims_of_a_show_are_one_reminder(
    ctx: Context, api: httpx2.AsyncClient, drain: Drain, clock: FrozenClock
) -> None:
    sale = await open_sale(ctx, api, stock=5)
    ann = await sale.buyer("ann")
    await sale.claim(ann, 2)
    await sale.claim(ann, 1)
    clock.advance(minutes=8)
    await drain()
    [told] = await inbox(api, await sale.buyer("ann"))
    assert "× 2" in told["body"]
    assert told["body"].count("A1") == 2


async def test_who_has_ordered_meanwhile_is_not_reminded(sale: Sale, drain: Drain, clock: FrozenClock) -> None:
    ann = await sale.buyer("ann")
    claim = await sale.claim(ann)
    clock.advance(minutes=7)
    await sale.order(ann, claim_ids=[claim["id"]])
    clock.advance(minutes=2)
    await drain()
    assert await kinds(sale.api, await sale.buyer("ann")) == ["orders.placed"]


async def test_an_order_from_placed_to_delivered(sale: Sale, ctx: Context, drain: Drain) -> None:
    buyer = await sale.buyer()
    placed = await sale.order(buyer, claim_ids=[(await sale.claim(buyer))["id"]])
    order = placed["order"]
    await drain()
    await press(sale.api, placed["payment"]["id"], "paid")
    await drain()
    seller = await sale.seller()
    packing = await sale.api.post(f"/api/v1/orders/{order['id']}/packing", headers=seller)
    assert packing.status_code == 200, packing.text
    await drain()
    shipped = await sale.api.post(
        f"/api/v1/orders/{order['id']}/shipments",
        json={"carrier": "Black Cat", "tracking_number": "TW123456"},
        headers=with_key(seller),
    )
    assert shipped.status_code == 201, shipped.text
    await drain()
    told = {one["kind"]: one for one in await inbox(sale.api, buyer, lang="en")}
    assert list(told) == ["orders.placed", "orders.paid", "orders.packing", "orders.shipped"]
    assert told["orders.paid"]["title"] == f"Order {order['number']} is paid"
    assert f"NT${order['total']['amount']}" in told["orders.paid"]["body"]
    assert "Black Cat: TW123456" in told["orders.shipped"]["body"]
    assert {one["link"] for one in told.values()} == {f"/orders/{order['id']}"}
    mails = [one.kind for one in await outbox(ctx, email_of("buyer"))]
    assert mails == ["orders.placed", "orders.paid", "orders.shipped"]
    assert all(one.state == "sent" and one.attempts == 1 for one in await deliveries(ctx))


async def test_money_that_came_too_late_goes_back_and_the_buyer_is_told_why(
    ctx: Context, sale: Sale, drain: Drain, clock: FrozenClock
) -> None:
    buyer = await sale.buyer()
    placed = await sale.order(buyer, claim_ids=[(await sale.claim(buyer))["id"]])
    await drain()
    clock.advance(hours=1)
    await drain()
    other = await sale.buyer("other")
    await sale.claim(other)
    await press(sale.api, placed["payment"]["id"], "late")
    for _ in range(3):
        clock.advance(minutes=1)
        await drain()
    told = {one["kind"]: one for one in await inbox(sale.api, await sale.buyer(), lang="en")}
    assert list(told) == ["orders.placed", "orders.expired", "orders.refunded"]
    back = told["orders.refunded"]
    total = placed["order"]["total"]["amount"]
    assert back["title"] == f"NT${total} goes back to you"
    assert "came when the order was over" in back["body"]


async def test_a_bag_left_behind_is_remembered_in_the_inbox_and_by_mail_only_with_consent(
    ctx: Context, sale: Sale, drain: Drain, clock: FrozenClock
) -> None:
    for name, agrees in (("ann", False), ("ben", True)):
        headers = await sale.buyer(name)
        await sale.put(headers, 1)
        if agrees:
            choice = {"choices": [{"category": "bag", "channel": "email", "on": True}]}
            answer = await sale.api.patch("/api/v1/me/notification-preferences", json=choice, headers=headers)
            assert answer.status_code == 200, answer.text
    clock.advance(hours=25)
    assert await find_abandoned(ctx) == 2
    await drain()
    for name in ("ann", "ben"):
        [told] = await inbox(sale.api, await sale.buyer(name))
        assert (told["kind"], told["link"]) == ("carts.abandoned", "/bag")
        assert sale.product["title"] in told["title"]
    assert await outbox(ctx, email_of("ann")) == []
    [mail] = await outbox(ctx, email_of("ben"))
    assert "/api/v1/notifications/unsubscribe?token=" in mail.body


async def test_blocked_appealed_and_accepted(sale: Sale, drain: Drain) -> None:
    buyer = await sale.buyer()
    me = sale.people["buyer"].id
    await sale.order(buyer, claim_ids=[(await sale.claim(buyer))["id"]])
    base = f"/api/v1/shops/{sale.shop_id}"
    seller = await sale.seller()
    blocked = await sale.api.put(f"{base}/buyers/{me}/block", json={"reason": "no pay"}, headers=seller)
    assert blocked.status_code == 200, blocked.text
    made = await sale.api.post(f"{base}/appeals", json={"text": "I was ill."}, headers=buyer)
    assert made.status_code == 201, made.text
    await drain()
    assert await kinds(sale.api, seller) == ["buyers.appeal_made"]
    appeal = made.json()["id"]
    answered = await sale.api.post(f"{base}/appeals/{appeal}/answer", json={"accept": True}, headers=seller)
    assert answered.status_code == 200, answered.text
    await drain()
    told = [one for one in await inbox(sale.api, buyer, lang="en") if one["kind"].startswith("buyers.")]
    assert [one["kind"] for one in told] == ["buyers.blocked", "buyers.appeal_answered"]
    assert told[1]["title"] == f"{sale.shop['name']} has said yes"


async def test_followers_are_called_when_a_show_starts(ctx: Context, sale: Sale, drain: Drain) -> None:
    fan, other = await sale.buyer("fan"), await sale.buyer("other")
    await sale.api.put(f"/api/v1/shops/{sale.shop_id}/follow", headers=fan)
    for _ in range(2):  # the same news twice is one message
        async with ctx.unit() as unit:
            unit.announce(StreamStarted(sale.stream["id"], sale.shop_id))
        await drain()
    [told] = await inbox(sale.api, fan)
    assert (told["kind"], told["link"]) == ("streams.started", f"/live/{sale.stream['id']}")
    assert await kinds(sale.api, other) == []


async def test_a_refund_that_failed_is_the_owners_to_look_after(ctx: Context, sale: Sale, drain: Drain) -> None:
    buyer = await sale.buyer()
    placed = await sale.order(buyer, claim_ids=[(await sale.claim(buyer))["id"]])
    async with ctx.unit() as unit:
        unit.announce(RefundFailed(placed["payment"]["id"], placed["order"]["id"], "rfd_1"))
    await drain()
    [told] = await inbox(sale.api, await sale.seller())
    assert told["link"] == f"/studio/{sale.shop['slug']}/orders/{placed['order']['id']}"


async def test_a_copied_log_in_is_told_of_whatever_was_chosen(
    ctx: Context, api: httpx2.AsyncClient, drain: Drain
) -> None:
    ann = await person(api, "ann")
    choice = {"choices": [{"category": "account", "channel": "email", "on": False}]}
    refused = await api.patch("/api/v1/me/notification-preferences", json=choice, headers=ann.headers)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid-input")
    async with ctx.unit() as unit:
        unit.announce(SessionEnded("ses_00000000000000000000000001", ann.id, "reuse"))
    await drain()
    [mail] = await outbox(ctx, email_of("ann"))
    assert mail.kind == "identity.session_stolen"


async def test_everything_goes_with_the_account(ctx: Context, sale: Sale, drain: Drain, clock: FrozenClock) -> None:
    ann, ben = await sale.buyer("ann"), await sale.buyer("ben")
    await sale.claim(ann)
    clock.advance(minutes=8)
    await drain()
    await sale.put(ben, 1)
    clock.advance(hours=25)
    await find_abandoned(ctx)
    await drain()
    async with ctx.unit() as unit:
        unit.announce(AccountErased(sale.people["ann"].id))
    await drain()
    assert await kinds(sale.api, await sale.buyer("ann")) == []
    assert await kinds(sale.api, await sale.buyer("ben")) == ["carts.abandoned"]
    assert [one.user_id for one in await deliveries(ctx)] == []
