"""The api side of the edge's requests, in the process that has the database."""

from typing import Any

import msgspec

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import is_id
from nightmarket.kernel.problems import NotAllowed, NotFound, SignInRequired
from nightmarket.modules.rooms.ports import CommentOrders
from nightmarket.modules.rooms.realtime.backend import RoomBackend, Standing
from nightmarket.modules.rooms.realtime.kinds.buyer import ClaimResult
from nightmarket.modules.rooms.realtime.kinds.replies import QueueAnswer, SpotlightAnswer
from nightmarket.modules.rooms.realtime.tickets import Ticket
from nightmarket.modules.rooms.service.keep_queue import join_queue, leave_queue
from nightmarket.modules.rooms.service.take_snapshot import take_snapshot
from nightmarket.modules.shops.public import followed_since, role_of
from nightmarket.modules.streams import public as streams


class InProcessBackend(RoomBackend):
    """Answers the edge from this process's context. The edge has checked the ticket; rights are checked again here."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx

    async def snapshot(self, room: str) -> dict[str, Any] | None:
        """The room as it is now."""
        return await take_snapshot(self._ctx, room)

    async def comment(self, room: str, viewer: Ticket, message_id: str, text: str) -> ClaimResult | None:
        """Hand the message to whoever reads comments as orders; None while nobody does."""
        if viewer.user is None or CommentOrders not in self._ctx.ports:
            return None
        orders = self._ctx.port(CommentOrders)
        return await orders.submit(self._ctx, stream_id=room, buyer_id=viewer.user, message_id=message_id, text=text)

    async def standing(self, room: str, viewer: Ticket) -> Standing:
        """Whether the viewer follows the shop of this room by now."""
        async with self._ctx.reader() as session:
            stream = await streams.stream_view(session, room)
            if stream is None or viewer.user is None:
                return Standing(None)
            since = await followed_since(session, stream.shop_id, viewer.user)
        return Standing(None if since is None else int(since.timestamp()))

    async def spotlight(
        self, room: str, viewer: Ticket, item_id: str | None, media_time: float | None
    ) -> SpotlightAnswer:
        """Pin an item; the frame follows from the event, like every pin."""
        if viewer.user is None:
            raise SignInRequired
        if item_id is not None and not is_id("itm", item_id):
            raise NotFound
        async with self._ctx.reader() as session:
            stream = await streams.stream_view(session, room)
            if stream is None:
                raise NotFound
            if await role_of(session, stream.shop_id, viewer.user) not in ("owner", "host"):
                raise NotAllowed
        await self._ctx.transact(lambda unit: streams.pin(unit, room, item_id, media_time=media_time))
        return SpotlightAnswer(item_id)

    async def queue(self, room: str, viewer: Ticket, item_id: str | None, *, leave: bool) -> QueueAnswer:
        """Join or leave the line."""
        if viewer.user is None:
            raise SignInRequired
        if leave:
            await leave_queue(self._ctx, room, viewer.user)
            return QueueAnswer()
        place = await join_queue(self._ctx, room, viewer.user, item_id)
        return QueueAnswer(*msgspec.structs.astuple(place.frame()))
