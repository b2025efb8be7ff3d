"""The owner changes how the shop presents itself and what it asks for shipping."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nightmarket.kernel.i18n import CURRENCY_OF
from nightmarket.kernel.money import Money
from nightmarket.kernel.unit import Unit
from nightmarket.modules.identity.public import Caller
from nightmarket.modules.shops import repository
from nightmarket.modules.shops.errors import WrongCurrency
from nightmarket.modules.shops.models import Shop
from nightmarket.modules.shops.service.look_up import ShippingTerms, shop_for


@dataclass(frozen=True, slots=True)
class SellingChange:
    """Selling settings by name: those that are in it change, to a null too."""

    values: Mapping[str, int | Money | None]


@dataclass(frozen=True, slots=True)
class ShopChange:
    """What shall be different; None leaves a field as it is, an empty `logo_key` takes the logo away."""

    name: str | None = None
    description: str | None = None
    logo_key: str | None = None
    shipping: ShippingTerms | None = None
    selling: SellingChange | None = None


async def edit_shop(unit: Unit, caller: Caller, shop_id: str, change: ShopChange) -> Shop:
    """Store the change; only the owner (or a platform administrator) may."""
    shop = await shop_for(unit.session, shop_id, caller)
    values = _values(change, CURRENCY_OF[shop.market])
    if values:
        await repository.set_shop(unit, shop_id, values)
        await unit.session.refresh(shop)
    return shop


def _values(change: ShopChange, currency: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if change.name is not None:
        values["name"] = change.name
    if change.description is not None:
        values["description"] = change.description
    if change.logo_key is not None:
        values["logo_key"] = change.logo_key or None
    if change.shipping is not None:
        values |= _selling_values(
            {"shipping_fee": change.shipping.fee, "free_shipping_from": change.shipping.free_from}, currency
        )
    if change.selling is not None:
        values |= _selling_values(change.selling.values, currency)
    return values


def _selling_values(wanted: Mapping[str, int | Money | None], currency: str) -> dict[str, int | None]:
    values: dict[str, int | None] = {}
    for name, value in wanted.items():
        if isinstance(value, Money) and value.currency != currency:
            raise WrongCurrency(currency=currency)
        column = _COLUMN_OF.get(name, name)
        values[column] = value.minor if isinstance(value, Money) else value
    if values.get("shipping_fee_minor", 0) is None:
        values["shipping_fee_minor"] = 0
    return values


_COLUMN_OF = {"shipping_fee": "shipping_fee_minor", "free_shipping_from": "free_shipping_from_minor"}
