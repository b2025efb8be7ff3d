"""Comments that may be orders: listed for the helpers, mended once, answered to their authors."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx2
import msgspec
import pytest

from nightmarket.kernel.context import Context
from nightmarket.modules.claims.repair_repository import open_count
from nightmarket.modules.claims.tasks import forget_comments
from nightmarket.modules.rooms.realtime.log import Position
from nightmarket.modules.rooms.realtime.log_in_memory import room_log
from support.catalog import make_product, variant
from support.claims import Json, open_sale
from support.clock import FrozenClock
from support.comments import Chat
from support.shops import join_shop
from support.streams import add_item

Drain = Callable[[], Awaitable[list[str]]]
SHIRT = [variant(2, 390, options={"size": size}) for size in ("M", "L")]


@pytest.fixture
async def chat(ctx: Context, api: httpx2.AsyncClient) -> Chat:
    """Five scarves as A1, and two shirts of each of two sizes as B2."""
    sale = await open_sale(ctx, api, limit_per_buyer=3)
    shirt = await make_product(api, sale.seller, sale.shop["id"], "Shirt", variants=SHIRT)
    await add_item(api, sale.seller, sale.stream_id, shirt["id"], code="B2")
    return Chat(sale)


async def helper(chat: Chat, name: str, role: str = "moderator") -> dict[str, str]:
    """Headers of somebody who works in the shop."""
    return await join_shop(chat.sale.api, chat.sale.seller, chat.sale.shop["id"], name, role)


async def told(chat: Chat, name: str) -> list[Json]:
    """What a buyer was told in private since the show began."""
    buyer = await chat.sale.buyer(name)
    asked = [(buyer.id, 0, Position("", 0))]
    [tail] = await room_log(chat.sale.ctx.redis).user_tails(chat.sale.stream_id, asked)
    return [msgspec.json.decode(frame)["d"] for _, frame in tail]


async def test_what_was_not_understood_is_listed(chat: Chat, clock: FrozenClock) -> None:
    await chat.say("好美喔")
    await chat.answer("A1+1")
    await chat.say("A13+1", "ben", "cht_unknown")
    clock.advance(seconds=1)
    await chat.say("B2+1", "cid", "cht_size")
    size, unknown = await chat.repairs()
    assert (unknown["message_id"], unknown["text"], unknown["reason"]) == ("cht_unknown", "A13+1", "unknown_code")
    assert (unknown["state"], unknown["buyer"]["display_name"], unknown["proposal"]) == ("open", "Ben", [])
    assert (size["message_id"], size["reason"]) == ("cht_size", "needs_variant")
    assert [(line["code"], line["quantity"]) for line in size["proposal"]] == [("B2", 1)]
    again = await chat.say("A13+1", "ben", "cht_unknown")
    assert again is not None
    assert again["reason"] == "unknown_code"
    assert len(await chat.repairs()) == 2


async def test_a_helper_claims_in_two_taps_and_the_author_hears(chat: Chat, drain: Drain) -> None:
    await chat.say("A13+1", "ben", "cht_1")
    mended = await chat.settle("cht_1", action="claim", item_id=chat.sale.item_id, quantity=2)
    assert mended.status_code == 200, mended.text
    entry = mended.json()
    assert (entry["state"], entry["settled_by"] is not None) == ("claimed", True)
    assert await chat.repairs() == []
    [closed] = await chat.repairs(state="claimed")
    assert closed["claim_id"] == entry["claim_id"]
    assert await chat.sale.stock() == (5, 2, 3)
    await drain()
    [heard] = await told(chat, "ben")
    assert (heard["outcome"], heard["message_id"], heard["claim"]["quantity"]) == ("held", "cht_1", 2)
    assert (heard["claim"]["id"], heard["claim"]["source"]) == (entry["claim_id"], "staff")


async def test_a_helper_dismisses_and_the_author_hears(chat: Chat, drain: Drain) -> None:
    await chat.say("A13+1", "ben", "cht_1")
    dismissed = await chat.settle("cht_1", action="dismiss")
    assert (dismissed.status_code, dismissed.json()["state"]) == (200, "dismissed")
    assert (await chat.settle("cht_1", action="dismiss")).status_code == 200
    await drain()
    [heard] = await told(chat, "ben")
    assert (heard["outcome"], heard["message_id"], heard["text"]) == ("dismissed", "cht_1", "A13+1")
    assert await chat.sale.stock() == (5, 0, 5)


async def test_two_helpers_at_once_make_one_claim(chat: Chat) -> None:
    one, two = await helper(chat, "one"), await helper(chat, "two")
    await chat.say("A13+1", "ben", "cht_1")
    claim = {"action": "claim", "item_id": chat.sale.item_id}
    answers = await asyncio.gather(
        *(chat.settle("cht_1", who, **body) for who in (one, two) for body in (claim, claim, {"action": "dismiss"}))
    )
    assert await chat.sale.stock() in {(5, 1, 4), (5, 0, 5)}
    settled = {answer.json()["state"] for answer in answers if answer.status_code == 200}
    assert len(settled) == 1
    late = [answer.json() for answer in answers if answer.status_code != 200]
    assert {problem["code"] for problem in late} == {"repair-settled"}
    [entry] = await chat.repairs(state=settled.pop())
    assert (entry["claim_id"] is not None) is ((await chat.sale.stock())[1] == 1)


async def test_a_claim_that_cannot_be_made_leaves_the_comment_on_the_list(chat: Chat) -> None:
    await chat.say("A13+1", "ben", "cht_1")
    shirt = next(item for item in await _items(chat) if item["code"] == "B2")
    size = await chat.settle("cht_1", action="claim", item_id=shirt["id"])
    assert (size.status_code, size.json()["code"]) == (422, "variant-required")
    over = await chat.settle("cht_1", action="claim", item_id=chat.sale.item_id, quantity=4)
    assert (over.status_code, over.json()["code"]) == (409, "purchase-limit")
    nothing = await chat.settle("cht_1", action="claim")
    assert (nothing.status_code, nothing.json()["code"]) == (422, "invalid-input")
    assert [entry["state"] for entry in await chat.repairs()] == ["open"]
    variant_id = shirt["product"]["variants"][1]["id"]
    done = await chat.settle("cht_1", action="claim", item_id=shirt["id"], variant_id=variant_id)
    assert done.json()["state"] == "claimed"
    assert await chat.sale.stock(variant_id) == (2, 1, 1)


async def test_nobody_is_mended_who_has_made_themselves_clear(chat: Chat, clock: FrozenClock) -> None:
    await chat.say("A13+1", "ann", "cht_1")
    await chat.say("B2+1", "ann", "cht_2")
    clock.advance(seconds=5)
    assert (await chat.answer("A1+1"))["outcome"] == "held"
    assert [entry["message_id"] for entry in await chat.repairs()] == ["cht_2"]
    assert [entry["state"] for entry in await chat.repairs(state="answered")] == ["answered"]
    late = await chat.settle("cht_1", action="dismiss")
    assert (late.status_code, late.json()["state"]) == (409, "answered")


async def test_what_the_author_took_since_is_shown(chat: Chat, clock: FrozenClock) -> None:
    await chat.say("A13+1", "ann", "cht_1")
    clock.advance(seconds=5)
    await chat.sale.claim("ann", 2)
    [entry] = await chat.repairs()
    assert [(one["code"], one["quantity"], one["state"]) for one in entry["claimed_since"]] == [("A1", 2, "held")]


async def test_the_list_is_for_helpers(chat: Chat) -> None:
    await chat.say("A13+1", "ben", "cht_1")
    buyer = await chat.sale.buyer("ben")
    packer = await helper(chat, "packer", "packer")
    path = f"/api/v1/streams/{chat.sale.stream_id}/comment-orders"
    for headers in (buyer.headers, packer):
        assert (await chat.sale.api.get(path, headers=headers)).status_code == 403
        refused = await chat.settle("cht_1", headers, action="dismiss")
        assert refused.json()["code"] == "not-allowed"
    assert (await chat.sale.api.get(path)).status_code == 401
    assert (await chat.settle("cht_none", action="dismiss")).json()["code"] == "not-found"
    assert len(await chat.repairs()) == 1


async def test_the_list_comes_in_pages(chat: Chat) -> None:
    for number in range(5):
        await chat.say("A13+1", f"b{number}", f"cht_{number}")
    path = f"/api/v1/streams/{chat.sale.stream_id}/comment-orders"
    seen: list[str] = []
    cursor: str | None = None
    for _ in range(3):
        query = {"limit": "2"} | ({} if cursor is None else {"cursor": cursor})
        page = (await chat.sale.api.get(path, params=query, headers=chat.sale.seller)).json()
        seen += [entry["message_id"] for entry in page["items"]]
        cursor = page["next_cursor"]
    assert seen == ["cht_4", "cht_3", "cht_2", "cht_1", "cht_0"]
    assert cursor is None


async def test_old_comments_are_forgotten(chat: Chat, ctx: Context, clock: FrozenClock) -> None:
    await chat.say("A13+1", "ben", "cht_1")
    clock.advance(days=91)
    await forget_comments.function(ctx)
    async with ctx.reader() as session:
        assert await open_count(session, chat.sale.stream_id) == 0


async def _items(chat: Chat) -> list[Json]:
    path = f"/api/v1/streams/{chat.sale.stream_id}/items"
    found: list[Json] = (await chat.sale.api.get(path, headers=chat.sale.seller)).json()["items"]
    return found
