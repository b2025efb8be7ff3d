"""What every object store offers."""

import re
from dataclasses import dataclass, field
from typing import Protocol

PRIVATE = "private/"
"""Keys that start so are never shown to anybody."""
_KEY = re.compile(r"[a-z0-9][a-z0-9_\-]*(/[A-Za-z0-9][A-Za-z0-9_.\-]*)+")


class ObjectMissing(LookupError):
    """There is no object under this key."""


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


class Storage(Protocol):
    """Objects under keys such as `products/img_…/960.webp`. Keys starting with `PRIVATE` are never public."""

    async def put(self, key: str, data: bytes, content_type: str) -> None:
        """Store an object, replacing what was there."""

    async def get(self, key: str, *, max_bytes: int | None = None) -> bytes:
        """Read an object; ObjectMissing without one, ValueError when it is larger than `max_bytes`."""

    async def delete(self, key: str) -> None:
        """Remove an object; no error when it is gone already."""

    async def upload(self, key: str, *, content_type: str, size: int, expires_at: int) -> Upload:
        """A ticket for one upload of exactly this type and size, good until `expires_at` (Unix seconds)."""

    def url(self, key: str) -> str:
        """The lasting public address of an object."""
