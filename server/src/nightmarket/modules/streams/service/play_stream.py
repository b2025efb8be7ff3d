"""Where to watch a show, live and afterwards."""

from datetime import datetime, timedelta
from typing import Any, Final

from nightmarket.kernel.context import Context
from nightmarket.kernel.problems import NotFound
from nightmarket.modules.identity.public import Caller
from nightmarket.modules.streams import repository
from nightmarket.modules.streams.models import Recording, Stream
from nightmarket.modules.streams.ports import PublicBase, ReplayShelf, ReplayUrls
from nightmarket.modules.streams.service.check_access import is_protected, is_staff, seen_stream
from nightmarket.modules.streams.service.choose_provider import provider_named, provider_of
from nightmarket.modules.streams.service.describe_stream import poster_url, shows_picture
from nightmarket.modules.streams.service.pin_item import recording_position
from nightmarket.modules.streams.states import ENDED, ON_AIR

_GRANT: Final = timedelta(hours=6)
_ROUND_SECONDS: Final = 600
"""Addresses handed out within ten minutes are the same, so that caches on the way can share them."""
_OPENING: Final = timedelta(minutes=1)
"""How long the media server may take to hear that a preview has become a show."""


async def play_stream(ctx: Context, stream_id: str, caller: Caller | None, *, base: PublicBase) -> dict[str, Any]:
    """Addresses of this show for this caller. Its shop may also watch the preview of a show that has not started."""
    async with ctx.reader() as session:
        stream = await seen_stream(session, stream_id, caller)
        recording = await repository.recording(session, stream_id)
        may_preview = stream.has_signal and await is_staff(session, stream.shop_id, caller)
        stored = None
        if stream.state == ENDED and recording is not None:
            good_until = _rounded(ctx.clock() + _GRANT)
            stored = await ctx.port(ReplayShelf).find(session, stream_id, base=base, until=good_until)
    if stored is not None and recording is not None:
        return _replay(stored, recording) | {"poster": stored.poster or await poster_url(ctx, stream, base=base)}
    provider = provider_of(ctx, stream) if recording is None else provider_named(ctx, recording.provider)
    urls = await provider.playback(stream_id, base)
    was_removed = recording is not None and not stream.has_recording
    is_shown = stream.first_signal_at is not None and stream.state in (*ON_AIR, ENDED) and not was_removed
    can_watch = may_preview or is_shown
    file_url = None
    if recording is not None and recording.file_path is not None:
        file_url = await provider.recording_url(recording.file_path, base)
    until = _granted_until(stream, ctx.clock())

    def address(url: str | None) -> str | None:
        return url if url is None or until is None else provider.signed(stream_id, url, until)

    return {
        "state": stream.state,
        "hls": address(urls.hls) if can_watch else None,
        "dvr": address(urls.dvr) if can_watch else None,
        "dash": address(urls.dash) if can_watch else None,
        "whep": address(urls.whep) if can_watch and stream.state != ENDED else None,
        "iframe": address(urls.iframe) if can_watch else None,
        "provider": stream.provider,
        "expires_at": until,
        "dvr_seconds": _dvr_seconds(ctx, stream, recording),
        "poster": address(await poster_url(ctx, stream, base=base)),
        "recording": address(file_url),
        "recording_seconds": None if recording is None else recording.duration_ms / 1000,
        "thumbnails": None,
        "chapters": None,
        "latency_class": "replay" if stream.state == ENDED else urls.latency_class,
    }


async def find_poster(ctx: Context, stream_id: str, *, base: PublicBase) -> str:
    """The address of a show's picture for those who only know its id; NotFound while there is none."""
    async with ctx.reader() as session:
        stream = await repository.stream(session, stream_id)
    if stream is None or not shows_picture(stream) or stream.is_private:
        raise NotFound
    return (await provider_of(ctx, stream).playback(stream_id, base)).poster


def _granted_until(stream: Stream, now: datetime) -> datetime | None:
    """When addresses stop to work; None for a show that is open to all."""
    was_preview = not stream.auto_start and stream.started_at is not None and now - stream.started_at < _OPENING
    if not (is_protected(stream) or was_preview):
        return None
    return _rounded(now + _GRANT)


def _rounded(end: datetime) -> datetime:
    return end - timedelta(seconds=end.timestamp() % _ROUND_SECONDS)


def _replay(stored: ReplayUrls, recording: Recording) -> dict[str, Any]:
    """The answer for a show whose replay lies in object storage."""
    return {
        "state": ENDED,
        "hls": stored.hls,
        "dvr": stored.hls,
        "dash": None,
        "whep": None,
        "provider": recording.provider,
        "expires_at": stored.expires_at,
        "dvr_seconds": recording.duration_ms / 1000,
        "recording": stored.mp4,
        "recording_seconds": recording.duration_ms / 1000,
        "thumbnails": stored.thumbnails,
        "chapters": stored.chapters,
        "latency_class": "replay",
    }


def _dvr_seconds(ctx: Context, stream: Stream, recording: Recording | None) -> float:
    """How far back a player may go."""
    if recording is not None:
        return recording.duration_ms / 1000
    if stream.first_signal_at is None or stream.state not in ON_AIR:
        return 0
    return recording_position(stream, ctx.clock()) / 1000
