"""Object storage: a port with two adapters, local files and any S3 API (Cloudflare R2)."""

from nightmarket.kernel.storage.base import PRIVATE, ObjectMissing, SizeDiffers, Source, Storage, Upload, check_key
from nightmarket.kernel.storage.local import LocalStorage
from nightmarket.kernel.storage.s3 import S3Storage

__all__ = [
    "PRIVATE",
    "LocalStorage",
    "ObjectMissing",
    "S3Storage",
    "SizeDiffers",
    "Source",
    "Storage",
    "Upload",
    "check_key",
]
