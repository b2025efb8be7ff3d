"""The owner decides who works in the shop, and as what; anybody but the owner may leave."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.problems import NotAllowed, NotFound
from nightmarket.kernel.unit import Unit
from nightmarket.modules.identity.public import Caller, user_id_of, users_by_id
from nightmarket.modules.shops import repository
from nightmarket.modules.shops.errors import AlreadyMember, NoSuchAccount, OwnerStays, TooManyMembers
from nightmarket.modules.shops.events import MemberChanged
from nightmarket.modules.shops.models import ShopMember
from nightmarket.modules.shops.policy import GivenRole
from nightmarket.modules.shops.service.look_up import shop_for

MAX_MEMBERS = 100
EVERYBODY = ("host", "moderator", "packer")


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who works in a shop, with their name."""

    user_id: str
    display_name: str
    role: str
    added_at: datetime


async def members_of(session: AsyncSession, caller: Caller, shop_id: str) -> list[Member]:
    """Who works in the shop, for those who do."""
    await shop_for(session, shop_id, caller, *EVERYBODY)
    return await _named(session, list(await repository.members(session, shop_id)))


async def add_member(unit: Unit, caller: Caller, shop_id: str, *, email: str, role: GivenRole) -> Member:
    """Take somebody in who has an account."""
    await shop_for(unit.session, shop_id, caller)
    user_id = await user_id_of(unit.session, email)
    if user_id is None:
        raise NoSuchAccount
    if await repository.member_count(unit.session, shop_id) >= MAX_MEMBERS:
        raise TooManyMembers(limit=MAX_MEMBERS)
    row = ShopMember(shop_id=shop_id, user_id=user_id, role=role, added_at=unit.now)
    if not await unit.add_new(row):
        raise AlreadyMember
    unit.announce(MemberChanged(shop_id, user_id, role))
    return (await _named(unit.session, [row]))[0]


async def change_member(unit: Unit, caller: Caller, shop_id: str, user_id: str, role: GivenRole) -> Member:
    """Give a member another role."""
    await shop_for(unit.session, shop_id, caller)
    if not await repository.set_role(unit, shop_id, user_id, role):
        await _refuse_owner_or_stranger(unit, shop_id, user_id)
    unit.announce(MemberChanged(shop_id, user_id, role))
    return next(one for one in await _named_members(unit, shop_id) if one.user_id == user_id)


async def remove_member(unit: Unit, caller: Caller, shop_id: str, user_id: str) -> None:
    """Let a member go, or leave oneself."""
    shop = await shop_for(unit.session, shop_id, caller, *EVERYBODY)
    if caller.id not in {user_id, shop.owner_id} and not caller.is_admin:
        raise NotAllowed
    if not await repository.remove_member(unit, shop_id, user_id):
        await _refuse_owner_or_stranger(unit, shop_id, user_id)
    unit.announce(MemberChanged(shop_id, user_id, None))


async def _refuse_owner_or_stranger(unit: Unit, shop_id: str, user_id: str) -> None:
    if await repository.role(unit.session, shop_id, user_id) == "owner":
        raise OwnerStays
    raise NotFound


async def _named_members(unit: Unit, shop_id: str) -> list[Member]:
    return await _named(unit.session, list(await repository.members(unit.session, shop_id)))


async def _named(session: AsyncSession, rows: list[ShopMember]) -> list[Member]:
    users = await users_by_id(session, [row.user_id for row in rows])
    return [
        Member(row.user_id, users[row.user_id].display_name if row.user_id in users else "", row.role, row.added_at)
        for row in rows
    ]
