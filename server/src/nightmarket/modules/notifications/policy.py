"""Who is told what by which channel, how often it is tried, and for how long it is worth it. Pure functions."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from nightmarket.modules.notifications.channels import CHANNELS, Channel

Category = Literal["orders", "claims", "shows", "bag", "account"]
CATEGORIES: Final[tuple[Category, ...]] = ("orders", "claims", "shows", "bag", "account")

REQUIRED: Final[frozenset[Category]] = frozenset({"account"})
"""Told whatever the person chose: somebody may be in their account."""
MARKETING: Final[frozenset[Category]] = frozenset({"bag"})
"""Nothing of this leaves the inbox unless the person has agreed to the channel."""

_ON_BY_DEFAULT: Final[dict[Category, frozenset[Channel]]] = {
    "orders": frozenset({"email", "line", "push"}),
    "claims": frozenset({"email", "line", "push"}),
    "shows": frozenset({"push"}),
    "bag": frozenset(),
    "account": frozenset({"email", "line", "push"}),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of news: what it is about, and by which channels it may leave the inbox at all."""

    category: Category
    channels: frozenset[Channel] = frozenset(CHANNELS)


_QUIET: Final[frozenset[Channel]] = frozenset()
_PUSH: Final[frozenset[Channel]] = frozenset({"push"})

KINDS: Final[dict[str, Kind]] = {
    "claims.made": Kind("claims"),
    "claims.expiring": Kind("claims"),
    "claims.expired": Kind("claims", _PUSH),
    "claims.lost": Kind("claims"),
    "claims.promoted": Kind("claims"),
    "boxes.expiring": Kind("orders"),
    "boxes.expired": Kind("orders"),
    "carts.abandoned": Kind("bag"),
    "orders.placed": Kind("orders", frozenset({"email", "line"})),
    "orders.paid": Kind("orders"),
    "orders.payment_failed": Kind("orders", _PUSH),
    "orders.changed": Kind("orders"),
    "orders.cancelled": Kind("orders"),
    "orders.expired": Kind("orders"),
    "orders.packing": Kind("orders", _QUIET),
    "orders.shipped": Kind("orders"),
    "orders.delivered": Kind("orders", _PUSH),
    "orders.refunded": Kind("orders"),
    "buyers.blocked": Kind("orders", frozenset({"email"})),
    "buyers.unblocked": Kind("orders", frozenset({"email"})),
    "buyers.appeal_answered": Kind("orders"),
    "buyers.appeal_made": Kind("orders", frozenset({"email", "push"})),
    "payments.refund_failed": Kind("orders"),
    "streams.started": Kind("shows"),
    "identity.session_stolen": Kind("account", frozenset({"email", "line", "push"})),
    "identity.security": Kind("account", frozenset({"email", "line", "push"})),
}

LEASE: Final = timedelta(seconds=90)
"""How long one try may take; after that another process takes the message over."""
BACKOFF: Final = (5, 30, 120, 600, 1800, 7200, 21_600)
"""Seconds between tries."""
MAX_ATTEMPTS: Final = len(BACKOFF) + 1
DEFAULT_LIFETIME: Final = timedelta(days=2)
"""What has no deadline of its own is not sent any more after so long; it stays in the inbox."""
KEEP_NOTIFICATIONS: Final = timedelta(days=180)
KEEP_DELIVERIES: Final = timedelta(days=30)

CODE_DIGITS: Final = 6
CODE_LIFETIME: Final = timedelta(minutes=10)
CODE_TRIES: Final = 5
LINE_CODE_LIFETIME: Final = timedelta(minutes=30)
MAX_SUBSCRIPTIONS: Final = 20


def is_allowed(category: Category, channel: Channel, choice: bool | None) -> bool:  # noqa: FBT001  (it is the data)
    """Whether news of this category may use the channel; `choice` is what the person said, None for nothing."""
    if category in REQUIRED:
        return channel in _ON_BY_DEFAULT[category]
    return channel in _ON_BY_DEFAULT[category] if choice is None else choice


def channels_of(kind: str, choices: dict[tuple[str, str], bool]) -> list[Channel]:
    """The channels for this kind of news, by what the person chose for (category, channel)."""
    spec = KINDS[kind]
    return [
        channel
        for channel in CHANNELS
        if channel in spec.channels and is_allowed(spec.category, channel, choices.get((spec.category, channel)))
    ]


def wait_after(attempts: int, asked: int | None = None) -> timedelta:
    """The pause after so many tries; a service that names one itself is obeyed, within a day."""
    own = BACKOFF[min(max(attempts, 1), len(BACKOFF)) - 1]
    return timedelta(seconds=min(86_400, max(own, asked or 0)))
