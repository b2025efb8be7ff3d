"""What a parcel costs that grows order by order, and when its owner is warned. Pure functions."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from nightmarket.kernel.money import Money

_WARNING: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class ParcelPrice:
    """What an order adds to a parcel: shipping, or a credit for shipping that was paid before and is free now."""

    shipping: Money
    credit: Money


def price_of_more(cost: Money, charged: Money, goods: Money, *, least: Money) -> ParcelPrice:
    """The parcel costs `cost` with the new goods in it, and `charged` was asked for it before.

    The credit leaves `least` of the goods it is taken off to be paid: less cannot be. What is left of it is for the
    order after this one.
    """
    nothing = Money(0, cost.currency)
    if not cost < charged:
        return ParcelPrice(cost - charged, nothing)
    return ParcelPrice(nothing, min(charged - cost, max(goods - least, nothing)))


def kept_of_leaving(cost: Money, charged: Money, own: Money) -> Money:
    """How much of the shipping `own` that was asked with an order stays for the rest when the order is taken out.

    The rest costs `cost` to send, and `charged` was asked with it: less than nothing where shipping was given back. It
    never pays more than the whole parcel did, for it is the shop that takes the order out.
    """
    short = min(cost, charged + own) - charged
    return max(short, Money(0, cost.currency))


def warning_time(opened_at: datetime, expires_at: datetime) -> datetime:
    """A day before the end; of a box that lives shorter than two days, when half its time is over."""
    return max(expires_at - _WARNING, opened_at + (expires_at - opened_at) / 2)
