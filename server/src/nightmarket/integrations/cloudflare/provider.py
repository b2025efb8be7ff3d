"""Cloudflare Stream as a `StreamProvider`: live inputs, addresses, and who may play."""

import re
import time
from datetime import datetime
from typing import Any

from nightmarket.integrations.cloudflare import repository
from nightmarket.integrations.cloudflare.client import CloudflareClient, NotThere
from nightmarket.integrations.cloudflare.costs import video_use
from nightmarket.integrations.cloudflare.inputs import META, ensure_input, input_body
from nightmarket.integrations.cloudflare.models import CloudflareInputRow
from nightmarket.integrations.cloudflare.signing import LONGEST_SECONDS, playback_token
from nightmarket.kernel.context import Context
from nightmarket.kernel.problems import Unavailable
from nightmarket.modules.streams.ports import PlaybackUrls, PublicBase, ShowFacts, VideoUse
from nightmarket.modules.streams.public import stream_view

_TRUST_SECONDS = 3.0
_MOST_REMEMBERED = 2000
_ID = re.compile(r"^(https?://[^/]+/)([0-9a-f]{32})(?=/)")


class CloudflareStream:
    """Implements `streams.ports.StreamProvider`. Its inputs carry our stream id; its credentials are only passed on."""

    def __init__(self, ctx: Context, client: CloudflareClient | None = None) -> None:
        self._ctx = ctx
        self._settings = ctx.settings.cloudflare
        self.client = client or CloudflareClient(ctx)
        self._seen: dict[str, tuple[float, CloudflareInputRow | None]] = {}

    async def ingest(self, stream_id: str, key: str, base: PublicBase) -> dict[str, dict[str, str]]:  # noqa: ARG002
        """RTMPS and SRT with Cloudflare's own credentials, fetched each time; from now on a picture is waited for."""
        row = await self._input(stream_id)
        try:
            found = await self.client.call("GET", f"/live_inputs/{row.input_uid}")
        except NotThere as error:
            raise Unavailable("The live input has gone.") from error
        await self._ctx.transact(
            lambda unit: repository.change(unit, stream_id, watch_until=unit.now + repository.WATCH)
        )
        rtmps = {"url": found["rtmps"]["url"], "key": found["rtmps"]["streamKey"]}
        ways = {"rtmp": rtmps, "rtmps": rtmps}
        if srt := found.get("srt"):
            ways["srt"] = {"url": srt["url"], "stream_id": srt["streamId"], "passphrase": srt["passphrase"]}
        if self._settings.whip and (webrtc := found.get("webRTC")):
            ways["whip"] = {"url": webrtc["url"], "token": ""}
        return ways

    async def playback(self, stream_id: str, base: PublicBase) -> PlaybackUrls:  # noqa: ARG002
        """By the input while the show runs, by its longest video afterwards."""
        row = await self._remembered(stream_id)
        if row is None or row.input_uid is None:
            return PlaybackUrls(hls="", dvr="", poster="", latency_class="standard")
        host = self.client.playback_url
        if row.replay_uid is not None:
            root = f"{host}/{row.replay_uid}"
            hls = dvr = f"{root}/manifest/video.m3u8"
        else:
            root = f"{host}/{row.input_uid}"
            hls = f"{root}/manifest/video.m3u8{'?protocol=llhls' if self._settings.low_latency else ''}"
            dvr = f"{host}/{row.video_uid or row.input_uid}/manifest/video.m3u8?dvrEnabled=true"
        picture = row.replay_uid or row.video_uid or row.input_uid
        has_whep = self._settings.whip and row.replay_uid is None
        return PlaybackUrls(
            hls=hls,
            dvr=dvr,
            dash=f"{root}/manifest/video.mpd",
            whep=f"{root}/webRTC/play" if has_whep else None,
            iframe=f"{root}/iframe",
            poster=f"{host}/{picture}/thumbnails/thumbnail.jpg?height=720",
            latency_class="low" if self._settings.low_latency else "standard",
        )

    def signed(self, stream_id: str, url: str, until: datetime) -> str:  # noqa: ARG002
        """The address with a token in the place of the id; without a signing key it stays as it is, and shut."""
        found = _ID.match(url)
        pem = self._settings.signing_key_pem
        if found is None or pem is None:
            return url
        latest = int(self._ctx.clock().timestamp()) + LONGEST_SECONDS
        token = playback_token(
            found[2],
            self._settings.signing_key_id,
            pem.get_secret_value(),
            expires_at=min(int(until.timestamp()), latest),
        )
        return f"{found[1]}{token}{url[found.end() :]}"

    async def protect(self, stream_id: str, *, on: bool) -> None:
        """Have Cloudflare ask for tokens, or not; the videos of the show as well."""
        async with self._ctx.reader() as session:
            row = await repository.input_of(session, stream_id)
            videos = await repository.videos(session, stream_id)
        is_signed = on and bool(self._settings.signing_key_id)
        if row is None or row.input_uid is None or row.is_signed == is_signed:
            return
        for video in videos:
            body = {"uid": video.video_uid, "requireSignedURLs": is_signed}
            await self._unless_gone("POST", f"/{video.video_uid}", body)
        # Last, for it notes that all is done: whoever is cut off before begins anew.
        await self._set(row, is_signed=is_signed, is_enabled=row.is_enabled)

    async def recording_url(self, path: str, base: PublicBase) -> str:  # noqa: ARG002
        """The MP4 of the replay."""
        return self.client.playback_url + path

    async def prepare(self, show: ShowFacts) -> None:
        """Have a live input that takes a picture and plays to the right people; Cloudflare has said so just now."""
        row = await ensure_input(self._ctx, self.client, show)
        is_signed = show.is_protected and bool(self._settings.signing_key_id)
        try:
            found = await self.client.call("GET", f"/live_inputs/{row.input_uid}")
        except NotThere:  # deleted by hand
            await self._ctx.transact(lambda unit: repository.lose_input(unit, show.stream_id))
            row, found = await ensure_input(self._ctx, self.client, show), {}
        if not row.is_enabled or row.is_signed != is_signed or found.get("enabled") is False:
            await self._set(row, is_signed=is_signed, is_enabled=True, show=show)
        until = self._ctx.clock() + repository.WATCH / 2
        if row.watch_until < until:
            await self._ctx.transact(
                lambda unit: repository.change(unit, show.stream_id, watch_until=unit.now + repository.WATCH)
            )
        self._seen.pop(show.stream_id, None)

    async def rotate(self, stream_id: str) -> None:
        """New credentials; whoever publishes with the old ones is cut off."""
        row = await self._input(stream_id)
        await self._unless_gone("POST", f"/live_inputs/{row.input_uid}/rotate_keys")

    async def release(self, stream_id: str) -> None:
        """Disable the input: a running broadcast ends, and none is taken or billed."""
        async with self._ctx.reader() as session:
            row = await repository.input_of(session, stream_id)
        if row is not None and row.input_uid is not None and row.is_enabled:
            await self._set(row, is_signed=row.is_signed, is_enabled=False)

    async def end(self, stream_id: str) -> None:
        """Disable the input, and look for the recording from now on."""
        await self.release(stream_id)
        async with self._ctx.reader() as session:
            row = await repository.input_of(session, stream_id)
        if row is not None and row.ended_at is None:
            await self._ctx.transact(lambda unit: repository.change(unit, stream_id, ended_at=unit.now))

    async def kick(self, stream_id: str) -> None:
        """New credentials have cut the old connection already."""

    async def forget(self, stream_id: str) -> None:
        """Delete the input and whatever a preview left."""
        async with self._ctx.reader() as session:
            row = await repository.input_of(session, stream_id)
        if row is not None and row.input_uid is not None:
            for video in await self._videos(row.input_uid):
                await self._unless_gone("DELETE", f"/{video}")
            await self._unless_gone("DELETE", f"/live_inputs/{row.input_uid}")
        await self._ctx.transact(lambda unit: repository.forget(unit, stream_id))
        self._seen.pop(stream_id, None)

    async def use(self, stream_id: str) -> VideoUse:
        """Minutes and cents."""
        return await video_use(self._ctx, self.client, stream_id)

    async def _videos(self, input_uid: str) -> list[str]:
        try:
            found = await self.client.call("GET", f"/live_inputs/{input_uid}/videos")
        except NotThere:
            return []
        return [str(one["uid"]) for one in found or []]

    async def _set(
        self, row: CloudflareInputRow, *, is_signed: bool, is_enabled: bool, show: ShowFacts | None = None
    ) -> None:
        async with self._ctx.reader() as session:
            stream = await stream_view(session, row.stream_id)
        if show is None and stream is not None:
            show = ShowFacts(stream.id, stream.shop_id, stream.title, is_protected=is_signed)
        body: dict[str, Any] = {"meta": {META: row.stream_id}}
        if show is not None:
            body = input_body(self._settings, show, is_signed=is_signed)
        await self._unless_gone("PUT", f"/live_inputs/{row.input_uid}", body | {"enabled": is_enabled})
        await self._ctx.transact(
            lambda unit: repository.change(unit, row.stream_id, is_signed=is_signed, is_enabled=is_enabled)
        )
        self._seen.pop(row.stream_id, None)

    async def _unless_gone(self, method: str, path: str, body: Any = None) -> None:
        try:
            await self.client.call(method, path, body)
        except NotThere:
            return

    async def _input(self, stream_id: str) -> CloudflareInputRow:
        async with self._ctx.reader() as session:
            row = await repository.input_of(session, stream_id)
        if row is None or row.input_uid is None:
            raise Unavailable("The live input is being made.", retry_after=2)
        return row

    async def _remembered(self, stream_id: str) -> CloudflareInputRow | None:
        """Lists of shows ask for many addresses: a row is good for some seconds."""
        now = time.monotonic()
        known = self._seen.get(stream_id)
        if known is None or now - known[0] > _TRUST_SECONDS:
            async with self._ctx.reader() as session:
                known = (now, await repository.input_of(session, stream_id))
            if len(self._seen) >= _MOST_REMEMBERED:
                self._seen.clear()
            self._seen[stream_id] = known
        return known[1]
