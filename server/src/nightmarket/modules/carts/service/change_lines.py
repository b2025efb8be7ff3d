"""Put variants into a bag, take them out, and bring an anonymous bag into an account."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from redis.exceptions import RedisError
from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.context import Context
from nightmarket.kernel.logging import get_logger
from nightmarket.kernel.problems import NotFound, Unavailable
from nightmarket.kernel.unit import Unit
from nightmarket.modules.carts import repository
from nightmarket.modules.carts.errors import CartFull, VariantUnavailable
from nightmarket.modules.carts.models import CartLineRow
from nightmarket.modules.carts.policy import MAX_LINES, merged
from nightmarket.modules.carts.service.tell_cart import tell_cart
from nightmarket.modules.catalog.public import VariantCard, variant_cards
from nightmarket.modules.streams.public import open_stream_ids

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class CartLine:
    """So many of a variant."""

    variant_id: str
    quantity: int


async def lines_of(session: AsyncSession, buyer_id: str, shop_id: str) -> list[CartLine]:
    """The ordinary lines of one shop in an account's bag."""
    return [CartLine(row.variant_id, row.quantity) for row in await repository.lines(session, buyer_id, shop_id)]


async def clear(unit: Unit, buyer_id: str, variant_ids: Collection[str]) -> None:
    """These lines have become an order."""
    await repository.remove(unit, buyer_id, variant_ids)


async def put_line(unit: Unit, buyer_id: str, *, variant_id: str, quantity: int) -> None:
    """Put a variant into an account's bag, or change how many."""
    card = await _on_sale(unit.session, variant_id)
    rows = await repository.lines(unit.session, buyer_id)
    if len(rows) >= MAX_LINES and all(row.variant_id != variant_id for row in rows):
        raise CartFull(limit=MAX_LINES)
    await repository.put(unit, _row(unit, buyer_id, card, quantity))
    await _tell_other_devices(unit, buyer_id, card.shop_id)


async def put_anonymous_line(ctx: Context, token: str, variant_id: str, quantity: int) -> None:
    """Put a variant into the bag behind a cookie."""
    async with ctx.reader() as session:
        await _on_sale(session, variant_id)
    try:
        lines = await repository.anonymous_lines(ctx.redis, token)
        if len(lines) >= MAX_LINES and variant_id not in lines:
            raise CartFull(limit=MAX_LINES)
        await repository.put_anonymous(ctx.redis, token, variant_id, quantity)
    except (RedisError, OSError) as error:
        raise Unavailable(retry_after=2) from error


async def remove_line(unit: Unit, buyer_id: str, variant_id: str) -> None:
    """Take a variant out of an account's bag; gone already is fine."""
    await repository.remove(unit, buyer_id, [variant_id])
    card = (await variant_cards(unit.session, [variant_id])).get(variant_id)
    if card is not None:
        await _tell_other_devices(unit, buyer_id, card.shop_id)


async def _tell_other_devices(unit: Unit, buyer_id: str, shop_id: str) -> None:
    """Those that are in a show of the shop; elsewhere the bag is read when it is opened."""
    shows = await open_stream_ids(unit.session, shop_id)
    if shows:
        unit.enqueue(tell_cart, buyer_id, shows)


async def remove_anonymous_line(ctx: Context, token: str, variant_id: str) -> None:
    """Take a variant out of the bag behind a cookie."""
    try:
        await repository.remove_anonymous(ctx.redis, token, variant_id)
    except (RedisError, OSError) as error:
        raise Unavailable(retry_after=2) from error


async def anonymous_bag(ctx: Context, token: str) -> dict[str, int]:
    """The bag behind a cookie; empty when it is lost or Redis is away."""
    try:
        return await repository.anonymous_lines(ctx.redis, token)
    except (RedisError, OSError):
        log.warning("carts.redis_unavailable")
        return {}


async def bring_along(ctx: Context, token: str, buyer_id: str) -> bool:
    """After log-in: what was put in anonymously moves into the account. Safe to repeat and to interrupt.

    False: the bag cannot be read now, so its cookie is still needed.
    """
    try:
        brought = await repository.anonymous_lines(ctx.redis, token)
    except (RedisError, OSError):
        log.warning("carts.redis_unavailable")
        return False
    if brought:
        await ctx.transact(lambda unit: _merge(unit, buyer_id, brought))
        try:
            await repository.forget_anonymous(ctx.redis, token)
        except (RedisError, OSError):
            log.warning("carts.redis_unavailable")
    return True


async def _merge(unit: Unit, buyer_id: str, brought: Mapping[str, int]) -> None:
    kept = {row.variant_id: row.quantity for row in await repository.lines(unit.session, buyer_id)}
    cards = await variant_cards(unit.session, list(brought))
    for variant_id, quantity in merged(kept, brought).items():
        card = cards.get(variant_id)
        if card is not None and card.is_active and kept.get(variant_id) != quantity:
            await repository.put(unit, _row(unit, buyer_id, card, quantity))


async def _on_sale(session: AsyncSession, variant_id: str) -> VariantCard:
    card = (await variant_cards(session, [variant_id])).get(variant_id)
    if card is None:
        raise NotFound
    if not card.is_active:
        raise VariantUnavailable
    return card


def _row(unit: Unit, buyer_id: str, card: VariantCard, quantity: int) -> CartLineRow:
    return CartLineRow(
        buyer_id=buyer_id,
        variant_id=card.id,
        shop_id=card.shop_id,
        quantity=quantity,
        seen_price_minor=card.price.minor,
        seen_currency=card.price.currency,
        added_at=unit.now,
        touched_at=unit.now,
    )
