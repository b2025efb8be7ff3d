"""Claims and boxes: what their buyer is told. Read when it is told, so that nobody hears what is no longer true."""

from datetime import datetime, timedelta
from typing import Final

from nightmarket.modules.boxes.public import box_brief, boxed_among
from nightmarket.modules.catalog.public import variant_cards
from nightmarket.modules.claims.public import EXPIRED, HELD, ClaimView, claim_view, claims_of
from nightmarket.modules.notifications.service.telling import Asked, Telling, Words, moment
from nightmarket.modules.shops.public import shop_card
from nightmarket.modules.streams.public import stream_view

_SOON: Final = timedelta(hours=1)
"""A deadline further away is none to be reminded of: the claim went into a box meanwhile."""
_MOST_NAMED: Final = 3


async def made_by_staff(asked: Asked) -> Telling | None:
    """The shop has claimed for the buyer."""
    claim = await claim_view(asked.session, asked.facts["claim_id"])
    if claim is None or claim.state != HELD:
        return None
    return await _held(asked, claim)


async def promoted(asked: Asked) -> Telling | None:
    """It is the buyer's turn: the units are theirs until the new deadline."""
    claim = await claim_view(asked.session, asked.facts["claim_id"])
    if claim is None or claim.state != HELD:
        return None
    return await _held(asked, claim)


async def expiring(asked: Asked) -> Telling | None:
    """Soon the buyer's units are free again. One message for everything in the show that ends now."""
    now = asked.ctx.clock()
    claim = await claim_view(asked.session, asked.facts["claim_id"])
    if claim is None or not _ends_soon(claim, now):
        return None
    mine = await claims_of(asked.session, asked.user_id, shop_id=claim.shop_id)
    ending = [one for one in reversed(mine) if one.stream_id == claim.stream_id and _ends_soon(one, now)]
    first = min(ending, key=lambda one: one.hold_expires_at or now)
    words = await _words(asked, claim)
    words["things"] = await _things(asked, ending)
    assert first.hold_expires_at is not None
    words["until"] = moment(first.hold_expires_at)
    return Telling(words, "/bag", await _market(asked, claim.shop_id), expires_at=first.hold_expires_at)


async def expired(asked: Asked) -> Telling | None:
    """Nobody paid in time. What was in a box is told of with the box."""
    claim = await claim_view(asked.session, asked.facts["claim_id"])
    if claim is None or claim.state != EXPIRED or await boxed_among(asked.session, [claim.id]):
        return None
    return Telling(await _words(asked, claim), f"/live/{claim.stream_id}", await _market(asked, claim.shop_id))


async def lost(asked: Asked) -> Telling | None:
    """Somebody else paid first. A claim in an order is told of with the order."""
    claim = await claim_view(asked.session, asked.facts["claim_id"])
    if claim is None or asked.facts.get("order_id"):
        return None
    return Telling(await _words(asked, claim), f"/live/{claim.stream_id}", await _market(asked, claim.shop_id))


async def box_expiring(asked: Asked) -> Telling | None:
    """The box ends soon and something in it is not ordered."""
    box = await box_brief(asked.session, asked.facts["box_id"])
    if box is None or box.expires_at <= asked.ctx.clock():
        return None
    shop = await shop_card(asked.session, box.shop_id)
    words: Words = {"shop": shop.name if shop else "", "until": moment(box.expires_at)}
    return Telling(words, f"/boxes/{box.id}", shop.market if shop else "TW", expires_at=box.expires_at)


async def box_expired(asked: Asked) -> Telling | None:
    """The time of the box is over."""
    box = await box_brief(asked.session, asked.facts["box_id"])
    shop = await shop_card(asked.session, box.shop_id) if box else None
    if box is None or shop is None:
        return None
    return Telling({"shop": shop.name}, f"/boxes/{box.id}", shop.market)


async def _held(asked: Asked, claim: ClaimView) -> Telling | None:
    if claim.hold_expires_at is not None and claim.hold_expires_at <= asked.ctx.clock():
        return None
    words = await _words(asked, claim)
    variant = "open" if claim.hold_expires_at is None else ""
    if claim.hold_expires_at is not None:
        words["until"] = moment(claim.hold_expires_at)
    market = await _market(asked, claim.shop_id)
    return Telling(words, "/bag", market, variant=variant, expires_at=claim.hold_expires_at)


def _ends_soon(claim: ClaimView, now: datetime) -> bool:
    deadline = claim.hold_expires_at
    return claim.state == HELD and deadline is not None and now < deadline <= now + _SOON


async def _words(asked: Asked, claim: ClaimView) -> Words:
    show = await stream_view(asked.session, claim.stream_id)
    shop = await shop_card(asked.session, claim.shop_id)
    return {
        "things": await _things(asked, [claim]),
        "show": show.title if show else "",
        "shop": shop.name if shop else "",
    }


async def _things(asked: Asked, claims: list[ClaimView]) -> str:
    """`A1 Silk scarf × 2, B3 Lamp`: at most a few, the number of the others behind."""
    shown = claims[:_MOST_NAMED]
    cards = await variant_cards(asked.session, {one.variant_id for one in shown}, storage=asked.ctx.storage)
    names = []
    for one in shown:
        card = cards.get(one.variant_id)
        name = f"{one.code} {card.title}" if card else one.code
        names.append(f"{name} × {one.quantity}" if one.quantity > 1 else name)
    more = len(claims) - len(shown)
    return ", ".join(names) + (f" +{more}" if more else "")


async def _market(asked: Asked, shop_id: str) -> str:
    shop = await shop_card(asked.session, shop_id)
    return shop.market if shop else "TW"
