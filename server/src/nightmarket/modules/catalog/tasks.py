"""Background work of the catalog."""

from nightmarket.modules.catalog.service.accept_upload import forget_upload

__all__ = ["forget_upload"]
