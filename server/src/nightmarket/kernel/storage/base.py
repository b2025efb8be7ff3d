"""What every object store offers."""

import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Protocol

PRIVATE = "private/"
"""Keys that start so are shown to nobody without a signed address."""
_KEY = re.compile(r"[a-z0-9][a-z0-9_\-]*(/[A-Za-z0-9][A-Za-z0-9_.\-]*)+")
_PREFIX = re.compile(r"[a-z0-9][a-z0-9_\-]*(/[A-Za-z0-9][A-Za-z0-9_.\-]*)+/")

Source = Callable[[int], AsyncIterator[bytes]]
"""The bytes of something large from an offset on. It is asked again, further on, when an upload is taken up again."""


class ObjectMissing(LookupError):
    """There is no object under this key."""


class SizeDiffers(ValueError):
    """What was sent is not as long as it was announced to be; nothing was stored."""


@dataclass(frozen=True)
class Upload:
    """How a client sends a file straight to storage."""

    url: str
    method: str
    headers: dict[str, str] = field(default_factory=dict)


def check_key(key: str) -> str:
    """The key itself when it has the only shape we use (`folder/name.ext`); ValueError otherwise."""
    if len(key) > 200 or not _KEY.fullmatch(key) or ".." in key:
        raise ValueError("not an object key")
    return key


def check_prefix(prefix: str) -> str:
    """The prefix itself when it names a folder at least two deep (`folder/thing/`); ValueError otherwise."""
    if len(prefix) > 200 or not _PREFIX.fullmatch(prefix) or ".." in prefix:
        raise ValueError("not a prefix of object keys")
    return prefix


class Storage(Protocol):
    """Objects under keys such as `products/img_…/960.webp`. Keys starting with `PRIVATE` are never public."""

    async def put(self, key: str, data: bytes, content_type: str) -> None:
        """Store an object, replacing what was there."""

    async def put_large(self, key: str, source: Source, *, size: int, content_type: str) -> None:
        """Store an object of exactly `size` bytes without holding it in memory; SizeDiffers when the source is not
        that long. Called again after any kind of stop it goes on where the last complete part ended, if it can."""

    async def get(self, key: str, *, max_bytes: int | None = None) -> bytes:
        """Read an object; ObjectMissing without one, ValueError when it is larger than `max_bytes`."""

    async def get_range(self, key: str, start: int, length: int) -> bytes:
        """A part of an object; shorter at its end. ObjectMissing without one."""

    async def size(self, key: str) -> int | None:
        """How many bytes an object has; None without one."""

    async def keys(self, prefix: str) -> list[str]:
        """The keys of every object in a folder and below it, in order."""

    async def delete(self, key: str) -> None:
        """Remove an object; no error when it is gone already."""

    async def delete_all(self, prefix: str) -> int:
        """Remove every object in a folder and below it, and what was uploaded there in part; how many there were."""

    async def upload(self, key: str, *, content_type: str, size: int, expires_at: int) -> Upload:
        """A ticket for one upload of exactly this type and size, good until `expires_at` (Unix seconds)."""

    def url(self, key: str) -> str:
        """The lasting public address of an object."""

    def signed_url(self, key: str, *, expires_at: int) -> str:
        """An address that shows the object, a private one too, to whoever has it until `expires_at` (Unix seconds)."""
