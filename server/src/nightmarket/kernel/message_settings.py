"""Settings of the channels that reach people outside the product: e-mail, SMS, LINE, web push."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MessageSettings(_Section):
    """Who carries messages. Unset: the service that is set up, else the local outbox page (in production: off)."""

    email: Literal["smtp", "sendgrid", "outbox", "off"] | None = None
    sms: Literal["twilio", "outbox", "off"] | None = None
    sender: str = "Nightmarket <no-reply@localhost>"
    """From whom e-mails come: `Name <address>`."""
    reply_to: str | None = None


class SmtpSettings(_Section):
    """A mail server. `security`: STARTTLS (port 587), TLS from the start (465), or none (a relay on this machine)."""

    host: str | None = None
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str | None = None
    password: SecretStr = SecretStr("")


class SendgridSettings(_Section):
    """SendGrid's v3 API; `webhook_public_key` (base64 DER) checks its signed event webhook, which is off without."""

    api_key: SecretStr | None = None
    base_url: str = "https://api.sendgrid.com"
    webhook_public_key: str | None = None


class TwilioSettings(_Section):
    """SMS by Twilio, from a number or a messaging service."""

    account_sid: str | None = None
    auth_token: SecretStr | None = None
    from_number: str | None = None
    messaging_service_sid: str | None = None
    base_url: str = "https://api.twilio.com"

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.account_sid and not (self.auth_token and (self.from_number or self.messaging_service_sid)):
            raise ValueError("Twilio needs account_sid, auth_token and from_number or messaging_service_sid")
        return self


class LineMessagingSettings(_Section):
    """A LINE official account (Messaging API channel). `friend_url` is where people add it as a friend."""

    channel_access_token: SecretStr | None = None
    channel_secret: SecretStr | None = None
    friend_url: str | None = None
    base_url: str = "https://api.line.me"


class WebPushSettings(_Section):
    """Web push. `private_key` is a base64url P-256 key; unset, one is derived from the secret key.

    `contact` (mailto: or https:) tells push services whom to ask; unset, the public address is used.
    """

    enabled: bool = True
    private_key: SecretStr | None = None
    contact: str | None = None
    extra_hosts: tuple[str, ...] = ()
    """Push services besides the known ones; `.example` stands for all hosts under it."""
