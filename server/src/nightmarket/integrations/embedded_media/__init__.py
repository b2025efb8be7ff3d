"""Our own media server, seen from the api."""

from nightmarket.integrations.embedded_media.provider import EmbeddedMedia
from nightmarket.integrations.embedded_media.recordings import EmbeddedRecordings
from nightmarket.integrations.embedded_media.relays import EmbeddedRelay

__all__ = ["EmbeddedMedia", "EmbeddedRecordings", "EmbeddedRelay"]
