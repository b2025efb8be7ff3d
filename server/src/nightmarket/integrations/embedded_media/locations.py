"""Where the media server listens: as configured, or as it says itself in the file it writes when it is up."""

import asyncio
import json
import time
from dataclasses import dataclass
from pathlib import Path

from nightmarket.kernel.problems import Unavailable
from nightmarket.kernel.settings import Settings
from nightmarket.modules.streams.ports import PublicBase

PORTS_FILE = Path("media") / "ports.json"
_TRUST_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Ports:
    """The ports of a running media server."""

    rtmp: int
    http: int
    rtmps: int | None = None
    webrtc: int = 0
    """UDP; 0 when the server does without."""


class Locations:
    """Addresses of the media server for encoders, players and ourselves.

    Configured addresses win. Otherwise the server runs on this machine and its ports are read from its file, which is
    looked at again every few seconds, because it may restart on others. While it is down the configured ports hold.
    """

    def __init__(self, settings: Settings) -> None:
        self._media = settings.media
        self._file = settings.data_dir / PORTS_FILE
        self._ports: Ports | None = None
        self._read_at = float("-inf")

    async def rtmp(self, base: PublicBase) -> str:
        """Where encoders publish, for a seller who reached us under `base`."""
        if self._media.rtmp_public_url:
            return self._media.rtmp_public_url.rstrip("/")
        return f"rtmp://{base.host}:{(await self._current()).rtmp}/live"

    async def rtmps(self, base: PublicBase) -> str | None:
        """The same over TLS; None when it is not offered."""
        if self._media.rtmps_public_url:
            return self._media.rtmps_public_url.rstrip("/")
        port = (await self._current()).rtmps
        return None if port is None else f"rtmps://{base.host}:{port}/live"

    async def http(self, base: PublicBase) -> str:
        """Where players fetch, for a viewer who reached us under `base`."""
        if self._media.public_url:
            return self._media.public_url.rstrip("/")
        return f"{base.scheme}://{base.host}:{(await self._current()).http}"

    async def has_webrtc(self) -> bool:
        """Whether browsers can publish and watch by WebRTC."""
        if self._media.public_url:
            return self._media.webrtc
        return (await self._current()).webrtc > 0

    async def control(self) -> str:
        """Where we call the server ourselves."""
        if self._media.control_url:
            return self._media.control_url.rstrip("/")
        return f"http://127.0.0.1:{(await self._current()).http}"

    async def _current(self) -> Ports:
        now = time.monotonic()
        if self._ports is None or now - self._read_at > _TRUST_SECONDS:
            self._ports = await asyncio.to_thread(self._read) or self._configured()
            self._read_at = now
        if self._ports is None:
            raise Unavailable("The media server is not running.", retry_after=2)
        return self._ports

    def _configured(self) -> Ports | None:
        media = self._media
        if not (media.rtmp_port and media.http_port):
            return None
        return Ports(media.rtmp_port, media.http_port, media.rtmps_port, media.webrtc_port if media.webrtc else 0)

    def _read(self) -> Ports | None:
        try:
            said = json.loads(self._file.read_text())
            rtmps = said.get("rtmps")
            return Ports(
                int(said["rtmp"]),
                int(said["http"]),
                None if rtmps is None else int(rtmps),
                int(said.get("webrtc", 0)),
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
