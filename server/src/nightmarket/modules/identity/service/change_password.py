"""Passwords and addresses are changed by their owners: by the old password, or by a link in their mailbox."""

from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import job
from nightmarket.kernel.problems import SignInRequired
from nightmarket.kernel.unit import Unit
from nightmarket.modules.identity import repository, ticket_repository
from nightmarket.modules.identity.errors import EmailTaken, LinkInvalid, WeakPassword, WrongPassword
from nightmarket.modules.identity.events import LetterAsked, SecurityNotice
from nightmarket.modules.identity.models import User
from nightmarket.modules.identity.policy import weakness
from nightmarket.modules.identity.service import tickets
from nightmarket.modules.identity.service.access_tokens import Caller
from nightmarket.modules.identity.service.passwords import check_password, hash_password
from nightmarket.modules.identity.service.register_user import ask_to_verify
from nightmarket.modules.identity.service.session_state import say_ended
from nightmarket.modules.identity.service.sessions import end_sessions
from nightmarket.modules.identity.service.throttle import Throttle


@job("identity.mail_reset_link.v1", queue="mail")
async def mail_reset_link(ctx: Context, email: str) -> None:
    """Runs apart from the request, which therefore takes as long for an unknown address as for a known one."""

    async def attempt(unit: Unit) -> None:
        user = await repository.user_by_email(unit.session, email)
        if user is None or not await tickets.may_send_letter(unit, tickets.RESET, user_id=user.id):
            return
        ticket = await tickets.issue(unit, tickets.RESET, user_id=user.id, email=user.email)
        unit.announce(LetterAsked(ticket.id, tickets.RESET))

    await ctx.transact(attempt)


async def reset_password(ctx: Context, token: str, password: str) -> None:
    """Another password by a link in the mailbox. Every session ends; a second factor stays as it is."""
    ticket = await ctx.transact(lambda unit: tickets.look_up(unit, ctx, tickets.RESET, token))
    async with ctx.reader() as session:
        user = await repository.user(session, ticket.user_id or "")
    if user is None or user.email != ticket.email:
        raise LinkInvalid
    new_hash = await _hash_of_good(password, user)

    async def attempt(unit: Unit) -> list[str]:
        await tickets.spend(unit, ctx, tickets.RESET, token)
        await repository.set_password(unit, user.id, new_hash)
        await repository.set_verified(unit, user.id, user.email or "")
        await ticket_repository.void(unit, user.id, (tickets.RESET, tickets.VERIFY))
        unit.announce(SecurityNotice(user.id, "password-reset", unit.now.isoformat()))
        return await end_sessions(unit, user.id, reason="password")

    await say_ended(ctx, await ctx.transact(attempt))
    await Throttle(ctx, "log-in").passed(user.email or "")


async def change_password(ctx: Context, caller: Caller, current: str, password: str) -> None:
    """Another password by the old one. All other sessions end."""
    user = await confirm_password(ctx, caller.id, current)
    new_hash = await _hash_of_good(password, user)

    async def attempt(unit: Unit) -> list[str]:
        await repository.set_password(unit, user.id, new_hash)
        await ticket_repository.void(unit, user.id, (tickets.RESET,))
        unit.announce(SecurityNotice(user.id, "password-changed", unit.now.isoformat()))
        return await end_sessions(unit, user.id, reason="password", keep=caller.session_id)

    await say_ended(ctx, await ctx.transact(attempt))


async def confirm_password(ctx: Context, user_id: str, password: str) -> User:
    """The owner is at the keyboard. WrongPassword, slower with every miss."""
    guard = Throttle(ctx, "password")
    await guard.enter(user_id, None)
    async with ctx.reader() as session:
        user = await repository.user(session, user_id)
    if user is None:
        raise SignInRequired
    fits, _ = await check_password(password, user.password_hash)
    if not fits:
        raise WrongPassword
    await guard.passed(user_id)
    return user


async def ask_for_email(ctx: Context, caller: Caller, email: str, password: str) -> None:
    """Mail a link to another address; it becomes the account's when the link comes back.

    Whether the address has an account is told to nobody who cannot read its mail.
    """
    user = await confirm_password(ctx, caller.id, password)
    if user.email != email or user.email_verified_at is None:
        await ctx.transact(lambda unit: ask_to_verify(unit, user.id, email))


async def verify_email(ctx: Context, token: str, caller: Caller) -> User:
    """The link came back from the owner's own session; a link of somebody else's account verifies nothing here."""

    async def attempt(unit: Unit) -> tuple[User, list[str]]:
        ticket = await tickets.look_up(unit, ctx, tickets.VERIFY, token)
        user = await repository.user(unit.session, caller.id)
        if user is None or ticket.user_id != caller.id or ticket.email is None:
            raise LinkInvalid
        await tickets.spend(unit, ctx, tickets.VERIFY, token)
        ended: list[str] = []
        if ticket.email == user.email:
            await repository.set_verified(unit, user.id, ticket.email)
        else:
            former = user.email
            if not await repository.set_email(unit, user.id, ticket.email):
                raise EmailTaken
            await ticket_repository.void(unit, user.id, (tickets.RESET, tickets.VERIFY))
            unit.announce(SecurityNotice(user.id, "email-changed", unit.now.isoformat(), former))
            ended = await end_sessions(unit, user.id, reason="password", keep=caller.session_id)
        await unit.session.refresh(user)
        return user, ended

    user, ended = await ctx.transact(attempt)
    await say_ended(ctx, ended)
    return user


async def _hash_of_good(password: str, user: User) -> str:
    reason = weakness(password, user.email, user.display_name)
    if reason is not None:
        raise WeakPassword(reason=reason)
    return await hash_password(password)
