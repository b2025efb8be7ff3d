"""What others see of replays."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.context import Context
from nightmarket.modules.replays.service.find_replay import find_replay
from nightmarket.modules.streams.ports import PublicBase, ReplayUrls

__all__ = ["StoredReplays"]


class StoredReplays:
    """Implements `streams.ports.ReplayShelf` with what lies in object storage."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx

    async def find(
        self, session: AsyncSession, stream_id: str, *, base: PublicBase, until: datetime
    ) -> ReplayUrls | None:
        """Addresses of a show's replay."""
        return await find_replay(session, self._ctx, stream_id, base=base, until=until)
