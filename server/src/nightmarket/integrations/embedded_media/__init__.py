"""Our own media server, seen from the api."""

from nightmarket.integrations.embedded_media.provider import EmbeddedMedia
from nightmarket.integrations.embedded_media.recordings import EmbeddedRecordings

__all__ = ["EmbeddedMedia", "EmbeddedRecordings"]
