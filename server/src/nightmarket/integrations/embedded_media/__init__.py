"""Our own media server, seen from the api."""

from nightmarket.integrations.embedded_media.provider import EmbeddedMedia

__all__ = ["EmbeddedMedia"]
