"""Background work of rooms."""

from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import periodic
from nightmarket.modules.rooms.service.archive_chat import archive_active_rooms
from nightmarket.modules.rooms.service.keep_queue import pass_turns
from nightmarket.modules.rooms.service.set_room_rules import end_raid_mode
from nightmarket.modules.rooms.service.tell_queue import tell_queue

__all__ = ["archive_chat", "end_raid_mode", "pass_overdue_turns", "tell_queue"]


@periodic("rooms.archive_chat.v1", queue="realtime", every=1)
async def archive_chat(ctx: Context) -> None:
    """Chat into the database."""
    await archive_active_rooms(ctx)


@periodic("rooms.pass_turns.v1", queue="realtime", every=2)
async def pass_overdue_turns(ctx: Context) -> None:
    """Nobody holds up a line."""
    await pass_turns(ctx)
