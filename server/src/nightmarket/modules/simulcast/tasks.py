"""Background work of outputs."""

from nightmarket.modules.simulcast.service.tell_relay import tell_relay

__all__ = ["tell_relay"]
