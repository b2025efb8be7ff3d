"""A message is handed to the service of its channel: tried, tried again, and ended.

A try is noted before the service is called and its outcome after it. Who dies in between has not noted whether the
message left: after the lease the same message, with the same id, is tried once more. LINE and web push know it again by
that id, mail programs by the Message-ID.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from prometheus_client import Counter
from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import job
from nightmarket.kernel.logging import get_logger
from nightmarket.kernel.security import Signer
from nightmarket.kernel.unit import Unit
from nightmarket.modules.identity.public import letter as identity_letter
from nightmarket.modules.notifications import repository
from nightmarket.modules.notifications.channels import Channel
from nightmarket.modules.notifications.models import DeliveryRow, NotificationRow
from nightmarket.modules.notifications.policy import LEASE, MARKETING, MAX_ATTEMPTS, wait_after
from nightmarket.modules.notifications.ports import Message, Receipt, Refused, Senders, TryLater
from nightmarket.modules.notifications.service.recipients import address_hash
from nightmarket.modules.notifications.service.render import known_locale, render
from nightmarket.modules.notifications.texts import word

log = get_logger(__name__)

MESSAGES = Counter("nightmarket_messages_total", "Tries to send messages", ["channel", "provider", "outcome"])
UNSUBSCRIBE = "unsubscribe"
_UNSUBSCRIBE_SECONDS = 90 * 86_400


@dataclass(frozen=True, slots=True)
class _Try:
    """One try that this process has in hand."""

    message: Message
    channel: Channel
    attempts: int
    expires_at: datetime


@job("notifications.deliver.v1", queue="mail")
async def deliver(ctx: Context, delivery_id: str) -> None:
    """Try one delivery; what became of it is noted, and a next try planned where that may help."""
    attempt = await ctx.transact(lambda unit: _begin(unit, ctx, delivery_id))
    if attempt is None:
        return
    sender = ctx.port(Senders).get(attempt.channel)
    if sender is None:
        await ctx.transact(lambda unit: _fail(unit, ctx, attempt, Refused("the channel is off")))
        return
    try:
        receipt = await sender.send(attempt.message)
    except Refused as refusal:
        reason = refusal
        MESSAGES.labels(attempt.channel, sender.provider, "refused").inc()
        log.warning("notifications.refused", delivery_id=delivery_id, channel=attempt.channel, reason=refusal.reason)
        await ctx.transact(lambda unit: _fail(unit, ctx, attempt, reason))
    except TryLater as trouble:
        later = trouble
        MESSAGES.labels(attempt.channel, sender.provider, "later").inc()
        log.info("notifications.try_later", delivery_id=delivery_id, channel=attempt.channel, reason=trouble.reason)
        await ctx.transact(lambda unit: _plan_next(unit, attempt, later))
    else:
        MESSAGES.labels(attempt.channel, sender.provider, "sent").inc()
        await ctx.transact(lambda unit: _sent(unit, attempt, sender.provider, receipt))


async def _begin(unit: Unit, ctx: Context, delivery_id: str) -> _Try | None:
    """Take it in hand; None when there is nothing to do (any more)."""
    row = await repository.delivery(unit.session, delivery_id)
    if row is None or row.state not in {"waiting", "sending"}:
        return None
    if row.state == "sending" and row.lease_until is not None and row.lease_until > unit.now:
        unit.enqueue(deliver, delivery_id, at=row.lease_until)  # somebody has it, or had it and died
        return None
    if row.expires_at <= unit.now:
        # What nobody has tried yet, or was tried in vain, would only confuse now.
        await repository.move(unit, delivery_id, "expired")
    elif row.attempts >= MAX_ATTEMPTS:
        await repository.move(unit, delivery_id, "failed", error="given up: the process ended in the last try")
    elif await repository.begin_try(unit, delivery_id, unit.now + LEASE):
        return await _in_hand(unit, ctx, row)
    return None


async def _in_hand(unit: Unit, ctx: Context, row: DeliveryRow) -> _Try | None:
    message = await _written(unit, ctx, row)
    if message is None:
        await repository.move(unit, row.id, "failed", error="the address is gone")
        return None
    return _Try(message, row.channel, row.attempts + 1, row.expires_at)


async def _written(unit: Unit, ctx: Context, row: DeliveryRow) -> Message | None:
    told = await repository.notification(unit.session, row.notification_id) if row.notification_id else None
    if told is not None:
        kind, variant, words, market = told.kind, told.variant, told.words, told.market
    elif row.letter:
        kind, variant, words, market = row.letter["kind"], "", row.letter["words"], row.letter["market"]
    else:
        return None
    path = told.link if told is not None else None
    if told is None and row.letter and row.letter.get("ticket"):
        path = await account_link(unit.session, ctx, row.letter["ticket"])
        if path is None:
            return None
    to, keys = row.address, None
    if row.channel == "push":
        browser = await repository.subscription(unit.session, row.address)
        if browser is None or browser.user_id != row.user_id:
            # Gone, or woken for somebody else by now: what was meant for one must not be read by the other.
            return None
        to, keys = browser.endpoint, (browser.p256dh, browser.auth)
    locale = known_locale(row.locale, market)
    text = render(locale, kind, variant=variant, words=words, market=market, now=unit.now)
    return Message(
        id=row.id,
        to=to,
        locale=locale,
        kind=kind,
        title=text.title,
        body=text.body,
        link=public_url(ctx, path) if path else None,
        link_label=word(locale, "open"),
        footer=word(locale, "footer"),
        settings_url=public_url(ctx, "/account"),
        unsubscribe_url=_unsubscribe_url(ctx, told, row, unit.now),
        expires_at=row.expires_at,
        push_keys=keys,
    )


async def account_link(session: AsyncSession, ctx: Context, ticket_id: str) -> str | None:
    """Where a mailed link leads; None when it is of no use any more. Behind the #, so that no server's log has it."""
    letter = await identity_letter(session, ctx, ticket_id)
    return None if letter is None else f"/account/link/{letter.purpose}#{letter.token}"


