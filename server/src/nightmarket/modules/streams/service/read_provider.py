"""Who carries a show, who else could, and what it costs so far: for those who may have to move it."""

from dataclasses import dataclass

from nightmarket.kernel.context import Context
from nightmarket.modules.identity.public import Caller
from nightmarket.modules.streams.ports import VideoServices, VideoUse
from nightmarket.modules.streams.service.check_access import staff_stream
from nightmarket.modules.streams.service.choose_provider import provider_of
from nightmarket.modules.streams.states import EMBEDDED, ProviderName


@dataclass(frozen=True, slots=True)
class ProviderView:
    """`use` counts minutes, and US cents rounded up: delivered once, stored for each month it is kept."""

    provider: ProviderName
    choices: list[str]
    """Whom the show may move to, and who has it."""
    use: VideoUse


async def read_provider(ctx: Context, stream_id: str, caller: Caller) -> ProviderView:
    """For everybody who works in the shop."""
    async with ctx.reader() as session:
        stream = await staff_stream(session, stream_id, caller)
    use = await provider_of(ctx, stream).use(stream_id)
    return ProviderView(stream.provider, [EMBEDDED, *ctx.port(VideoServices).names], use)
