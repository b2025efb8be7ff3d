"""Who gets in: encoders by their key, which the api is asked about, and players of protected shows by a token.

An answer about a key is remembered for a moment, so that an encoder that reconnects at once is let in at once, and kept
for longer in case the api is away. A kick forgets everything known about the show's keys.
"""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import structlog

from nightmarket.media.ingest import AuthorizationUnavailable, Refused

log = structlog.get_logger()

PROTECTED = "protected"
"""A file of this name in a show's folder: only players with a token may watch."""
MAX_REMEMBERED = 1024


@dataclass(frozen=True, slots=True)
class Grant:
    """The show a key opens."""

    stream: str
    protected: bool | None = None
    """Whether only players with a token may watch; None when the api did not say."""


class Authority(Protocol):
    """Knows which show a key opens."""

    async def authorize(self, key: str, remote: str) -> Grant:
        """The show, or `Refused`, or `AuthorizationUnavailable`."""


class Doorkeeper:
    """Asks the authority about keys, and remembers what it said."""

    def __init__(self, authority: Authority, *, fresh_seconds: float, stale_seconds: float) -> None:
        self._authority = authority
        self._fresh = fresh_seconds
        self._stale = stale_seconds
        self._known: OrderedDict[str, tuple[float, Grant]] = OrderedDict()
        self._revoked: dict[str, int] = {}

    async def authorize(self, key: str, remote: str) -> Grant:
        """See `Authority`."""
        age, known = self._recall(key)
        if known is not None and age <= self._fresh:
            return known
        before = dict(self._revoked)
        try:
            grant = await self._authority.authorize(key, remote)
            if self._revoked.get(grant.stream, 0) != before.get(grant.stream, 0):
                # The answer may be older than the revocation that came while we asked.
                grant = await self._authority.authorize(key, remote)
        except Refused:
            self._known.pop(key, None)
            raise
        except AuthorizationUnavailable:
            _, known = self._recall(key)
            if known is None:
                raise
            log.warning("access.remembered_key", stream=known.stream)
            return known
        self._known[key] = (asyncio.get_running_loop().time(), grant)
        self._known.move_to_end(key)
        if len(self._known) > MAX_REMEMBERED:
            self._known.popitem(last=False)
        return grant

    def revoke(self, stream_id: str) -> None:
        """The keys of this show have to be asked about again."""
        self._revoked[stream_id] = self._revoked.get(stream_id, 0) + 1
        for key in [key for key, (_, grant) in self._known.items() if grant.stream == stream_id]:
            del self._known[key]

    def forget(self, stream_id: str) -> None:
        """The show is over."""
        self._revoked.pop(stream_id, None)

    def _recall(self, key: str) -> tuple[float, Grant | None]:
        asked_at, grant = self._known.get(key, (0.0, None))
        age = asyncio.get_running_loop().time() - asked_at
        return (age, grant) if age <= self._stale else (age, None)


def read_protection(directory: Path) -> bool:
    """Whether only players with a token may watch the show in this folder."""
    return (directory / PROTECTED).exists()


def write_protection(directory: Path, *, on: bool) -> None:
    """Remembers it for this show, also when it is over."""
    if on:
        directory.mkdir(parents=True, exist_ok=True)
        (directory / PROTECTED).touch()
    else:
        (directory / PROTECTED).unlink(missing_ok=True)
