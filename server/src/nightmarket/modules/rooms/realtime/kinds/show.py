"""The room as a whole, and the show in it."""

from typing import ClassVar

from msgspec import UNSET, Struct, UnsetType

from nightmarket.modules.rooms.realtime.kinds.base import Count, FrameClass, Moment, Number, ServerData, StreamState
from nightmarket.modules.rooms.realtime.kinds.chat import StoredMessage
from nightmarket.modules.rooms.realtime.kinds.goods import LineUpItem
from nightmarket.modules.rooms.realtime.kinds.rules import PublicRules


class Me(Struct, frozen=True):
    """What a viewer is told about themselves. Without an account: no id, and no writing."""

    id: str | None
    name: str
    role: str
    can_chat: bool


class RoomState(ServerData, frozen=True):
    """The whole room, as it was at number `seq` of `epoch`. What comes later is numbered from `seq + 1`."""

    kind: ClassVar[str] = "room-state"
    klass: ClassVar[FrameClass] = FrameClass.STATE
    source: ClassVar[str] = "the edge, to a socket that has just joined or cannot be brought up to date otherwise"

    epoch: str
    seq: Number
    state: StreamState
    pinned: str | None
    items: list[LineUpItem]
    chat: list[StoredMessage]
    slow_mode: int
    pinned_message: StoredMessage | None
    viewers: Count
    me: Me
    rules: PublicRules | UnsetType = UNSET


class Resync(ServerData, frozen=True):
    """What was missed cannot be replayed. A `room-state` follows; until then nothing that is shown is certain."""

    kind: ClassVar[str] = "resync"
    klass: ClassVar[FrameClass] = FrameClass.STATE
    source: ClassVar[str] = "the edge, when the room has a new epoch or too much was missed"

    epoch: str
    seq: Number


class StreamStatus(ServerData, frozen=True):
    """Where the show stands: going on air, interrupted, back, over, or renamed."""

    kind: ClassVar[str] = "stream-status"
    klass: ClassVar[FrameClass] = FrameClass.KEPT
    source: ClassVar[str] = "the api, whenever the stream changes"

    state: StreamState
    title: str
    started_at: Moment | None
    ended_at: Moment | None
    provider: str | UnsetType = UNSET
    """Who carries the picture: when it changes, players read the addresses again."""


class RoomHealth(ServerData, frozen=True):
    """Whether news reach the room at the moment. `false`: what is shown may be old, and what is sent may be refused."""

    kind: ClassVar[str] = "room-health"
    klass: ClassVar[FrameClass] = FrameClass.LOSSY
    source: ClassVar[str] = "each edge for its own viewers, when it loses and finds the bus"

    live: bool
