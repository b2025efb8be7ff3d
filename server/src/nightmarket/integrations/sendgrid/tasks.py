"""Background work of the SendGrid adapter."""

from nightmarket.integrations.sendgrid.take_events import take_event

__all__ = ["take_event"]
