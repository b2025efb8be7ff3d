"""Comments of Facebook live videos, from recorded webhooks to claims, repairs and replies."""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from integrations.facebook_live.fake_graph import FakeGraph, running_graph
from nightmarket.integrations.facebook_live.models import FacebookAuthorRow, FacebookReplyRow
from nightmarket.integrations.facebook_live.repository import know_author
from nightmarket.integrations.facebook_live.send_reply import send_reply
from nightmarket.kernel.context import Context
from nightmarket.kernel.inbox import InboxRow
from nightmarket.kernel.problems import Unavailable
from nightmarket.kernel.settings import FacebookPageSettings, FacebookSettings
from nightmarket.modules.claims.models import CommentOrder
from nightmarket.modules.identity.events import AccountErased
from support.claims import Json, Sale, open_sale
from support.clock import FrozenClock
from support.comments import Chat

Drain = Callable[[], Awaitable[list[str]]]
APP_SECRET = "app-secret"
VERIFY_TOKEN = "verify-me"
PAGE, POST = "108364", "912345"
WEBHOOK = "/api/v1/webhooks/facebook"
RECORDED = Path(__file__).parent / "recorded"


@pytest.fixture
async def graph() -> AsyncIterator[FakeGraph]:
    """Facebook, on a local port."""
    async with running_graph() as found:
        yield found


@pytest.fixture
async def sale(ctx: Context, api: httpx2.AsyncClient, graph: FakeGraph) -> Sale:
    """A show with five scarves as A1, linked to a live video of the shop's page."""
    sale = await open_sale(ctx, api)
    switch_on(ctx, graph.url, sale.shop["slug"])
    linked = await link(sale)
    assert linked.json() == {"state": "linked", "note": None, "pages": [PAGE], "page_id": PAGE, "post_id": POST}
    return sale


def switch_on(ctx: Context, graph_url: str, shop: str, **changes: Any) -> None:
    """The installation speaks for a page of a shop."""
    page = FacebookPageSettings(shop=shop, token=SecretStr("page-token"))
    settings = FacebookSettings(
        app_secret=SecretStr(APP_SECRET), verify_token=SecretStr(VERIFY_TOKEN), graph_url=graph_url, pages={PAGE: page}
    )
    http = ctx.settings.http.model_copy(update={"public_url": "https://market.example"})
    ctx.settings = ctx.settings.model_copy(update={"facebook": settings.model_copy(update=changes), "http": http})


async def link(sale: Sale, **body: str) -> httpx2.Response:
    """The seller links the show to a video."""
    wanted = {"page_id": PAGE, "post_id": f"{PAGE}_{POST}"} | body
    return await sale.api.put(f"/api/v1/streams/{sale.stream_id}/facebook", json=wanted, headers=sale.seller)


def recorded(name: str, *, later: int = 0, **changes: str) -> bytes:
    """A recorded webhook; it may come some seconds later, and some fields of its first comment may be others."""
    raw = (RECORDED / f"{name}.json").read_bytes().rstrip(b"\n")
    if not changes and not later:
        return raw
    body = json.loads(raw)
    body["entry"][0]["time"] += later
    body["entry"][0]["changes"][0]["value"].update(changes)
    return json.dumps(body).encode()


async def deliver(api: httpx2.AsyncClient, raw: bytes, secret: str = APP_SECRET) -> httpx2.Response:
    """Facebook posts it."""
    signature = hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
    headers = {"X-Hub-Signature-256": f"sha256={signature}", "Content-Type": "application/json"}
    return await api.post(WEBHOOK, content=raw, headers=headers)


async def comes_in(sale: Sale, drain: Drain, name: str, *, later: int = 0, **changes: str) -> None:
    """A recorded webhook is delivered, and has its effect."""
    answer = await deliver(sale.api, recorded(name, later=later, **changes))
    assert (answer.status_code, answer.text) == (200, "EVENT_RECEIVED")
    await drain()


def token_in(text: str) -> str:
    """The proof in the personal link of a reply."""
    url = urlsplit(text[text.index("https://") :])
    return parse_qs(url.query)["comment"][0]


