"""Background work of the LINE adapter."""

from nightmarket.integrations.line.take_events import take_event

__all__ = ["take_event"]
