"""What other modules may use of accounts."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import is_id
from nightmarket.kernel.unit import Unit
from nightmarket.modules.identity import repository, ticket_repository
from nightmarket.modules.identity.policy import canonical_email
from nightmarket.modules.identity.schemas import (
    AddressIn,
    CallerDep,
    EmailText,
    FreshCallerDep,
    LatelyCallerDep,
    OptionalCallerDep,
    Phone,
    PlaceName,
)
from nightmarket.modules.identity.service.access_tokens import Caller
from nightmarket.modules.identity.service.authenticate import authenticate, authenticate_lately
from nightmarket.modules.identity.service.edit_profile import grant_role
from nightmarket.modules.identity.service.keep_addresses import Address, find_address
from nightmarket.modules.identity.service.passwords import hash_password
from nightmarket.modules.identity.service.register_user import NewUser, add_user
from nightmarket.modules.identity.service.session_state import is_session_live
from nightmarket.modules.identity.service.tickets import token_of

__all__ = [
    "Address",
    "AddressIn",
    "Caller",
    "CallerDep",
    "EmailText",
    "FreshCallerDep",
    "LatelyCallerDep",
    "Letter",
    "NewUser",
    "OptionalCallerDep",
    "PersonCard",
    "Phone",
    "PlaceName",
    "UserCard",
    "address_of",
    "authenticate",
    "authenticate_lately",
    "create_user",
    "hash_password",
    "is_session_live",
    "letter",
    "make_admin",
    "people_by_id",
    "phones_of",
    "user_id_of",
    "users_by_id",
]


@dataclass(frozen=True, slots=True)
class Letter:
    """A link that is to be mailed: to whom, for what, and its secret token."""

    to: str
    purpose: str
    """`verify`, `reset` or `sign-up`."""
    token: str
    locale: str
    market: str
    user_id: str | None
    expires_at: datetime


async def letter(session: AsyncSession, ctx: Context, ticket_id: str) -> Letter | None:
    """The letter that `LetterAsked` speaks of; None when nobody can use its link any more."""
    ticket = await ticket_repository.ticket(session, ticket_id)
    if ticket is None or ticket.email is None or ticket.used_at is not None or ticket.expires_at <= ctx.clock():
        return None
    user = await repository.user(session, ticket.user_id) if ticket.user_id else None
    locale, market = (user.locale, user.market) if user else (ticket.data["locale"], ticket.data["market"])
    token = token_of(ctx, ticket)
    return Letter(ticket.email, ticket.purpose, token, locale, market, ticket.user_id, ticket.expires_at)


@dataclass(frozen=True, slots=True)
class UserCard:
    """How a user appears to others."""

    id: str
    display_name: str
    shows_activity: bool = True
    """False: others are never told by name what this person does."""
    signed_up_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PersonCard:
    """How a person is addressed: for telling them something, never for showing to others."""

    id: str
    display_name: str
    email: str | None
    locale: str
    market: str


async def people_by_id(session: AsyncSession, ids: Collection[str]) -> dict[str, PersonCard]:
    """The people with these ids; unknown ids are left out."""
    return {row[0]: PersonCard(*row) for row in await repository.addressees(session, ids)}


async def users_by_id(session: AsyncSession, ids: Collection[str]) -> dict[str, UserCard]:
    """The users with these ids; unknown ids are left out."""
    return {card[0]: UserCard(*card) for card in await repository.appearances(session, ids)}


async def user_id_of(session: AsyncSession, email: str) -> str | None:
    """The account with this e-mail address, in any spelling."""
    canonical = canonical_email(email)
    user = await repository.user_by_email(session, canonical) if canonical else None
    return user.id if user else None


async def address_of(session: AsyncSession, user_id: str, address_id: str) -> Address | None:
    """An address of this user's own book; None also for somebody else's."""
    if not is_id("adr", address_id):
        return None
    kept = await find_address(session, user_id, address_id)
    return kept.address if kept else None


async def phones_of(session: AsyncSession, user_id: str) -> list[str]:
    """The phones of the user's address book."""
    return [row.phone for row in await repository.addresses(session, user_id)]


async def create_user(unit: Unit, new: NewUser) -> str:
    """Store an account (seeds, tools) and return its id. EmailTaken when the address has one."""
    return (await add_user(unit, new)).id


async def make_admin(unit: Unit, email: str) -> str | None:
    """Give the account with this address the platform role `admin`; its id, or None when there is none."""
    return await grant_role(unit, email, "admin")