async def follow(sale: Sale, token: str, name: str) -> httpx2.Response:
    """Somebody opens a personal link, logged in."""
    buyer = await sale.buyer(name)
    return await sale.api.post("/api/v1/comment-links", json={"token": token}, headers=buyer.headers)


async def test_facebook_asks_for_our_token(sale: Sale) -> None:
    right = {"hub.mode": "subscribe", "hub.verify_token": VERIFY_TOKEN, "hub.challenge": "1158201444"}
    answer = await sale.api.get(WEBHOOK, params=right)
    assert (answer.status_code, answer.text) == (200, "1158201444")
    assert (await sale.api.get(WEBHOOK, params=right | {"hub.verify_token": "é"})).status_code == 403
    assert (await sale.api.get(WEBHOOK, params=right | {"hub.mode": "unsubscribe"})).status_code == 403


async def test_what_facebook_did_not_sign_is_refused(sale: Sale, ctx: Context, drain: Drain) -> None:
    forged = await deliver(sale.api, recorded("comment_add"), "another secret")
    assert (forged.status_code, forged.json()["code"]) == (401, "webhook-signature-invalid")
    unsigned = await sale.api.post(WEBHOOK, content=recorded("comment_add"))
    assert unsigned.status_code == 401
    broken = await deliver(sale.api, b'{"object": "page"')
    assert (broken.status_code, broken.json()["code"]) == (400, "webhook-malformed")
    for odd in (b"[]", b'{"object":"page","entry":[1,{"changes":[{"field":"feed","value":3}]}]}', b'{"object":"user"}'):
        assert (await deliver(sale.api, odd)).status_code == 200
    await drain()
    async with ctx.reader() as session:
        assert await session.scalar(sa.select(sa.func.count()).select_from(InboxRow)) == 0
    assert await Chat(sale).repairs() == []


async def test_a_strangers_order_waits_for_a_helper_and_is_answered_with_a_link(
    sale: Sale, graph: FakeGraph, drain: Drain
) -> None:
    await comes_in(sale, drain, "comment_add")
    await comes_in(sale, drain, "comment_add")
    [entry] = await Chat(sale).repairs()
    assert (entry["source"], entry["author_name"], entry["buyer"]) == ("facebook", "ส้ม ใจดี", None)
    assert (entry["text"], entry["reason"]) == ("CF A1 +2", "unknown_buyer")
    assert [(line["code"], line["quantity"]) for line in entry["proposal"]] == [("A1", 2)]
    assert await sale.stock() == (5, 0, 5)
    [(path, body, token)] = graph.calls
    assert (path, body["recipient"], token) == (
        f"/{PAGE}/messages",
        {"comment_id": "912345_77001"},
        "Bearer page-token",
    )
    assert body["appsecret_proof"] == hmac.new(b"app-secret", b"page-token", hashlib.sha256).hexdigest()
    assert f"https://market.example/live/{sale.stream_id}?comment=" in body["message"]["text"]


async def test_the_author_claims_by_the_link_and_then_by_comment(sale: Sale, graph: FakeGraph, drain: Drain) -> None:
    await comes_in(sale, drain, "comment_add")
    token = token_in(graph.private_texts[0])
    assert (await sale.api.post("/api/v1/comment-links", json={"token": token})).status_code == 401
    claimed = (await follow(sale, token, "som")).json()
    assert (claimed["stream_id"], claimed["result"]["outcome"]) == (sale.stream_id, "held")
    assert await sale.stock() == (5, 2, 3)
    assert (await follow(sale, token, "som")).json() == claimed
    assert await Chat(sale).repairs() == []
    assert (await follow(sale, token, "thief")).json()["code"] == "not-found"
    assert (await follow(sale, token[:-1], "som")).json()["code"] == "not-found"
    await comes_in(sale, drain, "comment_add", comment_id="912345_77009", message="A1+1")
    assert await sale.stock() == (5, 3, 2)
    assert "A1 × 1" in graph.private_texts[1]
    assert "comment=" not in graph.private_texts[1]


