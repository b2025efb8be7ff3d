"""How a shop finds its orders, and takes them away as a file."""

import csv
import io
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa

from nightmarket.kernel.context import Context
from nightmarket.kernel.spreadsheet import csv_rows
from nightmarket.modules.orders.models import OrderRow
from nightmarket.modules.orders.policy import folded
from nightmarket.modules.orders.service import export_orders
from support.catalog import make_product, variant
from support.clock import FrozenClock
from support.ids import unknown_id
from support.migrations import repeat_work
from support.orders import ADDRESS, Json, Sale, open_sale
from support.shops import join_shop


@pytest.fixture
async def sale(ctx: Context, api: httpx2.AsyncClient) -> Sale:
    return await open_sale(ctx, api, stock=9, amount=590)


async def orders_of(sale: Sale, **query: Any) -> list[str]:
    answer = await sale.api.get(f"/api/v1/shops/{sale.shop_id}/orders", params=query, headers=await sale.seller())
    assert answer.status_code == 200, answer.text
    return [order["number"] for order in answer.json()["items"]]


async def order_of(sale: Sale, name: str, **wish: Any) -> Json:
    lines = [{"variant_id": sale.variant_id, "quantity": 1}]
    order: Json = (await sale.order(await sale.buyer(name), **({"lines": lines} | wish)))["order"]
    return order


async def export(sale: Sale, headers: dict[str, str], **query: Any) -> httpx2.Response:
    return await sale.api.get(f"/api/v1/shops/{sale.shop_id}/orders/export", params=query, headers=headers)


def rows_of(answer: httpx2.Response) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("+886 (912) 345-678", "886912345678"),
        ("０９１２ ３４５", "0912345"),
        ("  Lantern  LAMP 2 ", "lantern lamp 2"),
        ("TW7K3M9Q2X", "tw7k3m9q2x"),
    ],
)
def test_what_is_typed_and_what_is_stored_look_the_same(text: str, found: str) -> None:
    assert folded(text) == found


async def test_orders_are_found(sale: Sale, api: httpx2.AsyncClient) -> None:
    seller = await sale.seller()
    tea = await make_product(api, seller, sale.shop_id, title="高山茶 Tea", variants=[variant(amount=80)])
    one = await order_of(sale, "anna", address=ADDRESS | {"recipient": "林小美", "phone": "+886 987 000 111"})
    two = await order_of(sale, "bodo", lines=[{"variant_id": tea["variants"][0]["id"], "quantity": 1}])
    buyer = await sale.buyer("cleo")
    claim = await sale.claim(buyer)
    three = (await sale.order(buyer, claim_ids=[claim["id"]]))["order"]
    numbers = [order["number"] for order in (three, two, one)]
    assert await orders_of(sale) == numbers
    wanted = {
        one["number"]: numbers[2:],
        one["number"].lower()[2:8]: numbers[2:],
        "Anna": numbers[2:],
        "小美": numbers[2:],
        "0987000111"[1:]: numbers[2:],
        "987 000-111": numbers[2:],
        "tea": numbers[1:2],
        "山茶": numbers[1:2],
        "bodo tea": numbers[1:2],
        "anna tea": [],
        "%": [],
        "_": [],
        "A1": numbers[:1],
    }
    assert {text: await orders_of(sale, q=text) for text in wanted} == wanted
    assert await orders_of(sale, stream=sale.stream["id"]) == numbers[:1]
    assert await orders_of(sale, stream=unknown_id("str")) == []
    assert await orders_of(sale, state="paid") == []
    assert await orders_of(sale, state="pending_payment", q="tea") == numbers[1:2]
    assert await orders_of(sale, since="2020-01-01T00:00:00Z", until="2020-01-02T00:00:00Z") == []
    assert await orders_of(sale, since="2020-01-01T00:00:00Z") == numbers
    moved = await api.patch(f"/api/v1/orders/{two['id']}", json={"contact": {"recipient": "Otto Neu"}}, headers=seller)
    assert moved.status_code == 200
    assert await orders_of(sale, q="otto") == numbers[1:2]


