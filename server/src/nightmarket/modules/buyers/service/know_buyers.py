"""What a shop comes to know of its buyers by itself: orders, and what was left behind."""

from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.unit import Unit
from nightmarket.modules.buyers import repository
from nightmarket.modules.buyers.models import BuyerIncident
from nightmarket.modules.buyers.policy import phone_key
from nightmarket.modules.buyers.repository import Standing
from nightmarket.modules.buyers.states import IncidentKind
from nightmarket.modules.identity.public import users_by_id

MOST_BLOCKED = 2000
"""So many blocked people a room is told of."""


async def standing_of(session: AsyncSession, shop_id: str, user_id: str) -> Standing:
    """What a buyer is to a shop, as stored now."""
    row = await repository.buyer(session, shop_id, user_id)
    if row is None:
        return repository.STRANGER
    return Standing(
        is_blocked=row.blocked_at is not None,
        block_reason=row.block_reason,
        is_prepay_only=row.prepay_at is not None,
        prepay_reason=row.prepay_reason,
        is_member=row.member_at is not None,
    )


async def blocked_in(session: AsyncSession, shop_id: str) -> list[str]:
    """Whom the shop does not sell to, the latest first; at most as many as a room is told of."""
    return await repository.blocked(session, shop_id, MOST_BLOCKED)


async def block_of_phone(session: AsyncSession, shop_id: str, user_id: str, phone: str) -> Standing | None:
    """The block of another account that has its parcels sent with the same phone; None when there is none.

    Why the other was blocked is between them and the shop: the reason is left out.
    """
    return None if await linked_block(session, shop_id, user_id, phone) is None else Standing(is_blocked=True)


async def linked_block(session: AsyncSession, shop_id: str, user_id: str, *phones: str) -> str | None:
    """The key of that of the phones through which a block reaches the account, unless the shop keeps them apart."""
    keys = {key for phone in phones if (key := phone_key(phone)) is not None}
    own = await repository.buyer(session, shop_id, user_id)
    if not keys or (own is not None and own.apart_at is not None):
        return None
    return await repository.blocked_key(session, shop_id, keys, but=user_id)


async def note_order(unit: Unit, shop_id: str, user_id: str, *, phone: str) -> None:
    """Somebody has ordered at the shop."""
    await meet(unit, shop_id, user_id)
    await repository.count_order(unit, shop_id, user_id, phone_key(phone))


async def note_phone(unit: Unit, shop_id: str, user_id: str, phone: str) -> None:
    """A parcel goes to another number now. Who is blocked does not get out of the links of theirs that way."""
    if not (await standing_of(unit.session, shop_id, user_id)).is_blocked:
        await repository.set_values(unit, shop_id, user_id, phone_key=phone_key(phone))


async def note_incident(unit: Unit, shop_id: str, user_id: str, *, kind: IncidentKind, reference: str) -> bool:
    """A claim or order was left to expire, or a parcel was not picked up. False when that was known already."""
    await meet(unit, shop_id, user_id)
    return await repository.add_incident(
        unit, BuyerIncident(shop_id=shop_id, user_id=user_id, kind=kind, reference=reference, at=unit.now)
    )


async def forgive_incident(unit: Unit, shop_id: str, user_id: str, *, kind: IncidentKind, reference: str) -> bool:
    """It was none after all, for instance because the money came late. False when nothing was written down."""
    return await repository.forgive(unit, shop_id, user_id, kind, reference)


async def erase(unit: Unit, user_id: str) -> None:
    """The account is gone, and with it everything shops knew of this person."""
    await repository.erase(unit, user_id)


async def meet(unit: Unit, shop_id: str, user_id: str) -> None:
    """The shop knows this person from now on, by the name they have now."""
    card = (await users_by_id(unit.session, [user_id])).get(user_id)
    await repository.meet(unit, shop_id, user_id, card.display_name if card else "")
