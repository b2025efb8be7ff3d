"""What an input is doing becomes what the show is doing: guarded, and only in the direction Cloudflare confirms."""

from datetime import timedelta
from typing import Final

from nightmarket.integrations.cloudflare import repository
from nightmarket.integrations.cloudflare.client import CloudflareClient, NotThere
from nightmarket.integrations.cloudflare.models import CloudflareInputRow
from nightmarket.integrations.cloudflare.truth import Standing, look_up, look_up_viewers
from nightmarket.kernel.context import Context
from nightmarket.kernel.logging import get_logger
from nightmarket.kernel.problems import Problem
from nightmarket.kernel.unit import Unit
from nightmarket.modules.streams.public import ON_AIR, StreamView, fail_over, note_signal, stream_view

log = get_logger(__name__)

NAME: Final = "cloudflare"


async def follow_input(ctx: Context, client: CloudflareClient, row: CloudflareInputRow) -> Standing:
    """Ask, and have the show follow the answer. Raises when Cloudflare does not say."""
    asked_at = ctx.clock()
    standing = await look_up(client, row.input_uid or "")

    async def work(unit: Unit) -> StreamView | None:
        stream = await stream_view(unit.session, row.stream_id)
        if stream is None or stream.provider != NAME:
            return stream
        values: dict[str, object] = {"failing_since": None}
        if standing.video_uid is not None:
            values["video_uid"] = standing.video_uid
        if stream.state in ON_AIR:
            values["watch_until"] = unit.now + repository.WATCH
        await repository.change(unit, row.stream_id, **values)
        if stream.has_signal != standing.is_live:
            await note_signal(unit, row.stream_id, on=standing.is_live, at=asked_at, provider=NAME)
        return stream

    stream = await ctx.transact(work)
    if stream is not None and standing.is_live and stream.state in ON_AIR:
        await _count(ctx, client, row)
    return standing


async def watch_input(ctx: Context, client: CloudflareClient, row: CloudflareInputRow) -> None:
    """The same from the periodic look: silence is noted, and by rule a running show goes elsewhere."""
    try:
        await follow_input(ctx, client, row)
    except Problem as error:
        log.warning("cloudflare.no_word", stream_id=row.stream_id, code=error.code)
        await ctx.transact(lambda unit: repository.fail(unit, row.stream_id))
        await _by_rule(ctx, row.stream_id)


async def _by_rule(ctx: Context, stream_id: str) -> None:
    patience = ctx.settings.stream.fail_over_seconds
    async with ctx.reader() as session:
        row = await repository.input_of(session, stream_id)
        stream = await stream_view(session, stream_id)
    if not patience or row is None or row.failing_since is None or stream is None:
        return
    if stream.provider == NAME and ctx.clock() - row.failing_since >= timedelta(seconds=patience):
        try:
            await fail_over(ctx, stream_id)
        except Problem as error:
            log.error("cloudflare.fail_over_failed", stream_id=stream_id, code=error.code)


async def _count(ctx: Context, client: CloudflareClient, row: CloudflareInputRow) -> None:
    try:
        viewers = await look_up_viewers(client, row.input_uid or "")
    except (Problem, NotThere):
        return
    await ctx.transact(lambda unit: repository.count_viewers(unit, row, viewers))
