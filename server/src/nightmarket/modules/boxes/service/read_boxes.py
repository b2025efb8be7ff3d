"""A box as its buyer and the shop see it: what is in it, and what ordering the rest would come to."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.context import Context
from nightmarket.kernel.money import Money
from nightmarket.kernel.problems import NotFound
from nightmarket.modules.boxes import repository
from nightmarket.modules.boxes.models import Box
from nightmarket.modules.boxes.policy import ParcelPrice
from nightmarket.modules.boxes.service.fill_parcel import Parcel
from nightmarket.modules.boxes.states import State
from nightmarket.modules.catalog.public import VariantCard, variant_cards
from nightmarket.modules.claims.public import HELD, ORDERED, ClaimView, claims_by_id
from nightmarket.modules.identity.public import Caller, UserCard, users_by_id
from nightmarket.modules.payments.ports import Gateways
from nightmarket.modules.shops.public import ShippingTerms, ShopCard, role_of, selling_terms_of, shop_cards


@dataclass(frozen=True, slots=True)
class BoxView:
    """A box with everything a screen shows of it."""

    box: Box
    shop: ShopCard
    buyer: UserCard | None
    claims: list[ClaimView]
    cards: dict[str, VariantCard]
    order_ids: list[str]
    parcel: Parcel
    terms: ShippingTerms

    @property
    def held(self) -> list[ClaimView]:
        """What waits to be ordered."""
        return [claim for claim in self.claims if claim.state == HELD]

    @property
    def subtotal(self) -> Money:
        """What waits to be ordered costs so much."""
        return Money.total((claim.unit_price * claim.quantity for claim in self.held), self.shop.currency)

    @property
    def price(self) -> ParcelPrice:
        """Shipping, or the credit for it, when all of it is ordered."""
        if not self.subtotal.minor:
            nothing = Money(0, self.shop.currency)
            return ParcelPrice(nothing, nothing)
        return self.parcel.price(self.terms, self.subtotal)

    @property
    def total(self) -> Money:
        """What is to be paid when all of it is ordered."""
        return self.subtotal + self.price.shipping - self.price.credit

    @property
    def missing_for_free(self) -> Money | None:
        """How much more makes the parcel free, with what was ordered before; None where nothing does."""
        return self.terms.missing_for_free(self.parcel.goods + self.subtotal)


@dataclass(frozen=True, slots=True)
class BoxBrief:
    """A box in a few words."""

    id: str
    shop_id: str
    state: State
    expires_at: datetime


async def box_brief(session: AsyncSession, box_id: str) -> BoxBrief | None:
    """A box in a few words; None when it is unknown."""
    box = await repository.box(session, box_id)
    return None if box is None else BoxBrief(box.id, box.shop_id, box.state, box.expires_at)


async def box_for(session: AsyncSession, ctx: Context, box_id: str, *, caller: Caller) -> BoxView:
    """One box, for its buyer and the shop's people; NotFound for everybody else."""
    box = await repository.box(session, box_id)
    if box is None:
        raise NotFound
    is_theirs = box.buyer_id == caller.id or caller.is_admin
    if not is_theirs and await role_of(session, box.shop_id, caller.id) is None:
        raise NotFound
    return (await box_views(session, ctx, [box]))[0]


async def box_views(session: AsyncSession, ctx: Context, boxes: Sequence[Box]) -> list[BoxView]:
    """Several boxes with a fixed number of queries. Claims that came to nothing are not in them any more."""
    ids = [box.id for box in boxes]
    box_of = await repository.claim_ids(session, ids)
    claims: dict[str, list[ClaimView]] = defaultdict(list)
    for claim in await claims_by_id(session, box_of):
        is_live = claim.state == ORDERED or (claim.state == HELD and claim.is_running(ctx.clock()))
        if is_live:
            claims[box_of[claim.id]].append(claim)
    shops = await shop_cards(session, {box.shop_id for box in boxes})
    selling = await selling_terms_of(session, list(shops))
    gateways = ctx.port(Gateways)
    parcels = {box.id: Parcel.empty(box.id, gateways.least(shops[box.shop_id].currency)) for box in boxes}
    order_ids: dict[str, list[str]] = defaultdict(list)
    for order in await repository.orders(session, ids):
        if order.goods_minor:
            order_ids[order.box_id].append(order.order_id)
        parcels[order.box_id] = parcels[order.box_id].with_order(order)
    variants = {claim.variant_id for group in claims.values() for claim in group}
    cards = await variant_cards(session, variants, storage=ctx.storage)
    buyers = await users_by_id(session, {box.buyer_id for box in boxes})
    return [
        BoxView(
            box=box,
            shop=shops[box.shop_id],
            buyer=buyers.get(box.buyer_id),
            claims=claims[box.id],
            cards=cards,
            order_ids=order_ids[box.id],
            parcel=parcels[box.id],
            terms=selling[box.shop_id].shipping,
        )
        for box in boxes
    ]
