"""How the encoder is doing, and how many watch. Kept in Redis: a lost value is replaced two seconds later."""

import json
from typing import Any, Final

from redis.exceptions import RedisError

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import is_id
from nightmarket.kernel.problems import NotFound
from nightmarket.modules.identity.public import Caller
from nightmarket.modules.streams import repository
from nightmarket.modules.streams.models import Stream
from nightmarket.modules.streams.service.check_access import staff_stream
from nightmarket.modules.streams.service.describe_stream import viewer_counts
from nightmarket.modules.streams.states import ON_AIR

KEEP_SECONDS: Final = 15
_FACTS: Final = (
    "bitrate_kbps",
    "fps",
    "key_interval_seconds",
    "width",
    "height",
    "video_codec",
    "audio_codec",
    "audio_sample_rate",
    "dropped",
    "keyframe_interval_ms",
    "latency_ms",
    "protocol",
    "packet_loss",
    "rtt_ms",
    "dropped_pictures",
    "disk_full",
    "cpu_high",
)


async def note_health(ctx: Context, stream_id: str, at_ms: int, report: dict[str, Any]) -> None:
    """Keep the newest report, and the largest audience so far."""
    if not is_id("str", stream_id):
        raise NotFound
    kept = {name: report[name] for name in _FACTS if _is_plain(report.get(name))}
    try:
        await ctx.redis.set(_key(stream_id), json.dumps({"at": at_ms, **kept}), ex=KEEP_SECONDS)
    except (RedisError, OSError):
        return
    viewers = (await viewer_counts(ctx, [stream_id]))[stream_id]
    if viewers:
        await _raise_peak(ctx, stream_id, viewers)


async def read_stats(ctx: Context, stream_id: str, caller: Caller) -> dict[str, Any]:
    """The figures of a show for those who work in its shop."""
    async with ctx.reader() as session:
        stream = await staff_stream(session, stream_id, caller)
        counts = await repository.item_counts(session, [stream_id])
    viewers = (await viewer_counts(ctx, [stream_id]))[stream_id]
    return {
        "state": stream.state,
        "viewers": viewers,
        "peak_viewers": max(stream.peak_viewer_count, viewers),
        "item_count": counts.get(stream_id, 0),
        "duration_seconds": _duration(ctx, stream),
        "has_signal": stream.has_signal,
        "health": await _read_health(ctx, stream_id),
    }


async def _raise_peak(ctx: Context, stream_id: str, viewers: int) -> None:
    async with ctx.reader() as session:
        stream = await repository.stream(session, stream_id)
    if stream is not None and stream.state in ON_AIR and stream.peak_viewer_count < viewers:
        async with ctx.unit() as unit:
            await repository.raise_peak(unit, stream_id, viewers)


async def _read_health(ctx: Context, stream_id: str) -> dict[str, Any] | None:
    try:
        text = await ctx.redis.get(_key(stream_id))
    except (RedisError, OSError):
        return None
    return json.loads(text) if text else None


def _duration(ctx: Context, stream: Stream) -> float | None:
    if stream.started_at is None:
        return None
    return ((stream.ended_at or ctx.clock()) - stream.started_at).total_seconds()


def _is_plain(value: object) -> bool:
    return isinstance(value, int | float | str)


def _key(stream_id: str) -> str:
    return f"stream:{stream_id}:health"
