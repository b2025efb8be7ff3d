"""What every payment gateway must do. One suite for all adapters; a bench per adapter says how to play the buyer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

import httpx2
import pytest

from nightmarket.integrations.sandbox.actions import act
from nightmarket.integrations.sandbox.gateway import SandboxGateway
from nightmarket.integrations.sandbox.notify import notify
from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.kernel.jobs.inprocess import InProcessRelay
from nightmarket.kernel.jobs.registry import JobRegistry
from nightmarket.kernel.money import Money
from nightmarket.modules.payments.ports import (
    Attempt,
    BadSignature,
    Known,
    MalformedDelivery,
    PaymentGateway,
    RefundRefused,
)
from nightmarket.modules.payments.service.start_payment import new_reference

AMOUNTS = [Money(390, "TWD"), Money(12900, "THB")]


@dataclass
class Sent:
    """A notification as it left the gateway."""

    headers: Mapping[str, str]
    raw: bytes


class Bench(Protocol):
    """A gateway and the means to act as its buyer."""

    gateway: PaymentGateway

    async def pay(self, payment_id: str) -> Sent:
        """The buyer pays; the notification that goes out."""

    async def decline(self, payment_id: str) -> Sent:
        """The bank says no; the notification that goes out."""

    def resign(self, raw: bytes) -> Sent:
        """Other content with a right signature."""


class SandboxBench:
    """The pretend gateway."""

    def __init__(self, ctx: Context) -> None:
        self.gateway: PaymentGateway = SandboxGateway(ctx)
        self._ctx = ctx
        self._sent: list[Sent] = []
        self._relay = InProcessRelay(ctx, _jobs())

    async def pay(self, payment_id: str) -> Sent:
        return await self._act(payment_id, "paid")

    async def decline(self, payment_id: str) -> Sent:
        return await self._act(payment_id, "failed")

    def resign(self, raw: bytes) -> Sent:
        from nightmarket.integrations.sandbox.signing import HEADER, signature

        now = int(self._ctx.clock().timestamp())
        return Sent({HEADER.lower(): signature(self._ctx.secret).sign(raw, now=now)}, raw)

    async def _act(self, payment_id: str, outcome: str) -> Sent:
        def take(request: httpx2.Request) -> httpx2.Response:
            headers = {name.lower(): value for name, value in request.headers.items()}
            self._sent.append(Sent(headers, request.content))
            return httpx2.Response(200)

        await self._ctx.http.aclose()
        self._ctx.http = httpx2.AsyncClient(transport=httpx2.MockTransport(take))
        await act(self._ctx, payment_id, outcome)  # type: ignore[arg-type]
        await self._relay.drain()
        return self._sent[-1]


def _jobs() -> JobRegistry:
    registry = JobRegistry()
    registry.jobs[notify.name] = notify
    return registry


@pytest.fixture(params=[SandboxBench])
def bench(request: pytest.FixtureRequest, ctx: Context) -> Bench:
    """Each adapter in turn."""
    made: Bench = request.param(ctx)
    return made


@pytest.fixture(params=AMOUNTS, ids=lambda amount: amount.currency)
def attempt(request: pytest.FixtureRequest, ctx: Context) -> Attempt:
    """Something to pay, in each currency."""
    return Attempt(
        payment_id=new_id("pay"),
        reference=new_reference(),
        method="sandbox",
        amount=request.param,
        description="Paper lantern × 2",
        expires_at=ctx.clock() + timedelta(minutes=30),
        base_url="https://shop.example",
        return_url="https://shop.example/payments/1",
    )


def known(attempt: Attempt) -> Known:
    """As our books have it."""
    return Known(attempt.reference, attempt.method, attempt.amount)


async def test_start_is_repeatable(bench: Bench, attempt: Attempt) -> None:
    first = await bench.gateway.start(attempt)
    assert first.action["type"] in {"redirect", "form", "qr", "code", "none"}
    assert await bench.gateway.start(attempt) == first


async def test_look_up_follows_the_buyer(bench: Bench, attempt: Attempt) -> None:
    gateway = bench.gateway
    assert (await gateway.look_up(known(attempt))).state == "unknown"
    await gateway.start(attempt)
    assert (await gateway.look_up(known(attempt))).state == "pending"
    await bench.decline(attempt.payment_id)
    assert (await gateway.look_up(known(attempt))).state == "failed"
    await bench.pay(attempt.payment_id)
    standing = await gateway.look_up(known(attempt))
    assert standing.state == "paid"
    assert (standing.reference, standing.merchant, standing.amount) == (
        attempt.reference,
        gateway.merchant,
        attempt.amount,
    )


async def test_notification_names_our_reference_and_amount(bench: Bench, attempt: Attempt) -> None:
    await bench.gateway.start(attempt)
    sent = await bench.pay(attempt.payment_id)
    delivery = bench.gateway.read_webhook(sent.headers, sent.raw)
    assert delivery.reference == attempt.reference
    assert delivery.merchant in {None, bench.gateway.merchant}
    assert delivery.amount in {None, attempt.amount}
    again = bench.gateway.read_webhook(sent.headers, sent.raw)
    assert again.external_id == delivery.external_id


async def test_two_events_have_two_ids(bench: Bench, attempt: Attempt) -> None:
    await bench.gateway.start(attempt)
    declined = await bench.decline(attempt.payment_id)
    paid = await bench.pay(attempt.payment_id)
    ids = {bench.gateway.read_webhook(sent.headers, sent.raw).external_id for sent in (declined, paid)}
    assert len(ids) == 2


async def test_every_changed_byte_is_noticed(bench: Bench, attempt: Attempt) -> None:
    await bench.gateway.start(attempt)
    sent = await bench.pay(attempt.payment_id)
    for position in range(len(sent.raw)):
        changed = bytearray(sent.raw)
        changed[position] ^= 1
        with pytest.raises(BadSignature):
            bench.gateway.read_webhook(sent.headers, bytes(changed))


@pytest.mark.parametrize("raw", [b"", b"null", b"[]", b"{}", b"\xff\xfe", b'{"id": 1}', b"[" * 100_000])
async def test_signed_nonsense_is_malformed(bench: Bench, raw: bytes) -> None:
    sent = bench.resign(raw)
    with pytest.raises(MalformedDelivery):
        bench.gateway.read_webhook(sent.headers, sent.raw)


@pytest.mark.parametrize("headers", [{}, {"sandbox-signature": ""}, {"sandbox-signature": "t=1,v1=\u00e9"}])
async def test_missing_signature_is_bad(bench: Bench, headers: dict[str, str]) -> None:
    with pytest.raises(BadSignature):
        bench.gateway.read_webhook(headers, b"{}")


async def test_refunds_in_parts_and_by_key(bench: Bench, attempt: Attempt) -> None:
    gateway, currency = bench.gateway, attempt.amount.currency
    await gateway.start(attempt)
    with pytest.raises(RefundRefused):
        await gateway.refund(known(attempt), Money(1, currency), key="too-early")
    await bench.pay(attempt.payment_id)
    for _ in range(3):
        await gateway.refund(known(attempt), Money(100, currency), key="a")
    with pytest.raises(RefundRefused):
        await gateway.refund(known(attempt), Money(99, currency), key="a")
    with pytest.raises(RefundRefused):
        await gateway.refund(known(attempt), attempt.amount, key="b")
    await gateway.refund(known(attempt), attempt.amount - Money(100, currency), key="c")
    with pytest.raises(RefundRefused):
        await gateway.refund(known(attempt), Money(1, currency), key="d")


async def test_refund_of_something_unknown(bench: Bench) -> None:
    with pytest.raises(RefundRefused):
        await bench.gateway.refund(Known(new_reference(), "sandbox", Money(1, "TWD")), Money(1, "TWD"), key="x")


def test_references_fit_every_gateway() -> None:
    references = {new_reference() for _ in range(1000)}
    assert len(references) == 1000
    assert all(len(one) == 20 and one.isalnum() and one.isascii() for one in references)
