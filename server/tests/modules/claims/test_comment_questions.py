"""What authors are asked back: never guessed, in every language, by whichever process the next comment meets."""

import httpx2
import pytest
import sqlalchemy as sa

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.modules.claims.grammar import parse
from nightmarket.modules.claims.models import CommentOrder
from nightmarket.modules.claims.service.comment_orders import RoomCommentOrders
from nightmarket.modules.claims.service.line_up_context import line_up_of
from nightmarket.modules.streams.public import line_up, stream_view
from support.catalog import make_product, variant
from support.claims import open_sale
from support.clock import FrozenClock
from support.comments import Chat
from support.streams import add_item

DRESS = [variant(3, 590, options={"顏色": color, "尺寸": size}) for color in ("黑", "白") for size in ("S", "M")]


@pytest.fixture
async def chat(ctx: Context, api: httpx2.AsyncClient) -> Chat:
    """Five scarves as A1, ten belts as B2, and a dress in two colours and sizes as C3."""
    sale = await open_sale(ctx, api, limit_per_buyer=2)
    belt = await make_product(api, sale.seller, sale.shop["id"], "編織皮帶", variants=[variant(10, 250)])
    dress = await make_product(api, sale.seller, sale.shop["id"], "碎花洋裝", variants=DRESS)
    await add_item(api, sale.seller, sale.stream_id, belt["id"], code="B2")
    await add_item(api, sale.seller, sale.stream_id, dress["id"], code="C3")
    return Chat(sale)


@pytest.mark.parametrize(
    ("order", "which", "cancel"),
    [
        ("B2+1", "C3+1", "B2取消"),
        ("B2要一件", "C3要一件", "取消B2"),
        ("cf b2", "cf c3", "ยกเลิก b2"),
        ("I'll take B2", "order C3", "cancel B2"),
        ("B2ください", "C3ください", "B2キャンセル"),
    ],
)
async def test_five_languages_are_answered(chat: Chat, order: str, which: str, cancel: str) -> None:
    held = await chat.answer(order)
    assert (held["outcome"], held["code"], held["claim"]["quantity"]) == ("held", "B2", 1)
    asked = await chat.answer(which)
    assert (asked["outcome"], asked["code"], len(asked["options"])) == ("needs_variant", "C3", 4)
    gone = await chat.answer(cancel)
    assert (gone["outcome"], gone["claim"]["state"]) == ("cancelled", "released")


@pytest.mark.parametrize("change", ["B2改3", "B2 เปลี่ยนเป็น 3", "change B2 to 3", "B2を3に変更", "B2改成3件"])
async def test_a_quantity_is_edited_in_five_languages(chat: Chat, change: str) -> None:
    await chat.answer("B2+1")
    assert (await chat.answer(change))["outcome"] == "updated"
    held = sum(claim["quantity"] for claim in await _held(chat))
    assert held == 3


@pytest.mark.parametrize("size", ["黑M", "สีดำ M", "black M", "黒 M", "M 黑色"])
async def test_which_size_is_answered_in_five_languages(chat: Chat, size: str) -> None:
    await chat.answer("C3+2")
    done = await chat.answer(size)
    assert (done["outcome"], done["claim"]["options"]) == ("held", {"顏色": "黑", "尺寸": "M"})
    assert done["claim"]["quantity"] == 2


async def test_another_process_knows_what_was_asked(chat: Chat) -> None:
    await chat.answer("C3 黑+1")
    chat.orders = RoomCommentOrders()
    assert (await chat.answer("M"))["claim"]["options"] == {"顏色": "黑", "尺寸": "M"}


async def test_a_question_ends_with_time_or_with_a_tap(chat: Chat, clock: FrozenClock) -> None:
    asked = await chat.answer("C3+1")
    clock.advance(seconds=1)
    assert (await chat.sale.ask("ann", item_id=asked["item_id"], variant_id=asked["options"][0]["id"])).is_success
    assert await chat.say("白M") is None
    await chat.answer("C3+1", "ben")
    clock.advance(seconds=181)
    assert await chat.say("白M", "ben") is None


