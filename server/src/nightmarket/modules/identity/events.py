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
    """A session is over.

    `reason` is `logout`, `logout-all`, `ended-by-user`, `password` (it was changed or reset), `erased` (the account is
    to be erased) or `reuse` (a stolen refresh token).
    """

    topic: ClassVar[str] = "identity.session_ended"
    session_id: str
    user_id: str
    reason: str


@dataclass(frozen=True)
class AccountErased(Event):
    """The account is gone: every module drops what it keeps about this person alone."""

    topic: ClassVar[str] = "identity.account_erased"
    user_id: str


@dataclass(frozen=True)
class LetterAsked(Event):
    """A link has to be mailed. `identity.public.letter` says where to, and makes the link; neither is in here."""

    topic: ClassVar[str] = "identity.letter_asked"
    ticket_id: str
    purpose: str


@dataclass(frozen=True)
class SecurityNotice(Event):
    """Something happened to an account that its owner should know of, also if it was not them.

    `what`: `new-device`, `password-changed`, `password-reset`, `email-changed`, `sign-up-again`, `totp-on`, `totp-off`,
    `recovery-code-used`, `recovery-codes-new`, `passkey-added`, `passkey-removed`, `codes-guessed`,
    `deletion-planned`, `deletion-cancelled`.
    `detail` is the device, the passkey's name, the address that is no longer the account's, or when the account goes.
    """

    topic: ClassVar[str] = "identity.security_notice"
    user_id: str
    what: str
    at: str
    detail: str | None = None
