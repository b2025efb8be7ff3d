"""Payments over HTTP, and the pretend gateway's own pages."""

import re
from collections.abc import Awaitable, Callable
from html.parser import HTMLParser
from typing import Any

import httpx2
import pytest

from nightmarket.integrations.sandbox.gateway import notify_base
from nightmarket.integrations.sandbox.texts import LANGUAGE_NAMES, TEXTS
from nightmarket.kernel.context import Context
from nightmarket.kernel.i18n import LOCALES
from nightmarket.kernel.ids import new_id
from nightmarket.kernel.money import Money
from nightmarket.kernel.settings import Settings
from nightmarket.modules.payments.ports import Gateways
from support.accounts import person
from support.payments import connect_gateway, owe, press, state_of
from support.shops import join_shop, make_shop

Drain = Callable[[], Awaitable[list[str]]]


@pytest.fixture(autouse=True)
async def _gateway(ctx: Context, api: httpx2.AsyncClient) -> None:
    await connect_gateway(ctx, api)


async def test_methods_of_a_shop(api: httpx2.AsyncClient) -> None:
    owner = await person(api, "seller")
    shop = await make_shop(api, owner.headers, slug="bangkok-bags", market="TH")
    path = f"/api/v1/payment-methods?shop={shop['id']}"
    (method,) = (await api.get(path)).json()["items"]
    assert (method["method"], method["least"]) == ("sandbox", {"amount": 1, "currency": "THB"})
    assert len((await api.get(f"{path}&amount=100")).json()["items"]) == 1
    assert (await api.get(f"{path}&amount=0")).json()["items"] == []
    assert (await api.get(f"{path}&amount={10**12}")).json()["items"] == []
    for shop_id in ("x", new_id("shp")):
        assert (await api.get(f"/api/v1/payment-methods?shop={shop_id}")).json()["code"] == "not-found"
    for bad in (f"&amount={10**30}", "&amount=-1", "&amount=x"):
        assert (await api.get(path + bad)).json()["code"] == "invalid-input"


async def test_no_methods_when_the_gateway_is_off(ctx: Context, api: httpx2.AsyncClient) -> None:
    owner = await person(api, "seller")
    shop = await make_shop(api, owner.headers, slug="bangkok-bags", market="TH")
    ctx.ports[Gateways] = Gateways()
    assert (await api.get(f"/api/v1/payment-methods?shop={shop['id']}")).json()["items"] == []
    assert (await api.post("/api/v1/webhooks/sandbox", content=b"{}")).status_code == 404


async def test_payment_is_for_payer_and_shop(ctx: Context, api: httpx2.AsyncClient) -> None:
    owner, buyer, stranger = [await person(api, name) for name in ("seller", "buyer", "stranger")]
    shop = await make_shop(api, owner.headers)
    packer = await join_shop(api, owner.headers, shop["id"], "packer", "packer")
    debt = await owe(ctx, payer_id=buyer.id, shop_id=shop["id"], amount=Money(1290, "TWD"))
    path = f"/api/v1/payments/{debt.payment_id}"
    for headers in (buyer.headers, owner.headers, packer):
        shown = (await api.get(path, headers=headers)).json()
        assert (shown["state"], shown["amount"], shown["payable"]) == (
            "pending",
            {"amount": 1290, "currency": "TWD"},
            debt.payable,
        )
        assert shown["action"]["type"] == "redirect"
    for method, where in (("GET", path), ("POST", f"{path}/check")):
        refused = await api.request(method, where, headers=stranger.headers)
        assert (refused.status_code, refused.json()["code"]) == (404, "not-found")
        assert (await api.request(method, where)).json()["code"] == "sign-in-required"


async def test_back_from_the_gateway_the_buyer_need_not_wait(ctx: Context, api: httpx2.AsyncClient) -> None:
    buyer = await person(api, "buyer")
    debt = await owe(ctx, payer_id=buyer.id)
    path = f"/api/v1/payments/{debt.payment_id}/check"
    assert (await api.post(path, headers=buyer.headers)).json()["state"] == "pending"
    await press(api, debt.payment_id, "silent")
    shown = (await api.post(path, headers=buyer.headers)).json()
    assert (shown["state"], shown["action"]) == ("paid", {"type": "none"})
    for _ in range(10):
        await api.post(path, headers=buyer.headers)
    limited = await api.post(path, headers=buyer.headers)
    assert (limited.status_code, limited.json()["code"]) == (429, "too-many-requests")


async def test_my_payments_in_pages(ctx: Context, api: httpx2.AsyncClient) -> None:
    buyer = await person(api, "buyer")
    made = [(await owe(ctx, payer_id=buyer.id)).payment_id for _ in range(3)]
    await owe(ctx)
    first = (await api.get("/api/v1/me/payments?limit=2", headers=buyer.headers)).json()
    rest = (await api.get(f"/api/v1/me/payments?cursor={first['next_cursor']}", headers=buyer.headers)).json()
    assert [one["id"] for one in first["items"] + rest["items"]] == made[::-1]
    assert rest["next_cursor"] is None
    for cursor in ("x", "WzFd", "WyJ4Il0"):
        answer = await api.get(f"/api/v1/me/payments?cursor={cursor}", headers=buyer.headers)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid-input")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"outcome": "stolen"}, 422),
        ({}, 422),
        ({"outcome": "paid", "amount": 1}, 422),
        ({"outcome": "late", "delay_seconds": -1}, 422),
        ({"outcome": "late", "delay_seconds": 10**20}, 422),
        ("paid", 422),
    ],
)
async def test_gateway_switch_refuses_nonsense(ctx: Context, api: httpx2.AsyncClient, body: Any, status: int) -> None:
    debt = await owe(ctx)
    answer = await api.post(f"/api/v1/sandbox/payments/{debt.payment_id}", json=body)
    assert answer.status_code == status


