"""Claims in the shape of the API, with what is claimed and, for the staff, by whom."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.context import Context
from nightmarket.modules.catalog.public import VariantCard, variant_cards
from nightmarket.modules.claims.service.views import ClaimView
from nightmarket.modules.identity.public import users_by_id


async def describe_claims(
    session: AsyncSession, ctx: Context, claims: Sequence[ClaimView], *, with_buyers: bool = False
) -> list[dict[str, Any]]:
    """The JSON of several claims, in the same order."""
    if not claims:
        return []
    cards = await variant_cards(session, {claim.variant_id for claim in claims}, storage=ctx.storage)
    buyers = await users_by_id(session, {claim.buyer_id for claim in claims}) if with_buyers else {}
    shapes = [claim.as_json() | _goods(cards.get(claim.variant_id)) for claim in claims]
    for shape, claim in zip(shapes, claims, strict=True):
        buyer = buyers.get(claim.buyer_id)
        if buyer is not None:
            shape["buyer"] = {"id": buyer.id, "display_name": buyer.display_name}
    return shapes


async def describe_claim(session: AsyncSession, ctx: Context, claim: ClaimView) -> dict[str, Any]:
    """The JSON of one claim."""
    return (await describe_claims(session, ctx, [claim]))[0]


def goods_on_sale(product: dict[str, Any], variant_id: str) -> dict[str, Any]:
    """What is claimed, from a product as the line-up shows it."""
    variant = next(one for one in product["variants"] if one["id"] == variant_id)
    pictures = product["images"]
    sizes: dict[str, str] = pictures[0]["sizes"] if pictures else {}
    image = sizes[min(sizes, key=int)] if sizes else None
    return {"title": product["title"], "options": variant["options"], "image": image}


def _goods(card: VariantCard | None) -> dict[str, Any]:
    if card is None:
        return {"title": "", "options": {}, "image": None}
    return {"title": card.title, "options": card.options, "image": card.image_url}