async def test_an_edit_is_new_words_and_a_removal_takes_it_off_the_list(
    sale: Sale, drain: Drain, graph: FakeGraph
) -> None:
    await comes_in(sale, drain, "comment_add")
    await comes_in(sale, drain, "comment_edited")
    [entry] = await Chat(sale).repairs()
    assert (entry["text"], [line["quantity"] for line in entry["proposal"]]) == ("CF A1 +1", [1])
    await comes_in(sale, drain, "comment_edited", message="สวยมาก")
    assert await Chat(sale).repairs() == []
    await comes_in(sale, drain, "comment_add", comment_id="912345_77005")
    await comes_in(sale, drain, "comment_remove", comment_id="912345_77005")
    assert await Chat(sale).repairs() == []
    assert await sale.stock() == (5, 0, 5)
    assert len(graph.private_texts) == 2


async def test_an_edit_back_to_earlier_words_counts_and_a_repeated_one_does_not(
    sale: Sale, ctx: Context, drain: Drain, graph: FakeGraph
) -> None:
    await comes_in(sale, drain, "comment_edited", message="CF A1 +2")
    await comes_in(sale, drain, "comment_edited", later=5, message="CF A1 +1")
    await comes_in(sale, drain, "comment_edited", later=9, message="CF A1 +2")
    await comes_in(sale, drain, "comment_edited", later=5, message="CF A1 +1")
    [entry] = await Chat(sale).repairs()
    assert entry["text"] == "CF A1 +2"
    await follow(sale, token_in(graph.private_texts[0]), "som")
    assert await sale.stock() == (5, 2, 3)
    for later in (20, 30, 30):
        await comes_in(sale, drain, "comment_edited", later=later, message="CF A1 +1")
    async with ctx.reader() as session:
        acted_on = await session.scalars(sa.select(CommentOrder.text).where(CommentOrder.text == "CF A1 +1"))
        assert len(acted_on.all()) == 2, "once for each edit of somebody known"


async def test_a_claim_stays_when_its_comment_is_edited_or_removed(sale: Sale, drain: Drain, graph: FakeGraph) -> None:
    await comes_in(sale, drain, "comment_add")
    await follow(sale, token_in(graph.private_texts[0]), "som")
    await comes_in(sale, drain, "comment_remove")
    assert await sale.stock() == (5, 2, 3)


async def test_an_erased_account_is_nobody_on_facebook(sale: Sale, ctx: Context, drain: Drain) -> None:
    som, noi = await sale.buyer("som"), await sale.buyer("noi")
    async with ctx.unit() as unit:
        await know_author(unit, PAGE, "5550001", som.id)
        await know_author(unit, PAGE, "5550002", noi.id)
    async with ctx.unit() as unit:
        unit.announce(AccountErased(som.id))
    await drain()
    async with ctx.reader() as session:
        assert (await session.scalars(sa.select(FacebookAuthorRow.user_id))).all() == [noi.id]


async def test_a_helper_names_the_buyer(sale: Sale, drain: Drain) -> None:
    await comes_in(sale, drain, "comment_add")
    chat = Chat(sale)
    nobody = await chat.settle("fb_912345_77001", action="claim", item_id=sale.item_id, quantity=2)
    assert (nobody.status_code, nobody.json()["code"]) == (422, "invalid-input")
    som = await sale.buyer("som")
    named = await chat.settle("fb_912345_77001", action="claim", item_id=sale.item_id, quantity=2, buyer_id=som.id)
    assert named.json()["state"] == "claimed"
    assert await sale.stock() == (5, 2, 3)


@pytest.mark.parametrize("name", ["comment_of_the_page", "comment_chatter"])
async def test_what_is_no_order_makes_nothing(sale: Sale, drain: Drain, graph: FakeGraph, name: str) -> None:
    await comes_in(sale, drain, name)
    assert await Chat(sale).repairs() == []
    assert graph.calls == []


