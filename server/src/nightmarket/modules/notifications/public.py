"""What adapters and the composition root may use of notifications. Modules below tell it things by events alone."""

from typing import Any

from nightmarket.kernel.context import Context
from nightmarket.kernel.unit import Unit
from nightmarket.modules.notifications import repository
from nightmarket.modules.notifications.channels import Channel
from nightmarket.modules.notifications.service.browsers import is_push_service
from nightmarket.modules.notifications.service.contacts import looks_like_line_code, take_line_code
from nightmarket.modules.notifications.service.deliver import end_address
from nightmarket.modules.notifications.service.letters import Letter, send_letter
from nightmarket.modules.notifications.service.render import known_locale
from nightmarket.modules.notifications.states import State
from nightmarket.modules.notifications.texts import word

__all__ = [
    "Letter",
    "is_push_service",
    "known_locale",
    "looks_like_line_code",
    "mute_address",
    "note_outcome",
    "send_letter",
    "take_line_code",
    "word",
]


async def note_outcome(
    unit: Unit,
    ctx: Context,
    delivery_id: str,
    state: State,
    *,
    reason: str | None = None,
    address_is_dead: bool = False,
) -> bool:
    """A service reports what became of a message. False: it is unknown here, or was known to be so."""
    row = await repository.delivery(unit.session, delivery_id)
    if row is None:
        return False
    values: dict[str, Any] = {} if reason is None else {"error": reason[:300]}
    moved = await repository.move(unit, delivery_id, state, **values)
    if address_is_dead:
        await end_address(unit, ctx, row, reason or state)
    return moved


async def mute_address(unit: Unit, channel: Channel, address: str, *, is_muted: bool) -> None:
    """The person stopped us, or wants us again, at the other end (blocked account, STOP)."""
    await repository.mute(unit, channel, address, is_muted=is_muted)
