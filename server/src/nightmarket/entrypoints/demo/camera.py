"""The demo's camera: draws a pleasant picture with a running clock and publishes it with sound by RTMP.

A real encoder (ffmpeg) speaks the real protocol; only what stands in front of the lens is drawn.
"""

import io
import math
import subprocess
import threading
import time
from dataclasses import dataclass

import imageio_ffmpeg
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from nightmarket.entrypoints.demo.pictures import product_picture
from nightmarket.kernel.logging import get_logger

log = get_logger(__name__)

WIDTH, HEIGHT, RATE = 540, 960, 24
_PICTURE = 430
_INK, _PAPER, _RED, _AMBER = (14, 11, 26), (255, 248, 240), (255, 77, 46), (255, 176, 32)
_MUSIC = (
    "aevalsrc='0.06*sin(2*PI*220*t)*(1+sin(2*PI*0.25*t))/2"
    "+0.05*sin(2*PI*277.18*t)*(1+sin(2*PI*0.2*t))/2+0.05*sin(2*PI*329.63*t)*(1+sin(2*PI*0.15*t))/2':s=48000:c=stereo"
)


@dataclass(frozen=True)
class Scene:
    """What is held into the camera now."""

    code: str
    price: str
    shape: str
    color: tuple[int, int, int]
    ground: tuple[int, int, int]


class Camera:
    """Publishes until closed; a lost connection is opened again, as OBS would."""

    def __init__(self, rtmp_url: str) -> None:
        self._url = rtmp_url
        self._stop = threading.Event()
        self._scene: Scene | None = None
        self._backdrop = _backdrop(None)
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._publish_forever, name="demo-camera", daemon=True)

    def open(self) -> None:
        """Start publishing."""
        self._thread.start()

    def show(self, scene: Scene | None) -> None:
        """Hold something else into the picture. Takes a moment to draw: call it off the event loop."""
        backdrop = _backdrop(scene)
        with self._lock:
            self._scene, self._backdrop = scene, backdrop

    def close(self) -> None:
        """Stop and wait for the encoder to end."""
        self._stop.set()
        self._thread.join(timeout=10)

    def _publish_forever(self) -> None:
        while not self._stop.is_set():
            started = time.monotonic()
            try:
                self._publish()
            except OSError as error:
                log.warning("demo.camera_lost", error=str(error))
            if time.monotonic() - started < 3:
                self._stop.wait(2)

    def _publish(self) -> None:
        encoder = subprocess.Popen(_command(self._url), stdin=subprocess.PIPE)
        assert encoder.stdin is not None
        try:
            start = time.monotonic()
            frame = 0
            while not self._stop.is_set():
                encoder.stdin.write(self._frame(frame))
                frame += 1
                ahead = start + frame / RATE - time.monotonic()
                if ahead > 0:
                    self._stop.wait(ahead)
        finally:
            encoder.stdin.close()
            try:
                encoder.wait(timeout=5)
            except subprocess.TimeoutExpired:
                encoder.kill()
                encoder.wait()

    def _frame(self, number: int) -> bytes:
        with self._lock:
            scene, backdrop = self._scene, self._backdrop
        picture = backdrop.copy()
        brush = ImageDraw.Draw(picture)
        for index in range(5):
            x = (index * 127 + number * (0.6 + index * 0.22)) % (WIDTH + 80) - 40
            y = 70 + 26 * math.sin(number / 31 + index * 1.7) + index * 9
            brush.ellipse((x - 14, y - 17, x + 14, y + 17), fill=(255, 120 + index * 22, 60))
        now = time.time()
        clock = time.strftime("%H:%M:%S", time.localtime(now)) + f".{int(now * 10) % 10}"
        brush.text((WIDTH / 2, 164), clock, font=_font(46), fill=_PAPER, anchor="mm")
        if scene is not None:
            sway = int(5 * math.sin(number / 9))
            brush.rounded_rectangle((76, 560 + sway, 216, 620 + sway), 30, fill=_RED)
            brush.text((146, 590 + sway), scene.code, font=_font(40), fill=_PAPER, anchor="mm")
            brush.text((236, 590 + sway), scene.price, font=_font(40), fill=_AMBER, anchor="lm")
        return picture.tobytes()


def _backdrop(scene: Scene | None) -> Image.Image:
    """Everything that does not move: drawn once per scene."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), _INK)
    brush = ImageDraw.Draw(picture)
    for y in range(HEIGHT):
        warmth = max(0.0, 1 - abs(y - 380) / 520)
        brush.line((0, y, WIDTH, y), fill=(int(14 + 80 * warmth), int(11 + 34 * warmth), int(26 + 40 * warmth)))
    picture = picture.filter(ImageFilter.GaussianBlur(2))
    if scene is not None:
        drawn = Image.open(io.BytesIO(product_picture(scene.shape, scene.color, scene.ground)))
        thing = drawn.resize((_PICTURE, _PICTURE))
        mask = Image.new("L", (_PICTURE, _PICTURE), 0)
        ImageDraw.Draw(mask).rounded_rectangle((0, 0, _PICTURE, _PICTURE), 36, fill=255)
        picture.paste(thing, ((WIDTH - _PICTURE) // 2, 210), mask)
    else:
        ImageDraw.Draw(picture).text((WIDTH / 2, 380), "NIGHTMARKET", font=_font(56), fill=_PAPER, anchor="mm")
    return picture


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    if size not in _FONTS:
        _FONTS[size] = ImageFont.load_default(size)
    return _FONTS[size]


_FONTS: dict[int, ImageFont.FreeTypeFont | ImageFont.ImageFont] = {}


def _command(url: str) -> list[str]:
    return [
        imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-loglevel", "error", "-nostats",
        "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{WIDTH}x{HEIGHT}", "-r", str(RATE), "-i", "-",
        "-f", "lavfi", "-i", _MUSIC,
        "-c:v", "libx264", "-preset", "superfast", "-tune", "zerolatency", "-profile:v", "main", "-pix_fmt", "yuv420p",
        "-g", str(RATE * 2), "-keyint_min", str(RATE * 2), "-sc_threshold", "0", "-b:v", "1200k",
        "-maxrate", "1500k", "-bufsize", "1500k",
        "-c:a", "aac", "-b:a", "96k", "-ar", "48000",
        "-f", "flv", url,
    ]  # fmt: skip
