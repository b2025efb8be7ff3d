"""Somebody is told something: it goes into their inbox, and from there by the channels they have and allow."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Final

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.kernel.jobs import job
from nightmarket.kernel.unit import Unit
from nightmarket.modules.notifications import repository
from nightmarket.modules.notifications.models import DeliveryRow, NotificationRow
from nightmarket.modules.notifications.policy import DEFAULT_LIFETIME, KINDS
from nightmarket.modules.notifications.service import compose_claims, compose_orders, compose_people
from nightmarket.modules.notifications.service.deliver import deliver
from nightmarket.modules.notifications.service.recipients import Recipient, recipients
from nightmarket.modules.notifications.service.render import known_locale
from nightmarket.modules.notifications.service.telling import Asked, Telling
from nightmarket.modules.shops.public import follower_ids

Composer = Callable[[Asked], Awaitable[Telling | None]]

COMPOSERS: Final[dict[str, Composer]] = {
    "claims.made": compose_claims.made_by_staff,
    "claims.expiring": compose_claims.expiring,
    "claims.expired": compose_claims.expired,
    "claims.lost": compose_claims.lost,
    "claims.promoted": compose_claims.promoted,
    "boxes.expiring": compose_claims.box_expiring,
    "boxes.expired": compose_claims.box_expired,
    "carts.abandoned": compose_orders.bag_abandoned,
    "orders.placed": compose_orders.placed,
    "orders.paid": compose_orders.paid,
    "orders.payment_failed": compose_orders.payment_failed,
    "orders.changed": compose_orders.changed,
    "orders.cancelled": compose_orders.cancelled,
    "orders.expired": compose_orders.expired,
    "orders.packing": compose_orders.packing,
    "orders.shipped": compose_orders.shipped,
    "orders.delivered": compose_orders.delivered,
    "orders.refunded": compose_orders.refunded,
    "buyers.blocked": compose_people.of_shop,
    "buyers.unblocked": compose_people.of_shop,
    "buyers.appeal_answered": compose_people.appeal_answered,
    "buyers.appeal_made": compose_people.appeal_made,
    "payments.refund_failed": compose_orders.refund_failed,
    "streams.started": compose_people.show_started,
    "identity.session_stolen": compose_people.session_stolen,
    "identity.security": compose_people.security,
}

_CROWD: Final = 100
"""So many people are told in one transaction."""
_SHORT: Final = timedelta(minutes=1)


@job("notifications.tell.v1", queue="mail")
async def tell(ctx: Context, kind: str, user_id: str, fact_key: str, facts: dict[str, Any]) -> None:
    """Tell one person one fact, unless it is no longer so or they know it already."""

    async def work(unit: Unit) -> None:
        telling = await COMPOSERS[kind](Asked(unit.session, ctx, user_id, facts))
        if telling is None:
            return
        found = (await recipients(unit.session, ctx, [user_id])).get(user_id)
        if found is not None:
            await _note(unit, found, kind, fact_key, telling)

    await ctx.transact(work)


@job("notifications.tell_followers.v1", queue="bulk")
async def tell_followers(ctx: Context, shop_id: str, kind: str, fact_key: str, facts: dict[str, Any]) -> None:
    """Tell everybody who follows a shop, a crowd at a time."""
    async with ctx.reader() as session:
        followers = sorted(await follower_ids(session, shop_id))

    async def work(unit: Unit) -> None:
        for start in range(0, len(followers), _CROWD):
            unit.enqueue(tell_crowd, kind, followers[start : start + _CROWD], fact_key, facts)

    await ctx.transact(work)


@job("notifications.tell_crowd.v1", queue="bulk")
async def tell_crowd(ctx: Context, kind: str, user_ids: list[str], fact_key: str, facts: dict[str, Any]) -> None:
    """Tell many people the same, which does not depend on who they are."""

    async def work(unit: Unit) -> None:
        telling = await COMPOSERS[kind](Asked(unit.session, ctx, user_ids[0], facts))
        if telling is None:
            return
        for found in (await recipients(unit.session, ctx, user_ids)).values():
            await _note(unit, found, kind, fact_key, telling)

    await ctx.transact(work)


async def _note(unit: Unit, found: Recipient, kind: str, fact_key: str, telling: Telling) -> None:
    person = found.person
    expires_at = telling.expires_at or unit.now + DEFAULT_LIFETIME
    row = NotificationRow(
        id=new_id("ntf"),
        user_id=person.id,
        kind=kind,
        category=KINDS[kind].category,
        fact_key=fact_key,
        variant=telling.variant,
        words=telling.words,
        link=telling.link,
        market=telling.market,
        created_at=unit.now,
        expires_at=expires_at,
    )
    if not await repository.add_notification(unit, row):
        return
    for channel, address in found.targets(kind):
        letter = DeliveryRow(
            id=new_id("dlv"),
            notification_id=row.id,
            user_id=person.id,
            channel=channel,
            address=address,
            locale=known_locale(person.locale, person.market),
            state="waiting",
            attempts=0,
            created_at=unit.now,
            expires_at=max(expires_at, unit.now + _SHORT),
        )
        await unit.add(letter)
        unit.enqueue(deliver, letter.id)
