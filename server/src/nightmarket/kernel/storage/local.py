"""Objects as files in a folder. Writes are atomic (rename), so a crash never leaves half an object."""

import asyncio
import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from nightmarket.kernel.ids import new_id
from nightmarket.kernel.security import BadSignature, Signer
from nightmarket.kernel.storage.base import ObjectMissing, SizeDiffers, Source, Upload, check_key, check_prefix

PUBLIC_PATH = "/files/"
UPLOAD_PATH = "/uploads/"
_UNFINISHED = "tmp_"


class LocalStorage:
    """The embedded default; the api serves the files and takes the uploads."""

    def __init__(self, folder: Path, signer: Signer) -> None:
        self._folder = folder
        self._signer = signer

    async def put(self, key: str, data: bytes, content_type: str) -> None:  # noqa: ARG002  (the name carries it here)
        await asyncio.to_thread(self._write, self.path(key), data)

    async def put_large(self, key: str, source: Source, *, size: int, content_type: str) -> None:  # noqa: ARG002
        path = self.path(key)
        with _writing(path) as file:
            written = 0
            async for piece in source(0):
                written += len(piece)
                if written > size:
                    break
                await asyncio.to_thread(file.write, piece)
            if written != size:
                raise SizeDiffers(key)
            await asyncio.to_thread(_settle, file, path)

    async def get(self, key: str, *, max_bytes: int | None = None) -> bytes:
        return await asyncio.to_thread(self._read, self.path(key), max_bytes)

    async def get_range(self, key: str, start: int, length: int) -> bytes:
        return await asyncio.to_thread(_read_range, self.path(key), start, length)

    async def size(self, key: str) -> int | None:
        path = self.path(key)
        return await asyncio.to_thread(lambda: path.stat().st_size if path.is_file() else None)

    async def keys(self, prefix: str) -> list[str]:
        return await asyncio.to_thread(self._keys, check_prefix(prefix))

    async def delete(self, key: str) -> None:
        await asyncio.to_thread(self.path(key).unlink, missing_ok=True)

    async def delete_all(self, prefix: str) -> int:
        found = await self.keys(prefix)
        await asyncio.to_thread(shutil.rmtree, self._folder / prefix, ignore_errors=True)
        return len(found)

    async def upload(self, key: str, *, content_type: str, size: int, expires_at: int) -> Upload:
        claim: dict[str, Any] = {"key": check_key(key), "type": content_type, "size": size}
        token = self._signer.sign(claim, expires_at=expires_at)
        return Upload(url=f"{UPLOAD_PATH}{token}", method="PUT", headers={"Content-Type": content_type})

    def url(self, key: str) -> str:
        return PUBLIC_PATH + check_key(key)

    def signed_url(self, key: str, *, expires_at: int) -> str:
        return f"{self.url(key)}?ticket={self._signer.sign({'read': key}, expires_at=expires_at)}"

    def path(self, key: str) -> Path:
        """Where an object lies; the key's shape rules out leaving the folder."""
        return self._folder / check_key(key)

    def read_ticket(self, token: str, *, now: int) -> dict[str, Any]:
        """The claim of an upload ticket, or BadSignature."""
        claim = self._signer.verify(token, now=now)
        if not {"key", "type", "size"} <= claim.keys():
            raise BadSignature("not an upload ticket")
        return claim

    def may_read(self, key: str, ticket: str, *, now: int) -> bool:
        """Whether this ticket, taken from a signed address, shows this object."""
        try:
            return bool(self._signer.verify(ticket, now=now).get("read") == key)
        except BadSignature:
            return False

    def _keys(self, prefix: str) -> list[str]:
        files = (path for path in (self._folder / prefix).rglob("*") if path.is_file())
        return sorted(str(path.relative_to(self._folder)) for path in files if not path.name.startswith(_UNFINISHED))

    @staticmethod
    def _write(path: Path, data: bytes) -> None:
        with _writing(path) as file:
            file.write(data)
            _settle(file, path)

    @staticmethod
    def _read(path: Path, max_bytes: int | None) -> bytes:
        try:
            with path.open("rb") as file:
                data = file.read() if max_bytes is None else file.read(max_bytes + 1)
        except (FileNotFoundError, IsADirectoryError) as error:
            raise ObjectMissing(path.name) from error
        if max_bytes is not None and len(data) > max_bytes:
            raise ValueError("object too large")
        return data


@contextlib.contextmanager
def _writing(path: Path) -> Iterator[IO[bytes]]:
    """A file beside the one to be; gone afterwards unless it was renamed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(new_id("tmp"))
    try:
        with partial.open("wb") as file:
            yield file
    finally:
        partial.unlink(missing_ok=True)


def _settle(file: IO[bytes], path: Path) -> None:
    """What was written is on the disk, then under its name."""
    file.flush()
    os.fsync(file.fileno())
    Path(file.name).replace(path)


def _read_range(path: Path, start: int, length: int) -> bytes:
    try:
        with path.open("rb") as file:
            file.seek(start)
            return file.read(length)
    except (FileNotFoundError, IsADirectoryError) as error:
        raise ObjectMissing(path.name) from error