def public_url(ctx: Context, path: str) -> str:
    """An absolute address of the web client."""
    base = ctx.settings.http.public_url or f"http://localhost:{ctx.settings.http.port}"
    return f"{base.rstrip('/')}{path}"


def _unsubscribe_url(ctx: Context, told: NotificationRow | None, row: DeliveryRow, now: datetime) -> str | None:
    if told is None or row.channel != "email" or told.category not in MARKETING | {"shows"}:
        return None
    said: dict[str, Any] = {"user": told.user_id, "category": told.category, "channel": row.channel}
    token = Signer(ctx.secret, UNSUBSCRIBE).sign(said, expires_at=int(now.timestamp()) + _UNSUBSCRIBE_SECONDS)
    return public_url(ctx, f"/api/v1/notifications/unsubscribe?token={quote(token)}")


async def _sent(unit: Unit, attempt: _Try, provider: str, receipt: Receipt) -> None:
    await repository.move(
        unit, attempt.message.id, "sent", provider=provider, provider_id=receipt.provider_id, error=None
    )


async def _fail(unit: Unit, ctx: Context, attempt: _Try, refusal: Refused) -> None:
    await repository.move(unit, attempt.message.id, "failed", error=refusal.reason[:300])
    if refusal.address_is_dead:
        row = await repository.delivery(unit.session, attempt.message.id)
        if row is not None:
            await end_address(unit, ctx, row, refusal.reason)


async def end_address(unit: Unit, ctx: Context, row: DeliveryRow, reason: str) -> None:
    """Nothing more goes where this went: a browser is forgotten, another address is remembered as dead."""
    if row.channel == "push":
        await repository.drop_subscriptions(unit, ids=[row.address])
    else:
        await repository.bury(unit, row.channel, address_hash(ctx, row.address), reason)


async def _plan_next(unit: Unit, attempt: _Try, trouble: TryLater) -> None:
    at = unit.now + wait_after(attempt.attempts, trouble.seconds)
    if attempt.attempts >= MAX_ATTEMPTS:
        await repository.move(unit, attempt.message.id, "failed", error=trouble.reason[:300])
    elif at >= attempt.expires_at:
        await repository.move(unit, attempt.message.id, "expired", error=trouble.reason[:300])
    elif await repository.move(unit, attempt.message.id, "waiting", error=trouble.reason[:300], lease_until=None):
        unit.enqueue(deliver, attempt.message.id, at=at)
