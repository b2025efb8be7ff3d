"""The adapter: the pretend gateway behind the port that every gateway stands behind."""

import json
from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, ValidationError

from nightmarket.integrations.sandbox.models import SandboxPaymentRow, SandboxRefundRow
from nightmarket.integrations.sandbox.signing import HEADER, MERCHANT, signature
from nightmarket.kernel.context import Context
from nightmarket.kernel.money import Currency, Money
from nightmarket.kernel.security import BadSignature as KernelBadSignature
from nightmarket.kernel.settings import Settings
from nightmarket.kernel.unit import Unit
from nightmarket.modules.payments.ports import (
    Attempt,
    BadSignature,
    Delivery,
    Known,
    MalformedDelivery,
    MethodOffer,
    RefundRefused,
    Standing,
    Started,
)

WEBHOOK_PATH = "/api/v1/webhooks/sandbox"
_ANYWHERE = {"0.0.0.0", "::", ""}  # noqa: S104  (compared with, not bound to)


class Notice(BaseModel):
    """What a notification says."""

    model_config = ConfigDict(extra="ignore", strict=True)

    id: str
    merchant: str
    reference: str
    status: str
    amount: int
    currency: Currency


class SandboxGateway:
    """Takes pretend money in both currencies."""

    name = "sandbox"
    merchant = MERCHANT
    acknowledgement = "ok"
    offers = (MethodOffer("sandbox", frozenset({"TWD", "THB"})),)

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx

    async def start(self, attempt: Attempt) -> Started:
        """Open an account for the attempt; the buyer is sent to our pay page."""
        row = SandboxPaymentRow(
            reference=attempt.reference,
            payment_id=attempt.payment_id,
            amount_minor=attempt.amount.minor,
            currency=attempt.amount.currency,
            description=attempt.description[:200],
            state="pending",
            paid_minor=0,
            refunded_minor=0,
            expires_at=attempt.expires_at,
            notify_url=notify_base(self._ctx.settings, attempt.base_url) + WEBHOOK_PATH,
            return_url=attempt.return_url,
            created_at=self._ctx.clock(),
        )
        await self._ctx.transact(lambda unit: unit.add_new(row))
        return Started({"type": "redirect", "url": f"{attempt.base_url}/sandbox/pay/{attempt.payment_id}"})

    def read_webhook(self, headers: Mapping[str, str], raw: bytes) -> Delivery:
        """Check the signature over the raw bytes, then read them."""
        now = int(self._ctx.clock().timestamp())
        try:
            signature(self._ctx.secret).verify(headers.get(HEADER.lower(), ""), raw, now=now)
        except KernelBadSignature as error:
            raise BadSignature(str(error)) from error
        try:
            notice = Notice.model_validate(json.loads(raw))
        except (ValueError, ValidationError, RecursionError) as error:
            raise MalformedDelivery from error
        return Delivery(
            external_id=notice.id,
            reference=notice.reference,
            merchant=notice.merchant,
            amount=Money(notice.amount, notice.currency),
            facts={"status": notice.status},
        )

    async def look_up(self, known: Known) -> Standing:
        """What the gateway's books say now."""
        reference = known.reference
        async with self._ctx.reader() as session:
            row = await session.get(SandboxPaymentRow, reference)
        if row is None:
            return Standing("unknown", reference, MERCHANT)
        match row.state:
            case "paid" | "misbooked":
                return Standing("paid", reference, MERCHANT, Money(row.paid_minor, row.currency))
            case "failed":
                return Standing("failed", reference, MERCHANT)
            case "pending":
                return Standing("pending", reference, MERCHANT)

    async def refund(self, known: Known, amount: Money, *, key: str) -> None:
        """Give back part or all; the same key again is the same refund."""
        await self._ctx.transact(lambda unit: self._refund(unit, known.reference, amount, key=key))

    async def _refund(self, unit: Unit, reference: str, amount: Money, *, key: str) -> None:
        entry = SandboxRefundRow(key=key, reference=reference, amount_minor=amount.minor, created_at=unit.now)
        if not await unit.add_new(entry):
            known = await unit.session.get(SandboxRefundRow, key)
            if known is None or (known.reference, known.amount_minor) != (reference, amount.minor):
                raise RefundRefused("this key belongs to another refund")
            return
        row = await unit.session.get(SandboxPaymentRow, reference, with_for_update=True)
        if row is None or row.currency != amount.currency:
            raise RefundRefused("no such payment")
        if row.refunded_minor + amount.minor > row.paid_minor:
            raise RefundRefused("more than was paid")
        row.refunded_minor += amount.minor


def notify_base(settings: Settings, base_url: str) -> str:
    """Where the gateway reaches us: our public address; else this machine itself, where jobs run beside the API.

    A caller's `Host` header decides only where no address is configured and jobs run elsewhere, never in production.
    """
    if settings.http.public_url:
        return settings.http.public_url.rstrip("/")
    if settings.broker_url is not None or settings.http.port == 0:
        return base_url
    host = "127.0.0.1" if settings.http.host in _ANYWHERE else settings.http.host
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.http.port}"
