"""Where to watch a show, live and afterwards."""

from typing import Any

from nightmarket.kernel.context import Context
from nightmarket.kernel.problems import NotFound
from nightmarket.modules.identity.public import Caller
from nightmarket.modules.streams import repository
from nightmarket.modules.streams.models import Recording, Stream
from nightmarket.modules.streams.ports import PublicBase, StreamProvider
from nightmarket.modules.streams.service.check_access import is_staff, seen_stream
from nightmarket.modules.streams.service.describe_stream import poster_url, shows_picture
from nightmarket.modules.streams.service.pin_item import recording_position
from nightmarket.modules.streams.states import ENDED, ON_AIR


async def play_stream(ctx: Context, stream_id: str, caller: Caller | None, *, base: PublicBase) -> dict[str, Any]:
    """Addresses of this show for this caller. Its shop may also watch the preview of a show that has not started."""
    async with ctx.reader() as session:
        stream = await seen_stream(session, stream_id, caller)
        recording = await repository.recording(session, stream_id)
        may_preview = stream.has_signal and await is_staff(session, stream.shop_id, caller)
    urls = await ctx.port(StreamProvider).playback(stream_id, base)
    can_watch = may_preview or (stream.first_signal_at is not None and stream.state in (*ON_AIR, ENDED))
    file_url = None
    if recording is not None and recording.file_path is not None:
        file_url = await ctx.port(StreamProvider).recording_url(recording.file_path, base)
    return {
        "state": stream.state,
        "hls": urls.hls if can_watch else None,
        "dvr": urls.dvr if can_watch else None,
        "dvr_seconds": _dvr_seconds(ctx, stream, recording),
        "poster": await poster_url(ctx, stream, base=base),
        "recording": file_url,
        "recording_seconds": None if recording is None else recording.duration_ms / 1000,
        "latency_class": "replay" if stream.state == ENDED else urls.latency_class,
    }


async def find_poster(ctx: Context, stream_id: str, *, base: PublicBase) -> str:
    """The address of a show's picture for those who only know its id; NotFound while there is none."""
    async with ctx.reader() as session:
        stream = await repository.stream(session, stream_id)
    if stream is None or not shows_picture(stream) or stream.is_private:
        raise NotFound
    return (await ctx.port(StreamProvider).playback(stream_id, base)).poster


def _dvr_seconds(ctx: Context, stream: Stream, recording: Recording | None) -> float:
    """How far back a player may go."""
    if recording is not None:
        return recording.duration_ms / 1000
    if stream.first_signal_at is None or stream.state not in ON_AIR:
        return 0
    return recording_position(stream, ctx.clock()) / 1000
