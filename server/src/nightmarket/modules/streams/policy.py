"""Who may what, as data and pure functions."""

from typing import Final, Protocol

from nightmarket.modules.streams.states import DRAFT, StreamState

RUNNERS: Final = ("owner", "host")
"""Who plans a show, runs it, and knows its key."""
STAFF: Final = ("owner", "host", "moderator", "packer")
"""Who sees drafts and figures."""

MAX_ITEMS: Final = 200
"""A line-up longer than this is a catalogue."""


class Shown(Protocol):
    """What decides whether a show can be seen."""

    @property
    def state(self) -> StreamState: ...

    @property
    def is_private(self) -> bool: ...


def is_public(stream: Shown) -> bool:
    """Whether anybody may see the show."""
    return stream.state != DRAFT and not stream.is_private
