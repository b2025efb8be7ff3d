"""Tells the relay where a show goes now: always the whole list, so that a lost or repeated message does no harm."""

from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import job
from nightmarket.kernel.logging import get_logger
from nightmarket.kernel.sealing import Sealer
from nightmarket.modules.simulcast import repository
from nightmarket.modules.simulcast.ports import OrderedOutput, OutputRelay
from nightmarket.modules.streams import public as streams

log = get_logger(__name__)


def sealer(ctx: Context) -> Sealer:
    """What keys of other platforms are encrypted with."""
    return Sealer(ctx.secret, "output-keys")


@job("simulcast.tell_relay.v1", queue="realtime")
async def tell_relay(ctx: Context, stream_id: str) -> None:
    """As the database says now: the enabled outputs while the show is on the air, none otherwise."""
    async with ctx.reader() as session:
        stream = await streams.stream_view(session, stream_id)
        rows = await repository.outputs(session, stream_id)
    ordered = []
    if stream is not None and stream.state in streams.ON_AIR:
        for row in rows:
            key = sealer(ctx).open(row.id, row.sealed_key)
            if row.is_enabled and key is not None:
                ordered.append(OrderedOutput(row.id, row.url, key))
            elif key is None:
                log.error("simulcast.key_lost", output_id=row.id)
    await ctx.port(OutputRelay).order(stream_id, ordered)
