"""Playback: playlists with blocking reload, segments, parts, posters, recordings."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from nightmarket.media import tokens
from nightmarket.media.config import MediaConfig
from nightmarket.media.dash import render_dash
from nightmarket.media.http import answers
from nightmarket.media.ladder.ladder import Ladder
from nightmarket.media.names import INIT_NAME, PART_NAME, SEGMENT_NAME, is_stream_id
from nightmarket.media.playlist import DvrPlaylist, LiveRules, render_live, render_master, target_duration
from nightmarket.media.poster import POSTER, Posters
from nightmarket.media.stream import Stream
from nightmarket.media.streams import Streams
from nightmarket.media.timeline import Timeline

MAX_AHEAD_SEGMENTS = 2
LIVE, MASTER, DVR, DASH = "live.m3u8", "index.m3u8", "dvr.m3u8", "manifest.mpd"
PLAYLISTS = {LIVE, MASTER, DVR, DASH}
STALLED_PART_SECONDS = 4.0
"""A part later than this is not coming; the player hears so and asks again."""
REMEMBERED_STREAMS = 64
RECENT_SECONDS = 5.0
"""What was removed from the disk is gone after this."""
REMEMBERED_BODIES = 64
"""Renderings of one state of one stream: each token has its own."""


class Playable(Protocol):
    """A show, or a smaller picture of it."""

    id: str
    timeline: Timeline
    is_protected: bool

    @property
    def ladder(self) -> Ladder | None:
        """The smaller pictures made of it."""

    @property
    def directory(self) -> Path:
        """Where its files are."""

    @property
    def is_publishing(self) -> bool:
        """Whether more is coming."""


class Playback:
    """Answers everything a player asks."""

    def __init__(
        self,
        streams: Streams,
        posters: Posters,
        *,
        config: MediaConfig,
        rules: LiveRules,
        now: Callable[[], float],
    ) -> None:
        self._streams = streams
        self._posters = posters
        self._config = config
        self._rules = rules
        self._now = now
        self._rendered: OrderedDict[str, _Rendered] = OrderedDict()
        self._segments = _Recent(config.segment_cache_bytes)

    async def hls(self, request: Request) -> Response:
        """`GET /hls/{stream}/{name}`, and `/hls/{stream}/{rung}/{name}` for a smaller picture."""
        stream_id, name = request.path_params["stream"], request.path_params["name"]
        if not is_stream_id(stream_id):
            return answers.problem(404)
        if not await self._streams.is_protected(stream_id):
            return await self._answer(request, stream_id, name)
        if not self.may_watch(request, stream_id):
            return answers.problem(403)
        return answers.as_private(await self._answer(request, stream_id, name))

    def may_watch(self, request: Request, stream_id: str) -> bool:
        """Whether the request carries a token for this show."""
        token = request.query_params.get(tokens.PARAMETER, "")
        return tokens.allows(self._config.secret, stream_id, token, now=int(self._now()))

    async def _answer(self, request: Request, stream_id: str, name: str) -> Response:
        stream = self._streams.get(stream_id)
        if "rung" in request.path_params:
            return await self._rung(request, stream, name)
        if stream is None:
            return await self._finished(request, stream_id, name)
        if name in PLAYLISTS:
            return await self._playlist(request, stream, name)
        if name == POSTER:
            await self._posters.refresh(stream)
            return await _file(stream.directory / POSTER, answers.SHORT, "image/jpeg")
        return await self._media(request, stream, name)

    async def recording(self, request: Request) -> Response:
        """`GET /recordings/{name}`; ranges are answered."""
        stream_id, dot, suffix = request.path_params["name"].partition(".")
        if not is_stream_id(stream_id) or dot + suffix != ".mp4":
            return answers.problem(404)
        path = self._config.data_dir / "recordings" / f"{stream_id}.mp4"
        if not await self._streams.is_protected(stream_id):
            return await _file(path, answers.IMMUTABLE)
        if not self.may_watch(request, stream_id):
            return answers.problem(403)
        return answers.as_private(await _file(path, answers.IMMUTABLE))

    async def _finished(self, request: Request, stream_id: str, name: str) -> Response:
        directory = await asyncio.to_thread(self._streams.finished_directory, stream_id)
        if directory is None:
            return answers.problem(404)
        if name in PLAYLISTS:
            return await self._finished_playlist(request, directory / name)
        if name == POSTER:
            return await _file(directory / name, answers.SHORT, "image/jpeg")
        if INIT_NAME.fullmatch(name) or SEGMENT_NAME.fullmatch(name):
            return await self._stored(request, directory / name, missing=410)
        return answers.problem(404)

    async def _rung(self, request: Request, stream: Stream | None, name: str) -> Response:
        found = None if stream is None or stream.ladder is None else stream.ladder.rungs
        rung = None if found is None else found.get(request.path_params["rung"])
        if stream is None or rung is None or name in PLAYLISTS - {LIVE}:
            return answers.problem(404)
        rung.is_protected = stream.is_protected
        return await (self._playlist if name == LIVE else self._media)(request, rung, name)

    async def _finished_playlist(self, request: Request, path: Path) -> Response:
        media_type = answers.DASH_TYPE if path.name == DASH else answers.PLAYLIST_TYPE
        token = request.query_params.get(tokens.PARAMETER)
        if token is None or tokens.TOKEN.fullmatch(token) is None:
            return await _file(path, answers.NO_STORE, media_type, missing=410)
        try:
            text = tokens.with_token(await asyncio.to_thread(path.read_text), token)
        except FileNotFoundError:
            return answers.problem(410)
        packed = answers.accepts_gzip(request)
        body = answers.pack(text) if packed else text.encode()
        return answers.playlist(body, is_packed=packed, media_type=media_type)

    async def _playlist(self, request: Request, stream: Playable, name: str) -> Response:
        skip = False
        if name == LIVE:
            query = request.query_params
            try:
                sequence = _number(query.get("_HLS_msn"))
                part = _number(query.get("_HLS_part"))
            except ValueError:
                return answers.problem(400, "_HLS_msn and _HLS_part are whole numbers")
            if part is not None and sequence is None:
                return answers.problem(400, "_HLS_part needs _HLS_msn")
            if sequence is not None and not await self._wait_for(stream, sequence, part):
                return answers.problem(400, "_HLS_msn is too far ahead")
            skip = query.get("_HLS_skip") in ("YES", "v2")
        if not stream.timeline.is_playable:
            return answers.problem(404, "nothing has been published yet")
        rendered = self._rendered.get(stream.id)
        if rendered is None or rendered.stream is not stream:
            rendered = self._rendered[stream.id] = _Rendered(stream, self._rules)
            if len(self._rendered) > REMEMBERED_STREAMS:
                self._rendered.popitem(last=False)
        self._rendered.move_to_end(stream.id)
        packed = answers.accepts_gzip(request)
        token = request.query_params.get(tokens.PARAMETER, "") if stream.is_protected else ""
        body = rendered.body(name, skip=skip, packed=packed, token=token, now=self._now())
        media_type = answers.DASH_TYPE if name == DASH else answers.PLAYLIST_TYPE
        return answers.playlist(body, is_packed=packed, media_type=media_type)

    async def _media(self, request: Request, stream: Playable, name: str) -> Response:
        if match := SEGMENT_NAME.fullmatch(name):
            return await self._segment(request, stream, int(match[1]))
        if match := PART_NAME.fullmatch(name):
            return await self._part(stream, int(match[1]), int(match[2]))
        if match := INIT_NAME.fullmatch(name):
            init = stream.timeline.inits.get(int(match[1]))
            if init is not None:
                return answers.media(init, answers.IMMUTABLE)
            return await _file(stream.directory / f"init{int(match[1])}.mp4", answers.IMMUTABLE)
        return answers.problem(404)

    async def _segment(self, request: Request, stream: Playable, sequence: int) -> Response:
        segment = stream.timeline.segment(sequence)
        if segment is None or not segment.is_closed:
            return answers.problem(404)
        if segment.parts:
            return answers.media(b"".join(part.data for part in segment.parts), answers.IMMUTABLE)
        return await self._stored(request, stream.directory / segment.name)

    async def _stored(self, request: Request, path: Path, *, missing: int = 404) -> Response:
        """A segment from the disk: whole, in one piece, which is what players ask for and costs a tenth."""
        if "range" in request.headers:
            return await _file(path, answers.IMMUTABLE, missing=missing)
        body = self._segments.get(path)
        if body is None:
            try:
                body = await asyncio.to_thread(path.read_bytes)
            except FileNotFoundError:
                return answers.problem(missing)
            self._segments.put(path, body)
        return answers.media(body, answers.IMMUTABLE)

    async def _part(self, stream: Playable, sequence: int, index: int) -> Response:
        """A part, or the wait for the one that was hinted at."""
        if not await self._wait_for(stream, sequence, index):
            return answers.problem(404)
        segment = stream.timeline.segment(sequence)
        if segment is None or index >= len(segment.parts):
            return answers.problem(404)
        return answers.media(segment.parts[index].data, answers.ONE_MINUTE)

    async def _wait_for(self, stream: Playable, sequence: int, part: int | None) -> bool:
        """Waits for a segment or part. False when it is too far ahead to wait for.

        While nobody publishes the wait is short: the player then simply polls until the host is back.
        """
        timeline = stream.timeline
        newest = timeline.segments[-1].sequence if timeline.segments else -1
        if sequence > newest + MAX_AHEAD_SEGMENTS:
            return False
        loop = asyncio.get_running_loop()
        started = loop.time()
        while not (timeline.has(sequence, part) or timeline.is_ended):
            limit = self._patience(stream, part)
            left = started + limit - loop.time()
            if left <= 0:
                break
            try:
                async with asyncio.timeout(left):
                    await timeline.changed()
            except TimeoutError:
                break
        return True

    def _patience(self, stream: Playable, part: int | None) -> float:
        if not stream.is_publishing:
            return self._config.offline_reload_seconds
        target = target_duration(stream.timeline, self._rules)
        return STALLED_PART_SECONDS if part is not None else 3.0 * target


class _Rendered:
    """The playlists of one stream, rendered once per change however many ask."""

    def __init__(self, stream: Playable, rules: LiveRules) -> None:
        self.stream = stream
        self._rules = rules
        self._dvr = DvrPlaylist(stream.timeline, rules)
        self._bodies: OrderedDict[tuple[str, bool, bool, str], tuple[tuple[object, ...], bytes]] = OrderedDict()

    def body(self, name: str, *, skip: bool, packed: bool, token: str, now: float) -> bytes:
        """The playlist, with the token on every line if there is one."""
        timeline = self.stream.timeline
        # A playlist of whole segments changes once per segment, and a manifest shows the time of day.
        state: tuple[object, ...] = (timeline.closed_count, timeline.is_ended, *((int(now),) if name == DASH else ()))
        if name in (LIVE, MASTER):
            rungs = self.stream.ladder.rungs if name == MASTER and self.stream.ladder is not None else {}
            state = (timeline.version, *rungs)
        key = (name, skip, packed, token)
        known_state, body = self._bodies.get(key, ((), b""))
        if known_state != state:
            text = self._text(name, skip=skip, now=now)
            text = tokens.with_token(text, token) if token else text
            body = answers.pack(text) if packed else text.encode()
            self._bodies[key] = (state, body)
            if len(self._bodies) > REMEMBERED_BODIES:
                self._bodies.popitem(last=False)
        return body

    def _text(self, name: str, *, skip: bool, now: float) -> str:
        stream, timeline = self.stream, self.stream.timeline
        if name == MASTER:
            ladder = stream.ladder
            return render_master(
                timeline, {name: rung.timeline for name, rung in ladder.rungs.items()} if ladder else {}
            )
        if name == DASH:
            return render_dash(timeline, segment_seconds=self._rules.segment_seconds, now=now)
        if name == DVR:
            return self._dvr.render()
        return render_live(timeline, self._rules, is_publishing=stream.is_publishing, skip=skip)


class _Recent:
    """Segments read lately, up to a size: viewers who rewind ask for the same ones at about the same time."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._bodies: OrderedDict[Path, tuple[float, bytes]] = OrderedDict()

    def get(self, path: Path) -> bytes | None:
        read_at, body = self._bodies.get(path, (0.0, b""))
        return body if time.monotonic() - read_at < RECENT_SECONDS else None

    def put(self, path: Path, body: bytes) -> None:
        self._size += len(body) - len(self._bodies.pop(path, (0.0, b""))[1])
        self._bodies[path] = time.monotonic(), body
        while self._size > self._limit:
            self._size -= len(self._bodies.popitem(last=False)[1][1])


def _number(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise ValueError(text)
    return int(text)


async def _file(path: Path, cache: str, media_type: str = answers.MEDIA_TYPE, *, missing: int = 404) -> Response:
    if not await asyncio.to_thread(path.is_file):
        return answers.problem(missing)
    return FileResponse(path, headers={"Cache-Control": cache}, media_type=media_type)
