"""What streams need from whoever carries the picture: our own media server, or a video service."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class PublicBase:
    """How the caller reached us: the scheme and the host (without port) to build addresses for them."""

    scheme: str
    host: str


@dataclass(frozen=True, slots=True)
class PlaybackUrls:
    """Where players fetch a show. All addresses are absolute."""

    hls: str
    dvr: str
    """The whole show so far, for players that rewind; a finished show in full."""
    poster: str
    latency_class: str
    dash: str | None = None
    """The same segments for players that speak DASH."""
    whep: str | None = None
    """Where players ask for a picture by WebRTC, below a second behind."""


class StreamProvider(Protocol):
    """Carries the picture from the encoder to the players. It knows shows by our ids."""

    async def ingest(self, stream_id: str, key: str, base: PublicBase) -> dict[str, dict[str, str]]:
        """How to publish, by protocol: `{"rtmp": {"url": …, "key": …}}`. Only protocols that work are named."""

    async def playback(self, stream_id: str, base: PublicBase) -> PlaybackUrls:
        """Where to watch, also while nothing is published yet."""

    def signed(self, stream_id: str, url: str, until: datetime) -> str:
        """One of this show's addresses, opened until then for whoever holds it, also while the show is protected."""

    async def protect(self, stream_id: str, *, on: bool) -> None:
        """Whether only signed addresses play this show from now on. Unavailable when it cannot be told now."""

    async def recording_url(self, path: str, base: PublicBase) -> str:
        """The absolute address of a recording the provider reported as `path`."""

    async def end(self, stream_id: str) -> None:
        """The show is over: close the publisher and finish the recording. Unavailable when it cannot be told now."""

    async def kick(self, stream_id: str) -> None:
        """Close the publisher's connection, e.g. after its key was replaced. Unavailable when it cannot be told now."""
