"""How the people of a show publish to it."""

from nightmarket.kernel.context import Context
from nightmarket.kernel.unit import Unit
from nightmarket.modules.identity.public import Caller
from nightmarket.modules.streams.models import Stream
from nightmarket.modules.streams.ports import PublicBase
from nightmarket.modules.streams.service.check_access import run_stream
from nightmarket.modules.streams.service.choose_provider import facts_of, provider_of
from nightmarket.modules.streams.service.keep_keys import read_key, replace_key
from nightmarket.modules.streams.states import EMBEDDED


async def read_ingest(ctx: Context, caller: Caller, stream_id: str, *, base: PublicBase) -> dict[str, dict[str, str]]:
    """Addresses and keys by protocol, of whoever carries the show now."""
    async with ctx.reader() as session:
        stream = await run_stream(session, stream_id, caller)
    return await _of(ctx, stream, await read_key(ctx, stream), base)


async def rotate_ingest(ctx: Context, caller: Caller, stream_id: str, *, base: PublicBase) -> dict[str, dict[str, str]]:
    """The keys got out: what was good before is refused from now on, here and at the provider."""

    async def work(unit: Unit) -> str:
        return await replace_key(unit, ctx, caller, stream_id)

    key = await ctx.transact(work)
    async with ctx.reader() as session:
        stream = await run_stream(session, stream_id, caller)
    if stream.provider != EMBEDDED:
        await provider_of(ctx, stream).prepare(facts_of(stream))
        await provider_of(ctx, stream).rotate(stream_id)
    return await _of(ctx, stream, key, base)


async def _of(ctx: Context, stream: Stream, key: str, base: PublicBase) -> dict[str, dict[str, str]]:
    provider = provider_of(ctx, stream)
    if stream.provider != EMBEDDED:
        await provider.prepare(facts_of(stream))
    return await provider.ingest(stream.id, key, base)
