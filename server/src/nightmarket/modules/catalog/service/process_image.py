"""Turn an upload into the pictures we serve: checked, upright, without EXIF, as WebP in a few widths.

All of this happens before and outside the transaction that uses the pictures.
"""

import asyncio
import io
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from PIL import Image, ImageCms, ImageOps

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.kernel.storage import ObjectMissing
from nightmarket.modules.catalog.errors import ImageInvalid, UploadUnknown
from nightmarket.modules.catalog.service.views import PreparedImage

WIDTHS = (320, 960, 1600)
MAX_UPLOAD_BYTES = 20 * 2**20
MAX_PIXELS = 40_000_000
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
_TALLEST = 3
"""How many times its width a picture may be high; more is scaled down."""
_QUALITY = 82
_RENDERER = ThreadPoolExecutor(1, thread_name_prefix="pictures")
"""One picture at a time: a large one needs a few hundred megabytes while it is open."""


def file_key(image_id: str, width: int) -> str:
    """Where a picture lies in storage."""
    return f"products/{image_id}/{width}.webp"


def upload_folder(user_id: str) -> str:
    """Where a user's uploads wait to be used; nobody else can name them."""
    return f"private/uploads/{user_id}/"


async def prepare_upload(ctx: Context, user_id: str, object_key: str) -> PreparedImage:
    """Make the pictures of something this user has uploaded."""
    if not object_key.startswith(upload_folder(user_id)):
        raise UploadUnknown(object_key=object_key)
    try:
        data = await ctx.storage.get(object_key, max_bytes=MAX_UPLOAD_BYTES)
    except ObjectMissing as error:
        raise UploadUnknown(object_key=object_key) from error
    except ValueError as error:
        raise ImageInvalid(object_key=object_key) from error
    return await prepare_image(ctx, data, source_key=object_key)


async def prepare_image(ctx: Context, data: bytes, *, source_key: str = "") -> PreparedImage:
    """Check and convert the bytes of a picture and store the result under a new id."""
    files = await asyncio.get_running_loop().run_in_executor(_RENDERER, _render, data)
    image_id = new_id("img")
    for width, content in files.items():
        await ctx.storage.put(file_key(image_id, width), content, "image/webp")
    return PreparedImage(image_id, tuple(files), source_key)


def _render(data: bytes) -> dict[int, bytes]:
    """The WebP files by nominal width. Decoding a hostile file fails in many ways; all of them mean the same to us."""
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            opened.draft("RGB", (WIDTHS[-1] * 2, WIDTHS[-1] * 2))  # JPEG files can be decoded at a part of their size
            if opened.width * opened.height > MAX_PIXELS or min(opened.size) < 1:
                raise ImageInvalid("The picture has too many pixels.")
            picture = _flat(ImageOps.exif_transpose(_shrunk(opened)))
    except ImageInvalid:
        raise
    except Exception as error:
        raise ImageInvalid from error
    files: dict[int, bytes] = {}
    for width in WIDTHS:
        files[width] = _encode(picture, width)
        if picture.width <= width:
            break
    return files


def _shrunk(opened: Image.Image) -> Image.Image:
    """No larger than we need, before anything makes a copy. Lying pictures are as long as upright ones are high."""
    if opened.mode in {"RGB", "RGBA", "L"}:
        longest = WIDTHS[-1] * _TALLEST
        opened.thumbnail((longest, longest), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return opened


def _flat(picture: Image.Image) -> Image.Image:
    """Plain sRGB pixels, with transparency where there is some."""
    has_alpha = picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info
    profile: Any = picture.info.get("icc_profile")
    plain = picture.convert("RGBA" if has_alpha else "RGB")
    if profile and picture.mode in {"RGB", "RGBA"}:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(plain, source, target, outputMode=plain.mode)
        except (ImageCms.PyCMSError, OSError):
            return plain
        return converted or plain
    return plain


def _encode(picture: Image.Image, width: int) -> bytes:
    copy = picture.copy()
    copy.thumbnail((width, width * _TALLEST), Image.Resampling.LANCZOS)
    target = io.BytesIO()
    copy.save(target, "WEBP", quality=_QUALITY, method=4, exif=b"", icc_profile=b"", xmp=b"")
    return target.getvalue()
