"""The recording of an ended show, as Cloudflare finishes it a little later."""

from datetime import timedelta
from typing import Any, Final

from nightmarket.integrations.cloudflare import repository
from nightmarket.integrations.cloudflare.client import CloudflareClient, NotThere
from nightmarket.integrations.cloudflare.models import CloudflareInputRow, CloudflareVideoRow
from nightmarket.kernel.context import Context
from nightmarket.kernel.logging import get_logger
from nightmarket.kernel.problems import NotFound, Problem
from nightmarket.kernel.unit import Unit
from nightmarket.modules.streams.public import RecordingFacts, keep_recording

log = get_logger(__name__)

PATIENCE: Final = timedelta(minutes=10)
"""A video that is not finished by then may never be: what there is becomes the replay."""
GIVE_UP: Final = timedelta(days=1)
_UNDER_WAY: Final = {"live-inprogress", "inprogress", "queued", "downloading", "pendingupload"}


async def settle_recording(ctx: Context, client: CloudflareClient, row: CloudflareInputRow) -> bool:
    """Make the longest finished video of an ended show its replay. Whether there is nothing left to wait for."""
    if row.ended_at is None or row.settled_at is not None or row.input_uid is None:
        return row.settled_at is not None
    try:
        found = await client.call("GET", f"/live_inputs/{row.input_uid}/videos") or []
    except NotThere:
        found = []
    now = ctx.clock()
    states = [_state(one) for one in found]
    ready = [_video(row.stream_id, one) for one, state in zip(found, states, strict=True) if state == "ready"]
    is_late = now - row.ended_at > PATIENCE
    waits = (any(state in _UNDER_WAY for state in states) or not ready) and not is_late
    if waits or (not ready and now - row.ended_at <= GIVE_UP):
        return False
    best = max(ready, key=lambda video: video.duration_ms, default=None)
    has_file = best is None or await _has_file(ctx, client, best)

    async def work(unit: Unit) -> None:
        for video in ready:
            video.created_at = unit.now
            await repository.keep_video(unit, video)
        done = unit.now if has_file or is_late else None
        await repository.change(unit, row.stream_id, replay_uid=best and best.video_uid, settled_at=done)
        if best is not None:
            await keep_recording(unit, row.stream_id, _facts(best))

    try:
        await ctx.transact(work)
    except NotFound:
        log.info("cloudflare.show_has_gone", stream_id=row.stream_id)
        return True
    log.info("cloudflare.recording_settled", stream_id=row.stream_id, videos=len(ready), has_file=has_file)
    return has_file or is_late


async def _has_file(ctx: Context, client: CloudflareClient, video: CloudflareVideoRow) -> bool:
    """Whether the MP4 is made; asking for one that is not begun begins it. True also where none is wanted."""
    if not ctx.settings.cloudflare.downloads:
        return True
    path = f"/{video.video_uid}/downloads"
    try:
        made = await client.call("GET", path) or {}
        if not made.get("default"):
            made = await client.call("POST", path) or {}
    except (NotThere, Problem) as error:
        log.warning("cloudflare.no_download", video_uid=video.video_uid, error=type(error).__name__)
        return False
    video.has_file = (made.get("default") or {}).get("status") == "ready"
    return video.has_file


def _facts(video: CloudflareVideoRow) -> RecordingFacts:
    return RecordingFacts(
        duration_ms=video.duration_ms,
        size_bytes=video.size_bytes,
        file_path=f"/{video.video_uid}/downloads/default.mp4" if video.has_file else None,
        width=video.width,
        height=video.height,
        provider="cloudflare",
    )


def _video(stream_id: str, said: dict[str, Any]) -> CloudflareVideoRow:
    shape = said.get("input") if isinstance(said.get("input"), dict) else {}
    return CloudflareVideoRow(
        video_uid=str(said["uid"])[:32],
        stream_id=stream_id,
        duration_ms=max(0, round(float(said.get("duration") or 0) * 1000)),
        size_bytes=_positive(said.get("size")),
        width=_positive((shape or {}).get("width")),
        height=_positive((shape or {}).get("height")),
        has_file=False,
    )


def _state(said: Any) -> str:
    status = said.get("status") if isinstance(said, dict) else None
    return str(status.get("state")) if isinstance(status, dict) else "unknown"


def _positive(value: Any) -> int | None:
    return int(value) if isinstance(value, int | float) and 0 < value < 2**62 else None
