"""The transaction of a group of claims, as a script: look, decide, write. Driven by the committer, or by one unit.

Locks are taken in the order items (with their shows), stock; each in the order of ids.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from nightmarket.kernel.context import Context
from nightmarket.kernel.groupcommit import Script
from nightmarket.kernel.ids import id_from_bytes
from nightmarket.kernel.outbox import Event, News
from nightmarket.kernel.unit import Unit
from nightmarket.modules.buyers.public import STRANGER, standings_among
from nightmarket.modules.catalog.public import decisive_prices
from nightmarket.modules.claims import group_repository
from nightmarket.modules.claims.events import ClaimMade
from nightmarket.modules.claims.group_repository import NewClaim
from nightmarket.modules.claims.service.decide_claims import Facts, decide
from nightmarket.modules.claims.service.make_claim import ClaimRequest, Outcome
from nightmarket.modules.claims.service.metrics import CLAIMS
from nightmarket.modules.claims.service.release_claim import expire_claims
from nightmarket.modules.claims.service.remind_buyers import remind_claims, reminder_time
from nightmarket.modules.claims.service.views import ClaimView
from nightmarket.modules.claims.states import HELD, WAITLISTED
from nightmarket.modules.inventory import public as inventory
from nightmarket.modules.inventory.events import StockChanged
from nightmarket.modules.rooms.public import banned_among, turns_among
from nightmarket.modules.shops.public import followers_among, holds_among, members_among
from nightmarket.modules.streams import public as streams


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds where neither show nor shop says otherwise."""

    hold_seconds: int

    def hold_of(self, line: ClaimRequest, facts: Facts) -> int:
        """How many seconds this buyer may hold what they claim."""
        item = facts.items.get(line.item.id)
        of_show = None if item is None else item.hold_seconds
        anybody, member = facts.holds.get(line.stream.shop_id, (None, None))
        is_member = facts.standings.get((line.stream.shop_id, line.buyer_id), STRANGER).is_member
        return next(
            seconds
            for seconds in (member if is_member else None, of_show, anybody, self.hold_seconds)
            if seconds is not None
        )


async def claim_units(unit: Unit, ctx: Context, wanted: ClaimRequest) -> Outcome:
    """Hold the units for the buyer, or put them in line, or say why not: as a part of somebody's transaction."""
    [outcome], news = await unit.run(settle_lines([wanted], Terms(ctx.settings.claims.hold_seconds), unit.now))
    await unit.pass_on(news)
    unit.after_commit(lambda: count_outcomes([outcome]))
    return outcome


def count_outcomes(outcomes: Sequence[Outcome]) -> None:
    """For the operators."""
    for outcome in outcomes:
        CLAIMS.labels(outcome.kind).inc()


def settle_lines(
    lines: Sequence[ClaimRequest], terms: Terms, now: datetime
) -> Script[tuple[list[Outcome], list[News]]]:
    """Outcomes in the order of the requests, and the news they make."""
    if not lines:
        return [], []
    facts = yield from look(lines, now)
    holds = [terms.hold_of(line, facts) for line in lines]
    outcomes = [decide(line, facts, now, seconds) for line, seconds in zip(lines, holds, strict=True)]
    outcomes = yield from _place_in_line(outcomes)
    made = [outcome.claim for outcome in outcomes if outcome.claim is not None]
    if not made:
        return outcomes, []
    held = [claim for claim in made if claim.state == HELD and not claim.is_first_paid]
    if held:
        yield from streams.count_taken(facts.taken)
        units = [(claim.variant_id, claim.quantity, claim.id) for claim in held]
        yield from inventory.hold_units(units, facts.stock, now)
    rows = [
        _row(outcome.claim, line, seconds)
        for line, outcome, seconds in zip(lines, outcomes, holds, strict=True)
        if outcome.claim is not None
    ]
    yield group_repository.add_claims(rows, now)
    return outcomes, _news(made, facts, now)