async def test_older_orders_are_found_like_new_ones(sale: Sale, ctx: Context) -> None:
    orders = [await order_of(sale, name) for name in ("ann", "ben", "cid")]

    async def texts() -> dict[str, str | None]:
        async with ctx.reader() as session:
            rows = await session.execute(sa.select(OrderRow.number, OrderRow.search_text))
            return {row.number: row.search_text for row in rows}

    made = await texts()
    bare = {orders[0]["id"]: orders[0]["number"].lower(), orders[1]["id"]: None}
    async with ctx.unit() as unit:
        for order_id, text in bare.items():
            await unit.changed(sa.update(OrderRow).where(OrderRow.id == order_id).values(search_text=text))
    assert await orders_of(sale, q="ann") == []
    await repeat_work(ctx, "0020_search_text_of_older_orders", "describe_older_orders")
    assert await texts() == made
    assert await orders_of(sale, q="ann") == [orders[0]["number"]]


async def test_orders_come_in_pages(sale: Sale) -> None:
    placed = [(await order_of(sale, "anna"))["number"] for _ in range(5)]
    shown: list[str] = []
    cursor = None
    while True:
        query = {"limit": 2, "q": "anna"} | ({} if cursor is None else {"cursor": cursor})
        answer = await sale.api.get(f"/api/v1/shops/{sale.shop_id}/orders", params=query, headers=await sale.seller())
        shown += [order["number"] for order in answer.json()["items"]]
        cursor = answer.json()["next_cursor"]
        if cursor is None:
            break
    assert shown == placed[::-1]


async def test_orders_as_a_file(
    sale: Sale, api: httpx2.AsyncClient, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_orders, "PORTION", 2)
    await sale.sell_with(shipping_fee=60)
    seller = await sale.seller()
    evil = await make_product(api, seller, sale.shop_id, title='=HYPERLINK("http://x")', variants=[variant(amount=80)])
    lines = [{"variant_id": sale.variant_id, "quantity": 2}, {"variant_id": evil["variants"][0]["id"], "quantity": 1}]
    first = await order_of(sale, "anna", lines=lines, note='+1 ring, then wait\n"twice"')
    for _ in range(4):
        clock.advance(seconds=1)
        last = await order_of(sale, "anna")
    answer = await export(sale, await sale.seller())
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "orders-lantern-lane-" in answer.headers["content-disposition"]
    rows = rows_of(answer)
    assert len(rows) == 6
    assert rows[0]["number"] == last["number"]
    mine = [row for row in rows if row["number"] == first["number"]]
    assert [(row["product"], row["quantity"], row["unit_price"], row["line_total"]) for row in mine] == [
        (sale.product["title"], "2", "590", "1180"),
        ('\'=HYPERLINK("http://x")', "1", "80", "80"),
    ]
    assert [row["total"] for row in mine] == ["1320", ""]
    assert mine[0]["note"] == '\'+1 ring, then wait\n"twice"'
    assert mine[0]["phone"] == "'+886 912 345 678"
    assert sum(int(row["total"]) for row in rows if row["total"]) == 1320 + 4 * 650
    assert {row["number"] for row in rows_of(await export(sale, await sale.seller(), q=first["number"]))} == {
        first["number"]
    }
    assert rows_of(await export(sale, await sale.seller(), state="paid")) == []


@pytest.mark.parametrize(("role", "status"), [("host", 200), ("packer", 200), ("moderator", 403), (None, 403)])
async def test_addresses_leave_the_house_only_with_those_who_pack_and_sell(
    sale: Sale, api: httpx2.AsyncClient, role: str | None, status: int
) -> None:
    other = await join_shop(api, await sale.seller(), sale.shop_id, "helper", role) if role else await sale.buyer()
    assert (await export(sale, other)).status_code == status


def test_cells_are_never_formulas() -> None:
    cells = ["=1", "+1", "-1", "@x", "＝1", "\t=1", "  =1", "plain", -5, True, False, None]
    (row,) = list(csv.reader(io.StringIO(csv_rows([cells]))))
    assert row == ["'=1", "'+1", "'-1", "'@x", "'＝1", "'\t=1", "'  =1", "plain", "-5", "yes", "", ""]
