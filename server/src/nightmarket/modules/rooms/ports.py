"""What rooms need from the modules above them."""

from typing import Protocol

from nightmarket.kernel.context import Context
from nightmarket.modules.rooms.realtime.kinds.buyer import ClaimResult


class CommentOrders(Protocol):
    """Reads a chat message as an order."""

    async def submit(
        self, ctx: Context, *, stream_id: str, buyer_id: str, message_id: str, text: str
    ) -> ClaimResult | None:
        """What became of the comment, for its author alone; None when it was no order.

        Called for every message of a signed-in viewer, before chat limits. The message id makes a repeat harmless.
        Refusals are raised as `Problem`.
        """
