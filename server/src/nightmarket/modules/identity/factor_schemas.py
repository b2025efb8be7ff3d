"""HTTP shapes of second factors, passkeys and step-up."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from nightmarket.kernel.text import Line
from nightmarket.modules.identity.models import Passkey
from nightmarket.modules.identity.policy import PASSWORD_MAX
from nightmarket.modules.identity.service.passkeys import Challenge
from nightmarket.modules.identity.service.tickets import TOKEN_MAX

Code = Annotated[str, Field(min_length=6, max_length=40)]
ChallengeToken = Annotated[str, Field(min_length=1, max_length=TOKEN_MAX)]
Credential = Annotated[dict[str, Any], Field(description="`PublicKeyCredential.toJSON()` of the browser.")]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TwoFactorOut(BaseModel):
    """The password was right. Send the code of the authenticator app, or a recovery code, with `challenge`."""

    two_factor_required: Literal[True] = True
    challenge: str


class TwoFactorIn(_In):
    """The second step of a log-in."""

    challenge: ChallengeToken
    code: Code


class CodeIn(_In):
    """A code of the authenticator app."""

    code: Code


class EnrolmentOut(BaseModel):
    """For the authenticator app: the secret to type, or the picture to scan (a data URI)."""

    secret: str
    uri: str
    qr: str


class RecoveryCodesOut(BaseModel):
    """Each works once instead of a code of the app. They are shown this one time."""

    recovery_codes: list[str]


class SecurityOut(BaseModel):
    """How the account can be entered."""

    has_password: bool
    totp: bool
    recovery_codes_left: int
    passkeys: int


class ChallengeOut(BaseModel):
    """`options` for the browser; `challenge` comes back with its answer, within five minutes."""

    challenge: str
    options: dict[str, Any]

    @classmethod
    def of(cls, challenge: Challenge) -> Self:
        """The shape of a challenge."""
        return cls(challenge=challenge.token, options=challenge.options)


class PasskeyIn(_In):
    """The browser's answer to a challenge."""

    challenge: ChallengeToken
    credential: Credential


class NewPasskeyIn(PasskeyIn):
    """A passkey that was made, and what to call it."""

    name: Annotated[str, Line(60)]


class PasskeyOut(BaseModel):
    """A passkey; `synced`: the owner's password manager carries it to their other devices."""

    id: str
    name: str
    synced: bool
    created_at: datetime
    last_used_at: datetime | None

    @classmethod
    def of(cls, row: Passkey) -> Self:
        """The shape of a passkey."""
        return cls(
            id=row.id,
            name=row.name,
            synced=row.is_synced,
            created_at=row.created_at,
            last_used_at=row.last_used_at,
        )


class StepUpIn(_In):
    """One proof: the password, a code, or a passkey's answer to a challenge of `POST /auth/passkeys/options`."""

    password: Annotated[str, Field(min_length=1, max_length=PASSWORD_MAX)] | None = None
    code: Code | None = None
    challenge: ChallengeToken | None = None
    credential: Credential | None = None
