"""Background work of the pretend gateway."""

from nightmarket.integrations.sandbox.actions import pay_late
from nightmarket.integrations.sandbox.notify import notify

__all__ = ["notify", "pay_late"]
