"""What streams need from whoever carries the picture: our own media server, or a video service."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession


@dataclass(frozen=True, slots=True)
class PublicBase:
    """How the caller reached us: the scheme and the host (without port) to build addresses for them."""

    scheme: str
    host: str
    port: int | None = None
    """The api's own port, where it is not the usual one."""

    @property
    def origin(self) -> str:
        """Where the api itself is."""
        return f"{self.scheme}://{self.host}" + (f":{self.port}" if self.port else "")


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
    iframe: str | None = None
    """The provider's own player, for pages that only embed."""


@dataclass(frozen=True, slots=True)
class ShowFacts:
    """What a provider is told of a show before it carries it."""

    stream_id: str
    shop_id: str
    title: str
    is_protected: bool
    """Whether only signed addresses play it."""
    is_private: bool = False
    """Whether it is for the shop's people from beginning to end."""


@dataclass(frozen=True, slots=True)
class VideoUse:
    """What a provider has delivered and stored of a show, in minutes, and what that costs in US cents, rounded up."""

    minutes_delivered: float
    minutes_stored: float
    cents_delivered: int
    cents_stored_per_month: int
    is_estimate: bool
    """Whether `minutes_delivered` is our own count of viewers over time, not the provider's figure."""
    problem: str | None = None
    """What the provider last found wrong with the encoder's picture."""
    is_failing: bool = False
    """Whether the provider does not answer at the moment."""


@dataclass(frozen=True, slots=True)
class ReplayUrls:
    """Where players fetch the replay of a show that is over. All addresses are absolute."""

    hls: str | None
    mp4: str | None
    poster: str | None
    thumbnails: str | None
    """WebVTT: which small picture shows which seconds."""
    chapters: str | None
    """WebVTT: which item was held up when."""
    expires_at: datetime | None
    """When addresses stop to work; None for those that last."""


class ReplayShelf(Protocol):
    """Keeps the replays of shows that are over."""

    async def find(
        self, session: AsyncSession, stream_id: str, *, base: PublicBase, until: datetime
    ) -> ReplayUrls | None:
        """Addresses, good until then at least; None while only the provider has the replay."""


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

    async def prepare(self, show: ShowFacts) -> None:
        """Be ready to take this show's picture. Asked twice, it is done once. Unavailable when it cannot be now."""

    async def rotate(self, stream_id: str) -> None:
        """Credentials the provider has made itself are good no more. Nothing, where encoders publish with our key."""

    async def release(self, stream_id: str) -> None:
        """The show goes on elsewhere: take no picture for it any more. What was recorded stays."""

    async def forget(self, stream_id: str) -> None:
        """A show that never started is gone: remove what was made for it."""

    async def use(self, stream_id: str) -> VideoUse:
        """What the show has cost so far."""

    async def end(self, stream_id: str) -> None:
        """The show is over: close the publisher and finish the recording. Unavailable when it cannot be told now."""

    async def kick(self, stream_id: str) -> None:
        """Close the publisher's connection, e.g. after its key was replaced. Unavailable when it cannot be told now."""


class VideoServices:
    """The video services that are set up here besides our own media server, by name."""

    def __init__(self, services: Mapping[str, StreamProvider]) -> None:
        self._services = services

    def get(self, name: str) -> StreamProvider | None:
        """The service of this name; None where it is not set up."""
        return self._services.get(name)

    @property
    def names(self) -> list[str]:
        """Every service there is."""
        return sorted(self._services)
