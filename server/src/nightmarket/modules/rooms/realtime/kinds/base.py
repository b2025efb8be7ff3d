"""What all kinds of frames share: their class, and the units their numbers are in.

A frame is `{"t": kind, "s"?, "n"?, "at", "d"}`. One struct describes the `d` of one kind in one direction; its
docstring says what it means, its class variables how it travels and who makes it.
"""

import enum
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta


class FrameClass(enum.StrEnum):
    """What may happen to a frame on its way."""

    KEPT = "k"
    """Numbered in `s`, kept in the room log, replayed after a reconnect, sent at once."""
    CHAT = "c"
    """Numbered and kept like KEPT, but gathered for some milliseconds under load."""
    SHADOW = "w"
    """A chat message of somebody shadow muted: numbered and kept, shown to its author and to the staff alone."""
    LOSSY = "l"
    """Not numbered; the last value of its key wins, and a busy socket may miss it."""
    PRIVATE = "u"
    """For one person on all their devices: numbered in `n` per person, kept, replayed after a reconnect."""
    DIRECT = "d"
    """Passed on to the addressee when connected; never stored."""
    STATE = "s"
    """Made by the edge for one socket: where it stands now. Not a step from the frame before."""


class ServerData(msgspec.Struct, frozen=True):
    """The `d` of a frame that the server sends."""

    kind: ClassVar[str]
    klass: ClassVar[FrameClass]
    source: ClassVar[str]
    """Who makes it, and when."""
    is_always_numbered: ClassVar[bool] = True
    """Of numbered kinds: False for what an edge tells by itself when the room log is away."""


class ClientData(msgspec.Struct, frozen=True):
    """The `d` of a frame that a client sends."""

    kind: ClassVar[str]
    who: ClassVar[str]
    """Who may send it."""
    answer: ClassVar[type[msgspec.Struct]]
    """The `d` of the `ack`."""


UnixMs = Annotated[int, Meta(description="Unix time in milliseconds")]
UnixSeconds = Annotated[int, Meta(description="Unix time in seconds")]
Seconds = Annotated[int, Meta(ge=0, description="Seconds")]
Minutes = Annotated[int, Meta(ge=0, description="Minutes")]
Count = Annotated[int, Meta(ge=0, description="How many")]
Place = Annotated[int, Meta(ge=1, description="Place in a line; 1 is the next")]
Number = Annotated[int, Meta(ge=0, description="Number of a frame")]
Moment = Annotated[str, Meta(description="RFC 3339, UTC", extra_json_schema={"format": "date-time"})]
Currency = Annotated[str, Meta(extra_json_schema={"enum": ["TWD", "THB"]})]
StreamState = Annotated[str, Meta(extra_json_schema={"enum": ["draft", "scheduled", "live", "interrupted", "ended"]})]


class Money(msgspec.Struct, frozen=True):
    """An amount in the smallest coin in use: one New Taiwan dollar, one satang."""

    amount: int
    currency: Currency


class Person(msgspec.Struct, frozen=True):
    """Somebody as everybody in the room may see them; `role` is a role in the shop, or `buyer`."""

    id: str
    name: str
    role: str
