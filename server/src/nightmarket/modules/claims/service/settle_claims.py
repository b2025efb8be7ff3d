"""The transaction of a group of claims, as a script: look, decide, write. Driven by the committer, or by one unit.

Locks are taken in the order items (with their shows), stock; each in the order of ids.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from nightmarket.kernel.context import Context
from nightmarket.kernel.groupcommit import Script
from nightmarket.kernel.ids import id_from_bytes
from nightmarket.kernel.outbox import Event, News
from nightmarket.kernel.unit import Unit
from nightmarket.modules.catalog.public import decisive_prices
from nightmarket.modules.claims import repository
from nightmarket.modules.claims.events import ClaimMade
from nightmarket.modules.claims.repository import NewClaim
from nightmarket.modules.claims.service.decide_claims import Facts, decide
from nightmarket.modules.claims.service.make_claim import ClaimRequest, Outcome
from nightmarket.modules.claims.service.metrics import CLAIMS
from nightmarket.modules.claims.service.release_claim import expire_claims
from nightmarket.modules.claims.service.views import ClaimView
from nightmarket.modules.claims.states import HELD, WAITLISTED
from nightmarket.modules.inventory import public as inventory
from nightmarket.modules.inventory.events import StockChanged
from nightmarket.modules.rooms.public import banned_among
from nightmarket.modules.streams import public as streams


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for every claim of this installation."""

    hold_seconds: int


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
    outcomes = [decide(line, facts, now, lambda _line: terms.hold_seconds) for line in lines]
    outcomes = yield from _place_in_line(outcomes)
    made = [outcome.claim for outcome in outcomes if outcome.claim is not None]
    if not made:
        return outcomes, []
    held = [claim for claim in made if claim.state == HELD]
    if held:
        yield from streams.count_taken(facts.taken)
        holds = [(claim.variant_id, claim.quantity, claim.id) for claim in held]
        yield from inventory.hold_units(holds, facts.stock, now)
    messages = [line.message_id for line, outcome in zip(lines, outcomes, strict=True) if outcome.claim is not None]
    yield repository.add_claims([_row(*one, terms=terms) for one in zip(made, messages, strict=True)], now)
    return outcomes, _news(made, held, facts)


def look(lines: Sequence[ClaimRequest], now: datetime) -> Script[Facts]:
    """Everything that decides about these requests."""
    items = yield from streams.decisive_items(sorted({line.item.id for line in lines}))
    variants = sorted({line.variant_id for line in lines})
    stock = yield from inventory.decisive_levels(variants)
    facts = Facts(items, stock, (yield from decisive_prices(variants)))
    people = {(line.stream.id, line.buyer_id) for line in lines if line.source != "staff"}
    if people:
        facts.banned = yield from banned_among(people, now)
    limited = {item_id for item_id, item in items.items() if item.limit_per_buyer is not None}
    facts.claimed = yield from repository.claimed_by(
        {(line.item.id, line.buyer_id) for line in lines if line.item.id in limited}
    )
    return facts


def _place_in_line(outcomes: list[Outcome]) -> Script[list[Outcome]]:
    """Who waits learns their place."""
    waiting = {
        (claim.item_id, claim.variant_id)
        for outcome in outcomes
        if (claim := outcome.claim) is not None and claim.state == WAITLISTED
    }
    ahead = yield from repository.lines_of_waiting(waiting)
    placed = []
    for outcome in outcomes:
        claim = outcome.claim
        if claim is not None and claim.state == WAITLISTED:
            key = (claim.item_id, claim.variant_id)
            ahead[key] = ahead.get(key, 0) + 1
            outcome = replace(outcome, claim=replace(claim, position=ahead[key]))  # noqa: PLW2901
        placed.append(outcome)
    return placed


def _row(claim: ClaimView, message_id: str | None, *, terms: Terms) -> NewClaim:
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
        message_id=message_id,
        hold_seconds=terms.hold_seconds,
        hold_expires_at=claim.hold_expires_at,
    )


def _news(made: Sequence[ClaimView], held: Sequence[ClaimView], facts: Facts) -> list[News]:
    news = [News.of([_made(claim) for claim in made])]
    if not held:
        return news
    changes: list[Event] = []
    for variant_id in facts.promised:
        stock = facts.stock[variant_id]
        shop_id = id_from_bytes("shp", stock.shop)
        changes.append(StockChanged(variant_id, shop_id, stock.on_hand, stock.held, stock.available, stock.version))
    news.append(News.of(changes))
    by_deadline: Callable[[ClaimView], Any] = lambda claim: claim.hold_expires_at  # noqa: E731
    for deadline, claims in groupby(sorted(held, key=by_deadline), by_deadline):
        ids = [claim.id for claim in claims]
        news.append(News("job", expire_claims.name, [ids], at=deadline))
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
