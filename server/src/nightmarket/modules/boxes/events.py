"""What happens to boxes."""

from dataclasses import dataclass
from typing import ClassVar

from nightmarket.kernel.outbox import Event


@dataclass(frozen=True)
class BoxEvent(Event):
    """What every event of a box says. `stream_ids`: the shows whose claims are in it."""

    box_id: str
    shop_id: str
    buyer_id: str
    stream_ids: list[str]


@dataclass(frozen=True)
class BoxChanged(BoxEvent):
    """Something came into the box, or was ordered out of it."""

    topic: ClassVar[str] = "boxes.changed"


@dataclass(frozen=True)
class BoxExpiring(BoxEvent):
    """The box ends soon and something in it is not ordered: its buyer is to be told."""

    topic: ClassVar[str] = "boxes.expiring"
    expires_at: str


@dataclass(frozen=True)
class BoxExpired(BoxEvent):
    """The time of the box is over; what was not ordered is free again."""

    topic: ClassVar[str] = "boxes.expired"
