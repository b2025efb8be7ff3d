"""Which news people are told, and who they are. Here is decided only that; the words are found in a job.

Not told outside the rooms: claims that people made or gave back themselves, places in the line that moved up, comments
a helper dismissed, orders somebody changed themselves, and what only the shop's own screens are about.
"""

from datetime import datetime, timedelta
from typing import Any

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import is_id, new_id
from nightmarket.kernel.jobs import handles
from nightmarket.kernel.unit import Unit
from nightmarket.modules.boxes.events import BoxEvent, BoxExpired, BoxExpiring
from nightmarket.modules.buyers.events import AppealAnswered, AppealMade, BuyerBlocked, BuyerUnblocked
from nightmarket.modules.carts.events import CartAbandoned
from nightmarket.modules.claims.events import ClaimExpired, ClaimExpiring, ClaimLost, ClaimMade, ClaimPromoted
from nightmarket.modules.identity.events import AccountErased, LetterAsked, SecurityNotice, SessionEnded
from nightmarket.modules.identity.public import letter as identity_letter
from nightmarket.modules.identity.public import people_by_id
from nightmarket.modules.notifications import repository
from nightmarket.modules.notifications.ports import Senders
from nightmarket.modules.notifications.service.letters import Letter, send_letter
from nightmarket.modules.notifications.service.render import known_locale
from nightmarket.modules.notifications.service.tell import tell, tell_followers
from nightmarket.modules.orders.events import (
    OrderCancelled,
    OrderChanged,
    OrderDelivered,
    OrderEvent,
    OrderExpired,
    OrderPacking,
    OrderPaid,
    OrderPaymentFailed,
    OrderPlaced,
    OrderRefunded,
    OrderShipped,
)
from nightmarket.modules.orders.public import order_view
from nightmarket.modules.payments.events import RefundFailed
from nightmarket.modules.shops.public import shop_card
from nightmarket.modules.streams.events import StreamStarted

_TOGETHER_SECONDS = 300
"""Claims of a show that end within so long are one reminder."""


def _say(unit: Unit, kind: str, user_id: str, reference: str, facts: dict[str, Any]) -> None:
    unit.enqueue(tell, kind, user_id, f"{kind}:{reference}", facts)


@handles(ClaimMade, name="notifications.claim_by_staff.v1", queue="mail", writes=False)
async def claim_by_staff(_unit: Unit, ctx: Context, event: ClaimMade) -> None:
    """The shop has claimed for somebody. Who claims themselves was answered."""
    if event.source != "staff" or event.state != "held":
        return
    async with ctx.unit() as unit:
        _say(unit, "claims.made", event.buyer_id, event.claim_id, {"claim_id": event.claim_id})


@handles(ClaimExpiring, name="notifications.claim_expiring.v1", queue="mail")
async def claim_expiring(unit: Unit, _ctx: Context, event: ClaimExpiring) -> None:
    """Soon the units are free again."""
    ends = datetime.fromisoformat(event.hold_expires_at) if event.hold_expires_at else unit.now
    window = int(ends.timestamp()) // _TOGETHER_SECONDS
    _say(unit, "claims.expiring", event.buyer_id, f"{event.stream_id}:{window}", {"claim_id": event.claim_id})


@handles(ClaimExpired, name="notifications.claim_expired.v1", queue="mail")
async def claim_expired(unit: Unit, _ctx: Context, event: ClaimExpired) -> None:
    """They are."""
    _say(unit, "claims.expired", event.buyer_id, event.claim_id, {"claim_id": event.claim_id})


@handles(ClaimPromoted, name="notifications.claim_promoted.v1", queue="mail")
async def claim_promoted(unit: Unit, _ctx: Context, event: ClaimPromoted) -> None:
    """Who waited has their turn."""
    _say(unit, "claims.promoted", event.buyer_id, event.claim_id, {"claim_id": event.claim_id})


