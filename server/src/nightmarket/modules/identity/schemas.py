"""HTTP shapes of accounts, and the dependency that says who is calling."""

from datetime import datetime
from typing import Annotated, Literal, Self

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from nightmarket.kernel.context import Context
from nightmarket.kernel.i18n import Locale, Market
from nightmarket.kernel.problems import SignInRequired
from nightmarket.kernel.text import Line
from nightmarket.kernel.web.dependencies import OPTIONAL_SCHEME, ContextDep
from nightmarket.modules.identity.models import Session, User
from nightmarket.modules.identity.policy import (
    EMAIL_MAX,
    PASSWORD_MAX,
    PASSWORD_MIN,
    canonical_email,
    is_password_length,
)
from nightmarket.modules.identity.service.access_tokens import Caller
from nightmarket.modules.identity.service.authenticate import authenticate, authenticate_lately
from nightmarket.modules.identity.service.keep_addresses import Address, KeptAddress
from nightmarket.modules.identity.service.sessions import TOKEN_MAX, Grant
from nightmarket.modules.identity.service.step_up import require_fresh
from nightmarket.modules.identity.service.tickets import TOKEN_MAX as MAILED_TOKEN_MAX

_POSTCODE_LENGTHS = {"TW": {3, 5, 6}, "TH": {5}}

_bearer = HTTPBearer(auto_error=False, scheme_name="access_token", description="The access token of a log-in.")
# Another name in the API description only: it says that a token is welcome, not needed.
_optional_bearer = HTTPBearer(auto_error=False, scheme_name=OPTIONAL_SCHEME)


async def _caller_if_any(request: Request, ctx: Context) -> Caller | None:
    header = request.headers.get("authorization")
    return None if header is None else await authenticate(ctx, header)


async def _optional_caller(
    request: Request,
    ctx: ContextDep,
    _documented: Annotated[HTTPAuthorizationCredentials | None, Depends(_optional_bearer)],
) -> Caller | None:
    return await _caller_if_any(request, ctx)


OptionalCallerDep = Annotated[Caller | None, Depends(_optional_caller)]


