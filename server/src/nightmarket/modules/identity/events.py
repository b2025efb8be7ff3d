"""What happened to accounts and sessions."""

from dataclasses import dataclass
from typing import ClassVar

from nightmarket.kernel.outbox import Event


@dataclass(frozen=True)
class UserRegistered(Event):
    """A new account exists."""

    topic: ClassVar[str] = "identity.user_registered"
    user_id: str
    market: str
    locale: str


@dataclass(frozen=True)
class SessionEnded(Event):
    """A session is over: `reason` is `logout`, `logout-all`, `ended-by-user` or `reuse` (a stolen refresh token)."""

    topic: ClassVar[str] = "identity.session_ended"
    session_id: str
    user_id: str
    reason: str


@dataclass(frozen=True)
class AccountErased(Event):
    """The account is gone: every module drops what it keeps about this person alone."""

    topic: ClassVar[str] = "identity.account_erased"
    user_id: str
