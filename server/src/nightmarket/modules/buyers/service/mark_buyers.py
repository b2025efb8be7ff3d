"""The shop decides whom it sells to, who pays in advance, and who its regulars are; buyers may appeal."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.ids import new_id
from nightmarket.kernel.problems import Conflict, NotAllowed, NotFound
from nightmarket.kernel.unit import Unit
from nightmarket.modules.buyers import repository
from nightmarket.modules.buyers.errors import AppealOpen, NothingToAppeal
from nightmarket.modules.buyers.events import AppealAnswered, AppealMade, BuyerBlocked, BuyerUnblocked
from nightmarket.modules.buyers.models import BuyerAppeal, BuyerIncident, ShopBuyer
from nightmarket.modules.buyers.repository import Standing
from nightmarket.modules.buyers.service.know_buyers import linked_block, meet, standing_of
from nightmarket.modules.buyers.states import OPEN, AppealState, Mark
from nightmarket.modules.identity.public import Caller, phones_of, users_by_id
from nightmarket.modules.shops.public import require_role, role_of, shop_card

ROLES = ("host", "moderator")
"""Who besides the owner sees and marks buyers."""
_HISTORY = 50


@dataclass(frozen=True, slots=True)
class BuyerView:
    """A buyer as a shop sees them; `name` is what they are called now."""

    row: ShopBuyer
    name: str
    incidents: list[BuyerIncident]
    linked: list[ShopBuyer]
    """Other accounts that have their parcels sent with the same phone."""


async def mark(unit: Unit, caller: Caller, shop_id: str, user_id: str, *, what: Mark, reason: str | None) -> BuyerView:
    """Set a mark, or change its reason. The shop's own people cannot be marked."""
    await require_role(unit.session, shop_id, caller, *ROLES)
    if user_id not in await users_by_id(unit.session, [user_id]):
        raise NotFound
    if what != "member" and await role_of(unit.session, shop_id, user_id) is not None:
        raise NotAllowed("The shop's own people cannot be marked.")
    await meet(unit, shop_id, user_id)
    before = await _known(unit, shop_id, user_id)
    marks: dict[Mark, dict[str, Any]] = {
        "block": {"blocked_at": before.blocked_at or unit.now, "block_reason": reason, "apart_at": None},
        "prepay": {"prepay_at": before.prepay_at or unit.now, "prepay_reason": reason},
        "member": {"member_at": before.member_at or unit.now},
    }
    was_blocked = before.blocked_at is not None
    await repository.set_values(unit, shop_id, user_id, **marks[what], marked_by=caller.id)
    if what == "block" and not was_blocked:
        unit.announce(BuyerBlocked(shop_id, user_id))
    return await buyer_view(unit.session, shop_id, user_id)


async def unmark(unit: Unit, caller: Caller, shop_id: str, user_id: str, *, what: Mark) -> BuyerView:
    """Take a mark off; what was not set is no error. NotFound for somebody the shop does not know."""
    await require_role(unit.session, shop_id, caller, *ROLES)
    await _lift(unit, shop_id, user_id, what, by=caller.id)
    return await buyer_view(unit.session, shop_id, user_id)


async def _lift(unit: Unit, shop_id: str, user_id: str, what: Mark, *, by: str, by_appeal: bool = False) -> None:
    was_blocked = (await _known(unit, shop_id, user_id)).blocked_at is not None
    names = {
        "block": ("blocked_at", "block_reason"),
        "prepay": ("prepay_at", "prepay_reason"),
        "member": ("member_at",),
    }
    values = dict.fromkeys(names[what])
    await repository.set_values(unit, shop_id, user_id, **values, marked_by=by)
    if what == "block" and was_blocked:
        unit.announce(BuyerUnblocked(shop_id, user_id, by_appeal))


async def _known(unit: Unit, shop_id: str, user_id: str) -> ShopBuyer:
    row = await repository.buyer(unit.session, shop_id, user_id)
    if row is None:
        raise NotFound
    return row


