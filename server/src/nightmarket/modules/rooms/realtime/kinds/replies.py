"""Answers to client frames: the `d` of an `ack`."""

from msgspec import Struct

from nightmarket.modules.rooms.realtime.kinds.base import Moment, Number, Place


class NothingMore(Struct, frozen=True):
    """It was done; there is no more to say."""


class JoinAnswer(Struct, frozen=True):
    """Where the room stands. Not `resumed`: a `resync` and the state anew follow instead of what was missed."""

    epoch: str
    seq: Number
    resumed: bool


class ChatAnswer(Struct, frozen=True):
    """The message is in the log, under this id and number."""

    id: str
    seq: Number


class SpotlightAnswer(Struct, frozen=True):
    """The item is pinned; the room hears of it by its own frame."""

    item_id: str | None


class QueueAnswer(Struct, frozen=True):
    """Where you stand, as `queue-position` says it; all empty outside the line."""

    position: Place | None = None
    item_id: str | None = None
    turn: bool = False
    turn_expires_at: Moment | None = None
