"""The SQL statements of groups of claims, as scripts: what decides about them, and their rows."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from nightmarket.kernel.groupcommit import AddRows, Ask, Script, marks, stamp
from nightmarket.kernel.ids import id_to_bytes, key_of
from nightmarket.modules.claims.states import COUNTED, WAITLISTED, Source, State


def claimed_by(wanted: Collection[tuple[str, str]]) -> Script[dict[tuple[str, str], int]]:
    """Units that count against limits, for each (item, buyer); item rows are locked, so nobody adds to them."""
    if not wanted:
        return {}
    items = {key_of("itm", item_id): item_id for item_id, _ in wanted}
    buyers = {key_of("usr", buyer_id): buyer_id for _, buyer_id in wanted}
    rows = yield Ask(
        f"SELECT item_id, buyer_id, SUM(quantity) FROM claims WHERE item_id IN ({marks(len(items))}) "  # noqa: S608
        f"AND buyer_id IN ({marks(len(buyers))}) AND state IN ({marks(len(COUNTED))}) GROUP BY item_id, buyer_id",
        [*items, *buyers, *COUNTED],
    )
    return {(items[bytes(row[0])], buyers[bytes(row[1])]): int(row[2]) for row in rows}


def claimed_in_shows(wanted: Collection[tuple[str, str]]) -> Script[dict[tuple[str, str], int]]:
    """The same over all items of a show, for each (show, buyer); show rows are locked with their items."""
    if not wanted:
        return {}
    shows = {key_of("str", stream_id): stream_id for stream_id, _ in wanted}
    buyers = {key_of("usr", buyer_id): buyer_id for _, buyer_id in wanted}
    rows = yield Ask(
        f"SELECT stream_id, buyer_id, SUM(quantity) FROM claims WHERE stream_id IN ({marks(len(shows))}) "  # noqa: S608
        f"AND buyer_id IN ({marks(len(buyers))}) AND state IN ({marks(len(COUNTED))}) GROUP BY stream_id, buyer_id",
        [*shows, *buyers, *COUNTED],
    )
    return {(shows[bytes(row[0])], buyers[bytes(row[1])]): int(row[2]) for row in rows}


def lines_of_waiting(wanted: Collection[tuple[str, str]]) -> Script[dict[tuple[str, str], int]]:
    """How many wait for each (item, variant)."""
    if not wanted:
        return {}
    items = {key_of("itm", item_id): item_id for item_id, _ in wanted}
    variants = {key_of("var", variant_id): variant_id for _, variant_id in wanted}
    rows = yield Ask(
        f"SELECT item_id, variant_id, COUNT(*) FROM claims WHERE variant_id IN ({marks(len(variants))}) "  # noqa: S608
        f"AND state = ? AND item_id IN ({marks(len(items))}) GROUP BY item_id, variant_id",
        [*variants, WAITLISTED, *items],
    )
    return {(items[bytes(row[0])], variants[bytes(row[1])]): int(row[2]) for row in rows}


@dataclass(frozen=True, slots=True)
class NewClaim:
    """A claim that was just decided."""

    id: str
    stream_id: str
    item_id: str
    shop_id: str
    product_id: str
    variant_id: str
    buyer_id: str
    code: str
    quantity: int
    unit_price_minor: int
    currency: str
    state: State
    source: Source
    message_id: str | None
    hold_seconds: int
    hold_expires_at: datetime | None
    is_first_paid: bool


def add_claims(claims: Sequence[NewClaim], now: datetime) -> AddRows:
    """The rows of new claims."""
    at = stamp(now)
    deadlines = {claim.hold_expires_at: claim.hold_expires_at and stamp(claim.hold_expires_at) for claim in claims}
    rows = [
        (
            id_to_bytes("clm", claim.id),
            key_of("str", claim.stream_id),
            key_of("itm", claim.item_id),
            key_of("shp", claim.shop_id),
            key_of("prd", claim.product_id),
            key_of("var", claim.variant_id),
            key_of("usr", claim.buyer_id),
            claim.code,
            claim.quantity,
            claim.unit_price_minor,
            claim.currency,
            claim.state,
            claim.source,
            claim.message_id,
            claim.hold_seconds,
            deadlines[claim.hold_expires_at],
            claim.is_first_paid,
            at,
            at,
        )
        for claim in claims
    ]
    return AddRows("claims", _NEW_CLAIM, rows)


_NEW_CLAIM = (
    "id",
    "stream_id",
    "item_id",
    "shop_id",
    "product_id",
    "variant_id",
    "buyer_id",
    "code",
    "quantity",
    "unit_price_minor",
    "currency",
    "state",
    "source",
    "message_id",
    "hold_seconds",
    "hold_expires_at",
    "is_first_paid",
    "created_at",
    "updated_at",
)
