"""The owner changes how the shop presents itself and what it asks for shipping."""

from dataclasses import dataclass
from typing import Any

from nightmarket.kernel.i18n import CURRENCY_OF
from nightmarket.kernel.unit import Unit
from nightmarket.modules.identity.public import Caller
from nightmarket.modules.shops import repository
from nightmarket.modules.shops.errors import WrongCurrency
from nightmarket.modules.shops.models import Shop
from nightmarket.modules.shops.service.look_up import ShippingTerms, shop_for


@dataclass(frozen=True, slots=True)
class ShopChange:
    """What shall be different; None leaves a field as it is, an empty `logo_key` takes the logo away."""

    name: str | None = None
    description: str | None = None
    logo_key: str | None = None
    shipping: ShippingTerms | None = None


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
        terms = change.shipping
        amounts = [terms.fee] if terms.free_from is None else [terms.fee, terms.free_from]
        if any(amount.currency != currency for amount in amounts):
            raise WrongCurrency(currency=currency)
        values["shipping_fee_minor"] = terms.fee.minor
        values["free_shipping_from_minor"] = terms.free_from.minor if terms.free_from else None
    return values
