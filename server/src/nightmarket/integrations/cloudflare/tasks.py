"""Background work of the Cloudflare adapter."""

import asyncio
from datetime import timedelta

from nightmarket.integrations.cloudflare import repository
from nightmarket.integrations.cloudflare.client import CloudflareClient, NotThere
from nightmarket.integrations.cloudflare.follow_input import watch_input
from nightmarket.integrations.cloudflare.models import CloudflareInputRow
from nightmarket.integrations.cloudflare.settle_recording import GIVE_UP, PATIENCE, settle_recording
from nightmarket.integrations.cloudflare.take_news import take_live_news, take_video_news
from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import periodic
from nightmarket.kernel.logging import get_logger
from nightmarket.kernel.problems import Problem

__all__ = ["settle_recordings", "take_live_news", "take_video_news", "tidy_inputs", "watch_shows"]

log = get_logger(__name__)

_BATCH = 200
_AT_ONCE = 8
_KEPT = timedelta(days=7)


@periodic("cloudflare.watch_shows.v1", queue="realtime", every=10)
async def watch_shows(ctx: Context) -> None:
    """The safety net under the notifications: ask whether a picture arrives, wherever one may."""
    if not ctx.settings.cloudflare.is_on:
        return
    async with ctx.reader() as session:
        rows = await repository.watched(session, ctx.clock(), _BATCH)
    client, places = CloudflareClient(ctx), asyncio.Semaphore(_AT_ONCE)

    async def watch(row: CloudflareInputRow) -> None:
        async with places:
            await watch_input(ctx, client, row)

    await asyncio.gather(*(watch(row) for row in rows))


@periodic("cloudflare.settle_recordings.v1", queue="bulk", every=30)
async def settle_recordings(ctx: Context) -> None:
    """The same for recordings whose webhook was lost."""
    if not ctx.settings.cloudflare.is_on:
        return
    async with ctx.reader() as session:
        rows = await repository.unsettled(session, ctx.clock() - GIVE_UP - PATIENCE, _BATCH)
    client = CloudflareClient(ctx)
    for row in rows:
        try:
            await settle_recording(ctx, client, row)
        except Problem as error:
            log.warning("cloudflare.recording_waits", stream_id=row.stream_id, code=error.code)
            return


@periodic("cloudflare.tidy_inputs.v1", queue="bulk", every=3600)
async def tidy_inputs(ctx: Context) -> None:
    """Delete inputs of shows that ended a week ago. Their recordings stay."""
    if not ctx.settings.cloudflare.is_on:
        return
    async with ctx.reader() as session:
        rows = await repository.worn_out(session, ctx.clock() - _KEPT, _BATCH)
    client = CloudflareClient(ctx)
    for row in rows:
        try:
            await _delete(ctx, client, row)
        except Problem as error:
            log.warning("cloudflare.input_stays", stream_id=row.stream_id, code=error.code)
            return


async def _delete(ctx: Context, client: CloudflareClient, row: CloudflareInputRow) -> None:
    if row.input_uid is not None:
        try:
            await client.call("DELETE", f"/live_inputs/{row.input_uid}")
        except NotThere:
            log.info("cloudflare.input_gone", stream_id=row.stream_id)
    await ctx.transact(lambda unit: repository.change(unit, row.stream_id, deleted_at=unit.now))
