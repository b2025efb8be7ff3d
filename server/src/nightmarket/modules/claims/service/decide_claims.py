"""Who gets what: requests of a group, decided one after the other in the order they came. Pure, and exact."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from nightmarket.kernel.ids import new_id
from nightmarket.kernel.money import Money
from nightmarket.kernel.problems import NotAllowed, NotFound, Problem
from nightmarket.modules.catalog.public import PriceFacts
from nightmarket.modules.claims.service.make_claim import ClaimRequest, Outcome, OutcomeKind, closed_for_claims
from nightmarket.modules.claims.service.views import ClaimView
from nightmarket.modules.claims.states import HELD, WAITLISTED, State
from nightmarket.modules.inventory.public import StockFacts
from nightmarket.modules.streams.public import ItemFacts


@dataclass(slots=True)
class Facts:
    """What the database says, locked; each decision is entered here, so that the next one sees it."""

    items: dict[str, ItemFacts]
    stock: dict[str, StockFacts]
    prices: dict[str, PriceFacts]
    banned: set[tuple[str, str]] = field(default_factory=set)
    """(show, user)."""
    claimed: dict[tuple[str, str], int] = field(default_factory=dict)
    """Units against the limit, by (item, buyer)."""
    promised: dict[str, int] = field(default_factory=dict)
    """Units of a variant this group holds; the stock row does not say so yet."""
    taken: dict[str, int] = field(default_factory=dict)
    """The same of items."""

    def left(self, wanted: ClaimRequest) -> int:
        """What the show can still give."""
        stock, item = self.stock.get(wanted.variant_id), self.items[wanted.item.id]
        if stock is None:
            return 0
        there = stock.available - self.promised.get(wanted.variant_id, 0)
        if item.stock_cap is not None:
            there = min(there, item.stock_cap - item.taken - self.taken.get(wanted.item.id, 0))
        return max(0, there)


def decide(wanted: ClaimRequest, facts: Facts, now: datetime, hold_seconds: Callable[[ClaimRequest], int]) -> Outcome:
    """What comes of one request after those before it. Entered in the facts."""
    problem = _refusal(wanted, facts)
    if problem is not None:
        return Outcome("refused", problem=problem)
    over = _over_limit(wanted, facts)
    if over is not None:
        return over
    left = facts.left(wanted) if facts.prices[wanted.variant_id].is_on_sale else 0
    if left >= wanted.quantity:
        _add(facts.promised, wanted.variant_id, wanted.quantity)
        _add(facts.taken, wanted.item.id, wanted.quantity)
        state: State = HELD
    elif left > 0 or not wanted.may_wait or not facts.prices[wanted.variant_id].is_on_sale:
        return Outcome("sold_out", available=left)
    else:
        state = WAITLISTED
    key = (wanted.item.id, wanted.buyer_id)
    facts.claimed[key] = facts.claimed.get(key, 0) + wanted.quantity
    deadline = now + timedelta(seconds=hold_seconds(wanted)) if state == HELD else None
    kind: OutcomeKind = "held" if state == HELD else "waitlisted"
    return Outcome(kind, _claim(wanted, facts, state, deadline=deadline, now=now))


def _refusal(wanted: ClaimRequest, facts: Facts) -> Problem | None:
    item = facts.items.get(wanted.item.id)
    if item is None or wanted.variant_id not in facts.prices:
        return NotFound()
    closed = closed_for_claims(item.stream_state)
    if closed is not None:
        return closed
    if not item.is_active:
        return NotFound()
    if wanted.source != "staff" and (wanted.stream.id, wanted.buyer_id) in facts.banned:
        return NotAllowed("You were banned from this show.")
    return None


def _over_limit(wanted: ClaimRequest, facts: Facts) -> Outcome | None:
    limit = facts.items[wanted.item.id].limit_per_buyer
    claimed = facts.claimed.get((wanted.item.id, wanted.buyer_id), 0)
    if limit is None or claimed + wanted.quantity <= limit:
        return None
    return Outcome("limit", limit=limit, claimed=claimed)


def _claim(wanted: ClaimRequest, facts: Facts, state: State, *, deadline: datetime | None, now: datetime) -> ClaimView:
    own, live = facts.prices[wanted.variant_id], facts.items[wanted.item.id].live_price_minor
    return ClaimView(
        id=new_id("clm"),
        stream_id=wanted.stream.id,
        item_id=wanted.item.id,
        shop_id=wanted.stream.shop_id,
        product_id=wanted.item.product_id,
        variant_id=wanted.variant_id,
        buyer_id=wanted.buyer_id,
        code=wanted.item.code,
        quantity=wanted.quantity,
        unit_price=Money(own.price_minor if live is None else live, own.currency),
        state=state,
        hold_expires_at=deadline,
        position=None,
        source=wanted.source,
        order_id=None,
        created_at=now,
    )


def _add(counts: dict[str, int], key: str, more: int) -> None:
    counts[key] = counts.get(key, 0) + more
