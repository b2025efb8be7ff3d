"""What happens in the shop shows in the room."""

from collections.abc import Awaitable, Callable

import httpx2
import pytest
from websockets.asyncio.client import connect

from edge.made import order
from edge.server import EdgeServer, Watcher, until
from nightmarket.kernel.context import Context
from nightmarket.modules.inventory.events import StockChanged
from nightmarket.modules.rooms.ports import CommentOrders
from nightmarket.modules.rooms.public import ClaimResult, Sold, publisher
from nightmarket.modules.rooms.realtime.kinds.chat import Announcement
from nightmarket.modules.streams.ports import VideoServices
from support.accounts import Person
from support.streams import FakeProvider, add_item, make_product, make_stream, report, use_fake_provider

from .conftest import Show, enter

Drain = Callable[[], Awaitable[list[str]]]


class Orders:
    """Notes the comments it is asked about."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str, str]] = []

    async def submit(
        self, ctx: Context, *, stream_id: str, buyer_id: str, message_id: str, text: str
    ) -> ClaimResult | None:
        del ctx, message_id
        self.seen.append((stream_id, buyer_id, text))
        return ClaimResult(outcome="held") if "+1" in text else None


async def test_line_up_and_pin_reach_the_viewers(
    ctx: Context, api: httpx2.AsyncClient, edge: EdgeServer, show: Show, drain: Drain
) -> None:
    await drain()
    async with await enter(api, edge, show) as viewer:
        second = await add_item(api, show.seller, show.id, await make_product(ctx, show.shop, title="Fan"))
        await drain()
        added = await viewer.until(lambda frame: frame["t"] == "item-updated" and frame["d"]["item_id"] == second["id"])
        pin = f"/api/v1/streams/{show.id}/items/{second['id']}/pin"
        assert (await api.post(pin, headers=show.seller)).status_code < 300
        await drain()
        spotlight = await viewer.until_kind("spotlight-product")
        assert (await api.get(show.room)).json()["pinned"] == second["id"]
        await api.delete(f"/api/v1/streams/{show.id}/items/{show.item['id']}", headers=show.seller)
        await drain()
        removed = await viewer.until(lambda frame: frame["t"] == "item-updated" and "removed" in frame["d"])
    assert added["d"]["item"] == second
    assert spotlight["d"]["item_id"] == second["id"]
    assert removed["d"] == {"item_id": show.item["id"], "removed": True}


async def test_the_host_pins_over_the_socket(
    api: httpx2.AsyncClient, edge: EdgeServer, show: Show, buyer: Person, drain: Drain
) -> None:
    async with await enter(api, edge, show, show.seller) as host, await enter(api, edge, show, buyer.headers) as viewer:
        assert (await viewer.ask("spotlight-product", item_id=show.item["id"]))["d"]["code"] == "not-allowed"
        assert (await host.ask("spotlight-product", item_id="itm_x"))["d"]["code"] == "not-found"
        assert (await host.ask("spotlight-product", item_id=show.item["id"]))["t"] == "ack"
        await drain()
        frame = await viewer.until_kind("spotlight-product")
    assert frame["d"]["item_id"] == show.item["id"]


async def test_stock_reaches_the_viewers(
    ctx: Context, api: httpx2.AsyncClient, edge: EdgeServer, show: Show, drain: Drain
) -> None:
    await drain()
    variant = show.item["product"]["variants"][0]["id"]
    async with await enter(api, edge, show) as viewer:
        answer = await api.post(
            f"/api/v1/variants/{variant}/stock-adjustments",
            json={"delta": -2, "reason": "found two broken"},
            headers=show.seller | {"Idempotency-Key": "once"},
        )
        assert answer.status_code < 300, answer.text
        await drain()
        frame = await viewer.until_kind("stock-changed")
    assert frame["d"]["item_id"] == show.item["id"]
    assert (frame["d"]["available"], frame["d"]["variants"]) == (3, {variant: 3})
    assert "s" not in frame


async def test_an_item_with_sizes_tells_which_one(
    ctx: Context, api: httpx2.AsyncClient, edge: EdgeServer, show: Show, drain: Drain
) -> None:
    item = await add_item(api, show.seller, show.id, await make_product(ctx, show.shop, stock=4, sizes=2), stock=6)
    await drain()
    variant = item["product"]["variants"][1]["id"]
    async with await enter(api, edge, show) as viewer:
        async with ctx.unit() as unit:
            unit.announce(
                StockChanged(variant_id=variant, shop_id=show.shop["id"], on_hand=4, held=0, available=4, version=9)
            )
        await drain()
        frame = await viewer.until_kind("stock-changed")
    assert (frame["d"]["variant_id"], frame["d"]["available"], frame["d"]["item_available"]) == (variant, 4, 6)


async def test_the_show_s_state_reaches_the_viewers(
    ctx: Context, api: httpx2.AsyncClient, edge: EdgeServer, show: Show, drain: Drain
) -> None:
    await drain()
    async with await enter(api, edge, show) as viewer:
        await report(ctx, api, "interrupted", show.id)
        await drain()
        await viewer.until(lambda frame: frame["t"] == "stream-status" and frame["d"]["state"] == "interrupted")
        await api.post(f"/api/v1/streams/{show.id}/end", headers=show.seller)
        await drain()
        await viewer.until(lambda frame: frame["t"] == "stream-status" and frame["d"]["state"] == "ended")
        assert viewer.socket.close_code is None


async def test_viewers_are_told_that_the_picture_comes_from_elsewhere(
    ctx: Context, api: httpx2.AsyncClient, edge: EdgeServer, show: Show, drain: Drain
) -> None:
    use_fake_provider(ctx)
    ctx.ports[VideoServices] = VideoServices({"cloudflare": FakeProvider()})
    await drain()
    async with await enter(api, edge, show) as viewer:
        for name in ("cloudflare", "embedded"):
            path = f"/api/v1/streams/{show.id}/provider"
            moved = await api.put(path, json={"provider": name}, headers=show.seller)
            assert moved.status_code == 200, moved.text
            await drain()
            told = await viewer.until(lambda frame, name=name: frame["d"].get("provider") == name)
            assert (told["t"], told["d"]["state"]) == ("stream-status", "interrupted")
        assert viewer.socket.close_code is None


async def test_comments_go_to_the_order_side(
    ctx: Context, api: httpx2.AsyncClient, edge: EdgeServer, show: Show, buyer: Person
) -> None:
    orders = Orders()
    ctx.ports[CommentOrders] = orders
    async with await enter(api, edge, show, buyer.headers) as ann, await enter(api, edge, show) as guest:
        await ann.say("A1+1")
        result = await ann.until_kind("claim-result")
        await ann.say("pretty")
        assert (await guest.say("A1+1"))["d"]["code"] == "sign-in-required"
        await until(lambda: len(orders.seen) == 2)
    assert result["d"] == {"outcome": "held"}
    assert orders.seen == [(show.id, buyer.id, "A1+1"), (show.id, buyer.id, "pretty")]


async def test_viewers_are_counted_for_the_home_page(
    api: httpx2.AsyncClient, edge: EdgeServer, show: Show, buyer: Person
) -> None:
    async with await enter(api, edge, show, buyer.headers), await enter(api, edge, show, buyer.headers):
        room = edge.hub.rooms[show.id]
        await until(lambda: room.audience.count == 1 and not room.audience.is_stale)
        assert (await api.get(f"/api/v1/streams/{show.id}")).json()["viewers"] == 1
        assert (await api.get(show.room)).json()["viewers"] == 1


async def test_modules_above_can_speak_to_a_room_or_to_one_person(
    ctx: Context, api: httpx2.AsyncClient, edge: EdgeServer, show: Show, buyer: Person
) -> None:
    async with await enter(api, edge, show, buyer.headers) as ann, await enter(api, edge, show) as guest:
        say = publisher(ctx)
        await say.publish(show.id, Sold("itm_1", "A1", 1, "A***"))
        await say.publish(show.id, order(), to_user=buyer.id)
        await say.publish(show.id, Announcement("x", "last round"))
        await ann.until_kind("order-updated")
        for watcher in (ann, guest):
            await watcher.until_kind("sold")
            await watcher.until_kind("announcement")
    assert guest.of_kind("order-updated") == []


async def test_a_deleted_show_closes_its_room(
    api: httpx2.AsyncClient, edge: EdgeServer, show: Show, drain: Drain
) -> None:
    plan = await make_stream(api, show.seller, show.shop["id"], scheduled_at="2026-11-21T11:00:00Z")
    ticket = (await api.post(f"/api/v1/streams/{plan['id']}/room/ticket")).json()["ticket"]
    async with Watcher(await connect(f"ws://127.0.0.1:{edge.port}/ws?ticket={ticket}")) as early:
        await early.until_kind("room-state")
        await drain()
        answer = await api.delete(f"/api/v1/streams/{plan['id']}", headers=show.seller)
        assert answer.status_code == 204
        await drain()
        assert await early.closed() == 4510


async def test_a_pin_says_to_which_picture_it_belongs(
    ctx: Context, api: httpx2.AsyncClient, edge: EdgeServer, show: Show, drain: Drain
) -> None:
    await drain()
    now = ctx.clock().timestamp()
    pin = f"/api/v1/streams/{show.id}/items/{show.item['id']}/pin"
    said = []
    async with await enter(api, edge, show, show.seller) as host:
        for ask in (f"{pin}?media_time={now + 0.25}", f"{pin}?media_time={now + 3600}", pin):
            assert (await api.post(ask, headers=show.seller)).status_code == 204
            await drain()
            frame = await host.until(lambda frame: frame["t"] == "spotlight-product" and frame["d"]["item_id"])
            said.append(frame["d"]["media_time"])
            host.frames.remove(frame)
            assert (await api.delete(f"/api/v1/streams/{show.id}/pin", headers=show.seller)).status_code == 204
        await host.ask("spotlight-product", item_id=show.item["id"], media_time=now - 0.5)
        await drain()
        frame = await host.until(lambda frame: frame["t"] == "spotlight-product" and frame["d"]["item_id"])
        said.append(frame["d"]["media_time"])
    # A clock that is an hour off is not believed.
    assert said == pytest.approx([now + 0.25, now, now, now - 0.5], abs=0.01)
    assert (await api.post(f"{pin}?media_time=soon", headers=show.seller)).status_code == 422
