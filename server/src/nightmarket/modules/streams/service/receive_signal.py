"""News from the video provider: the picture came, went, came back; the recording is ready.

Always true here: what a report says holds for the moment `at` it was made. Reports may repeat and may arrive in the
wrong order; one that is older than what is known changes nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import is_id
from nightmarket.kernel.logging import get_logger
from nightmarket.kernel.problems import NotFound
from nightmarket.kernel.unit import Unit
from nightmarket.modules.streams import repository
from nightmarket.modules.streams.errors import StreamKeyEnded, StreamKeyRefused
from nightmarket.modules.streams.events import RecordingReady, StreamInterrupted, StreamResumed, StreamUpdated
from nightmarket.modules.streams.models import Recording, Stream
from nightmarket.modules.streams.service.check_access import is_protected
from nightmarket.modules.streams.service.keep_keys import key_hash
from nightmarket.modules.streams.service.start_stream import go_live
from nightmarket.modules.streams.service.tell_provider import end_media, release_media
from nightmarket.modules.streams.states import BEFORE, EMBEDDED, ENDED, INTERRUPTED, LIVE, ProviderName

log = get_logger(__name__)

SIGNALS: Final = {"started": True, "resumed": True, "interrupted": False, "ended": False}
"""What an event says about the picture. The provider's `ended` is not ours: only the shop ends its show."""


@dataclass(frozen=True, slots=True)
class RecordingFacts:
    """What the provider says about a finished recording."""

    duration_ms: int
    size_bytes: int | None
    file_path: str | None
    width: int | None
    height: int | None
    provider: ProviderName = EMBEDDED


async def authorize_publisher(ctx: Context, key: str) -> tuple[str, bool]:
    """The show a key may publish to, and whether its picture is for the shop alone."""
    async with ctx.reader() as session:
        stream = await repository.stream_of_key(session, key_hash(ctx.secret, key))
    if stream is None:
        raise StreamKeyRefused
    if stream.state == ENDED:
        raise StreamKeyEnded
    if stream.provider != EMBEDDED:
        raise StreamKeyRefused("Another provider carries this show.")
    return stream.id, is_protected(stream)


async def note_signal(unit: Unit, stream_id: str, *, on: bool, at: datetime, provider: ProviderName = EMBEDDED) -> None:
    """A picture arrives, or no longer does. It starts, interrupts or resumes the show."""
    stream = await _locked(unit, stream_id)
    if stream.provider != provider:
        log.info("streams.signal_from_elsewhere", stream_id=stream_id, on=on, provider=provider)
        if on:
            unit.enqueue(release_media, stream_id, provider)
        return
    if stream.signal_at is not None and at < stream.signal_at:
        log.info("streams.old_signal", stream_id=stream_id, on=on)
        return
    changed = stream.has_signal != on
    if on and changed and stream.first_signal_at is not None and stream.signal_at is not None:
        stream.dark_ms += (at - stream.signal_at) // timedelta(milliseconds=1)
    if on and stream.first_signal_at is None:
        stream.first_signal_at = at
    stream.has_signal, stream.signal_at = on, at
    await unit.session.flush()
    await (_on(unit, stream) if on else _off(unit, stream))
    if changed and stream.state in BEFORE:
        unit.announce(StreamUpdated(stream.id, stream.shop_id))


async def _on(unit: Unit, stream: Stream) -> None:
    if stream.state == ENDED:
        unit.enqueue(end_media, stream.id)
    elif stream.state == INTERRUPTED:
        if await repository.move(unit, stream.id, LIVE, interrupted_at=None):
            unit.announce(StreamResumed(stream.id, stream.shop_id))
    elif stream.state in BEFORE and stream.auto_start:
        await go_live(unit, stream)


async def _off(unit: Unit, stream: Stream) -> None:
    if stream.state == LIVE and await repository.move(unit, stream.id, INTERRUPTED, interrupted_at=unit.now):
        unit.announce(StreamInterrupted(stream.id, stream.shop_id))


async def keep_recording(unit: Unit, stream_id: str, facts: RecordingFacts) -> None:
    """The replay of an ended show can be played."""
    stream = await _locked(unit, stream_id)
    stored = await repository.recording(unit.session, stream_id)
    if stored is None:
        await unit.add(
            Recording(
                stream_id=stream_id,
                duration_ms=facts.duration_ms,
                size_bytes=facts.size_bytes,
                file_path=facts.file_path,
                width=facts.width,
                height=facts.height,
                provider=facts.provider,
                starts_ms=await repository.first_position(unit.session, stream_id, facts.provider),
                created_at=unit.now,
            )
        )
        stream.has_recording = True
        unit.announce(RecordingReady(stream_id))
    elif stored.provider != facts.provider:
        if facts.duration_ms > stored.duration_ms:
            await _replace(unit, stored, facts)
    elif stored.file_path is None and facts.file_path is not None:
        stored.file_path, stored.size_bytes = facts.file_path, facts.size_bytes
    await unit.session.flush()


async def _replace(unit: Unit, stored: Recording, facts: RecordingFacts) -> None:
    """The show moved, and what its other provider recorded is longer: that is the replay."""
    stored.provider, stored.duration_ms, stored.size_bytes = facts.provider, facts.duration_ms, facts.size_bytes
    stored.file_path, stored.width, stored.height = facts.file_path, facts.width, facts.height
    stored.starts_ms = await repository.first_position(unit.session, stored.stream_id, facts.provider)
    unit.announce(RecordingReady(stored.stream_id))


async def _locked(unit: Unit, stream_id: str) -> Stream:
    stream = await repository.locked(unit, stream_id) if is_id("str", stream_id) else None
    if stream is None:
        raise NotFound
    return stream