async def test_the_same_words_at_once_are_one_order(chat: Chat, clock: FrozenClock) -> None:
    await chat.answer("B2+1")
    again = await chat.answer("ｂ2 ＋1")
    assert (again["outcome"], again["reason"]) == ("ambiguous", "repeat")
    assert [claim["quantity"] for claim in again["claims"]] == [1]
    assert [(line["code"], line["quantity"]) for line in again["proposal"]] == [("B2", 1)]
    assert (await chat.answer("B2+2"))["outcome"] == "held"
    clock.advance(seconds=11)
    assert (await chat.answer("B2+1"))["outcome"] == "held"
    assert sum(claim["quantity"] for claim in await _held(chat)) == 4
    assert await chat.repairs() == []


async def test_what_was_on_the_screen_is_not_guessed(chat: Chat, clock: FrozenClock) -> None:
    belt = next(item for item in await _items(chat) if item["code"] == "B2")
    await chat.pin()
    assert (await chat.answer("+1"))["claim"]["code"] == "A1"
    clock.advance(seconds=20)
    await chat.pin(belt["id"])
    unsure = await chat.answer("+1")
    assert (unsure["outcome"], unsure["reason"]) == ("ambiguous", "pin_changed")
    assert [line["item_id"] for line in unsure["proposal"]] == [belt["id"]]
    assert (await chat.answer("A1+1"))["outcome"] == "held"
    clock.advance(seconds=3)
    assert (await chat.answer("+1", "ben"))["claim"]["code"] == "B2"


@pytest.mark.parametrize(
    ("text", "reason", "codes"),
    [
        ("B22+1", "unknown_code", ["B2"]),
        ("+1", "no_item", []),
        ("A1 B2 +2", "quantity_scope", []),
        ("想要B2", "weak_want", []),
        ("B2+1?", "claim_and_question", []),
    ],
)
async def test_an_unclear_order_is_asked_about(chat: Chat, text: str, reason: str, codes: list[str]) -> None:
    answer = await chat.answer(text)
    assert (answer["outcome"], answer["reason"], answer["claims"]) == ("ambiguous", reason, [])
    assert [one["code"] for one in answer.get("suggestions", [])] == codes
    assert await _held(chat) == []


async def test_too_many_are_told_the_limit(chat: Chat) -> None:
    asked = await chat.answer("B2+99")
    assert (asked["reason"], asked["limit"]) == ("quantity_limit", 20)
    over = await chat.answer("A1+3")
    assert (over["outcome"], over["limit"], over["problem"]["code"]) == ("limit", 2, "purchase-limit")


async def test_a_comment_can_be_read_again_from_its_record(chat: Chat) -> None:
    """A dispute is answered by the record: the same text, in the same line-up, with what the buyer had then."""
    await chat.answer("B2+1")
    await chat.say("取消", message_id="cht_dispute")
    ctx, stream_id = chat.sale.ctx, chat.sale.stream_id
    async with ctx.reader() as session:
        record = await session.scalar(sa.select(CommentOrder).where(CommentOrder.message_id == "cht_dispute"))
        stream = await stream_view(session, stream_id)
        assert record is not None
        assert record.seen is not None
        assert stream is not None
        now = line_up_of(stream, await line_up(session, ctx, stream_id))
    assert now.version == record.line_up_version
    assert record.seen == {
        "grammar": 1,
        "pinned": None,
        "buyer_claims": [{"code": "B2", "variant": None, "quantity": 1}],
    }
    told = now.base | {"pinned": record.seen["pinned"], "buyer_claims": record.seen["buyer_claims"]}
    assert parse(record.text, told) == record.intent
    assert record.answer["outcome"] == "cancelled"


async def test_odd_text_is_kept(chat: Chat) -> None:
    assert (await chat.answer("B2+1 \ud800\x00"))["outcome"] == "held"
    assert (await chat.say("B99+1 \ud800", message_id=new_id("cht"))) is not None


async def _items(chat: Chat) -> list[dict[str, str]]:
    path = f"/api/v1/streams/{chat.sale.stream_id}/items"
    found: list[dict[str, str]] = (await chat.sale.api.get(path, headers=chat.sale.seller)).json()["items"]
    return found


async def _held(chat: Chat, name: str = "ann") -> list[dict[str, int]]:
    buyer = await chat.sale.buyer(name)
    answer = await chat.sale.api.get("/api/v1/me/claims", params={"state": "held"}, headers=buyer.headers)
    found: list[dict[str, int]] = answer.json()["items"]
    return found
