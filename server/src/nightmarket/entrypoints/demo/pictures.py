"""Product pictures for the demo shops, drawn on the spot: warm light on night-market goods, no files to ship."""

import io
import math
from collections.abc import Callable

from PIL import Image, ImageDraw, ImageFilter

SIZE = 1200
Draw = Callable[[ImageDraw.ImageDraw, tuple[int, int, int], tuple[int, int, int]], None]

Color = tuple[int, int, int]

_SHADE = 0.72


def product_picture(shape: str, color: Color, ground: Color) -> bytes:
    """A square JPEG of one thing on a lit ground. `shape` names one of `SHAPES`."""
    picture = _ground(ground)
    shadow = Image.new("RGBA", (SIZE, SIZE), (0, 0, 0, 0))
    ImageDraw.Draw(shadow).ellipse((260, 930, 940, 1050), fill=(0, 0, 0, 120))
    picture.paste(Image.new("RGB", (SIZE, SIZE)), mask=shadow.filter(ImageFilter.GaussianBlur(30)).getchannel("A"))
    layer = Image.new("RGBA", (SIZE * 2, SIZE * 2), (0, 0, 0, 0))
    brush = ImageDraw.Draw(layer)
    SHAPES[shape](brush, color, _darker(color))
    thing = layer.resize((SIZE, SIZE), Image.Resampling.LANCZOS)
    picture.paste(thing, mask=thing.getchannel("A"))
    picture = _glow(picture)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=88)
    return out.getvalue()


def _ground(color: Color) -> Image.Image:
    """A vignette: light in the middle, night at the edges."""
    small = Image.new("RGB", (96, 96))
    for y in range(96):
        for x in range(96):
            distance = math.hypot(x - 48, y - 42) / 68
            light = max(0.0, 1.0 - distance * 0.75)
            small.putpixel((x, y), tuple(int(channel * (0.25 + 0.75 * light)) for channel in color))
    return small.resize((SIZE, SIZE), Image.Resampling.BICUBIC)


def _glow(picture: Image.Image) -> Image.Image:
    """A few lanterns out of focus, far behind."""
    lights = Image.new("RGB", (SIZE, SIZE))
    brush = ImageDraw.Draw(lights)
    for index, (x, y, radius) in enumerate(
        ((140, 160, 46), (330, 90, 30), (1020, 140, 54), (860, 70, 26), (1110, 330, 34))
    ):
        brush.ellipse((x - radius, y - radius, x + radius, y + radius), fill=(255, 150 + index * 15, 60))
    blurred = lights.filter(ImageFilter.GaussianBlur(22))
    return Image.composite(
        Image.blend(picture, blurred, 0.5), picture, blurred.convert("L").point(lambda v: min(255, v * 2))
    )


def _darker(color: Color, by: float = _SHADE) -> Color:
    return (int(color[0] * by), int(color[1] * by), int(color[2] * by))


def _lantern(brush: ImageDraw.ImageDraw, color: Color, dark: Color) -> None:
    brush.rectangle((1080, 420, 1320, 520), fill=(60, 44, 36))
    brush.ellipse((560, 500, 1840, 1700), fill=color)
    for inset in (180, 380, 560):
        brush.arc((560 + inset, 500, 1840 - inset, 1700), 0, 360, fill=dark, width=14)
    brush.rectangle((1040, 1670, 1360, 1760), fill=(60, 44, 36))
    for x in range(1100, 1320, 40):
        brush.line((x, 1760, x, 2000), fill=(255, 200, 90), width=14)


def _tee(brush: ImageDraw.ImageDraw, color: Color, dark: Color) -> None:
    brush.polygon(
        [
            (820, 560),
            (1580, 560),
            (2000, 820),
            (1820, 1100),
            (1660, 1010),
            (1660, 1900),
            (740, 1900),
            (740, 1010),
            (580, 1100),
            (400, 820),
        ],
        fill=color,
    )
    brush.ellipse((980, 440, 1420, 720), fill=dark)
    brush.ellipse((1000, 420, 1400, 680), fill=(0, 0, 0, 0))
    brush.line((740, 1010, 740, 1900), fill=dark, width=16)
    brush.line((1660, 1010, 1660, 1900), fill=dark, width=16)


