"""The senders of this installation, one for each channel that is on."""

from nightmarket.integrations.line.sender import LineSender
from nightmarket.integrations.mail.smtp import SmtpSender
from nightmarket.integrations.messages import email_by, sms_by
from nightmarket.integrations.postbox.sender import PostboxSender
from nightmarket.integrations.sendgrid.sender import SendgridSender
from nightmarket.integrations.twilio.sender import TwilioSender
from nightmarket.integrations.webpush.keys import VapidKey
from nightmarket.integrations.webpush.sender import WebPushSender
from nightmarket.kernel.context import Context
from nightmarket.modules.notifications.ports import LineAccount, PushKey, Sender, Senders


def connect_channels(ctx: Context) -> None:
    """Stand the configured services behind the ports of notifications."""
    settings = ctx.settings
    senders: list[Sender] = []
    match email_by(settings):
        case "smtp":
            senders.append(SmtpSender(ctx))
        case "sendgrid":
            senders.append(SendgridSender(ctx))
        case "outbox":
            senders.append(PostboxSender(ctx, "email"))
    match sms_by(settings):
        case "twilio":
            senders.append(TwilioSender(ctx))
        case "outbox":
            senders.append(PostboxSender(ctx, "sms"))
    if settings.line_messaging.channel_access_token is not None:
        senders.append(LineSender(ctx))
        ctx.ports[LineAccount] = LineAccount(settings.line_messaging.friend_url)
    if settings.web_push.enabled:
        key = VapidKey(settings)
        ctx.ports[PushKey] = key
        senders.append(WebPushSender(ctx, key))
    ctx.ports[Senders] = Senders.of(senders)
