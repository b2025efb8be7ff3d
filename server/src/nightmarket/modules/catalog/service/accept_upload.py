"""A user wants to send a picture: give them an address that takes exactly that file, for a short time."""

from datetime import datetime, timedelta

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.kernel.jobs import job
from nightmarket.kernel.storage import Upload
from nightmarket.modules.catalog.errors import UploadTypeRefused
from nightmarket.modules.catalog.service.process_image import MAX_UPLOAD_BYTES, upload_folder

_EXTENSIONS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/gif": "gif",
    "image/avif": "avif",
}
_GOOD_FOR = timedelta(minutes=15)
_KEPT_FOR = timedelta(days=1)


async def accept_upload(ctx: Context, user_id: str, *, content_type: str, size: int) -> tuple[str, Upload, datetime]:
    """(object key, how to send it, until when). The original is dropped after a day: what we serve is made from it."""
    extension = _EXTENSIONS.get(content_type)
    if extension is None or size > MAX_UPLOAD_BYTES:
        raise UploadTypeRefused(allowed=sorted(_EXTENSIONS), max_bytes=MAX_UPLOAD_BYTES)
    key = f"{upload_folder(user_id)}{new_id('upl')}.{extension}"
    async with ctx.unit() as unit:
        until = unit.now + _GOOD_FOR
        unit.enqueue(forget_upload, key, at=unit.now + _KEPT_FOR)
    upload = await ctx.storage.upload(key, content_type=content_type, size=size, expires_at=int(until.timestamp()))
    return key, upload, until


@job("catalog.forget_upload.v1", queue="bulk")
async def forget_upload(ctx: Context, object_key: str) -> None:
    """Remove an original, with whatever its camera wrote into it."""
    await ctx.storage.delete(object_key)
