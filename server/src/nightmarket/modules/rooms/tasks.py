"""Background work of rooms."""

from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import periodic
from nightmarket.modules.rooms.service.archive_chat import archive_active_rooms


@periodic("rooms.archive_chat.v1", queue="realtime", every=1)
async def archive_chat(ctx: Context) -> None:
    """Chat into the database."""
    await archive_active_rooms(ctx)
