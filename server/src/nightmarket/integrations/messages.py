"""Which service carries each channel of this installation, by its settings."""

from nightmarket.kernel.settings import Settings
from nightmarket.modules.notifications.ports import Channel


def email_by(settings: Settings) -> str:
    """`smtp`, `sendgrid`, `outbox` or `off`."""
    if settings.messages.email is not None:
        return settings.messages.email
    if settings.smtp.host:
        return "smtp"
    if settings.sendgrid.api_key is not None:
        return "sendgrid"
    return _default(settings)


def sms_by(settings: Settings) -> str:
    """`twilio`, `outbox` or `off`."""
    if settings.messages.sms is not None:
        return settings.messages.sms
    return "twilio" if settings.twilio.account_sid else _default(settings)


def outbox_channels(settings: Settings) -> list[Channel]:
    """The channels whose messages stay on this machine."""
    found: list[Channel] = []
    if email_by(settings) == "outbox":
        found.append("email")
    if sms_by(settings) == "outbox":
        found.append("sms")
    return found


def _default(settings: Settings) -> str:
    return "off" if settings.is_production else "outbox"
