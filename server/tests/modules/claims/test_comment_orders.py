"""Claims by comment: what the author is answered, and what happens to the goods."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa
from sqlalchemy import event

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.modules.claims.models import Claim
from nightmarket.modules.rooms.ports import CommentOrders
from support.catalog import make_product, variant
from support.claims import open_sale
from support.comments import Chat
from support.streams import add_item

Drain = Callable[[], Awaitable[list[str]]]
DRESS = [variant(3, 590, options={"顏色": color, "尺寸": size}) for color in ("黑", "白") for size in ("S", "M")]


@pytest.fixture
async def chat(ctx: Context, api: httpx2.AsyncClient) -> Chat:
    """A show with five scarves as A1 and two belts as B2."""
    sale = await open_sale(ctx, api, limit_per_buyer=4)
    belt = await make_product(api, sale.seller, sale.shop["id"], "編織皮帶", variants=[variant(2, 250)])
    await add_item(api, sale.seller, sale.stream_id, belt["id"], code="B2")
    return Chat(sale)


@pytest.fixture
async def dresses(ctx: Context, api: httpx2.AsyncClient) -> Chat:
    """A show with a dress in two colours and sizes as A1."""
    return Chat(await open_sale(ctx, api, title="碎花洋裝", variants=DRESS))


async def test_comment_claims_once(chat: Chat) -> None:
    answer = await chat.say("A1+2", message_id="cht_1")
    assert answer is not None
    assert (answer["outcome"], answer["message_id"], answer["code"]) == ("held", "cht_1", "A1")
    claim = answer["claim"]
    assert (claim["state"], claim["quantity"], claim["source"]) == ("held", 2, "comment")
    assert await chat.say("A1+2", message_id="cht_1") == answer
    assert await chat.sale.stock() == (5, 2, 3)


@pytest.mark.parametrize("text", ["好美喔", "hello", "運費多少", "A1還有嗎?", "晚安+1", "\x00\ud800", ""])
async def test_chat_is_not_an_order(chat: Chat, text: str) -> None:
    assert await chat.say(text) is None
    assert await chat.sale.stock() == (5, 0, 5)


async def test_chat_asks_nothing_of_the_database(chat: Chat, ctx: Context) -> None:
    await chat.say("hello")
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    for engine in {ctx.db._writer, ctx.db._reader}:
        event.listen(engine.sync_engine, "before_cursor_execute", note)
    for text in ("好看", "多少錢", "สวยมาก", "55555", "how much?"):
        assert await chat.say(text) is None
    assert statements == []
    assert (await chat.answer("A1+1"))["outcome"] == "held"
    assert statements


async def test_several_lines_are_one_answer(chat: Chat) -> None:
    answer = await chat.answer("A1+1 B2+3")
    assert answer["outcome"] == "sold_out"
    assert answer["problem"] == {"code": "sold-out"}
    assert (answer["code"], answer["available"]) == ("B2", 2)
    assert [claim["code"] for claim in answer["claims"]] == ["A1"]
    assert [line["outcome"] for line in answer["results"]] == ["held", "sold_out"]
    both = await chat.answer("A1+1\nB2+1")
    assert both["outcome"] == "held"
    assert sorted(claim["code"] for claim in both["claims"]) == ["A1", "B2"]


async def test_limit_and_waitlist_are_answered(chat: Chat) -> None:
    over = await chat.answer("A1+5")
    assert (over["outcome"], over["limit"], over["problem"]["code"]) == ("limit", 4, "purchase-limit")
    await chat.answer("A1+4")
    assert (await chat.answer("A1+1", "ben"))["outcome"] == "held"
    waits = await chat.answer("A1+1", "cid")
    assert (waits["outcome"], waits["claim"]["position"]) == ("waitlisted", 1)
    assert await chat.sale.stock() == (5, 5, 0)


async def test_pinned_item_is_meant_without_a_code(chat: Chat) -> None:
    nothing = await chat.answer("+1")
    assert (nothing["outcome"], nothing["claims"]) == ("ambiguous", [])
    await chat.pin()
    held = await chat.answer("+1")
    assert (held["outcome"], held["claim"]["code"]) == ("held", "A1")


async def test_product_is_known_by_its_title(chat: Chat) -> None:
    assert (await chat.answer("我要皮帶1條"))["outcome"] == "ambiguous"
    answer = await chat.answer("編織皮帶+1")
    assert (answer["outcome"], answer["claim"]["code"]) == ("held", "B2")


async def test_cancel_by_comment(chat: Chat) -> None:
    await chat.answer("A1+3")
    fewer = await chat.answer("A1-1")
    assert (fewer["outcome"], fewer["claim"]["quantity"]) == ("cancelled", 2)
    assert await chat.sale.stock() == (5, 2, 3)
    gone = await chat.answer("取消")
    assert (gone["outcome"], gone["claim"]["state"]) == ("cancelled", "released")
    assert await chat.sale.stock() == (5, 0, 5)
    assert await chat.say("取消") is None


async def test_quantity_is_set_by_comment(chat: Chat) -> None:
    await chat.answer("A1+1")
    more = await chat.answer("A1改3")
    assert (more["outcome"], sum(claim["quantity"] for claim in more["claims"])) == ("updated", 2)
    assert await chat.sale.stock() == (5, 3, 2)
    fewer = await chat.answer("A1改1")
    assert fewer["outcome"] == "updated"
    assert await chat.sale.stock() == (5, 1, 4)
    await chat.answer("A1+3", "ben")
    refused = await chat.answer("A1改4")
    assert (refused["outcome"], refused["available"]) == ("sold_out", 1)
    assert await chat.sale.stock() == (5, 4, 1)


async def test_variant_is_asked_for_and_completed(dresses: Chat) -> None:
    asked = await dresses.answer("A1+2")
    assert asked["outcome"] == "needs_variant"
    assert asked["problem"] == {"code": "variant-required"}
    assert len(asked["options"]) == 4
    partly = await dresses.answer("A1 黑+2")
    assert [one["options"]["尺寸"] for one in partly["options"]] == ["S", "M"]
    done = await dresses.answer("M")
    assert done["outcome"] == "held"
    assert (done["claim"]["quantity"], done["claim"]["options"]) == (2, {"顏色": "黑", "尺寸": "M"})
    assert await dresses.sale.stock(done["claim"]["variant_id"]) == (3, 2, 1)


async def test_colour_is_understood_in_other_languages(dresses: Chat) -> None:
    for text in ("A1 黑M+1", "cf A1 สีดำ M 1", "A1 black M x1"):
        answer = await dresses.answer(text)
        assert answer["claim"]["options"] == {"顏色": "黑", "尺寸": "M"}, text


async def test_variant_is_changed_or_kept(dresses: Chat) -> None:
    await dresses.answer("A1 黑M+2")
    changed = await dresses.answer("A1 改白M")
    assert changed["outcome"] == "updated"
    assert {claim["options"]["顏色"]: claim["state"] for claim in changed["claims"]} == {"黑": "released", "白": "held"}
    await dresses.answer("A1 黑S+3", "ben")
    refused = await dresses.answer("A1 改黑S")
    assert refused["outcome"] == "sold_out"
    async with dresses.sale.ctx.reader() as session:
        held = (await session.execute(sa.select(Claim.quantity).where(Claim.state == "held"))).scalars().all()
    assert sorted(held) == [2, 3]


async def test_staff_and_closed_shows(chat: Chat) -> None:
    sale = chat.sale
    me = (await sale.api.get("/api/v1/me", headers=sale.seller)).json()
    owner_id = me.get("user", me)["id"]
    said = await chat.orders.submit(
        sale.ctx, stream_id=sale.stream_id, buyer_id=owner_id, message_id="cht_o", text="A1+1"
    )
    assert said is None
    await sale.api.post(f"/api/v1/streams/{sale.stream_id}/end", headers=sale.seller)
    closed = await chat.answer("A1+1")
    assert (closed["outcome"], closed["problem"]["code"]) == ("stream_closed", "stream-ended")
    assert await sale.stock() == (5, 0, 5)


async def test_unknown_room_has_no_orders(chat: Chat) -> None:
    said = await chat.orders.submit(
        chat.sale.ctx, stream_id=new_id("str"), buyer_id=new_id("usr"), message_id="cht_x", text="A1+1"
    )
    assert said is None


async def test_line_up_changes_reach_the_grammar(chat: Chat, drain: Drain) -> None:
    sale = chat.sale
    sale.ctx.ports[CommentOrders] = chat.orders
    assert (await chat.answer("C3+1"))["outcome"] == "ambiguous"
    hat = await make_product(sale.api, sale.seller, sale.shop["id"], "Hat", variants=[variant(1)])
    await add_item(sale.api, sale.seller, sale.stream_id, hat["id"], code="C3")
    await drain()
    assert (await chat.answer("C3+1"))["outcome"] == "held"