@handles(ClaimLost, name="notifications.claim_lost.v1", queue="mail")
async def claim_lost(unit: Unit, _ctx: Context, event: ClaimLost) -> None:
    """Somebody else paid first."""
    facts = {"claim_id": event.claim_id, "order_id": event.order_id}
    _say(unit, "claims.lost", event.buyer_id, event.claim_id, facts)


async def _box(unit: Unit, _ctx: Context, event: BoxEvent) -> None:
    reference = f"{event.box_id}:{event.expires_at}" if isinstance(event, BoxExpiring) else event.box_id
    _say(unit, event.topic, event.buyer_id, reference, {"box_id": event.box_id})


box_expiring = handles(BoxExpiring, name="notifications.box_expiring.v1", queue="mail")(_box)
box_expired = handles(BoxExpired, name="notifications.box_expired.v1", queue="mail")(_box)


@handles(CartAbandoned, name="notifications.cart_abandoned.v1", queue="mail")
async def cart_abandoned(unit: Unit, _ctx: Context, event: CartAbandoned) -> None:
    """A bag was left behind; of one shop not more than once a day."""
    facts = {"shop_id": event.shop_id, "variant_ids": event.variant_ids[:3], "units": event.units}
    _say(unit, "carts.abandoned", event.buyer_id, f"{event.shop_id}:{unit.now:%Y-%m-%d}", facts)


async def _order(unit: Unit, _ctx: Context, event: OrderEvent) -> None:
    facts: dict[str, Any] = {"order_id": event.order_id}
    reference = event.order_id
    if isinstance(event, OrderRefunded):
        facts |= {"amount_minor": event.amount_minor, "currency": event.currency, "is_full": event.is_full}
        facts["refund_id"] = event.refund_id
        reference += f":{event.refund_id or new_id('rfd')}"
    elif isinstance(event, OrderPaymentFailed | OrderChanged | OrderShipped):
        reference += f":{new_id('ntf')}"  # it may happen more than once; this handler runs once for each
    _say(unit, event.topic, event.buyer_id, reference, facts)


order_placed = handles(OrderPlaced, name="notifications.order_placed.v1", queue="mail")(_order)
order_paid = handles(OrderPaid, name="notifications.order_paid.v1", queue="mail")(_order)
payment_failed = handles(OrderPaymentFailed, name="notifications.payment_failed.v1", queue="mail")(_order)
order_changed = handles(OrderChanged, name="notifications.order_changed.v1", queue="mail")(_order)
order_cancelled = handles(OrderCancelled, name="notifications.order_cancelled.v1", queue="mail")(_order)
order_expired = handles(OrderExpired, name="notifications.order_expired.v1", queue="mail")(_order)
order_packing = handles(OrderPacking, name="notifications.order_packing.v1", queue="mail")(_order)
order_shipped = handles(OrderShipped, name="notifications.order_shipped.v1", queue="mail")(_order)
order_delivered = handles(OrderDelivered, name="notifications.order_delivered.v1", queue="mail")(_order)
order_refunded = handles(OrderRefunded, name="notifications.order_refunded.v1", queue="mail")(_order)


@handles(RefundFailed, name="notifications.refund_failed.v1", queue="mail")
async def refund_failed(unit: Unit, ctx: Context, event: RefundFailed) -> None:
    """The owner of the shop has to look after money that does not go back."""
    if not is_id("ord", event.payable):
        return
    order = await order_view(unit.session, ctx, event.payable)
    if order.shop is not None:
        facts = {"order_id": event.payable}
        _say(unit, "payments.refund_failed", order.shop.owner_id, event.refund_id, facts)


@handles(BuyerBlocked, name="notifications.buyer_blocked.v1", queue="mail")
async def buyer_blocked(unit: Unit, _ctx: Context, event: BuyerBlocked) -> None:
    """The shop takes no orders of this person."""
    _say(unit, "buyers.blocked", event.user_id, new_id("ntf"), {"shop_id": event.shop_id})


