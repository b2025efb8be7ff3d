"""News about replays and clips."""

from dataclasses import dataclass
from typing import ClassVar

from nightmarket.kernel.outbox import Event


@dataclass(frozen=True)
class ReplayStored(Event):
    """The replay lies in object storage now, with everything that belongs to it."""

    topic: ClassVar[str] = "replays.stored"

    stream_id: str
    shop_id: str
    size_bytes: int


@dataclass(frozen=True)
class ReplayRemoved(Event):
    """There is no replay any more: somebody asked (`asked`), or its time was over (`retention`)."""

    topic: ClassVar[str] = "replays.removed"

    stream_id: str
    shop_id: str
    why: str
    size_bytes: int


@dataclass(frozen=True)
class ClipReady(Event):
    """A clip can be watched."""

    topic: ClassVar[str] = "replays.clip_ready"

    clip_id: str
    stream_id: str
    shop_id: str