async def _caller(
    request: Request,
    ctx: ContextDep,
    _documented: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Caller:
    caller = await _caller_if_any(request, ctx)
    if caller is None:
        raise SignInRequired
    return caller


CallerDep = Annotated[Caller, Depends(_caller)]


async def _caller_lately(
    request: Request,
    ctx: ContextDep,
    _documented: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Caller:
    return await authenticate_lately(ctx, request.headers.get("authorization", ""))


async def _fresh_caller(ctx: ContextDep, caller: CallerDep) -> Caller:
    await require_fresh(ctx, caller)
    return caller


FreshCallerDep = Annotated[Caller, Depends(_fresh_caller)]
"""For what moves money, shows keys or ends an account: the caller has proved lately that it is them."""

LatelyCallerDep = Annotated[Caller, Depends(_caller_lately)]
"""For the hottest routes: a session that ended in another process is seen two seconds later."""


def _email(text: str) -> str:
    canonical = canonical_email(text)
    if canonical is None:
        raise ValueError("must be an e-mail address")
    return canonical


EmailText = Annotated[
    str, Field(min_length=3, max_length=EMAIL_MAX, json_schema_extra={"format": "email"}), AfterValidator(_email)
]
DisplayName = Annotated[str, Line(60)]


def _new_password(text: str) -> str:
    if not is_password_length(text):
        raise ValueError(f"must have at least {PASSWORD_MIN} characters")
    return text


NewPassword = Annotated[str, Field(min_length=PASSWORD_MIN, max_length=PASSWORD_MAX), AfterValidator(_new_password)]
Password = Annotated[str, Field(min_length=1, max_length=PASSWORD_MAX)]
MailedToken = Annotated[str, Field(min_length=1, max_length=MAILED_TOKEN_MAX)]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RegisterIn(_In):
    """A new account."""

    email: EmailText
    password: NewPassword
    display_name: DisplayName
    locale: Locale = "en"
    market: Market


class LogInIn(_In):
    """E-mail and password, in any spelling: what is wrong with them is not told."""

    email: Annotated[str, Field(min_length=1, max_length=EMAIL_MAX)]
    password: Password


class RefreshTokenIn(_In):
    """Native shells send the token here; browsers send the cookie and no body."""

    refresh_token: Annotated[str, Field(min_length=1, max_length=TOKEN_MAX)]


class ForgotIn(_In):
    """Whose password is forgotten."""

    email: Annotated[str, Field(min_length=1, max_length=EMAIL_MAX)]


class ResetIn(_In):
    """The token of the mailed link, and the password from now on."""

    token: MailedToken
    password: NewPassword


class VerifyIn(_In):
    """The token of the mailed link; the password too where the account is only opened by it."""

    token: MailedToken
    password: Password | None = None


class ChangePasswordIn(_In):
    """The password until now, and from now on."""

    current_password: Password
    password: NewPassword


class ChangeEmailIn(_In):
    """Another address, and the password to confirm it."""

    email: EmailText
    password: Password


class ConfirmationOut(BaseModel):
    """A link was mailed, or a note to the owner of the address. The account is there when the link comes back."""

    email_confirmation_required: Literal[True] = True


class UserOut(BaseModel):
    """The signed-in user."""

    id: str
    display_name: str
    email: str | None
    locale: str
    market: str
    roles: list[str]
    show_activity: bool
    email_verified: bool
    erase_at: Annotated[datetime | None, Field(description="When the account goes, as its owner asked.")]

    @classmethod
    def of(cls, user: User) -> Self:
        """The shape of an account."""
        return cls(
            id=user.id,
            display_name=user.display_name,
            email=user.email,
            locale=user.locale,
            market=user.market,
            roles=list(user.roles),
            show_activity=user.show_activity,
            email_verified=user.email_verified_at is not None,
            erase_at=user.erase_at,
        )


class SessionGrantOut(BaseModel):
    """A log-in: the access token for `expires_in` seconds. `refresh_token` only for native shells."""

    user: UserOut
    access_token: str
    expires_in: int
    refresh_token: str | None = None

    @classmethod
    def of(cls, grant: Grant, *, expires_in: int, is_native: bool) -> Self:
        """The shape of a log-in; a browser gets the refresh token as a cookie instead."""
        out = cls(user=UserOut.of(grant.user), access_token=grant.access_token, expires_in=expires_in)
        if is_native:
            out.refresh_token = grant.refresh_token
        return out


class ProviderOut(BaseModel):
    """A way in through another service."""

    provider: str
    available: bool


class ProvidersOut(BaseModel):
    """Other ways in. None is configured on this server as long as `items` is empty."""

    items: list[ProviderOut]
    next_cursor: str | None = None


class ProfileIn(_In):
    """What a user may change about themselves; fields left out (or null) stay as they are."""

    display_name: DisplayName | None = None
    locale: Locale | None = None
    market: Market | None = None
    show_activity: Annotated[
        bool | None,
        Field(strict=True, description="Off: nobody in a room is told by name that you came in or bought something."),
    ] = None


class SessionOut(BaseModel):
    """A device that is logged in."""

    id: str
    created_at: datetime
    last_used_at: datetime
    user_agent: str | None
    ip: str | None
    current: bool

    @classmethod
    def of(cls, session: Session, *, current: str) -> Self:
        """The shape of a session; `current` is the id of the one that asks."""
        return cls(
            id=session.id,
            created_at=session.created_at,
            last_used_at=session.last_used_at,
            user_agent=session.user_agent,
            ip=session.ip,
            current=session.id == current,
        )


Phone = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^\+?[0-9][0-9 ()-]{5,18}[0-9]$")]
Postcode = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[0-9]{3,6}$")]
PlaceName = Annotated[str, Line(80)]
AddressLine = Annotated[str, Line(200)]


class AddressIn(_In):
    """Where a parcel goes. Postcodes: 3, 5 or 6 digits in Taiwan, 5 in Thailand."""

    recipient: PlaceName
    phone: Phone
    country: Market
    postcode: Postcode
    city: PlaceName
    district: PlaceName
    subdistrict: PlaceName | None = None
    line1: AddressLine
    line2: AddressLine | None = None

    @model_validator(mode="after")
    def _postcode_of_its_country(self) -> Self:
        if len(self.postcode) not in _POSTCODE_LENGTHS[self.country]:
            raise ValueError("the postcode has a wrong number of digits for this country")
        return self

    def address(self) -> Address:
        """The domain value."""
        return Address(**self.model_dump())


class AddressPatchIn(_In):
    """The fields of an address to change; the rest stays."""

    recipient: PlaceName | None = None
    phone: Phone | None = None
    country: Market | None = None
    postcode: Postcode | None = None
    city: PlaceName | None = None
    district: PlaceName | None = None
    subdistrict: PlaceName | None = None
    line1: AddressLine | None = None
    line2: AddressLine | None = None


class AddressOut(BaseModel):
    """An address in the user's book."""

    id: str
    recipient: str
    phone: str
    country: str
    postcode: str
    city: str
    district: str
    subdistrict: str | None
    line1: str
    line2: str | None

    @classmethod
    def of(cls, kept: KeptAddress) -> Self:
        """The shape of an address."""
        return cls.model_validate({"id": kept.id, **kept.address.as_json()})
