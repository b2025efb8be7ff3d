"""News about shows and their line-ups."""

from dataclasses import dataclass
from typing import ClassVar

from nightmarket.kernel.outbox import Event


@dataclass(frozen=True)
class _StreamEvent(Event):
    stream_id: str
    shop_id: str


@dataclass(frozen=True)
class StreamScheduled(_StreamEvent):
    """The show has a date now, or another one."""

    topic: ClassVar[str] = "streams.scheduled"


@dataclass(frozen=True)
class StreamStarted(_StreamEvent):
    """The show went live for the first time."""

    topic: ClassVar[str] = "streams.started"


@dataclass(frozen=True)
class StreamInterrupted(_StreamEvent):
    """The picture stopped; the show goes on as soon as the encoder is back."""

    topic: ClassVar[str] = "streams.interrupted"


@dataclass(frozen=True)
class StreamResumed(_StreamEvent):
    """The picture is back."""

    topic: ClassVar[str] = "streams.resumed"


@dataclass(frozen=True)
class StreamEnded(_StreamEvent):
    """The show is over for good."""

    topic: ClassVar[str] = "streams.ended"


@dataclass(frozen=True)
class StreamUpdated(_StreamEvent):
    """Something a viewer or the studio sees of the show changed: title, date, signal."""

    topic: ClassVar[str] = "streams.updated"


@dataclass(frozen=True)
class StreamMoved(_StreamEvent):
    """Another provider carries the picture now: players and encoders need the new addresses."""

    topic: ClassVar[str] = "streams.moved"


@dataclass(frozen=True)
class StreamDeleted(_StreamEvent):
    """A show that never started was removed."""

    topic: ClassVar[str] = "streams.deleted"


@dataclass(frozen=True)
class OutputReported(Event):
    """The relay says how sending a show on to one more place goes; `at` in Unix milliseconds."""

    topic: ClassVar[str] = "streams.output_reported"

    stream_id: str
    output_id: str
    state: str
    reason: str | None
    at: int


@dataclass(frozen=True)
class RecordingReady(Event):
    """The replay of an ended show can be played."""

    topic: ClassVar[str] = "streams.recording_ready"

    stream_id: str


@dataclass(frozen=True)
class _ItemEvent(Event):
    stream_id: str
    item_id: str


@dataclass(frozen=True)
class ItemAdded(_ItemEvent):
    """The line-up has a new item."""

    topic: ClassVar[str] = "streams.item_added"


@dataclass(frozen=True)
class ItemUpdated(_ItemEvent):
    """Code, price, limit or ring-fenced stock of an item changed."""

    topic: ClassVar[str] = "streams.item_updated"


@dataclass(frozen=True)
class ItemRemoved(_ItemEvent):
    """An item left the line-up."""

    topic: ClassVar[str] = "streams.item_removed"


@dataclass(frozen=True)
class ItemPinned(Event):
    """The host shows this item now; None: no item."""

    topic: ClassVar[str] = "streams.item_pinned"

    stream_id: str
    item_id: str | None
    media_time: float | None = None
    """When the picture was taken that shows it, in Unix seconds; None: it belongs to no picture."""