@handles(BuyerUnblocked, name="notifications.buyer_unblocked.v1", queue="mail")
async def buyer_unblocked(unit: Unit, _ctx: Context, event: BuyerUnblocked) -> None:
    """It does again. Who has appealed hears it with the answer."""
    if not event.by_appeal:
        _say(unit, "buyers.unblocked", event.user_id, new_id("ntf"), {"shop_id": event.shop_id})


@handles(AppealMade, name="notifications.appeal_made.v1", queue="mail")
async def appeal_made(unit: Unit, _ctx: Context, event: AppealMade) -> None:
    """The owner of the shop is asked to think again."""
    shop = await shop_card(unit.session, event.shop_id)
    if shop is not None:
        _say(unit, "buyers.appeal_made", shop.owner_id, event.appeal_id, {"shop_id": event.shop_id})


@handles(AppealAnswered, name="notifications.appeal_answered.v1", queue="mail")
async def appeal_answered(unit: Unit, _ctx: Context, event: AppealAnswered) -> None:
    """The shop has."""
    facts = {"shop_id": event.shop_id, "is_accepted": event.is_accepted}
    _say(unit, "buyers.appeal_answered", event.user_id, event.appeal_id, facts)


@handles(StreamStarted, name="notifications.stream_started.v1", queue="bulk")
async def stream_started(unit: Unit, _ctx: Context, event: StreamStarted) -> None:
    """Followers are called."""
    key = f"streams.started:{event.stream_id}"
    unit.enqueue(tell_followers, event.shop_id, "streams.started", key, {"stream_id": event.stream_id})


@handles(SessionEnded, name="notifications.session_ended.v1", queue="mail")
async def session_ended(unit: Unit, _ctx: Context, event: SessionEnded) -> None:
    """A browser that logged out is woken no more; a log-in that was copied is told of."""
    await repository.drop_subscriptions(unit, session_id=event.session_id)
    if event.reason == "reuse":
        _say(unit, "identity.session_stolen", event.user_id, event.session_id, {})


@handles(LetterAsked, name="notifications.letter_asked.v1", queue="mail")
async def letter_asked(unit: Unit, ctx: Context, event: LetterAsked) -> None:
    """A link has to reach a mailbox."""
    asked = await identity_letter(unit.session, ctx, event.ticket_id)
    if asked is None or ctx.port(Senders).get("email") is None:
        return
    await send_letter(
        unit,
        ctx,
        Letter(
            channel="email",
            to=asked.to,
            kind=f"identity.{asked.purpose}",
            words={},
            locale=known_locale(asked.locale, asked.market),
            market=asked.market,
            user_id=asked.user_id,
            life=asked.expires_at - unit.now,
            ticket_id=event.ticket_id,
        ),
    )


@handles(SecurityNotice, name="notifications.security_notice.v1", queue="mail")
async def security_notice(unit: Unit, ctx: Context, event: SecurityNotice) -> None:
    """The owner of an account hears of it; at the address they had, too, when that has changed."""
    _say(unit, "identity.security", event.user_id, new_id("ntf"), {"what": event.what, "detail": event.detail})
    if event.what != "email-changed" or not event.detail or ctx.port(Senders).get("email") is None:
        return
    person = (await people_by_id(unit.session, [event.user_id])).get(event.user_id)
    if person is not None:
        letter = Letter(
            channel="email",
            to=event.detail,
            kind="identity.email_moved",
            words={},
            locale=known_locale(person.locale, person.market),
            market=person.market,
            user_id=event.user_id,
            life=timedelta(days=2),
        )
        await send_letter(unit, ctx, letter)


@handles(AccountErased, name="notifications.forget_person.v1", queue="bulk")
async def forget_person(unit: Unit, _ctx: Context, event: AccountErased) -> None:
    """Everything that was told, and every address, goes with the account."""
    await repository.erase(unit, event.user_id)