def _bag(brush: ImageDraw.ImageDraw, color: Color, dark: Color) -> None:
    brush.arc((800, 360, 1600, 1260), 180, 360, fill=dark, width=60)
    brush.rounded_rectangle((520, 800, 1880, 1900), radius=160, fill=color)
    brush.rounded_rectangle((520, 800, 1880, 1160), radius=120, fill=dark)
    brush.ellipse((1140, 1090, 1260, 1210), fill=(255, 205, 110))


def _cup(brush: ImageDraw.ImageDraw, color: Color, dark: Color) -> None:
    brush.arc((1360, 900, 1880, 1500), 280, 100, fill=dark, width=80)
    brush.polygon([(620, 760), (1640, 760), (1520, 1880), (740, 1880)], fill=color)
    brush.ellipse((620, 660, 1640, 860), fill=dark)
    brush.ellipse((680, 690, 1580, 830), fill=(92, 54, 34))
    for x in (900, 1120, 1340):
        brush.arc((x - 60, 300, x + 60, 620), 90, 270, fill=(255, 240, 220, 150), width=20)


def _jar(brush: ImageDraw.ImageDraw, color: Color, dark: Color) -> None:
    brush.rounded_rectangle((760, 460, 1640, 700), radius=60, fill=(70, 52, 42))
    brush.rounded_rectangle((660, 680, 1740, 1900), radius=170, fill=color)
    brush.rounded_rectangle((800, 1020, 1600, 1560), radius=50, fill=(255, 246, 230))
    brush.line((900, 1180, 1500, 1180), fill=dark, width=44)
    brush.line((900, 1300, 1360, 1300), fill=dark, width=28)
    brush.line((900, 1400, 1420, 1400), fill=dark, width=28)


def _shoe(brush: ImageDraw.ImageDraw, color: Color, dark: Color) -> None:
    brush.polygon(
        [(480, 900), (900, 820), (1120, 1080), (1640, 1280), (1960, 1420), (1960, 1600), (480, 1600)], fill=color
    )
    brush.polygon([(480, 1400), (1960, 1420), (1960, 1600), (480, 1600)], fill=dark)
    brush.rounded_rectangle((440, 1580, 2000, 1760), radius=80, fill=(250, 244, 236))
    for step in range(4):
        x = 1010 + step * 130
        brush.line((x, 1130 + step * 50, x + 120, 1020 + step * 62), fill=(250, 244, 236), width=30)


def _ring(brush: ImageDraw.ImageDraw, color: Color, dark: Color) -> None:
    brush.ellipse((680, 860, 1720, 1900), outline=color, width=110)
    brush.arc((680, 860, 1720, 1900), 30, 170, fill=dark, width=110)
    brush.polygon([(1200, 380), (1480, 620), (1200, 980), (920, 620)], fill=(190, 235, 255))
    brush.polygon([(1200, 380), (1340, 620), (1200, 980), (1060, 620)], fill=(230, 250, 255))


def _mango(brush: ImageDraw.ImageDraw, color: Color, dark: Color) -> None:
    for x, y in ((900, 900), (1320, 1010)):
        brush.ellipse((x - 360, y - 260, x + 420, y + 700), fill=dark)
        brush.ellipse((x - 360, y - 260, x + 360, y + 660), fill=color)
        brush.ellipse((x - 220, y - 130, x - 40, y + 120), fill=(255, 236, 170, 150))
    brush.polygon([(1240, 700), (1560, 440), (1500, 760)], fill=(60, 150, 80))


SHAPES: dict[str, Draw] = {
    "lantern": _lantern,
    "tee": _tee,
    "bag": _bag,
    "cup": _cup,
    "jar": _jar,
    "shoe": _shoe,
    "ring": _ring,
    "mango": _mango,
}
