"""What happened between shops and their buyers."""

from dataclasses import dataclass
from typing import ClassVar

from nightmarket.kernel.outbox import Event


@dataclass(frozen=True)
class _BuyerEvent(Event):
    shop_id: str
    user_id: str


@dataclass(frozen=True)
class BuyerBlocked(_BuyerEvent):
    """The shop does not want to sell to this person any more."""

    topic: ClassVar[str] = "buyers.blocked"


@dataclass(frozen=True)
class BuyerUnblocked(_BuyerEvent):
    """The person may buy, and write in the shop's rooms, again."""

    topic: ClassVar[str] = "buyers.unblocked"
    by_appeal: bool = False
    """They had asked for it; the answer to that is announced as well."""


@dataclass(frozen=True)
class AppealMade(_BuyerEvent):
    """A blocked or prepay-only buyer asks the shop to think again."""

    topic: ClassVar[str] = "buyers.appeal_made"
    appeal_id: str


@dataclass(frozen=True)
class AppealAnswered(_BuyerEvent):
    """The shop has answered; when accepted, what was appealed against is lifted."""

    topic: ClassVar[str] = "buyers.appeal_answered"
    appeal_id: str
    is_accepted: bool
