"""The bag as its owner sees it: held claims and ordinary lines, priced now, grouped by shop."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.context import Context
from nightmarket.kernel.money import Money
from nightmarket.modules.boxes.public import Parcel, ParcelPrice, current_parcels
from nightmarket.modules.carts import repository
from nightmarket.modules.catalog.public import VariantCard, variant_cards
from nightmarket.modules.claims.public import ClaimView, claims_of
from nightmarket.modules.inventory.public import StockLevel, levels
from nightmarket.modules.payments.ports import Gateways
from nightmarket.modules.shops.public import ShippingTerms, ShopCard, selling_terms_of, shop_cards


@dataclass(frozen=True, slots=True)
class BagClaim:
    """A held claim with what is claimed."""

    claim: ClaimView
    card: VariantCard | None

    @property
    def total(self) -> Money:
        """What it costs."""
        return self.claim.unit_price * self.claim.quantity


@dataclass(frozen=True, slots=True)
class BagLine:
    """An ordinary line, priced and checked against the stock of this moment."""

    card: VariantCard
    quantity: int
    available: int
    seen_price: Money | None

    @property
    def is_unavailable(self) -> bool:
        """Not on sale any more, or fewer units are left than wanted."""
        return not self.card.is_active or self.available < self.quantity

    @property
    def is_changed(self) -> bool:
        """The price is not the one it was put in at."""
        return self.seen_price is not None and self.seen_price != self.card.price

    @property
    def total(self) -> Money:
        """What it costs; nothing while it cannot be bought."""
        return Money(0, self.card.price.currency) if self.is_unavailable else self.card.price * self.quantity


@dataclass(slots=True)
class ShopBag:
    """Everything of one shop in a bag."""

    shop: ShopCard
    terms: ShippingTerms
    parcel: Parcel | None = None
    """What was ordered into the buyer's box before, and is not packed yet."""
    claims: list[BagClaim] = field(default_factory=list)
    lines: list[BagLine] = field(default_factory=list)

    @property
    def subtotal(self) -> Money:
        """What it costs without shipping."""
        return Money.total(
            [*(one.total for one in self.claims), *(line.total for line in self.lines)], self.shop.currency
        )

    @property
    def price(self) -> ParcelPrice:
        """Shipping of an order of all this, or the credit for what was paid before; nothing when there is no goods."""
        nothing = Money(0, self.shop.currency)
        if not self.subtotal.minor:
            return ParcelPrice(nothing, nothing)
        if self.parcel is not None:
            return self.parcel.price(self.terms, self.subtotal)
        return ParcelPrice(self.terms.cost_of(self.subtotal), nothing)

    @property
    def missing_for_free(self) -> Money | None:
        """How much more of the shop's goods makes the parcel free; None where no amount does."""
        before = self.parcel.goods if self.parcel else Money(0, self.shop.currency)
        return self.terms.missing_for_free(before + self.subtotal)


@dataclass(frozen=True, slots=True)
class _Wanted:
    variant_id: str
    quantity: int
    seen_price: Money | None


async def read_cart(ctx: Context, buyer_id: str) -> list[ShopBag]:
    """The bag of an account."""
    async with ctx.reader() as session:
        claims = [claim for claim in await claims_of(session, buyer_id) if claim.is_running(ctx.clock())]
        wanted = [
            _Wanted(row.variant_id, row.quantity, Money(row.seen_price_minor, row.seen_currency))
            for row in await repository.lines(session, buyer_id)
        ]
        return await _grouped(session, ctx, claims, wanted=wanted, buyer_id=buyer_id)


async def read_anonymous_cart(ctx: Context, lines: Mapping[str, int]) -> list[ShopBag]:
    """The bag behind a cookie: without claims, which need an account."""
    async with ctx.reader() as session:
        wanted = [_Wanted(variant_id, quantity, None) for variant_id, quantity in lines.items()]
        return await _grouped(session, ctx, [], wanted=wanted)


def units_in(bags: Iterable[ShopBag]) -> int:
    """The number on the bag's badge: units, claimed or put in."""
    return sum(sum(one.claim.quantity for one in bag.claims) + sum(line.quantity for line in bag.lines) for bag in bags)


async def _grouped(
    session: AsyncSession,
    ctx: Context,
    claims: Sequence[ClaimView],
    *,
    wanted: Sequence[_Wanted],
    buyer_id: str | None = None,
) -> list[ShopBag]:
    variant_ids = {claim.variant_id for claim in claims} | {one.variant_id for one in wanted}
    cards = await variant_cards(session, variant_ids, storage=ctx.storage)
    stock = await levels(session, [one.variant_id for one in wanted])
    lines = [_line(one, cards[one.variant_id], stock) for one in wanted if one.variant_id in cards]
    shop_ids = {claim.shop_id for claim in claims} | {line.card.shop_id for line in lines}
    shops = await shop_cards(session, list(shop_ids))
    selling = await selling_terms_of(session, list(shop_ids))
    least = {shop_id: ctx.port(Gateways).least(shop.currency) for shop_id, shop in shops.items()}
    parcels = await current_parcels(session, buyer_id, least, ctx.clock()) if buyer_id else {}
    bags = {shop_id: ShopBag(shop, selling[shop_id].shipping, parcels.get(shop_id)) for shop_id, shop in shops.items()}
    for claim in claims:
        if claim.shop_id in bags:
            bags[claim.shop_id].claims.append(BagClaim(claim, cards.get(claim.variant_id)))
    for line in lines:
        if line.card.shop_id in bags:
            bags[line.card.shop_id].lines.append(line)
    return sorted(bags.values(), key=_most_urgent_first)


def _line(wanted: _Wanted, card: VariantCard, stock: Mapping[str, StockLevel]) -> BagLine:
    level = stock.get(wanted.variant_id)
    return BagLine(card, wanted.quantity, max(0, level.available) if level else 0, wanted.seen_price)


def _most_urgent_first(bag: ShopBag) -> tuple[bool, str, str]:
    """Bags whose claims run out come first, the soonest on top."""
    deadlines = [one.claim.hold_expires_at.isoformat() for one in bag.claims if one.claim.hold_expires_at is not None]
    return (not deadlines, min(deadlines, default=""), bag.shop.id)
