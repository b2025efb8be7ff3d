"""The embedded media server as a `StreamProvider`: address building, and signed control calls."""

from datetime import datetime

from nightmarket.integrations.embedded_media.control import MediaControl
from nightmarket.integrations.embedded_media.tokens import play_token
from nightmarket.kernel.context import Context
from nightmarket.modules.streams.ports import PlaybackUrls, PublicBase, ShowFacts, VideoUse


class EmbeddedMedia:
    """Implements `streams.ports.StreamProvider` with the media server that ships with the product."""

    def __init__(self, ctx: Context) -> None:
        self._control = MediaControl(ctx)
        self._locations = self._control.locations

    async def ingest(self, stream_id: str, key: str, base: PublicBase) -> dict[str, dict[str, str]]:
        """RTMP, over TLS where it is offered: the key alone says which show it is. WHIP: it is the bearer token."""
        ways = {"rtmp": {"url": await self._locations.rtmp(base), "key": key}}
        if (rtmps := await self._locations.rtmps(base)) is not None:
            ways["rtmps"] = {"url": rtmps, "key": key}
        if await self._locations.has_webrtc():
            ways["whip"] = {"url": f"{await self._locations.http(base)}/whip/{stream_id}", "token": key}
        return ways

    async def playback(self, stream_id: str, base: PublicBase) -> PlaybackUrls:
        """Low-latency HLS, the playlist of the whole show, WHEP, and the newest picture."""
        http = await self._locations.http(base)
        root = f"{http}/hls/{stream_id}"
        return PlaybackUrls(
            hls=f"{root}/index.m3u8",
            dvr=f"{root}/dvr.m3u8",
            dash=f"{root}/manifest.mpd",
            whep=f"{http}/whep/{stream_id}" if await self._locations.has_webrtc() else None,
            poster=f"{root}/poster.jpg",
            latency_class="low",
        )

    def signed(self, stream_id: str, url: str, until: datetime) -> str:
        """The address with a token that the media server accepts for this show alone."""
        token = play_token(self._control.secret, stream_id, int(until.timestamp()))
        return f"{url}{'&' if '?' in url else '?'}token={token}"

    async def protect(self, stream_id: str, *, on: bool) -> None:
        """Take only signed addresses from now on, or any."""
        await self._control.tell(stream_id, "protect" if on else "open")

    async def recording_url(self, path: str, base: PublicBase) -> str:
        """The path the server reported, on the server."""
        return await self._locations.http(base) + path

    async def prepare(self, show: ShowFacts) -> None:
        """Nothing is made before the picture comes; but a server that does not answer cannot take a show."""
        await self._control.tell(show.stream_id, "kick")

    async def rotate(self, stream_id: str) -> None:
        """Encoders publish with our key."""

    async def release(self, stream_id: str) -> None:
        """Whoever still publishes here is disconnected; coming back, they are refused."""
        await self._control.tell(stream_id, "kick")

    async def forget(self, stream_id: str) -> None:
        """Whoever publishes a preview is disconnected, and what was kept of it goes."""
        await self._control.tell(stream_id, "remove")

    async def use(self, stream_id: str) -> VideoUse:  # noqa: ARG002
        """Our own machine sends no bill by the minute."""
        return VideoUse(0, 0, 0, 0, is_estimate=False)

    async def end(self, stream_id: str) -> None:
        """Finish the show; one the server never had a picture of needs nothing."""
        await self._control.tell(stream_id, "end")

    async def kick(self, stream_id: str) -> None:
        """Close the publisher's connection, if there is one."""
        await self._control.tell(stream_id, "kick")
