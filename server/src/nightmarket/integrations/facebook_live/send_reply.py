"""The one reply a comment gets: in private if Facebook lets us, otherwise under the video, with nothing personal."""

from nightmarket.integrations.facebook_live import repository
from nightmarket.integrations.facebook_live.graph import (
    ALREADY_REPLIED,
    GraphRefusal,
    reply_privately,
    reply_publicly,
)
from nightmarket.integrations.facebook_live.models import FacebookReplyRow, ReplyState
from nightmarket.integrations.facebook_live.pages import Page, pages_of
from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import job
from nightmarket.kernel.logging import get_logger

log = get_logger(__name__)


@job("facebook_live.send_reply.v1", queue="mail")
async def send_reply(ctx: Context, comment_id: str) -> None:
    """Send what was planned. Trouble on the way is tried again; Facebook itself refuses a second private reply."""
    row = await ctx.transact(lambda unit: repository.begin_reply(unit, comment_id))
    page = None if row is None else pages_of(ctx.settings).get(row.page_id)
    if row is None or page is None:
        return
    state = await _send(ctx, page, row)
    await ctx.transact(lambda unit: repository.end_reply(unit, comment_id, state))


async def _send(ctx: Context, page: Page, row: FacebookReplyRow) -> ReplyState:
    try:
        await reply_privately(ctx, page, row.comment_id, row.text)
    except GraphRefusal as refusal:
        if refusal.code == ALREADY_REPLIED and row.attempts > 0:
            return "private"  # ours: it arrived, and the answer did not
        log.warning("facebook_live.private_reply_refused", comment_id=row.comment_id, code=refusal.code)
    else:
        return "private"
    try:
        await reply_publicly(ctx, page, row.comment_id, row.public_text)
    except GraphRefusal as refusal:
        log.warning("facebook_live.public_reply_refused", comment_id=row.comment_id, code=refusal.code)
        return "failed"
    return "public"