def look(lines: Sequence[ClaimRequest], now: datetime) -> Script[Facts]:
    """Everything that decides about these requests."""
    items = yield from streams.decisive_items(sorted({line.item.id for line in lines}))
    variants = sorted({line.variant_id for line in lines})
    stock = yield from inventory.decisive_levels(variants)
    facts = Facts(items, stock, (yield from decisive_prices(variants)))
    people = {(line.stream.id, line.buyer_id) for line in lines if line.source != "staff"}
    if people:
        facts.banned = yield from banned_among(people, now)
    facts.holds = yield from holds_among({line.stream.shop_id for line in lines})
    facts.standings = yield from standings_among({(line.stream.shop_id, line.buyer_id) for line in lines})
    yield from _look_who(lines, facts, now)
    limited = {item_id for item_id, item in items.items() if item.limit_per_buyer is not None}
    facts.claimed = yield from group_repository.claimed_by(
        {(line.item.id, line.buyer_id) for line in lines if line.item.id in limited}
    )
    limited = {item_id for item_id, item in items.items() if item.limit_per_buyer_show is not None}
    facts.claimed_in_show = yield from group_repository.claimed_in_shows(
        {(line.stream.id, line.buyer_id) for line in lines if line.item.id in limited}
    )
    return facts


def _look_who(lines: Sequence[ClaimRequest], facts: Facts, now: datetime) -> Script[None]:
    """Who the buyers are to the shop, and who has the turn; asked only where a rule depends on it."""
    known = [(line, facts.items[line.item.id]) for line in lines if line.item.id in facts.items]
    closed = {(line.stream.shop_id, line.buyer_id) for line, item in known if item.claims_for != "everyone"}
    facts.members = yield from members_among(closed)
    facts.followers = yield from followers_among(closed)
    shows = {line.stream.id for line, item in known if item.mode == "turn"}
    if shows:
        facts.turns = yield from turns_among(shows, now)


def _place_in_line(outcomes: list[Outcome]) -> Script[list[Outcome]]:
    """Who waits learns their place."""
    waiting = {
        (claim.item_id, claim.variant_id)
        for outcome in outcomes
        if (claim := outcome.claim) is not None and claim.state == WAITLISTED
    }
    ahead = yield from group_repository.lines_of_waiting(waiting)
    placed = []
    for outcome in outcomes:
        claim = outcome.claim
        if claim is not None and claim.state == WAITLISTED:
            key = (claim.item_id, claim.variant_id)
            ahead[key] = ahead.get(key, 0) + 1
            outcome = replace(outcome, claim=replace(claim, position=ahead[key]))  # noqa: PLW2901
        placed.append(outcome)
    return placed


def _row(claim: ClaimView, line: ClaimRequest, hold_seconds: int) -> NewClaim:
    return NewClaim(
        id=claim.id,
        stream_id=claim.stream_id,
        item_id=claim.item_id,
        shop_id=claim.shop_id,
        product_id=claim.product_id,
        variant_id=claim.variant_id,
        buyer_id=claim.buyer_id,
        code=claim.code,
        quantity=claim.quantity,
        unit_price_minor=claim.unit_price.minor,
        currency=claim.unit_price.currency,
        state=claim.state,
        source=claim.source,
        message_id=line.message_id,
        hold_seconds=hold_seconds,
        hold_expires_at=claim.hold_expires_at,
        is_first_paid=claim.is_first_paid,
    )


def _news(made: Sequence[ClaimView], facts: Facts, now: datetime) -> list[News]:
    news = [News.of([_made(claim) for claim in made])]
    changes: list[Event] = []
    for variant_id in facts.promised:
        stock = facts.stock[variant_id]
        shop_id = id_from_bytes("shp", stock.shop)
        changes.append(StockChanged(variant_id, shop_id, stock.on_hand, stock.held, stock.available, stock.version))
    if changes:
        news.append(News.of(changes))
    running = [(claim.hold_expires_at, claim.id) for claim in made if claim.hold_expires_at is not None]
    for deadline, claims in groupby(sorted(running), lambda one: one[0]):
        ids = [claim_id for _, claim_id in claims]
        news.append(News("job", expire_claims.name, [ids], at=deadline))
        news.append(News("job", remind_claims.name, [ids], at=reminder_time(now, deadline)))
    return news


def _made(claim: ClaimView) -> ClaimMade:
    return ClaimMade(
        claim_id=claim.id,
        stream_id=claim.stream_id,
        item_id=claim.item_id,
        shop_id=claim.shop_id,
        buyer_id=claim.buyer_id,
        variant_id=claim.variant_id,
        quantity=claim.quantity,
        state=claim.state,
        source=claim.source,
    )