async def buyer_view(session: AsyncSession, shop_id: str, user_id: str) -> BuyerView:
    """A buyer with what they left behind; NotFound for somebody the shop does not know."""
    row = await repository.buyer(session, shop_id, user_id)
    if row is None:
        raise NotFound
    card = (await users_by_id(session, [user_id])).get(user_id)
    incidents = list(await repository.incidents(session, shop_id, user_id, _HISTORY))
    linked = await repository.linked(session, shop_id, row.phone_key, but=user_id) if row.phone_key else []
    return BuyerView(row, card.display_name if card else row.name, incidents, list(linked))


async def appeal(unit: Unit, caller: Caller, shop_id: str, text: str, *, phone: str | None = None) -> BuyerAppeal:
    """Ask the shop to think again. One appeal at a time.

    Also for whom the block of another account reaches, through the phone they last had a parcel sent with, one of
    their address book, or `phone`.
    """
    if await shop_card(unit.session, shop_id) is None:
        raise NotFound
    row = await repository.buyer(unit.session, shop_id, caller.id)
    if row is None or (row.blocked_at is None and row.prepay_at is None):
        key = await _key_of_link(unit.session, shop_id, caller.id, row=row, phone=phone)
        if key is None:
            raise NothingToAppeal
        if row is None:
            # So that the shop sees whom they are linked with, and can answer.
            await meet(unit, shop_id, caller.id)
            await repository.set_values(unit, shop_id, caller.id, phone_key=key)
    made = BuyerAppeal(
        id=new_id("apl"),
        shop_id=shop_id,
        user_id=caller.id,
        text=text,
        state=OPEN,
        is_open=1,
        made_at=unit.now,
    )
    if not await unit.add_new(made):
        raise AppealOpen
    unit.announce(AppealMade(shop_id, caller.id, made.id))
    return made


async def standing_for(session: AsyncSession, shop_id: str, user_id: str) -> Standing:
    """What somebody is told they are to the shop: blocked also when a block reaches them through a phone of theirs."""
    standing = await standing_of(session, shop_id, user_id)
    if standing.is_blocked:
        return standing
    row = await repository.buyer(session, shop_id, user_id)
    key = await _key_of_link(session, shop_id, user_id, row=row)
    return standing if key is None else replace(standing, is_blocked=True)


async def _key_of_link(
    session: AsyncSession, shop_id: str, user_id: str, *, row: ShopBuyer | None, phone: str | None = None
) -> str | None:
    """The phone through which the block of another account reaches this one, among those that are known of it."""
    phones = [phone, row and row.phone_key, *await phones_of(session, user_id)]
    return await linked_block(session, shop_id, user_id, *(one for one in phones if one))


async def answer_appeal(
    unit: Unit, caller: Caller, appeal_id: str, *, shop_id: str, is_accepted: bool, answer: str | None
) -> BuyerAppeal:
    """The shop answers; accepting lifts the block, also one through a phone, and the duty to pay in advance."""
    await require_role(unit.session, shop_id, caller, *ROLES)
    found = await repository.appeal(unit.session, appeal_id)
    if found is None or found.shop_id != shop_id:
        raise NotFound
    state: AppealState = "accepted" if is_accepted else "rejected"
    if not await repository.close_appeal(unit, appeal_id, state, answer=answer, answered_by=caller.id):
        raise Conflict("The appeal was answered already.")
    if is_accepted:
        await _lift(unit, shop_id, found.user_id, "block", by=caller.id, by_appeal=True)
        await _lift(unit, shop_id, found.user_id, "prepay", by=caller.id)
        await repository.set_values(unit, shop_id, found.user_id, apart_at=unit.now)
    unit.announce(AppealAnswered(shop_id, found.user_id, appeal_id, is_accepted))
    answered = await repository.appeal(unit.session, appeal_id)
    assert answered is not None
    return answered
