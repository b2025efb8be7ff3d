"""Objects as files in a folder. Writes are atomic (rename), so a crash never leaves half an object."""

import asyncio
import os
from pathlib import Path
from typing import Any

from nightmarket.kernel.ids import new_id
from nightmarket.kernel.security import BadSignature, Signer
from nightmarket.kernel.storage.base import ObjectMissing, Upload, check_key

PUBLIC_PATH = "/files/"
UPLOAD_PATH = "/uploads/"


class LocalStorage:
    """The embedded default; the api serves the files and takes the uploads."""

    def __init__(self, folder: Path, signer: Signer) -> None:
        self._folder = folder
        self._signer = signer

    async def put(self, key: str, data: bytes, content_type: str) -> None:  # noqa: ARG002  (the name carries it here)
        await asyncio.to_thread(self._write, self.path(key), data)

    async def get(self, key: str, *, max_bytes: int | None = None) -> bytes:
        return await asyncio.to_thread(self._read, self.path(key), max_bytes)

    async def delete(self, key: str) -> None:
        await asyncio.to_thread(self.path(key).unlink, missing_ok=True)

    async def upload(self, key: str, *, content_type: str, size: int, expires_at: int) -> Upload:
        claim: dict[str, Any] = {"key": check_key(key), "type": content_type, "size": size}
        token = self._signer.sign(claim, expires_at=expires_at)
        return Upload(url=f"{UPLOAD_PATH}{token}", method="PUT", headers={"Content-Type": content_type})

    def url(self, key: str) -> str:
        return PUBLIC_PATH + check_key(key)

    def path(self, key: str) -> Path:
        """Where an object lies; the key's shape rules out leaving the folder."""
        return self._folder / check_key(key)

    def read_ticket(self, token: str, *, now: int) -> dict[str, Any]:
        """The claim of an upload ticket, or BadSignature."""
        claim = self._signer.verify(token, now=now)
        if not {"key", "type", "size"} <= claim.keys():
            raise BadSignature("not an upload ticket")
        return claim

    @staticmethod
    def _write(path: Path, data: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(new_id("tmp"))
        with partial.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)

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
