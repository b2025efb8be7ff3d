"""Object storage: a port with two adapters, local files and any S3 API (Cloudflare R2)."""

from nightmarket.kernel.storage.base import ObjectMissing, Storage, Upload, check_key
from nightmarket.kernel.storage.local import LocalStorage
from nightmarket.kernel.storage.s3 import S3Storage

__all__ = ["LocalStorage", "ObjectMissing", "S3Storage", "Storage", "Upload", "check_key"]
