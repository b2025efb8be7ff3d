"""Links that are mailed, and steps that are finished once: the token names a row that is spent with its use."""

from datetime import timedelta
from typing import Any, Final

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import is_id, new_id
from nightmarket.kernel.security import BadSignature, Signer
from nightmarket.kernel.unit import Unit
from nightmarket.modules.identity import ticket_repository as rows
from nightmarket.modules.identity.errors import LinkInvalid
from nightmarket.modules.identity.models import AccountTicket

RESET: Final = "reset"
VERIFY: Final = "verify"
SIGN_UP: Final = "sign-up"
TWO_FACTOR: Final = "two-factor"
NEW_PASSKEY: Final = "new-passkey"
PASSKEY: Final = "passkey"

LIVES: Final = {
    RESET: timedelta(minutes=30),
    VERIFY: timedelta(hours=24),
    SIGN_UP: timedelta(hours=24),
    TWO_FACTOR: timedelta(minutes=5),
    NEW_PASSKEY: timedelta(minutes=5),
    PASSKEY: timedelta(minutes=5),
}
LETTERS_PER_HOUR: Final = 3
LETTERS_PER_DAY: Final = 10
TOKEN_MAX: Final = 400


async def issue(
    unit: Unit, purpose: str, *, user_id: str | None, email: str | None = None, data: dict[str, Any] | None = None
) -> AccountTicket:
    """Note something that is to be finished."""
    ticket = AccountTicket(
        id=new_id("act"),
        purpose=purpose,
        user_id=user_id,
        email=email,
        data=data,
        tries=0,
        created_at=unit.now,
        expires_at=unit.now + LIVES[purpose],
    )
    await unit.add(ticket)
    return ticket


def token_of(ctx: Context, ticket: AccountTicket) -> str:
    """What its holder sends back."""
    return _signer(ctx, ticket.purpose).sign({"t": ticket.id}, expires_at=int(ticket.expires_at.timestamp()))


async def look_up(unit: Unit, ctx: Context, purpose: str, token: str) -> AccountTicket:
    """The good, unspent ticket behind a token; LinkInvalid for everything else."""
    try:
        ticket_id = str(_signer(ctx, purpose).verify(token, now=int(unit.now.timestamp())).get("t"))
    except BadSignature as error:
        raise LinkInvalid from error
    ticket = await rows.ticket(unit.session, ticket_id) if is_id("act", ticket_id) else None
    if ticket is None or ticket.purpose != purpose or ticket.used_at is not None or ticket.expires_at <= unit.now:
        raise LinkInvalid
    return ticket


async def spend(unit: Unit, ctx: Context, purpose: str, token: str) -> AccountTicket:
    """The same, used up: true for exactly one caller."""
    ticket = await look_up(unit, ctx, purpose, token)
    if not await rows.use(unit, ticket.id):
        raise LinkInvalid
    return ticket


async def may_send_letter(unit: Unit, purpose: str, *, user_id: str | None, email: str | None = None) -> bool:
    """Whether one more mail of this kind may go to this person: nobody's mailbox is flooded in our name."""
    if user_id is not None:
        await rows.wait_for_owner(unit, user_id)
    for span, most in ((timedelta(hours=1), LETTERS_PER_HOUR), (timedelta(days=1), LETTERS_PER_DAY)):
        sent = await rows.count_since(unit.session, purpose, unit.now - span, user_id=user_id, email=email)
        if sent >= most:
            return False
    return True


def _signer(ctx: Context, purpose: str) -> Signer:
    return Signer(ctx.secret, f"account-ticket/{purpose}")
