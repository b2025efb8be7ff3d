"""Turns the newest key frame into a JPEG, in a thread of its own."""

import asyncio
import io
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import av
import structlog
from av.video.codeccontext import VideoCodecContext
from PIL import Image

from nightmarket.media.stream import KeyFrame, Stream

log = structlog.get_logger()

POSTER = "poster.jpg"
MAX_WIDTH = 1280
QUALITY = 80


def render_poster(frame: KeyFrame) -> bytes | None:
    """The picture as JPEG, at most 1280 pixels wide; None when it cannot be decoded."""
    context = VideoCodecContext.create("h264", "r")
    context.extradata = frame.video.avcc
    context.thread_count = 1
    try:
        pictures = [*context.decode(av.Packet(frame.data)), *context.decode(None)]
    except av.FFmpegError as error:
        log.warning("poster.decode_failed", error=str(error))
        return None
    if not pictures:
        return None
    picture = pictures[0]
    image: Image.Image = picture.to_image()  # type: ignore[no-untyped-call]
    if image.width > MAX_WIDTH:
        image = image.resize((MAX_WIDTH, max(1, image.height * MAX_WIDTH // image.width)))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY, progressive=True)
    return out.getvalue()


class Posters:
    """Keeps `poster.jpg` of each stream fresh, one picture at a time, only as often as somebody looks."""

    def __init__(self, interval_seconds: float) -> None:
        self._interval = interval_seconds
        self._executor = ThreadPoolExecutor(1, "media-poster")
        self._made: dict[str, tuple[float, KeyFrame]] = {}
        self._running: dict[str, asyncio.Future[None]] = {}

    async def refresh(self, stream: Stream) -> None:
        """Makes a new poster when there is a newer picture and the old one has aged."""
        frame = stream.newest_key_frame
        made = self._made.get(stream.id)
        if frame is None or (made and (made[1] is frame or time.monotonic() - made[0] < self._interval)):
            return
        running = self._running.get(stream.id)
        if running is None:
            self._made[stream.id] = (time.monotonic(), frame)
            loop = asyncio.get_running_loop()
            running = loop.run_in_executor(self._executor, _write, stream.store.directory, frame)
            self._running[stream.id] = running
            running.add_done_callback(lambda _: self._running.pop(stream.id, None))
        await asyncio.shield(running)

    def forget(self, stream_id: str) -> None:
        """The stream is over."""
        self._made.pop(stream_id, None)

    def close(self) -> None:
        """Stops the thread."""
        self._executor.shutdown(wait=False, cancel_futures=True)


def _write(directory: Path, frame: KeyFrame) -> None:
    """Never fails: a show without a poster is still a show."""
    try:
        jpeg = render_poster(frame)
        if jpeg is None:
            return
        directory.mkdir(parents=True, exist_ok=True)
        fresh = directory / f"{POSTER}.new"
        fresh.write_bytes(jpeg)
        fresh.replace(directory / POSTER)
    except Exception:
        log.exception("poster.failed", stream=directory.name)
