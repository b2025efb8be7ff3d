"""What account requests are refused with."""

from nightmarket.kernel.problems import Problem, SignInRequired


class WrongCredentials(SignInRequired):
    """The e-mail address and the password do not belong together. Whether the address is known is not told."""

    status, code, title = 401, "wrong-credentials", "E-mail or password is wrong"


class SessionOver(SignInRequired):
    """The session was ended, has expired, or its refresh token was used a second time. Sign in again."""

    status, code, title = 401, "session-over", "The session is over"


class EmailTaken(Problem):
    """There is already an account with this e-mail address. Log in instead."""

    status, code, title = 409, "email-taken", "This e-mail address already has an account"


class WeakPassword(Problem):
    """The password is easy to guess.

    `reason` is `common` (one of the usual ones), `email` (it is the address) or `context` (little more than your name,
    your address or ours).
    """

    status, code, title = 422, "weak-password", "This password is too easy to guess"


class CrossSiteRequest(Problem):
    """A page of another site tried to use the refresh cookie. Only our own pages may."""

    status, code, title = 403, "cross-site-request", "Requests from other sites are refused here"


class TooManyAddresses(Problem):
    """The address book is full (`limit` entries). Remove one first."""

    status, code, title = 409, "too-many-addresses", "The address book is full"


class LinkInvalid(Problem):
    """The link is not one of ours, was used already, or is too old. Ask for a new one."""

    status, code, title = 410, "link-invalid", "The link is no longer good"


class WrongPassword(Problem):
    """The password given to confirm this is not the account's."""

    status, code, title = 403, "wrong-password", "The password is wrong"


class WrongFactor(Problem):
    """The code is wrong, too old or was used before; or the passkey did not sign what it was asked to."""

    status, code, title = 403, "wrong-factor", "The code or the passkey is not right"


class ChallengeOver(Problem):
    """The second step took too long, was finished already, or failed too often. Start again."""

    status, code, title = 410, "challenge-over", "Please start again"


class StepUpRequired(Problem):
    """This needs a fresh proof that it is you. Send one to `POST /me/step-up`; `methods` says which are taken."""

    status, code, title = 403, "step-up-required", "Please confirm that it is you"


class TwoFactorOn(Problem):
    """An authenticator app is set up already. Switch it off first."""

    status, code, title = 409, "two-factor-on", "Two-factor log-in is already on"


class LastWayIn(Problem):
    """Without this there would be no way left to log in. Set a password first."""

    status, code, title = 409, "last-way-in", "This is the last way to log in"


class TooManyPasskeys(Problem):
    """There are as many passkeys as an account may have (`limit`). Remove one first."""

    status, code, title = 409, "too-many-passkeys", "There are too many passkeys"


class OwnerOfShop(Problem):
    """Others depend on this account: it owns a shop. Give the shop to somebody else first."""

    status, code, title = 409, "owner-of-shop", "This account owns a shop"
