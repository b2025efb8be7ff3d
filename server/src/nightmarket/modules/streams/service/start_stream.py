"""The host goes on the air."""

from nightmarket.kernel.problems import NotFound
from nightmarket.kernel.unit import Unit
from nightmarket.modules.identity.public import Caller
from nightmarket.modules.streams import repository
from nightmarket.modules.streams.errors import NoSignal, StreamOver
from nightmarket.modules.streams.events import StreamStarted
from nightmarket.modules.streams.models import Stream
from nightmarket.modules.streams.service.check_access import run_stream
from nightmarket.modules.streams.service.pin_item import open_moment
from nightmarket.modules.streams.service.tell_provider import protect_media
from nightmarket.modules.streams.states import BEFORE, ENDED, LIVE


async def start_stream(unit: Unit, caller: Caller, stream_id: str) -> None:
    """Open the show to everybody. Only with a picture; a show that is on the air already stays as it is."""
    await run_stream(unit.session, stream_id, caller)
    stream = await repository.locked(unit, stream_id)
    if stream is None:
        raise NotFound
    if stream.state == ENDED:
        raise StreamOver
    if stream.state not in BEFORE:
        return
    if not stream.has_signal:
        raise NoSignal
    await go_live(unit, stream)


async def go_live(unit: Unit, stream: Stream) -> None:
    """Put a locked show on the air; what is pinned already opens the first moment."""
    if not await repository.move(unit, stream.id, LIVE, started_at=unit.now):
        return
    await unit.session.refresh(stream)
    await open_moment(unit, stream)
    if not stream.auto_start:
        unit.enqueue(protect_media, stream.id)
    unit.announce(StreamStarted(stream.id, stream.shop_id))
