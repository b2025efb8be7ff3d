"""Small pictures of a finished show for the seek bar: sheets of tiles, and a WebVTT file that says which is when.

One key frame is decoded for each tile, in a thread; a show of three hours needs some seconds of one core.
"""

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import structlog
from PIL import Image

from nightmarket.media.timeline import Segment, Timeline

log = structlog.get_logger()

THUMBNAILS = "thumbnails.vtt"
SPRITE_NAME = re.compile(r"sprite([0-9]{1,3})\.jpg")
TILE_PIXELS = 160
"""The longer side of a tile."""
COLUMNS = ROWS = 10
MOST_TILES = 400
SHORTEST_STEP_MS = 5000
QUALITY = 70
_PER_SHEET = COLUMNS * ROWS


def write_sprites(directory: Path, timeline: Timeline, *, is_given_up: Callable[[], bool]) -> int:
    """Make the sheets, then the WebVTT file; how many tiles there are. None where no picture can be decoded."""
    size: tuple[int, int] | None = None
    sheet: Image.Image | None = None
    cues: list[str] = []
    for start_ms, end_ms, segment in _picks(timeline):
        if is_given_up():
            return 0
        picture = _first_picture(directory, segment)
        if picture is None:
            continue
        size = size or _tile(picture)
        index = len(cues) % _PER_SHEET
        if sheet is None:
            sheet = Image.new("RGB", (size[0] * COLUMNS, size[1] * ROWS))
        x, y = index % COLUMNS * size[0], index // COLUMNS * size[1]
        sheet.paste(_fitted(picture, size), (x, y))
        name = f"sprite{len(cues) // _PER_SHEET + 1}.jpg"
        cues.append(f"{_clock(start_ms)} --> {_clock(end_ms)}\n{name}#xywh={x},{y},{size[0]},{size[1]}\n")
        if index == _PER_SHEET - 1:
            _save(sheet, directory / name)
            sheet = None
    if sheet is not None and size is not None:
        rows = -(-(len(cues) % _PER_SHEET) // COLUMNS)
        _save(sheet.crop((0, 0, sheet.width, rows * size[1])), directory / f"sprite{len(cues) // _PER_SHEET + 1}.jpg")
    if cues:
        (directory / THUMBNAILS).write_text("WEBVTT\n\n" + "\n".join(cues))
    return len(cues)


def _picks(timeline: Timeline) -> Iterator[tuple[int, int, Segment]]:
    """Which segment stands for which stretch of time. Stretches lie end to end."""
    step = max(SHORTEST_STEP_MS, -(-timeline.end_ms // MOST_TILES))
    good = [one for one in timeline.segments if one.independent and not one.is_lost and one.run.width]
    picked: list[Segment] = []
    for segment in good:
        if not picked or segment.start_ms // step > picked[-1].start_ms // step:
            picked.append(segment)
    for index, segment in enumerate(picked):
        start = segment.start_ms // step * step
        last = index == len(picked) - 1
        end = timeline.end_ms if last else picked[index + 1].start_ms // step * step
        if end > start:
            yield start, end, segment


def _first_picture(directory: Path, segment: Segment) -> Image.Image | None:
    try:
        data = (directory / segment.run.init_name).read_bytes() + (directory / segment.name).read_bytes()
        with av.open(io.BytesIO(data), "r", format="mp4") as container:
            stream = container.streams.video[0]
            stream.codec_context.thread_count = 1
            frame = next(container.decode(stream))
            picture: Image.Image = frame.to_image()  # type: ignore[no-untyped-call]
    except (OSError, av.FFmpegError, IndexError, StopIteration) as error:
        log.warning("sprite.no_picture", stream=directory.name, segment=segment.name, error=repr(error))
        return None
    return picture


def _tile(picture: Image.Image) -> tuple[int, int]:
    longest = max(picture.size)
    return (
        max(2, picture.width * TILE_PIXELS // longest),
        max(2, picture.height * TILE_PIXELS // longest),
    )


def _fitted(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The picture in a tile, with bars where the camera was turned."""
    copy = picture.copy()
    copy.thumbnail(size, reducing_gap=2.0)
    if copy.size == size:
        return copy
    tile = Image.new("RGB", size)
    tile.paste(copy, ((size[0] - copy.width) // 2, (size[1] - copy.height) // 2))
    return tile


def _save(sheet: Image.Image, path: Path) -> None:
    sheet.save(path, "JPEG", quality=QUALITY, progressive=True)


def _clock(ms: int) -> str:
    seconds, rest = divmod(ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:03}"
