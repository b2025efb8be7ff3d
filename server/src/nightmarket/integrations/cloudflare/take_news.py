"""What follows from Cloudflare's news: it is asked itself, and the show follows its answer."""

from datetime import timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.integrations.cloudflare import repository
from nightmarket.integrations.cloudflare.client import CloudflareClient, NotThere
from nightmarket.integrations.cloudflare.follow_input import follow_input
from nightmarket.integrations.cloudflare.models import CloudflareInputRow
from nightmarket.integrations.cloudflare.settle_recording import settle_recording
from nightmarket.kernel import inbox
from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import job
from nightmarket.kernel.logging import get_logger
from nightmarket.kernel.problems import Unavailable

log = get_logger(__name__)

_SAYS: Final = {"live_input.connected": True, "live_input.disconnected": False}
_FRESH: Final = timedelta(seconds=20)


@job("cloudflare.take_live_news.v1", queue="realtime")
async def take_live_news(ctx: Context, inbox_id: str) -> None:
    """An encoder came or went, as far as Cloudflare confirms it. News ahead of its own status are asked about again."""
    async with ctx.reader() as session:
        news = await _waiting(session, inbox_id)
        row = None if news is None else await repository.input_named(session, news.body["input_uid"])
    if news is None:
        return
    if row is None or row.ended_at is not None:
        log.info("cloudflare.news_of_no_show", inbox_id=inbox_id)
    else:
        event, problem = news.body["event"], news.body.get("problem")
        standing = await follow_input(ctx, CloudflareClient(ctx), row)
        says = _SAYS.get(event)
        if says is not None and says != standing.is_live and ctx.clock() - news.received_at < _FRESH:
            raise Unavailable("Cloudflare's status does not say so yet.", retry_after=2)
        if problem is not None or says:
            await ctx.transact(lambda unit: repository.change(unit, row.stream_id, problem=problem))
    await ctx.transact(lambda unit: inbox.mark_handled(unit, inbox_id))


@job("cloudflare.take_video_news.v1", queue="bulk")
async def take_video_news(ctx: Context, inbox_id: str) -> None:
    """A video is finished: if it is of an ended show of ours, it may be the replay."""
    async with ctx.reader() as session:
        news = await _waiting(session, inbox_id)
    if news is None:
        return
    client = CloudflareClient(ctx)
    row = await _show_of(ctx, client, news.body["uid"])
    if row is not None:
        await settle_recording(ctx, client, row)
    await ctx.transact(lambda unit: inbox.mark_handled(unit, inbox_id))


async def _show_of(ctx: Context, client: CloudflareClient, video_uid: str) -> CloudflareInputRow | None:
    try:
        video = await client.call("GET", f"/{video_uid}")
    except NotThere:
        return None
    input_uid = video.get("liveInput") if isinstance(video, dict) else None
    if not isinstance(input_uid, str):
        return None
    async with ctx.reader() as session:
        return await repository.input_named(session, input_uid)


async def _waiting(session: AsyncSession, inbox_id: str) -> inbox.InboxRow | None:
    row = await session.get(inbox.InboxRow, inbox_id)
    return None if row is None or row.handled_at is not None else row
