"""Answers to client frames: the `d` of an `ack`."""

from msgspec import Struct

from nightmarket.modules.rooms.realtime.kinds.base import Number, Place


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
    """The place in the line; null outside it."""

    position: Place | None