async def test_gateway_knows_only_its_own_payments(api: httpx2.AsyncClient) -> None:
    for payment_id in (new_id("pay"), "pay_1", "x"):
        answer = await api.post(f"/api/v1/sandbox/payments/{payment_id}", json={"outcome": "paid"})
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
        assert (await api.get(f"/sandbox/pay/{payment_id}")).status_code == 404


async def test_settled_gateway_payment_can_only_repeat_itself(
    ctx: Context, api: httpx2.AsyncClient, drain: Drain
) -> None:
    debt = await owe(ctx)
    await press(api, debt.payment_id, "paid")
    for outcome in ("failed", "wrong_amount", "silent", "late"):
        answer = await api.post(f"/api/v1/sandbox/payments/{debt.payment_id}", json={"outcome": outcome})
        assert (answer.status_code, answer.json()["code"]) == (409, "sandbox-payment-settled")
    for outcome in ("paid", "twice", "forged"):
        await press(api, debt.payment_id, outcome)
    await drain()
    assert await state_of(ctx, debt.payment_id) == "paid"


async def test_sandbox_is_off_when_switched_off(ctx: Context, api: httpx2.AsyncClient) -> None:
    debt = await owe(ctx)
    off = ctx.settings.sandbox.model_copy(update={"enabled": False})
    ctx.settings = ctx.settings.model_copy(update={"sandbox": off})
    assert (await api.get(f"/sandbox/pay/{debt.payment_id}")).status_code == 404
    answer = await api.post(f"/api/v1/sandbox/payments/{debt.payment_id}", json={"outcome": "paid"})
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


class _Page(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def values(self, tag: str, name: str) -> list[str | None]:
        return [attrs[name] for found, attrs in self.tags if found == tag and name in attrs]


@pytest.mark.parametrize("locale", LOCALES)
async def test_pay_page_speaks_every_language(ctx: Context, api: httpx2.AsyncClient, locale: str) -> None:
    debt = await owe(ctx, amount=Money(129000, "THB"))
    chosen = await api.get(f"/sandbox/pay/{debt.payment_id}?lang={locale}")
    preferred = await api.get(f"/sandbox/pay/{debt.payment_id}", headers={"Accept-Language": f"{locale},de;q=0.5"})
    assert chosen.text == preferred.text
    page = _Page(chosen.text)
    assert page.values("html", "lang") == [locale]
    assert "฿1,290.00" in chosen.text
    assert page.values("button", "value") == [
        "paid",
        "failed",
        "late",
        "late",
        "twice",
        "wrong_amount",
        "forged",
        "silent",
    ]
    assert page.values("script", "src") == []
    assert not [attrs for _, attrs in page.tags if "style" in attrs or any(name.startswith("on") for name in attrs)]
    policy = chosen.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert (await api.get("/sandbox/pay.css")).headers["content-type"].startswith("text/css")


def test_every_language_has_every_word() -> None:
    assert set(TEXTS) == set(LANGUAGE_NAMES) == set(LOCALES)
    assert {frozenset(words) for words in TEXTS.values()} == {frozenset(TEXTS["en"])}
    assert all(words[name].strip() for words in TEXTS.values() for name in words)


async def test_pressing_pay_leads_back_to_the_shop(ctx: Context, api: httpx2.AsyncClient, drain: Drain) -> None:
    debt = await owe(ctx)
    page = _Page((await api.get(f"/sandbox/pay/{debt.payment_id}")).text)
    action = page.values("form", "action")[0]
    assert action is not None
    back = await api.post(action, data={"outcome": "paid"})
    assert (back.status_code, back.headers["location"]) == (
        303,
        f"http://nightmarket.test/payments/{debt.payment_id}",
    )
    await drain()
    assert await state_of(ctx, debt.payment_id) == "paid"
    settled = _Page((await api.get(f"/sandbox/pay/{debt.payment_id}")).text)
    assert settled.values("button", "value") == []
    assert back.headers["location"] in settled.values("a", "href")
    again = await api.post(action, data={"outcome": "failed"})
    assert again.status_code == 303
    assert (await api.post(action, data={"outcome": "stolen"})).status_code == 422


async def test_page_escapes_what_it_shows(ctx: Context, api: httpx2.AsyncClient) -> None:
    from nightmarket.integrations.sandbox.models import SandboxPaymentRow

    debt = await owe(ctx)
    async with ctx.unit() as unit:
        import sqlalchemy as sa

        await unit.changed(sa.update(SandboxPaymentRow).values(description='<script>alert("1")</script>'))
    html = (await api.get(f"/sandbox/pay/{debt.payment_id}")).text
    assert "<script" not in html
    assert re.search(r"&lt;script&gt;", html)


@pytest.mark.parametrize(
    ("http", "broker", "expected"),
    [
        ({"public_url": "https://shop.example/"}, None, "https://shop.example"),
        ({"port": 8123}, None, "http://127.0.0.1:8123"),
        ({"host": "::1", "port": 8123}, None, "http://[::1]:8123"),
        ({"port": 0}, None, "http://asked.example"),
        ({"port": 8123}, "amqp://x", "http://asked.example"),
    ],
)
def test_where_the_gateway_reaches_us(http: dict[str, Any], broker: str | None, expected: str) -> None:
    settings = Settings(http=http, broker={"url": broker} if broker else {})
    assert notify_base(settings, "http://asked.example") == expected
