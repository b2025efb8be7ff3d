"""A visitor opens an account."""

from dataclasses import dataclass

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.kernel.unit import Unit
from nightmarket.modules.identity import repository, ticket_repository
from nightmarket.modules.identity.errors import EmailTaken, LinkInvalid, WeakPassword, WrongPassword
from nightmarket.modules.identity.events import LetterAsked, SecurityNotice, UserRegistered
from nightmarket.modules.identity.models import AccountTicket, User
from nightmarket.modules.identity.policy import canonical_email, weakness
from nightmarket.modules.identity.service import tickets
from nightmarket.modules.identity.service.passwords import check_password, hash_password
from nightmarket.modules.identity.service.sessions import Device, Grant, open_session

_MOST_TRIES = 5


@dataclass(frozen=True, slots=True)
class NewUser:
    """What an account is made of. `password_hash` comes from `hash_password`, before the unit of work."""

    email: str
    password_hash: str
    display_name: str
    locale: str
    market: str
    roles: tuple[str, ...] = ("buyer",)
    is_verified: bool = False
    """The owner has shown that they read mail sent to the address."""


async def add_user(unit: Unit, new: NewUser) -> User:
    """Store an account; EmailTaken when its address has one."""
    email = canonical_email(new.email)
    if email is None:
        raise ValueError("not an e-mail address")
    user = User(
        id=new_id("usr"),
        email=email,
        password_hash=new.password_hash,
        display_name=new.display_name,
        locale=new.locale,
        market=new.market,
        roles=list(new.roles),
        created_at=unit.now,
        email_verified_at=unit.now if new.is_verified else None,
    )
    if not await unit.add_new(user):
        raise EmailTaken
    unit.announce(UserRegistered(user.id, user.market, user.locale))
    return user


@dataclass(frozen=True, slots=True)
class SignUp:
    """What a visitor fills in; the address is canonical already."""

    email: str
    password: str
    display_name: str
    locale: str
    market: str


async def register_user(ctx: Context, form: SignUp, device: Device) -> Grant:
    """Open an account and log its owner in. A link to confirm the address is mailed."""
    new = await _new_user(form)

    async def attempt(unit: Unit) -> Grant:
        user = await add_user(unit, new)
        await ask_to_verify(unit, user.id, form.email)
        return await open_session(unit, ctx, user, device)

    return await ctx.transact(attempt)


async def ask_to_confirm(ctx: Context, form: SignUp) -> None:
    """Mail a link that opens the account. Whether the address has one already is told to its mailbox only."""
    new = await _new_user(form)
    data = {
        "password_hash": new.password_hash,
        "display_name": new.display_name,
        "locale": new.locale,
        "market": new.market,
    }

    async def attempt(unit: Unit) -> None:
        owner = await repository.user_by_email(unit.session, form.email)
        if not await tickets.may_send_letter(unit, tickets.SIGN_UP, user_id=None, email=form.email):
            return
        ticket = await tickets.issue(unit, tickets.SIGN_UP, user_id=None, email=form.email, data=data)
        if owner is None:
            unit.announce(LetterAsked(ticket.id, tickets.SIGN_UP))
        else:
            unit.announce(SecurityNotice(owner.id, "sign-up-again", unit.now.isoformat()))

    await ctx.transact(attempt)


async def finish_sign_up(ctx: Context, token: str, password: str, device: Device) -> Grant:
    """The link came back: whoever chose the password gets the account; whoever only reads the mail does not."""
    ticket = await ctx.transact(lambda unit: _counted(unit, ctx, token))
    fits, _ = await check_password(password, ticket.data["password_hash"])
    if not fits:
        raise WrongPassword

    async def attempt(unit: Unit) -> Grant:
        spent = await tickets.spend(unit, ctx, tickets.SIGN_UP, token)
        assert spent.email is not None, "a sign-up has an address"
        user = await add_user(unit, NewUser(email=spent.email, is_verified=True, **spent.data))
        return await open_session(unit, ctx, user, device)

    return await ctx.transact(attempt)


async def ask_to_verify(unit: Unit, user_id: str, email: str) -> None:
    """Mail a link that shows the address to be the owner's, unless there have been many."""
    if await tickets.may_send_letter(unit, tickets.VERIFY, user_id=user_id):
        ticket = await tickets.issue(unit, tickets.VERIFY, user_id=user_id, email=email)
        unit.announce(LetterAsked(ticket.id, tickets.VERIFY))


async def _counted(unit: Unit, ctx: Context, token: str) -> AccountTicket:
    ticket = await tickets.look_up(unit, ctx, tickets.SIGN_UP, token)
    if not await ticket_repository.count_try(unit, ticket.id, _MOST_TRIES):
        raise LinkInvalid
    return ticket


async def _new_user(form: SignUp) -> NewUser:
    reason = weakness(form.password, form.email, form.display_name)
    if reason is not None:
        raise WeakPassword(reason=reason)
    return NewUser(
        email=form.email,
        password_hash=await hash_password(form.password),
        display_name=form.display_name,
        locale=form.locale,
        market=form.market,
    )
