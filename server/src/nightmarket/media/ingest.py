"""What every way of publishing (RTMP, WHIP) needs from the rest of the server."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from nightmarket.media.units import Incoming

Drop = Callable[[str], None]
"""Called by the server to end a publisher's connection, with the reason."""


@dataclass(frozen=True, slots=True)
class Source:
    """A publisher, as the rest of the server sees it."""

    protocol: str
    drop: Drop
    ask_key_frame: Callable[[], None] | None = None
    """RTMP encoders cannot be asked."""
    health: Callable[[], dict[str, Any]] = dict
    """What only this protocol knows about the connection."""


class Refused(Exception):
    """The publisher may not publish. The text is shown at the encoder."""


class Taken(Refused):
    """Another publisher has the stream and keeps it."""


class AuthorizationUnavailable(Exception):
    """Nobody could be asked whether this publisher may publish."""


class Publication(Protocol):
    """One admitted publisher's way into its stream."""

    async def take(self, item: Incoming) -> None:
        """Accept the next thing from the encoder. Waits while the disk is behind."""

    async def close(self, reason: str) -> None:
        """The publisher is gone. Safe to call more than once."""


class Gate(Protocol):
    """Decides who may publish, before any media is read."""

    async def authorize(self, key: str, remote: str) -> str:
        """The stream this key may publish to, or `Refused`, or `AuthorizationUnavailable`."""

    async def admit(self, key: str, remote: str, source: Source) -> Publication:
        """The way in, or `Refused`, or `AuthorizationUnavailable`."""
