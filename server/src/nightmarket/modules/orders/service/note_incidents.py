"""What buyers leave behind goes on the shop's record of them: expired holds, unpaid orders, parcels not picked up."""

from nightmarket.kernel.problems import NotFound
from nightmarket.kernel.unit import Unit
from nightmarket.modules.buyers import public as buyers
from nightmarket.modules.claims.events import ClaimExpired
from nightmarket.modules.claims.public import claim_view
from nightmarket.modules.identity.public import Caller
from nightmarket.modules.orders import repository
from nightmarket.modules.orders.errors import OrderStateConflict
from nightmarket.modules.orders.events import OrderExpired
from nightmarket.modules.shops.public import require_role, role_of

ROLES = ("owner", "host", "packer")


async def note_lost_claim(unit: Unit, event: ClaimExpired) -> None:
    """A hold ran out. Who only waited in line, or claimed what nobody holds, left nothing behind."""
    claim = await claim_view(unit.session, event.claim_id)
    if claim is not None and claim.hold_expires_at is not None and not claim.is_first_paid:
        await buyers.note_incident(unit, event.shop_id, event.buyer_id, kind="abandoned", reference=event.claim_id)


async def note_lost_order(unit: Unit, event: OrderExpired) -> None:
    """An order ran out; money that comes late makes good for it."""
    row = await repository.order(unit.session, event.order_id)
    if row is not None and row.state == "cancelled":
        await buyers.note_incident(unit, event.shop_id, event.buyer_id, kind="abandoned", reference=event.order_id)


async def note_uncollected(unit: Unit, order_id: str, *, caller: Caller) -> None:
    """The parcel came back: nobody picked it up. The same order counts once."""
    row = await repository.order(unit.session, order_id)
    if row is None:
        raise NotFound
    is_known = caller.is_admin or row.buyer_id == caller.id
    if not is_known and await role_of(unit.session, row.shop_id, caller.id) is None:
        raise NotFound
    await require_role(unit.session, row.shop_id, caller, *ROLES)
    if row.state not in {"shipped", "delivered"}:
        raise OrderStateConflict(state=row.state)
    if await buyers.note_incident(unit, row.shop_id, row.buyer_id, kind="uncollected", reference=order_id):
        await repository.note(unit, order_id, "uncollected", actor_id=caller.id)
