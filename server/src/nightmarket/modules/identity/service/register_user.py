"""A visitor opens an account."""

from dataclasses import dataclass

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.kernel.unit import Unit
from nightmarket.modules.identity.errors import EmailTaken, WeakPassword
from nightmarket.modules.identity.events import UserRegistered
from nightmarket.modules.identity.models import User
from nightmarket.modules.identity.policy import canonical_email, weakness
from nightmarket.modules.identity.service.passwords import hash_password
from nightmarket.modules.identity.service.sessions import Device, Grant, open_session


@dataclass(frozen=True, slots=True)
class NewUser:
    """What an account is made of. `password_hash` comes from `hash_password`, before the unit of work."""

    email: str
    password_hash: str
    display_name: str
    locale: str
    market: str
    roles: tuple[str, ...] = ("buyer",)


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
    """Open an account and log its owner in."""
    reason = weakness(form.password, form.email)
    if reason is not None:
        raise WeakPassword(reason=reason)
    new = NewUser(
        email=form.email,
        password_hash=await hash_password(form.password),
        display_name=form.display_name,
        locale=form.locale,
        market=form.market,
    )

    async def attempt(unit: Unit) -> Grant:
        return await open_session(unit, ctx, await add_user(unit, new), device)

    return await ctx.transact(attempt)
