"""The people in a room taken together."""

from typing import Annotated, ClassVar

from msgspec import UNSET, Meta, UnsetType

from nightmarket.modules.rooms.realtime.kinds.base import Count, FrameClass, ServerData


class ViewerCount(ServerData, frozen=True):
    """People watching, each once by account or device, over all processes. At most once a second."""

    kind: ClassVar[str] = "viewer-count"
    klass: ClassVar[FrameClass] = FrameClass.LOSSY
    source: ClassVar[str] = "an edge that saw somebody come or go; also to each socket that joins"

    count: Count


class Reaction(ServerData, frozen=True):
    """Reactions of one sort, summed over a second and one process."""

    kind: ClassVar[str] = "reaction"
    klass: ClassVar[FrameClass] = FrameClass.LOSSY
    source: ClassVar[str] = "each edge, once a second for each sort that was sent"

    emoji: str
    count: Count


class Joined(ServerData, frozen=True):
    """People who came in during the last second. Who has switched it off is counted but not named."""

    kind: ClassVar[str] = "joined"
    klass: ClassVar[FrameClass] = FrameClass.LOSSY
    source: ClassVar[str] = "each edge, once a second while people come"

    names: Annotated[list[str], Meta(max_length=3)]
    count: Count


class Sold(ServerData, frozen=True):
    """Somebody paid for an item. The name is masked, and left out for buyers who do not want to be named."""

    kind: ClassVar[str] = "sold"
    klass: ClassVar[FrameClass] = FrameClass.LOSSY
    source: ClassVar[str] = "the worker, for each line of a paid order that began in this show"

    item_id: str
    code: str | None
    quantity: Count
    name: str | UnsetType = UNSET
