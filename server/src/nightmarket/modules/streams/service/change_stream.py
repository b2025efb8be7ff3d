"""A seller changes what a show says about itself, or takes it back before it started."""

from typing import Any

from nightmarket.kernel.problems import NotFound
from nightmarket.kernel.unit import Unit
from nightmarket.modules.identity.public import Caller
from nightmarket.modules.streams import repository
from nightmarket.modules.streams.errors import StreamUnderWay
from nightmarket.modules.streams.events import StreamDeleted, StreamScheduled, StreamUpdated
from nightmarket.modules.streams.models import Stream
from nightmarket.modules.streams.service.check_access import run_stream
from nightmarket.modules.streams.service.create_stream import check_date
from nightmarket.modules.streams.service.tell_provider import forget_media, protect_media
from nightmarket.modules.streams.states import BEFORE, DRAFT, SCHEDULED

_ONLY_BEFORE = {"scheduled_at", "auto_start"}


async def change_stream(unit: Unit, caller: Caller, stream_id: str, changes: dict[str, Any]) -> None:
    """Set the named fields. A date makes a draft a scheduled show, taking it away makes it a draft again."""
    stream = await _locked(unit, caller, stream_id)
    if _ONLY_BEFORE & changes.keys() and stream.state not in BEFORE:
        raise StreamUnderWay
    is_new_date = "scheduled_at" in changes and changes["scheduled_at"] != stream.scheduled_at
    if is_new_date:
        check_date(changes["scheduled_at"], unit.now)
    for name, value in changes.items():
        setattr(stream, name, value)
    if is_new_date:
        stream.state = SCHEDULED if stream.scheduled_at else DRAFT
    await unit.session.flush()
    if is_new_date and stream.scheduled_at:
        unit.announce(StreamScheduled(stream.id, stream.shop_id))
    if {"is_private", "auto_start"} & changes.keys():
        unit.enqueue(protect_media, stream.id)
    if changes:
        unit.announce(StreamUpdated(stream.id, stream.shop_id))


async def delete_stream(unit: Unit, caller: Caller, stream_id: str) -> None:
    """Take a show back that never started; whoever publishes a preview to it is disconnected."""
    stream = await _locked(unit, caller, stream_id)
    if stream.state not in BEFORE:
        raise StreamUnderWay
    shop_id, provider = stream.shop_id, stream.provider
    unit.session.expunge(stream)
    await repository.delete(unit, stream_id)
    unit.announce(StreamDeleted(stream_id, shop_id))
    unit.enqueue(forget_media, stream_id, provider)


async def _locked(unit: Unit, caller: Caller, stream_id: str) -> Stream:
    await run_stream(unit.session, stream_id, caller)
    stream = await repository.locked(unit, stream_id)
    if stream is None:
        raise NotFound
    return stream