async def test_nobody_is_known_without_a_name(sale: Sale, drain: Drain, graph: FakeGraph) -> None:
    await comes_in(sale, drain, "comment_without_author")
    [entry] = await Chat(sale).repairs()
    assert (entry["author_name"], entry["text"]) == (None, "A1+1")
    assert graph.private_texts[0].endswith(f"https://market.example/live/{sale.stream_id}")


async def test_a_refused_private_reply_becomes_a_public_one(sale: Sale, drain: Drain, graph: FakeGraph) -> None:
    graph.refusals = [(400, 200)]
    await comes_in(sale, drain, "comment_add")
    [said] = graph.public_texts
    assert said.endswith(f"/live/{sale.stream_id}")
    assert graph.calls[-1][0] == "/912345_77001/comments"


async def test_a_reply_is_tried_again_and_sent_once(
    sale: Sale, ctx: Context, drain: Drain, graph: FakeGraph, clock: FrozenClock
) -> None:
    graph.refusals = [(503, 2), (400, 4)]
    await deliver(sale.api, recorded("comment_add"))
    await drain()
    with pytest.raises(Unavailable):
        await send_reply(ctx, "912345_77001")
    await send_reply(ctx, "912345_77001")
    await send_reply(ctx, "912345_77001")
    assert graph.public_texts == []
    assert len(graph.private_texts) == 3
    clock.advance(hours=1)
    async with ctx.reader() as session:
        row = await session.get(FacebookReplyRow, "912345_77001")
        assert row is not None
        assert row.state == "private"


async def test_an_answer_that_got_lost_is_no_second_reply(
    sale: Sale, ctx: Context, drain: Drain, graph: FakeGraph
) -> None:
    graph.refusals = [(503, 2)]
    await comes_in(sale, drain, "comment_add")
    graph.replied.add("912345_77001")  # it had arrived all the same
    await send_reply(ctx, "912345_77001")
    assert graph.public_texts == []


async def test_only_the_shop_links_only_its_own_page(sale: Sale, ctx: Context) -> None:
    path = f"/api/v1/streams/{sale.stream_id}/facebook"
    buyer = await sale.buyer("ann")
    assert (await sale.api.get(path, headers=buyer.headers)).status_code == 403
    assert (await link(sale, page_id="999")).json()["code"] == "invalid-input"
    assert (await link(sale, post_id="video")).json()["code"] == "invalid-input"
    switch_on(ctx, "http://127.0.0.1:1", "another-shop")
    assert (await link(sale)).json()["code"] == "invalid-input"
    shown: Json = (await sale.api.get(path, headers=sale.seller)).json()
    assert (shown["state"], shown["pages"]) == ("off", [])
    assert (await sale.api.delete(path, headers=sale.seller)).status_code == 204


async def test_comments_of_a_page_that_changed_hands_do_nothing(sale: Sale, ctx: Context, drain: Drain) -> None:
    switch_on(ctx, "http://127.0.0.1:1", "another-shop")
    await comes_in(sale, drain, "comment_add")
    assert await Chat(sale).repairs() == []


@pytest.mark.parametrize(
    ("missing", "empty"),
    [
        ("app_secret", None),
        ("app_secret", SecretStr("")),
        ("verify_token", None),
        ("verify_token", SecretStr("")),
        ("pages", {}),
    ],
)
async def test_it_is_off_and_says_why(sale: Sale, ctx: Context, missing: str, empty: Any) -> None:
    switch_on(ctx, "http://127.0.0.1:1", sale.shop["slug"], **{missing: empty})
    secret = "" if missing == "app_secret" else APP_SECRET
    assert (await deliver(sale.api, recorded("comment_add"), secret)).status_code == 404
    assert (await sale.api.get(WEBHOOK, params={"hub.mode": "subscribe", "hub.challenge": "1"})).status_code == 404
    assert (await sale.api.get(WEBHOOK)).status_code == 404
    path = f"/api/v1/streams/{sale.stream_id}/facebook"
    shown: Json = (await sale.api.get(path, headers=sale.seller)).json()
    assert shown["state"] == "off"
    assert f"NIGHTMARKET_FACEBOOK__{missing.upper()}" in shown["note"]
