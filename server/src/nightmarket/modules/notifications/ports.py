"""What a channel promises: it carries one message to one address, once where its service allows it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from nightmarket.modules.notifications.channels import Channel

__all__ = ["Channel", "LineAccount", "Message", "PushKey", "Receipt", "Refused", "Sender", "Senders", "TryLater"]


@dataclass(frozen=True, slots=True)
class Message:
    """A text on its way to one address."""

    id: str
    """The delivery's id (`dlv_…`), the same for every try."""
    to: str
    """An e-mail address, a phone number (E.164), a LINE user id, or the address of a push subscription."""
    locale: str
    kind: str
    title: str
    body: str
    link: str | None = None
    """Absolute."""
    link_label: str = ""
    footer: str = ""
    settings_url: str | None = None
    unsubscribe_url: str | None = None
    """Where one POST ends this kind of mail (RFC 8058)."""
    expires_at: datetime | None = None
    push_keys: tuple[str, str] | None = None
    """p256dh and auth of a push subscription."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The service took the message; its own name for it, if it gives one."""

    provider_id: str | None = None


class Refused(Exception):
    """The service says no, and would say so again."""

    def __init__(self, reason: str, *, address_is_dead: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.address_is_dead = address_is_dead


class TryLater(Exception):
    """Not now: the service is away, busy, or asks to wait."""

    def __init__(self, reason: str, *, seconds: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.seconds = seconds


class Sender(Protocol):
    """One channel through one service."""

    channel: Channel
    provider: str

    async def send(self, message: Message) -> Receipt:
        """Hand the message over. Raises Refused or TryLater; sending the same id again is harmless where possible."""
        ...


@dataclass(frozen=True, slots=True)
class Senders:
    """The channels of this installation."""

    by_channel: dict[Channel, Sender] = field(default_factory=dict)

    @classmethod
    def of(cls, senders: Iterable[Sender]) -> "Senders":
        """One sender for each channel."""
        return cls({sender.channel: sender for sender in senders})

    def get(self, channel: Channel) -> Sender | None:
        """Who carries this channel's messages; None when nobody does."""
        return self.by_channel.get(channel)


class PushKey(Protocol):
    """The key under which browsers subscribe to this installation's push messages."""

    def public_key(self) -> str:
        """Base64url of the uncompressed point."""
        ...


@dataclass(frozen=True, slots=True)
class LineAccount:
    """The shop's official account that people add as a friend."""

    friend_url: str | None
