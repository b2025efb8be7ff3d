"""Notifications: repeated, reordered, forged, wrong, late, lost. Each payment moves at most once, and only if true."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa

from nightmarket.entrypoints.composition import build_registry
from nightmarket.integrations.sandbox.models import SandboxNoticeRow
from nightmarket.integrations.sandbox.signing import HEADER, signature
from nightmarket.kernel.context import Context
from nightmarket.kernel.inbox import InboxRow
from nightmarket.kernel.jobs.inprocess import InProcessRelay
from nightmarket.kernel.money import Money
from nightmarket.kernel.outbox import OutboxRow
from nightmarket.kernel.problems import Unavailable
from nightmarket.modules.payments.events import PaymentCaptured, PaymentFailed, PaymentRefunded
from nightmarket.modules.payments.models import AttemptRow
from nightmarket.modules.payments.ports import Gateways, Known, Standing
from nightmarket.modules.payments.public import refund_in_full
from nightmarket.modules.payments.service.apply_standing import MISMATCHES
from nightmarket.modules.payments.service.settle_payment import DELIVERIES
from nightmarket.modules.payments.service.sweep_payments import expire_overdue, look_up_due
from nightmarket.modules.payments.tasks import resend_late_refunds
from support.clock import FrozenClock
from support.payments import connect_gateway, owe, press, state_of, story_of

Drain = Callable[[], Awaitable[list[str]]]
WEBHOOK = "/api/v1/webhooks/sandbox"


@pytest.fixture(autouse=True)
async def _gateway(ctx: Context, api: httpx2.AsyncClient) -> None:
    await connect_gateway(ctx, api)


async def announced(ctx: Context, topic: str) -> list[Any]:
    async with ctx.reader() as session:
        return list(await session.scalars(sa.select(OutboxRow.payload).where(OutboxRow.name == topic)))


async def reference_of(ctx: Context, payment_id: str) -> str:
    async with ctx.reader() as session:
        row = await session.scalar(sa.select(AttemptRow).where(AttemptRow.payment_id == payment_id))
    assert row is not None
    return row.reference


def signed(ctx: Context, body: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
    raw = json.dumps(body).encode()
    return raw, {HEADER: signature(ctx.secret).sign(raw, now=int(ctx.clock().timestamp()))}


async def notice(ctx: Context, payment_id: str, **changes: Any) -> tuple[bytes, dict[str, str]]:
    body = {
        "id": "evt-1",
        "merchant": "nightmarket",
        "reference": await reference_of(ctx, payment_id),
        "status": "paid",
        "amount": 390,
        "currency": "TWD",
    }
    return signed(ctx, body | changes)


def counted(counter: Any, *labels: str) -> float:
    return float(counter.labels(*labels)._value.get())


async def test_paid_is_announced_once(ctx: Context, api: httpx2.AsyncClient, drain: Drain) -> None:
    debt = await owe(ctx)
    assert await state_of(ctx, debt.payment_id) == "pending"
    await press(api, debt.payment_id, "paid")
    await drain()
    assert await state_of(ctx, debt.payment_id) == "paid"
    assert await announced(ctx, PaymentCaptured.topic) == [
        {"payment_id": debt.payment_id, "payable": debt.payable, "amount_minor": 390, "currency": "TWD"}
    ]
    assert await story_of(ctx, debt.payment_id) == ["opened", "started", "captured"]


async def test_the_same_notice_twice_at_once(ctx: Context, api: httpx2.AsyncClient, drain: Drain) -> None:
    debt = await owe(ctx)
    await press(api, debt.payment_id, "twice")
    await drain()
    assert len(await announced(ctx, PaymentCaptured.topic)) == 1
    async with ctx.reader() as session:
        assert await session.scalar(sa.select(sa.func.count()).select_from(InboxRow)) == 1


async def test_eight_simultaneous_deliveries_are_one_transition(ctx: Context, api: httpx2.AsyncClient) -> None:
    debt = await owe(ctx)
    await press(api, debt.payment_id, "silent")
    notices = [await notice(ctx, debt.payment_id, id=f"evt-{number % 4}") for number in range(8)]
    answers = await asyncio.gather(*(api.post(WEBHOOK, content=raw, headers=headers) for raw, headers in notices))
    assert [answer.status_code for answer in answers] == [200] * 8
    relays = [InProcessRelay(ctx, build_registry()) for _ in range(3)]
    await asyncio.gather(*(relay.drain() for relay in relays))
    assert await state_of(ctx, debt.payment_id) == "paid"
    assert len(await announced(ctx, PaymentCaptured.topic)) == 1
    assert (await story_of(ctx, debt.payment_id)).count("captured") == 1
    async with ctx.reader() as session:
        rows = list(await session.scalars(sa.select(InboxRow)))
    assert len(rows) == 4
    assert all(row.handled_at is not None for row in rows)


async def test_death_between_notice_and_job_loses_nothing(ctx: Context, api: httpx2.AsyncClient) -> None:
    debt = await owe(ctx)
    await press(api, debt.payment_id, "silent")
    raw, headers = await notice(ctx, debt.payment_id)
    assert (await api.post(WEBHOOK, content=raw, headers=headers)).status_code == 200
    # The process dies here: a new one knows nothing but the database.
    assert await state_of(ctx, debt.payment_id) == "pending"
    ran = await InProcessRelay(ctx, build_registry()).drain()
    assert "payments.take_delivery.v1" in ran
    assert await state_of(ctx, debt.payment_id) == "paid"


async def test_forged_notice_changes_nothing(ctx: Context, api: httpx2.AsyncClient, drain: Drain) -> None:
    debt = await owe(ctx)
    before = counted(DELIVERIES, "sandbox", "forged")
    await press(api, debt.payment_id, "forged")
    await drain()
    assert await state_of(ctx, debt.payment_id) == "pending"
    assert counted(DELIVERIES, "sandbox", "forged") == before + 1
    async with ctx.reader() as session:
        assert await session.scalar(sa.select(sa.func.count()).select_from(InboxRow)) == 0
        assert (await session.scalars(sa.select(SandboxNoticeRow))).one().delivered_at is not None
    assert await announced(ctx, PaymentCaptured.topic) == []


@pytest.mark.parametrize("spoil", ["body", "header", "missing", "stale"])
async def test_bad_signature_is_refused(ctx: Context, api: httpx2.AsyncClient, clock: FrozenClock, spoil: str) -> None:
    debt = await owe(ctx)
    raw, headers = await notice(ctx, debt.payment_id)
    match spoil:
        case "body":
            raw += b" "
        case "header":
            headers[HEADER] = headers[HEADER][:-1] + ("0" if headers[HEADER][-1] != "0" else "1")
        case "missing":
            headers = {}
        case "stale":
            clock.advance(minutes=6)
    answer = await api.post(WEBHOOK, content=raw, headers=headers)
    assert answer.status_code == 401
    assert answer.json()["code"] == "webhook-signature-invalid"
    async with ctx.reader() as session:
        assert await session.scalar(sa.select(sa.func.count()).select_from(InboxRow)) == 0


@pytest.mark.parametrize("body", [[], {}, {"id": 1}, {"id": "x", "merchant": "m", "reference": "r", "status": "paid"}])
async def test_signed_nonsense_is_refused(ctx: Context, api: httpx2.AsyncClient, body: Any) -> None:
    raw, headers = signed(ctx, body)
    answer = await api.post(WEBHOOK, content=raw, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "webhook-malformed")


@pytest.mark.parametrize("provider", ["ecpay", "nobody", "%00", "sandbox%20"])
async def test_unknown_provider_is_not_found(api: httpx2.AsyncClient, provider: str) -> None:
    answer = await api.post(f"/api/v1/webhooks/{provider}", content=b"{}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


async def test_wrong_amount_changes_nothing(ctx: Context, api: httpx2.AsyncClient, drain: Drain) -> None:
    debt = await owe(ctx)
    before = counted(MISMATCHES, "sandbox", "amount")
    await press(api, debt.payment_id, "wrong_amount")
    await drain()
    assert await state_of(ctx, debt.payment_id) == "pending"
    assert counted(MISMATCHES, "sandbox", "amount") == before + 1
    assert await announced(ctx, PaymentCaptured.topic) == []
    # Even when the notice says the right amount, the gateway's books are what counts.
    raw, headers = await notice(ctx, debt.payment_id)
    await api.post(WEBHOOK, content=raw, headers=headers)
    await drain()
    assert await state_of(ctx, debt.payment_id) == "pending"
    # And the right amount may still follow.
    await press(api, debt.payment_id, "paid")
    await drain()
    assert await state_of(ctx, debt.payment_id) == "paid"


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"amount": 389}, "amount"),
        ({"currency": "THB"}, "currency"),
        ({"merchant": "somebody-else"}, "merchant"),
        ({"reference": "NM000000000000000000"}, "reference"),
    ],
)
async def test_notice_that_contradicts_our_row_is_not_followed(
    ctx: Context, api: httpx2.AsyncClient, drain: Drain, changes: dict[str, Any], what: str
) -> None:
    debt = await owe(ctx)
    await press(api, debt.payment_id, "silent")
    before = counted(MISMATCHES, "sandbox", what)
    raw, headers = await notice(ctx, debt.payment_id, **changes)
    assert (await api.post(WEBHOOK, content=raw, headers=headers)).status_code == 200
    await drain()
    assert await state_of(ctx, debt.payment_id) == "pending"
    assert counted(MISMATCHES, "sandbox", what) == before + 1
    async with ctx.reader() as session:
        assert (await session.scalars(sa.select(InboxRow))).one().handled_at is not None


async def test_a_lie_about_success_is_not_believed(ctx: Context, api: httpx2.AsyncClient, drain: Drain) -> None:
    debt = await owe(ctx)
    raw, headers = await notice(ctx, debt.payment_id)
    assert (await api.post(WEBHOOK, content=raw, headers=headers)).status_code == 200
    await drain()
    assert await state_of(ctx, debt.payment_id) == "pending"


async def test_declined_then_approved(ctx: Context, api: httpx2.AsyncClient, drain: Drain) -> None:
    debt = await owe(ctx)
    await press(api, debt.payment_id, "failed")
    await drain()
    assert await state_of(ctx, debt.payment_id) == "failed"
    assert len(await announced(ctx, PaymentFailed.topic)) == 1
    await press(api, debt.payment_id, "paid")
    await drain()
    assert await state_of(ctx, debt.payment_id) == "paid"


async def test_approved_and_an_old_decline_arrives_after_it(
    ctx: Context, api: httpx2.AsyncClient, drain: Drain
) -> None:
    debt = await owe(ctx)
    await press(api, debt.payment_id, "paid")
    await drain()
    raw, headers = await notice(ctx, debt.payment_id, id="evt-old", status="failed")
    await api.post(WEBHOOK, content=raw, headers=headers)
    await drain()
    assert await state_of(ctx, debt.payment_id) == "paid"
    assert await announced(ctx, PaymentFailed.topic) == []


async def test_lost_notice_is_found_by_asking(
    ctx: Context, api: httpx2.AsyncClient, drain: Drain, clock: FrozenClock
) -> None:
    debt = await owe(ctx)
    await press(api, debt.payment_id, "silent")
    await drain()
    assert await look_up_due(ctx) == 0
    clock.advance(seconds=16)
    assert await look_up_due(ctx) == 1
    assert await state_of(ctx, debt.payment_id) == "paid"
    assert len(await announced(ctx, PaymentCaptured.topic)) == 1
    clock.advance(hours=1)
    assert await look_up_due(ctx) == 0


async def test_pending_payment_is_asked_about_ever_more_rarely(ctx: Context, clock: FrozenClock) -> None:
    await owe(ctx)
    asked = 0
    for _ in range(300):
        clock.advance(seconds=1)
        asked += await look_up_due(ctx)
    assert asked == 7  # after 15, 30, 60, 120, 180, 240 and 300 seconds


async def test_a_gateway_that_is_down_does_not_keep_others_from_being_asked(
    ctx: Context, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway = ctx.port(Gateways).named("sandbox")
    assert gateway is not None
    first = await owe(ctx)
    clock.advance(seconds=1)
    second = await owe(ctx)
    asked: list[str] = []

    async def down(known: Known) -> Standing:
        asked.append(known.reference)
        raise Unavailable

    monkeypatch.setattr(gateway, "look_up", down)
    monkeypatch.setattr("nightmarket.modules.payments.service.sweep_payments.BATCH", 1)
    clock.advance(seconds=15)
    for _ in range(2):
        assert await look_up_due(ctx) == 1
    assert asked == [await reference_of(ctx, one.payment_id) for one in (first, second)]
    assert await look_up_due(ctx) == 0


async def test_a_refund_is_sent_however_long_the_gateway_was_down(
    ctx: Context, api: httpx2.AsyncClient, drain: Drain, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway = ctx.port(Gateways).named("sandbox")
    assert gateway is not None

    async def down(_reference: str, _amount: Money, *, key: str) -> None:
        raise Unavailable(key)

    debt = await owe(ctx)
    await press(api, debt.payment_id, "paid")
    await drain()
    with monkeypatch.context() as outage:
        outage.setattr(gateway, "refund", down)
        await ctx.transact(lambda unit: refund_in_full(unit, debt.payment_id, reason="no longer wanted"))
        for _ in range(10):
            await drain()
            clock.advance(minutes=5)
        await resend_late_refunds.function(ctx)
    assert await state_of(ctx, debt.payment_id) == "paid"
    await drain()
    assert await state_of(ctx, debt.payment_id) == "paid"
    for _ in range(2):
        await resend_late_refunds.function(ctx)
    assert await state_of(ctx, debt.payment_id) == "refunded"
    assert len(await announced(ctx, PaymentRefunded.topic)) == 1


async def test_unpaid_expires_and_late_money_still_counts(
    ctx: Context, api: httpx2.AsyncClient, drain: Drain, clock: FrozenClock
) -> None:
    debt = await owe(ctx, minutes=30)
    await press(api, debt.payment_id, "late")
    clock.advance(minutes=30)
    assert await expire_overdue(ctx) == 1
    assert await state_of(ctx, debt.payment_id) == "expired"
    assert await expire_overdue(ctx) == 0
    await drain()
    assert await state_of(ctx, debt.payment_id) == "expired"
    clock.advance(seconds=6)
    await drain()
    assert await state_of(ctx, debt.payment_id) == "paid"
    assert len(await announced(ctx, PaymentCaptured.topic)) == 1


async def test_paid_in_time_but_notified_too_late_is_not_expired(
    ctx: Context, api: httpx2.AsyncClient, clock: FrozenClock
) -> None:
    debt = await owe(ctx, minutes=30)
    await press(api, debt.payment_id, "silent")
    clock.advance(minutes=31)
    await expire_overdue(ctx)
    assert await state_of(ctx, debt.payment_id) == "paid"


async def test_gateway_retries_until_we_answer(
    ctx: Context, api: httpx2.AsyncClient, drain: Drain, clock: FrozenClock
) -> None:
    debt = await owe(ctx)
    await press(api, debt.payment_id, "paid")
    down = httpx2.AsyncClient(transport=httpx2.MockTransport(lambda _request: httpx2.Response(503)))
    ctx.http = down
    await drain()
    assert await state_of(ctx, debt.payment_id) == "pending"
    ctx.http = api
    await down.aclose()
    clock.advance(seconds=5)
    await drain()
    assert await state_of(ctx, debt.payment_id) == "paid"
