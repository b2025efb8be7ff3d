"""ICE-lite (RFC 8445): we answer checks and use the path the browser chose.

After a restart the earlier names keep working until a check with the new ones has come through.
"""

import secrets
import string
from collections.abc import Callable
from dataclasses import dataclass

from nightmarket.media.webrtc import stun
from nightmarket.media.webrtc.udp import Path

ALPHABET = string.ascii_letters + string.digits


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user name fragment and its password."""

    ufrag: str
    password: str

    @classmethod
    def new(cls) -> "Credentials":
        """Fresh ones."""
        return cls(_random(8), _random(24))


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


class IceLite:
    """Our side of one session's connectivity."""

    def __init__(self, remote: Credentials, proven: Callable[[Path], None]) -> None:
        self._proven = proven
        self.remote = remote
        self.local = Credentials.new()
        self._earlier: Credentials | None = None
        self.path: Path | None = None

    def restart(self, remote: Credentials) -> Credentials:
        """New names for a new network; media goes on over the old path meanwhile."""
        if remote != self.remote:
            self._earlier = self.local
            self.local = Credentials.new()
            self.remote = remote
        return self.local

    def check(self, message: stun.Message, path: Path) -> bool:
        """Answers a check. False when it was not made with our password."""
        local = self._addressed(message)
        if local is None:
            return False
        if local is self.local:
            self._earlier = None
        path.send(stun.answer(message, path.address, local.password))
        self._proven(path)
        if self.path is None or stun.Attribute.USE_CANDIDATE in message.attributes:
            self.path = path
        return True

    def _addressed(self, message: stun.Message) -> Credentials | None:
        for local in (self.local, self._earlier):
            if local is not None and message.user == local.ufrag:
                return local if message.is_signed_with(local.password) else None
        return None
