"""What every way of publishing (RTMP now) needs from the rest of the server."""

from collections.abc import Callable
from typing import Protocol

from nightmarket.media.units import Incoming

Drop = Callable[[str], None]
"""Called by the server to end a publisher's connection, with the reason."""


class Refused(Exception):
    """The publisher may not publish. The text is shown at the encoder."""


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

    async def admit(self, key: str, remote: str, drop: Drop) -> Publication:
        """The way in, or `Refused`, or `AuthorizationUnavailable`."""
