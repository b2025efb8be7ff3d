"""What a payment provider must be able to do, in our words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from nightmarket.kernel.money import Money

Action = dict[str, Any]
"""What the buyer does next: `{"type": "redirect", "url": …}`, `form`, `qr`, `code` or `none` with their fields."""


class BadSignature(Exception):
    """The notification does not come from the provider, was changed, or is stale."""


class MalformedDelivery(Exception):
    """The signature is right and the content is not what the provider documents."""


class RefundRefused(Exception):
    """The provider will not refund this, now or later."""


@dataclass(frozen=True, slots=True)
class MethodOffer:
    """One way to pay that a gateway offers, with the amounts it takes."""

    name: str
    currencies: frozenset[str]
    least_minor: int = 1
    most_minor: int = 10**9
    is_paid_later: bool = False
    """The money comes with the parcel: cash on delivery, pay at the counter."""

    def takes(self, amount: Money) -> bool:
        """Whether this amount can be paid this way."""
        return amount.currency in self.currencies and self.least_minor <= amount.minor <= self.most_minor


@dataclass(frozen=True, slots=True)
class Attempt:
    """One asking for money at a gateway. `reference` is ours, unique, and at most 20 letters and digits."""

    payment_id: str
    reference: str
    method: str
    amount: Money
    description: str
    expires_at: datetime
    base_url: str
    """Our own address as the buyer's browser knows it."""
    return_url: str
    """Where the buyer's browser comes back to; that page shows the state and decides nothing."""


@dataclass(frozen=True, slots=True)
class Started:
    """How a gateway answered the first asking."""

    action: Action
    external_id: str | None = None
    """What it calls the attempt, where it has names of its own."""


@dataclass(frozen=True, slots=True)
class Known:
    """An attempt as our own books have it: what a gateway is asked about later."""

    reference: str
    method: str
    amount: Money
    external_id: str | None = None
    """What the gateway called it when it was started; None for gateways that go by our reference."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A verified notification. What it claims is only a reason to ask; `look_up` has the truth."""

    external_id: str
    reference: str
    merchant: str | None = None
    amount: Money | None = None
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Standing:
    """The truth about an attempt, as the gateway tells it when asked."""

    state: Literal["unknown", "pending", "paid", "failed", "expired"]
    reference: str
    merchant: str
    amount: Money | None = None
    action: Action | None = None
    """What the buyer is to do from now on, where the gateway decides that later: a code to pay with."""


class PaymentGateway(Protocol):
    """An outside system that takes money for us. Network faults are raised as `kernel.problems.Unavailable`."""

    @property
    def name(self) -> str:
        """Names its webhook address and its rows; permanent."""

    @property
    def merchant(self) -> str:
        """Who we are there."""

    @property
    def offers(self) -> tuple[MethodOffer, ...]:
        """The methods it brings."""

    @property
    def acknowledgement(self) -> str:
        """The body it expects as the answer to a notification."""

    async def start(self, attempt: Attempt) -> Started:
        """Register the attempt. The same reference again: the same attempt, the same action."""

    def read_webhook(self, headers: Mapping[str, str], raw: bytes) -> Delivery:
        """Check and read a notification; header names are lower case. Raises BadSignature, MalformedDelivery."""

    async def look_up(self, known: Known) -> Standing:
        """Ask for the truth. Where the buyer's consent still has to be turned into money, that is done here."""

    async def refund(self, known: Known, amount: Money, *, key: str) -> None:
        """Give money back. The same key is the same refund. Raises RefundRefused."""


class Gateways:
    """The gateways this installation has switched on."""

    def __init__(self, gateways: Iterable[PaymentGateway] = ()) -> None:
        self._by_name = {gateway.name: gateway for gateway in gateways}
        self._by_method = {
            offer.name: (gateway, offer) for gateway in self._by_name.values() for offer in gateway.offers
        }

    def named(self, name: str) -> PaymentGateway | None:
        """The gateway with this name, if it is on."""
        return self._by_name.get(name)

    def for_method(self, method: str) -> tuple[PaymentGateway, MethodOffer] | None:
        """Who takes money by this method."""
        return self._by_method.get(method)

    def least(self, currency: str) -> Money:
        """The smallest sum that can be paid by any method."""
        takes = (offer.least_minor for offer in self.offers() if currency in offer.currencies)
        return Money(min(takes, default=1), currency)

    def offers(self) -> list[MethodOffer]:
        """Every method there is."""
        return [offer for _gateway, offer in self._by_method.values()]
