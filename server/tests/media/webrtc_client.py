"""A browser's part in WebRTC, played by aiortc with its own encoders and decoders."""

import asyncio
import math
import struct
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import av
import httpx2
from aiortc import (
    AudioStreamTrack,
    MediaStreamTrack,
    RTCConfiguration,
    RTCPeerConnection,
    RTCSessionDescription,
    VideoStreamTrack,
)
from aiortc.mediastreams import MediaStreamError

from media.harness import KEY, STREAM, Media

SDP = {"Content-Type": "application/sdp"}
AUDIO_RATE, AUDIO_SAMPLES = 48_000, 960
FLASH_SECONDS = 1.0
"""Every second a white picture and a tone begin together and last a quarter of a second."""
FLASH_SHARE = 0.25


class Pictures(VideoStreamTrack):
    """Black, white for the first quarter of each second."""

    def __init__(self, width: int = 160, height: int = 128, rate: int = 25) -> None:
        super().__init__()
        self.size = (width, height)
        self._rate = rate
        self._count = 0
        self._began = time.monotonic()

    async def recv(self) -> av.VideoFrame:
        """The next picture, when it is due."""
        at = self._count / self._rate
        self._count += 1
        await asyncio.sleep(max(0.0, self._began + at - time.monotonic()))
        frame = av.VideoFrame(*self.size, "yuv420p")
        bright = 235 if at % FLASH_SECONDS < FLASH_SHARE else 16
        for plane, value in zip(frame.planes, (bright, 128, 128), strict=True):
            plane.update(bytes([value]) * plane.buffer_size)
        frame.pts, frame.time_base = round(at * 90_000), Fraction(1, 90_000)
        return frame


class Tone(AudioStreamTrack):
    """Silence, a tone for the first quarter of each second."""

    def __init__(self) -> None:
        super().__init__()
        self._count = 0
        self._began = time.monotonic()

    async def recv(self) -> av.AudioFrame:
        """The next 20 ms, when they are due."""
        at = self._count * AUDIO_SAMPLES
        self._count += 1
        await asyncio.sleep(max(0.0, self._began + at / AUDIO_RATE - time.monotonic()))
        values = [_sample(at + index) for index in range(AUDIO_SAMPLES) for _ in range(2)]
        frame = av.AudioFrame("s16", "stereo", AUDIO_SAMPLES, align=1)
        frame.planes[0].update(struct.pack(f"<{len(values)}h", *values))
        frame.sample_rate, frame.pts, frame.time_base = AUDIO_RATE, at, Fraction(1, AUDIO_RATE)
        return frame


def _sample(index: int) -> int:
    if index / AUDIO_RATE % FLASH_SECONDS >= FLASH_SHARE:
        return 0
    return round(12_000 * math.sin(index * 2 * math.pi * 440 / AUDIO_RATE))


@dataclass
class Browser:
    """One connection and its HTTP resource."""

    pc: RTCPeerConnection
    http: httpx2.AsyncClient
    endpoint: str
    token: str | None
    answer: httpx2.Response | None = None
    pictures: list[av.VideoFrame] = field(default_factory=list)
    sounds: list[av.AudioFrame] = field(default_factory=list)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def headers(self) -> dict[str, str]:
        """What every request carries."""
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    @property
    def location(self) -> str:
        """The session's address."""
        assert self.answer is not None
        return str(self.answer.request.url.join(self.answer.headers["location"]))

    @property
    def state(self) -> str:
        """How the connection is."""
        return str(self.pc.connectionState)

    async def connect(self) -> httpx2.Response:
        """Offers, and takes the answer if there is one."""
        await self.pc.setLocalDescription(await self.pc.createOffer())
        offer = self.pc.localDescription.sdp
        self.answer = await self.http.post(self.endpoint, content=offer, headers={**SDP, **self.headers})
        if self.answer.status_code == 201:
            await self.pc.setRemoteDescription(RTCSessionDescription(self.answer.text, "answer"))
        return self.answer

    async def leave(self) -> httpx2.Response:
        """Says goodbye over HTTP."""
        return await self.http.delete(self.location, headers=self.headers)

    def keep(self, track: MediaStreamTrack) -> None:
        """Collects what a track brings."""
        self._tasks.append(asyncio.create_task(self._collect(track)))

    async def _collect(self, track: MediaStreamTrack) -> None:
        into: list[Any] = self.pictures if track.kind == "video" else self.sounds
        while True:
            try:
                into.append(await track.recv())
            except MediaStreamError:
                return

    async def close(self) -> None:
        """Drops the connection without a word over HTTP."""
        await self.pc.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@asynccontextmanager
async def publisher(
    media: Media, *tracks: MediaStreamTrack, token: str | None = KEY, stream: str = STREAM
) -> AsyncIterator[Browser]:
    """A browser that is about to publish."""
    browser = Browser(_connection(), media.http, f"/whip/{stream}", token)
    for track in tracks or (Pictures(), Tone()):
        browser.pc.addTrack(track)
    for transceiver in browser.pc.getTransceivers():
        transceiver.direction = "sendonly"
    try:
        yield browser
    finally:
        await browser.close()


@asynccontextmanager
async def viewer(media: Media, stream: str = STREAM, query: str = "") -> AsyncIterator[Browser]:
    """A browser that is about to watch."""
    browser = Browser(_connection(), media.http, f"/whep/{stream}{query}", None)
    browser.pc.on("track", browser.keep)
    for kind in ("video", "audio"):
        browser.pc.addTransceiver(kind, direction="recvonly")
    try:
        yield browser
    finally:
        await browser.close()


def _connection() -> RTCPeerConnection:
    return RTCPeerConnection(RTCConfiguration(iceServers=[]))


async def offer_text(*kinds: str, direction: str = "sendonly") -> str:
    """An offer, without a connection behind it."""
    connection = _connection()
    for kind in kinds:
        connection.addTransceiver(kind, direction=direction)
    await connection.setLocalDescription(await connection.createOffer())
    text = str(connection.localDescription.sdp)
    await connection.close()
    return text
