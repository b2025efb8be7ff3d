"""Who gets what: requests of a group, decided one after the other in the order they came. Pure, and exact."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from nightmarket.kernel.ids import new_id
from nightmarket.kernel.money import Money
from nightmarket.kernel.problems import NotAllowed, NotFound, Problem
from nightmarket.modules.buyers.errors import BuyerBlocked
from nightmarket.modules.buyers.public import STRANGER, Standing
from nightmarket.modules.catalog.public import PriceFacts
from nightmarket.modules.claims.errors import MembersOnly, NotYourTurn
from nightmarket.modules.claims.service.make_claim import ClaimRequest, Outcome, OutcomeKind, closed_for_claims
from nightmarket.modules.claims.service.views import ClaimView
from nightmarket.modules.claims.states import HELD, WAITLISTED, State
from nightmarket.modules.inventory.public import StockFacts
from nightmarket.modules.rooms.errors import FollowersOnly
from nightmarket.modules.rooms.public import Turn
from nightmarket.modules.streams.public import ENDED, ItemFacts

K = TypeVar("K")


@dataclass(slots=True)
class Facts:
    """What the database says, locked; each decision is entered here, so that the next one sees it."""

    items: dict[str, ItemFacts]
    stock: dict[str, StockFacts]
    prices: dict[str, PriceFacts]
    banned: set[tuple[str, str]] = field(default_factory=set)
    """(show, user)."""
    members: set[tuple[str, str]] = field(default_factory=set)
    """(shop, user), where it matters who works in the shop."""
    followers: set[tuple[str, str]] = field(default_factory=set)
    """(shop, user), where it matters who follows the shop."""
    holds: dict[str, tuple[int | None, int | None]] = field(default_factory=dict)
    """Seconds that claims at a shop are held, by shop: anybody's, and those of members."""
    turns: dict[str, Turn] = field(default_factory=dict)
    """Who has the turn, by show, where it matters."""
    standings: dict[tuple[str, str], Standing] = field(default_factory=dict)
    """What buyers are to the shop, by (shop, user); strangers are not in it."""
    claimed: dict[tuple[str, str], int] = field(default_factory=dict)
    """Units against the limit of an item, by (item, buyer)."""
    claimed_in_show: dict[tuple[str, str], int] = field(default_factory=dict)
    """Units against the limit of a show, by (show, buyer)."""
    promised: dict[str, int] = field(default_factory=dict)
    """Units of a variant this group holds; the stock row does not say so yet."""
    taken: dict[str, int] = field(default_factory=dict)
    """The same of items."""

    def left(self, wanted: ClaimRequest) -> int:
        """What the show can still give."""
        stock, item = self.stock.get(wanted.variant_id), self.items[wanted.item.id]
        if stock is None or not self.prices[wanted.variant_id].is_on_sale:
            return 0
        there = stock.available - self.promised.get(wanted.variant_id, 0)
        if item.stock_cap is not None:
            there = min(there, item.stock_cap - item.taken - self.taken.get(wanted.item.id, 0))
        return max(0, there)


def decide(wanted: ClaimRequest, facts: Facts, now: datetime, hold_seconds: int) -> Outcome:
    """What comes of one request after those before it. Entered in the facts."""
    problem = refusal(wanted, facts)
    if problem is not None:
        return Outcome("refused", problem=problem)
    over = over_limit(wanted, facts)
    if over is not None:
        return over
    left, item = facts.left(wanted), facts.items[wanted.item.id]
    state: State = HELD
    if left >= wanted.quantity:
        if not item.is_first_paid:
            _add(facts.promised, wanted.variant_id, wanted.quantity)
            _add(facts.taken, wanted.item.id, wanted.quantity)
    elif left > 0 or not _may_wait(wanted, facts):
        return Outcome("sold_out", available=left)
    else:
        state = WAITLISTED
    _add(facts.claimed, (wanted.item.id, wanted.buyer_id), wanted.quantity)
    _add(facts.claimed_in_show, (wanted.stream.id, wanted.buyer_id), wanted.quantity)
    deadline = now + timedelta(seconds=hold_seconds) if state == HELD else None
    kind: OutcomeKind = "held" if state == HELD else "waitlisted"
    return Outcome(kind, _claim(wanted, facts, state, deadline=deadline, now=now))


def _may_wait(wanted: ClaimRequest, facts: Facts) -> bool:
    """Whether there is a line for it: not for goods off the shelf, nor where another rule says who is next."""
    item = facts.items[wanted.item.id]
    has_line = item.mode == "stock" and not item.is_first_paid
    return wanted.may_wait and has_line and not wanted.is_late and facts.prices[wanted.variant_id].is_on_sale


def refusal(wanted: ClaimRequest, facts: Facts) -> Problem | None:
    """Why this buyer may not claim this item at all; None when they may."""
    item = facts.items.get(wanted.item.id)
    if item is None or wanted.variant_id not in facts.prices:
        return NotFound()
    closed = closed_for_claims(item.stream_state)
    if closed is not None and not (wanted.is_late and item.stream_state == ENDED):
        return closed
    if not (item.is_active or wanted.is_late):
        return NotFound()
    if wanted.source != "staff" and (wanted.stream.id, wanted.buyer_id) in facts.banned:
        return NotAllowed("You were banned from this show.")
    standing = facts.standings.get((wanted.stream.shop_id, wanted.buyer_id), STRANGER)
    if wanted.source != "staff" and standing.is_blocked:
        return BuyerBlocked(reason=standing.block_reason)
    return _not_for_them(wanted, facts, item) or _not_their_turn(wanted, facts, item)


def _not_for_them(wanted: ClaimRequest, facts: Facts, item: ItemFacts) -> Problem | None:
    pair = (wanted.stream.shop_id, wanted.buyer_id)
    is_member = pair in facts.members or facts.standings.get(pair, STRANGER).is_member
    if item.claims_for == "everyone" or is_member:
        return None
    if item.claims_for == "members":
        return MembersOnly()
    return None if pair in facts.followers else FollowersOnly(minutes=0, must_follow_for=None)


def _not_their_turn(wanted: ClaimRequest, facts: Facts, item: ItemFacts) -> Problem | None:
    if item.mode != "turn":
        return None
    turn = facts.turns.get(wanted.stream.id)
    is_theirs = turn is not None and turn.user_id == wanted.buyer_id and turn.item_id in {None, wanted.item.id}
    return None if is_theirs else NotYourTurn()


def over_limit(wanted: ClaimRequest, facts: Facts) -> Outcome | None:
    """Which limit the units would exceed, of the item first."""
    item = facts.items[wanted.item.id]
    of_item = facts.claimed.get((wanted.item.id, wanted.buyer_id), 0)
    if item.limit_per_buyer is not None and of_item + wanted.quantity > item.limit_per_buyer:
        return Outcome("limit", limit=item.limit_per_buyer, claimed=of_item)
    of_show = facts.claimed_in_show.get((wanted.stream.id, wanted.buyer_id), 0)
    if item.limit_per_buyer_show is not None and of_show + wanted.quantity > item.limit_per_buyer_show:
        return Outcome("limit", limit=item.limit_per_buyer_show, claimed=of_show, scope="show")
    return None


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
        is_first_paid=facts.items[wanted.item.id].is_first_paid,
    )


def _add(counts: dict[K, int], key: K, more: int) -> None:
    counts[key] = counts.get(key, 0) + more
