"""Background work of the Facebook adapter."""

from datetime import timedelta

from nightmarket.integrations.facebook_live.models import FacebookReplyRow
from nightmarket.integrations.facebook_live.repository import older_than
from nightmarket.integrations.facebook_live.send_reply import send_reply
from nightmarket.integrations.facebook_live.take_comment import take_comment
from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import periodic
from nightmarket.kernel.tidying import forget_rows

__all__ = ["forget_replies", "send_reply", "take_comment"]

_REPLIES_KEPT = timedelta(days=30)


@periodic("facebook_live.forget_replies.v1", queue="bulk", every=3600)
async def forget_replies(ctx: Context) -> None:
    """Drop what was replied, once Facebook takes no reply to such comments any more."""
    await forget_rows(ctx, FacebookReplyRow, older_than(ctx.clock() - _REPLIES_KEPT))
