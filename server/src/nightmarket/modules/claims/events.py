"""News about claims."""

from dataclasses import dataclass
from typing import ClassVar

from nightmarket.kernel.outbox import Event


@dataclass(frozen=True)
class _ClaimEvent(Event):
    claim_id: str
    stream_id: str
    item_id: str
    shop_id: str
    buyer_id: str
    variant_id: str
    quantity: int
    state: str
    source: str


@dataclass(frozen=True)
class ClaimMade(_ClaimEvent):
    """A buyer claimed units: `held`, or `waitlisted` when there were none."""

    topic: ClassVar[str] = "claims.made"


@dataclass(frozen=True)
class ClaimUpdated(_ClaimEvent):
    """The quantity of a claim changed."""

    topic: ClassVar[str] = "claims.updated"


@dataclass(frozen=True)
class ClaimReleased(_ClaimEvent):
    """The buyer or the shop gave the claim up, or its order came to nothing."""

    topic: ClassVar[str] = "claims.released"


@dataclass(frozen=True)
class ClaimExpired(_ClaimEvent):
    """The deadline passed; the units are free again."""

    topic: ClassVar[str] = "claims.expired"


@dataclass(frozen=True)
class ClaimLost(_ClaimEvent):
    """Somebody else paid first. With an `order_id` it is part of an order that cannot be filled any more."""

    topic: ClassVar[str] = "claims.lost"

    order_id: str | None = None


@dataclass(frozen=True)
class ClaimExpiring(_ClaimEvent):
    """The deadline is near (`hold_expires_at`, RFC 3339), and nothing was done about the claim yet. Told once."""

    topic: ClassVar[str] = "claims.expiring"

    hold_expires_at: str | None = None


@dataclass(frozen=True)
class ClaimPromoted(_ClaimEvent):
    """A waiting claim got its units, with a fresh deadline."""

    topic: ClassVar[str] = "claims.promoted"


@dataclass(frozen=True)
class RepairsChanged(Event):
    """A comment came onto the repair list of a show, or was settled."""

    topic: ClassVar[str] = "claims.repairs_changed"

    stream_id: str


@dataclass(frozen=True)
class CommentDismissed(Event):
    """A helper found that a comment on the repair list is no order."""

    topic: ClassVar[str] = "claims.comment_dismissed"

    stream_id: str
    message_id: str
    buyer_id: str | None
    text: str
