"""Clips: what the people of a shop ask to have cut out of a show, running or over."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.kernel.problems import NotFound
from nightmarket.kernel.storage import PRIVATE
from nightmarket.kernel.unit import Unit
from nightmarket.modules.identity.public import Caller
from nightmarket.modules.replays import repository
from nightmarket.modules.replays.errors import ClipOutOfRange, TooManyClips
from nightmarket.modules.replays.models import Clip
from nightmarket.modules.replays.policy import EDITORS, LONGEST_CLIP_MS, MAX_CLIPS, SHORTEST_CLIP_MS
from nightmarket.modules.replays.service.cut_clip import cut_clip
from nightmarket.modules.replays.service.remove_replay import remove_object
from nightmarket.modules.replays.states import PENDING
from nightmarket.modules.shops.public import require_role
from nightmarket.modules.streams import public as streams

_LATE = timedelta(minutes=15)
_BATCH = 20


@dataclass(frozen=True, slots=True)
class ClipPlan:
    """What to cut out, in milliseconds of the recording."""

    title: str
    starts_ms: int
    ends_ms: int


async def order_clip(unit: Unit, caller: Caller, stream_id: str, plan: ClipPlan) -> str:
    """Have a clip made; its id."""
    stream = await streams.locked_stream(unit, stream_id)
    if stream is None or await streams.visible_stream(unit.session, stream_id, caller) is None:
        raise NotFound
    await require_role(unit.session, stream.shop_id, caller, *EDITORS)
    recorded_ms = await streams.recorded_ms(unit, stream_id)
    length = plan.ends_ms - plan.starts_ms
    if not SHORTEST_CLIP_MS <= length <= LONGEST_CLIP_MS or plan.ends_ms > recorded_ms:
        raise ClipOutOfRange(
            min_seconds=SHORTEST_CLIP_MS // 1000,
            max_seconds=LONGEST_CLIP_MS // 1000,
            recorded_seconds=recorded_ms / 1000,
        )
    if await repository.clip_count(unit.session, stream_id) >= MAX_CLIPS:
        raise TooManyClips(limit=MAX_CLIPS)
    clip_id = new_id("clp")
    await unit.add(
        Clip(
            id=clip_id,
            stream_id=stream_id,
            shop_id=stream.shop_id,
            made_by=caller.id,
            title=plan.title,
            starts_ms=plan.starts_ms,
            ends_ms=plan.ends_ms,
            state=PENDING,
            object_key=f"{PRIVATE if stream.is_private else ''}clips/{clip_id}.mp4",
            is_kept=False,
            created_at=unit.now,
        )
    )
    unit.enqueue(cut_clip, clip_id)
    return clip_id


async def change_clip(unit: Unit, caller: Caller, stream_id: str, clip_id: str, changes: dict[str, Any]) -> None:
    """Another title, or that the rules leave it alone."""
    await _own_clip(unit, caller, stream_id, clip_id)
    if changes:
        await repository.change_clip(unit, clip_id, **changes)


async def delete_clip(unit: Unit, caller: Caller, stream_id: str, clip_id: str) -> None:
    """Take a clip away."""
    await _own_clip(unit, caller, stream_id, clip_id)
    await drop_clip(unit, clip_id)


async def drop_clip(unit: Unit, clip_id: str) -> bool:
    """The row, and after the commit the object. False when it is gone already."""
    clip = await repository.clip(unit.session, clip_id)
    if clip is None:
        return False
    unit.session.expunge(clip)
    if not await repository.delete_clip(unit, clip_id):
        return False
    unit.enqueue(remove_object, clip.object_key)
    return True


async def cut_forgotten(ctx: Context) -> None:
    """Try again what could not be cut while something was away for long."""
    async with ctx.reader() as session:
        late = await repository.pending_clips(session, before=ctx.clock() - _LATE, limit=_BATCH)
    for clip_id in late:
        async with ctx.unit() as unit:
            unit.enqueue(cut_clip, clip_id)


async def _own_clip(unit: Unit, caller: Caller, stream_id: str, clip_id: str) -> None:
    clip = await repository.clip(unit.session, clip_id)
    if clip is None or clip.stream_id != stream_id:
        raise NotFound
    await require_role(unit.session, clip.shop_id, caller, *EDITORS)
