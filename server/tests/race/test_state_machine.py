"""Whatever buyers, the shop, the clock and the gateway do, in whatever order: stock, claims, orders and money agree.

First with a careless version that forgets to give units back, to prove that the machine sees it.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx2
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from nightmarket.entrypoints.api import context_lifespan, create_app
from nightmarket.entrypoints.composition import build_registry
from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs.inprocess import InProcessRelay
from nightmarket.kernel.redis import use_fresh_stand_in
from nightmarket.modules.claims.models import Claim
from nightmarket.modules.claims.service import release_claim
from nightmarket.modules.identity.models import User
from nightmarket.modules.identity.service.sessions import Device, open_session
from nightmarket.modules.inventory.public import books_that_do_not_add_up, holds_without_holder, levels
from nightmarket.modules.orders.models import OrderLineRow, OrderRow
from nightmarket.modules.payments.models import PaymentRow
from nightmarket.modules.streams.models import StreamItem
from support.accounts import Person
from support.catalog import make_product, variant, with_key
from support.claims import crowd
from support.clock import FrozenClock
from support.engines import empty_tables, mysql_context, sqlite_context
from support.orders import ADDRESS, Sale, open_sale
from support.streams import add_item

T = TypeVar("T")
Json = dict[str, Any]
PRICE, STOCK, CAP = 590, 3, 2
BUYERS = st.integers(0, 2)
UNITS = st.integers(1, 3)
NUMBERS = st.integers(0, 50)


class World:
    """A shop on the air, three buyers, and the loop it all runs on. Each run of the machine sells its own product."""

    def __init__(self, runner: asyncio.Runner, ctx: Context, clock: FrozenClock) -> None:
        self._runner, self.ctx, self.clock = runner, ctx, clock
        app = create_app(ctx.settings, lifespan=context_lifespan(lambda: ctx))
        app.state.ctx = ctx
        self.api = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://nightmarket.test")
        self.relay = InProcessRelay(ctx, build_registry())
        self.sale: Sale = self.run(open_sale(ctx, self.api))
        self.people: list[Person] = []

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """On the loop of this world."""
        return self._runner.run(work)

    async def sign_in(self) -> None:
        """Everybody afresh: log-ins do not outlive the leaps of the clock."""
        if not self.people:
            self.people = [self.sale.owner, *await crowd(self.ctx, 3)]
        async with self.ctx.unit() as unit:
            for person in self.people:
                user = await unit.session.get_one(User, person.id)
                grant = await open_session(unit, self.ctx, user, Device(None, None))
                person.headers["Authorization"] = f"Bearer {grant.access_token}"

    async def close(self) -> None:
        """Let go of everything."""
        await self.api.aclose()
        await self.ctx.close()


class Market(RuleBasedStateMachine):
    """One product as A1 (held, at most two units in this show) and as B1 (whoever pays first)."""

    world: World
    claims: list[tuple[Person, str]]
    orders: list[tuple[Person, Json]]

    def __init__(self) -> None:
        super().__init__()
        self.claims, self.orders = [], []

    @initialize()
    def open(self) -> None:
        """New goods, new buyers."""
        self.run, self.api = self.world.run, self.world.api
        self.received, self.damaged = STOCK, 0
        self.run(self._open())

    async def _open(self) -> None:
        await self.world.sign_in()
        self.seller, self.buyers = self.world.people[0].headers, self.world.people[1:]
        stream_id, shop_id = self.world.sale.stream["id"], self.world.sale.shop_id
        goods = [variant(STOCK, PRICE)]
        product = await make_product(self.api, self.seller, shop_id, variants=goods)
        self.variant_id = product["variants"][0]["id"]
        held = await add_item(self.api, self.seller, stream_id, product["id"], stock=CAP)
        racing = await add_item(self.api, self.seller, stream_id, product["id"], first_paid=True)
        self.items = [held["id"], racing["id"]]
        self.path = f"/api/v1/streams/{stream_id}/claims"

    @rule(who=BUYERS, units=UNITS, item=st.sampled_from([0, 0, 1]), waits=st.booleans())
    def claim(self, who: int, units: int, item: int, waits: bool) -> None:
        """A tap."""
        buyer = self.buyers[who]
        form = {"item_id": self.items[item], "quantity": units, "waitlist": waits}
        answer = self._post(self.path, buyer.headers, form)
        if answer.is_success:
            self.claims.append((buyer, answer.json()["claim"]["id"]))
        else:
            assert answer.json()["code"] == "sold-out"

    @precondition(lambda self: self.claims)
    @rule(number=NUMBERS)
    def give_back(self, number: int) -> None:
        """A buyer lets a claim go."""
        buyer, claim_id = self.claims[number % len(self.claims)]
        answer = self.run(self.api.delete(f"/api/v1/claims/{claim_id}", headers=buyer.headers))
        assert answer.status_code in {204, 409}

    @precondition(lambda self: self.claims)
    @rule(number=NUMBERS, units=UNITS)
    def change(self, number: int, units: int) -> None:
        """A buyer wants more or fewer."""
        buyer, claim_id = self.claims[number % len(self.claims)]
        body = {"quantity": units}
        answer = self.run(self.api.patch(f"/api/v1/claims/{claim_id}", json=body, headers=buyer.headers))
        assert answer.status_code in {200, 409}

    @rule(who=BUYERS, from_bag=st.sampled_from([0, 0, 1]))
    def order(self, who: int, from_bag: int) -> None:
        """A buyer orders what they hold, perhaps with a unit from the shelf."""
        buyer = self.buyers[who]
        mine = self.run(self.api.get("/api/v1/me/claims?state=held", headers=buyer.headers)).json()["items"]
        wish: Json = {"claim_ids": [one["id"] for one in mine if one["variant_id"] == self.variant_id]}
        if from_bag:
            wish["lines"] = [{"variant_id": self.variant_id, "quantity": 1}]
        form = {"shop_id": self.world.sale.shop_id, "payment_method": "sandbox", "address": ADDRESS} | wish
        answer = self._post("/api/v1/orders", buyer.headers, form)
        if answer.is_success:
            self.orders.append((buyer, answer.json()))
        else:
            assert answer.status_code in {409, 422}, answer.text

    @precondition(lambda self: self.orders)
    @rule(number=NUMBERS, outcome=st.sampled_from(["paid", "paid", "failed", "twice"]))
    def pay(self, number: int, outcome: str) -> None:
        """The gateway speaks about an order, in time or not."""
        _, placed = self.orders[number % len(self.orders)]
        path = f"/api/v1/sandbox/payments/{placed['payment']['id']}"
        answer = self.run(self.api.post(path, json={"outcome": outcome}))
        assert answer.status_code in {202, 409}, answer.text

    @precondition(lambda self: self.orders)
    @rule(number=NUMBERS)
    def cancel(self, number: int) -> None:
        """A buyer gives an order up."""
        buyer, placed = self.orders[number % len(self.orders)]
        path = f"/api/v1/orders/{placed['order']['id']}/cancel"
        answer = self.run(self.api.post(path, json={}, headers=with_key(buyer.headers)))
        assert answer.status_code in {200, 409}, answer.text

    @precondition(lambda self: self.orders)
    @rule(number=NUMBERS, by_shop=st.booleans(), units=UNITS)
    def take_out(self, number: int, by_shop: bool, units: int) -> None:
        """The buyer, or the shop, takes units out of an order; all of a line at most."""
        buyer, placed = self.orders[number % len(self.orders)]
        line = placed["order"]["lines"][number % len(placed["order"]["lines"])]
        form = {"lines": [{"line_id": line["id"], "quantity": min(units, line["quantity"])}]}
        path = f"/api/v1/orders/{placed['order']['id']}/cancel"
        answer = self._post(path, self.seller if by_shop else buyer.headers, form)
        assert answer.status_code in {200, 409, 422}, answer.text

    @precondition(lambda self: self.orders)
    @rule(number=NUMBERS)
    def take_back(self, number: int) -> None:
        """The shop takes a whole order back, paid or not."""
        _, placed = self.orders[number % len(self.orders)]
        answer = self._post(f"/api/v1/orders/{placed['order']['id']}/cancel", self.seller, {"reason": "fire"})
        assert answer.status_code in {200, 409}, answer.text

    @precondition(lambda self: self.orders)
    @rule(number=NUMBERS, units=UNITS)
    def edit(self, number: int, units: int) -> None:
        """The shop says how many units of a line an order shall have."""
        _, placed = self.orders[number % len(self.orders)]
        line = placed["order"]["lines"][number % len(placed["order"]["lines"])]
        body = {"lines": [{"line_id": line["id"], "quantity": units}]}
        path = f"/api/v1/orders/{placed['order']['id']}"
        answer = self.run(self.api.patch(path, json=body, headers=with_key(self.seller)))
        assert answer.status_code in {200, 409, 422}, answer.text

    @precondition(lambda self: self.orders)
    @rule(number=NUMBERS)
    def pay_again(self, number: int) -> None:
        """A buyer goes on to pay what the order comes to by now."""
        buyer, placed = self.orders[number % len(self.orders)]
        path = f"/api/v1/orders/{placed['order']['id']}/payments"
        answer = self._post(path, buyer.headers, {"payment_method": "sandbox"})
        if answer.is_success:
            placed["payment"] = answer.json()["payment"]
        else:
            assert answer.status_code in {409, 410}, answer.text

    @precondition(lambda self: self.orders)
    @rule(number=NUMBERS, restocks=st.booleans())
    def refund(self, number: int, restocks: bool) -> None:
        """The shop gives the money of an order back, and perhaps takes the goods."""
        _, placed = self.orders[number % len(self.orders)]
        order = placed["order"]
        units: dict[str, int] = {}
        for line in order["lines"]:
            units[line["variant_id"]] = units.get(line["variant_id"], 0) + line["quantity"]
        form = {"amount": order["total"], "reason": "broken"}
        if restocks:
            form |= {"restock": True}
            form["lines"] = [{"variant_id": one, "quantity": count} for one, count in units.items()]
        answer = self._post(f"/api/v1/orders/{order['id']}/refunds", self.seller, form)
        assert answer.status_code in {201, 202, 409, 422}, answer.text

    @rule(entry=st.sampled_from([("received", 2), ("adjusted", 1), ("adjusted", -1), ("damaged", -1)]))
    def adjust(self, entry: tuple[str, int]) -> None:
        """The shop enters units by hand."""
        kind, delta = entry
        path = f"/api/v1/variants/{self.variant_id}/stock-adjustments"
        answer = self._post(path, self.seller, {"delta": delta, "reason": kind})
        if answer.status_code == 409:
            assert answer.json()["code"] == "stock-below-zero"
        elif kind == "damaged":
            self.damaged -= delta
        else:
            self.received += delta

    @rule(minutes=st.sampled_from([0, 0, 9, 10, 31]))
    def time_passes(self, minutes: int) -> None:
        """Timers, handlers and jobs do what is due; then nothing may be left undone."""
        self.world.clock.advance(minutes=minutes)
        self.run(self.world.relay.drain())
        self.run(self.world.sign_in())
        self.run(self._nobody_waits_for_what_is_there())
        self.run(self._money_adds_up())

    @invariant()
    def stock_adds_up(self) -> None:
        """held + sold + available = received − damaged, by the counters, the ledger, the claims and the orders."""
        if hasattr(self, "variant_id"):
            self.run(self._stock_adds_up())

    async def _stock_adds_up(self) -> None:
        async with self.world.ctx.reader() as session:
            level = (await levels(session, [self.variant_id]))[self.variant_id]
            assert not await books_that_do_not_add_up(session)
            item = await session.get(StreamItem, self.items[0], populate_existing=True)
            sold = await session.scalar(
                sa.select(sa.func.sum(OrderLineRow.quantity - OrderLineRow.cancelled - OrderLineRow.restocked))
                .join(OrderRow, OrderRow.id == OrderLineRow.order_id)
                .where(OrderLineRow.variant_id == self.variant_id, OrderRow.state.in_(("paid", "refunded")))
            )
        assert not await holds_without_holder(self.world.ctx, [self.variant_id])
        assert min(level.on_hand, level.held, level.available, level.sold, level.damaged) >= 0
        assert (level.received, level.damaged) == (self.received, self.damaged)
        assert level.held + level.sold + level.available == self.received - self.damaged
        assert level.sold == int(sold or 0)
        assert item is not None
        assert 0 <= item.taken_count <= CAP

    async def _nobody_waits_for_what_is_there(self) -> None:
        async with self.world.ctx.reader() as session:
            level = (await levels(session, [self.variant_id]))[self.variant_id]
            item = await session.get(StreamItem, self.items[0], populate_existing=True)
            query = sa.select(sa.func.min(Claim.quantity)).where(
                Claim.item_id == self.items[0], Claim.state == "waitlisted"
            )
            fewest = await session.scalar(query)
        assert item is not None
        assert fewest is None or fewest > min(level.available, CAP - item.taken_count)

    async def _money_adds_up(self) -> None:
        """paid + due = lines + shipping − discount."""
        for _, placed in self.orders:
            order_id = placed["order"]["id"]
            async with self.world.ctx.reader() as session:
                order = await session.get(OrderRow, order_id, populate_existing=True)
                goods = await session.scalar(
                    sa.select(
                        sa.func.sum((OrderLineRow.quantity - OrderLineRow.cancelled) * OrderLineRow.unit_price_minor)
                    ).where(OrderLineRow.order_id == order_id)
                )
                kept = await session.scalar(
                    sa.select(sa.func.sum(PaymentRow.amount_minor - PaymentRow.refunded_minor)).where(
                        PaymentRow.payable == order_id, PaymentRow.paid_at.is_not(None)
                    )
                )
            assert order is not None
            due = order.total_minor if order.state == "pending_payment" else 0
            owed = 0 if order.state in {"cancelled", "refunded"} else order.total_minor
            assert order.total_minor == int(goods or 0) + order.shipping_minor - order.discount_minor
            assert int(kept or 0) + due == owed, (order.state, kept, due)

    def teardown(self) -> None:
        """Make room in the line-up: a failure is played again and again, with goods of its own each time."""
        if hasattr(self, "items"):
            self.run(self._clear())

    async def _clear(self) -> None:
        for item_id in self.items:
            path = f"/api/v1/streams/{self.world.sale.stream['id']}/items/{item_id}"
            assert (await self.api.delete(path, headers=self.seller)).is_success

    def _post(self, path: str, headers: dict[str, str], form: Json) -> httpx2.Response:
        return self.run(self.api.post(path, json=form, headers=with_key(headers)))


def play(
    world: World,
    *,
    examples: int,
    steps: int,
    phases: tuple[Phase, ...] = (Phase.generate, Phase.shrink),
    by_chance: bool = True,
) -> None:
    """Let the machine run; not by chance: the same way each time."""

    class Here(Market):
        pass

    Here.world = world
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            phases=phases,
            derandomize=not by_chance,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )


@contextmanager
def opened(make: Callable[[], Context]) -> Iterator[World]:
    """A world on an engine."""
    use_fresh_stand_in()
    with asyncio.Runner() as runner:

        async def build() -> Context:
            return make()

        ctx = runner.run(build())
        if not ctx.db.is_sqlite:
            runner.run(empty_tables(ctx))
        clock = FrozenClock()
        ctx.clock = clock
        world = World(runner, ctx, clock)
        try:
            yield world
        finally:
            runner.run(world.close())


def test_everything_agrees_on_sqlite(tmp_path: Path, template: Path) -> None:
    with opened(lambda: sqlite_context(tmp_path / "data", template)) as world:
        play(world, examples=10, steps=25)


def test_everything_agrees_on_a_server(tmp_path: Path, mysql_url: str) -> None:
    with opened(lambda: mysql_context(tmp_path / "data", mysql_url)) as world:
        play(world, examples=7, steps=25)


async def forget(unit: object, claim: object, quantity: int | None = None) -> None:
    """Gives nothing back."""


def test_machine_sees_units_that_are_not_given_back(
    tmp_path: Path, template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(release_claim, "return_units", forget)
    with (
        opened(lambda: sqlite_context(tmp_path / "data", template)) as world,
        pytest.raises(AssertionError, match=r"assert not \['var_"),
    ):
        play(world, examples=60, steps=20, phases=(Phase.generate,), by_chance=False)
