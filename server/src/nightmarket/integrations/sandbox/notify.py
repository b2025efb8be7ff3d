"""Sending notifications over real HTTP, again and again until the merchant says yes."""

import asyncio
import json

from nightmarket.integrations.sandbox.models import SandboxNoticeRow, SandboxPaymentRow
from nightmarket.integrations.sandbox.signing import HEADER, signature
from nightmarket.kernel.context import Context
from nightmarket.kernel.http import HttpError
from nightmarket.kernel.jobs import job
from nightmarket.kernel.logging import get_logger
from nightmarket.kernel.problems import Unavailable
from nightmarket.kernel.unit import Unit

log = get_logger(__name__)

_FORGER = "somebody who does not know the key"


@job("sandbox.notify.v1", queue="payments")
async def notify(ctx: Context, notice_id: str, copies: int) -> None:
    """Post a notification, `copies` times at once. Refused for good is the end of it; trouble on the way is retried."""
    async with ctx.reader() as session:
        notice = await session.get(SandboxNoticeRow, notice_id)
        payment = await session.get(SandboxPaymentRow, notice.reference) if notice else None
    if notice is None or payment is None or notice.delivered_at is not None:
        return
    raw = json.dumps(notice.body, separators=(",", ":")).encode()
    secret = _FORGER if notice.is_forged else ctx.secret
    header = signature(secret).sign(raw, now=int(ctx.clock().timestamp()))
    statuses = await asyncio.gather(*(_post(ctx, payment.notify_url, raw, header) for _ in range(copies)))
    if any(status >= 500 for status in statuses):
        raise Unavailable(f"the merchant answered {max(statuses)}")
    if any(status >= 400 for status in statuses):
        log.warning("sandbox.notice_refused", notice_id=notice_id, statuses=statuses)

    async def delivered(unit: Unit) -> None:
        row = await unit.session.get(SandboxNoticeRow, notice_id)
        if row is not None:
            row.delivered_at = unit.now

    await ctx.transact(delivered)


async def _post(ctx: Context, url: str, raw: bytes, header: str) -> int:
    try:
        response = await ctx.http.post(url, content=raw, headers={HEADER: header, "Content-Type": "application/json"})
    except HttpError as error:
        raise Unavailable(f"the merchant cannot be reached: {type(error).__name__}") from error
    return response.status_code
