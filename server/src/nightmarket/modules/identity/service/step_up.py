"""Before money moves, keys change or an account goes, its owner shows once more that it is them."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from nightmarket.kernel.context import Context
from nightmarket.kernel.unit import Unit
from nightmarket.modules.identity import factor_repository as factors
from nightmarket.modules.identity import repository
from nightmarket.modules.identity.errors import StepUpRequired, WrongFactor
from nightmarket.modules.identity.service import passkeys
from nightmarket.modules.identity.service.access_tokens import Caller
from nightmarket.modules.identity.service.change_password import confirm_password
from nightmarket.modules.identity.service.passkeys import Party
from nightmarket.modules.identity.service.second_factor import guarded, take_code

FRESH: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Proof:
    """One of: the password, a code, or a passkey's answer to a challenge."""

    password: str | None = None
    code: str | None = None
    challenge: str | None = None
    credential: dict[str, Any] | None = None


async def require_fresh(ctx: Context, caller: Caller) -> None:
    """StepUpRequired unless the caller has proved who they are within the last ten minutes."""
    async with ctx.reader() as session:
        row = await repository.session_row(session, caller.session_id)
        proved_at = row.proved_at if row else None
        if proved_at is not None and ctx.clock() - proved_at < FRESH:
            return
        methods = await methods_of(ctx, caller.id)
    raise StepUpRequired(methods=methods)


async def methods_of(ctx: Context, user_id: str) -> list[str]:
    """How this account can be proved: with an authenticator app, the password alone is not enough."""
    async with ctx.reader() as session:
        user = await repository.user(session, user_id)
        has_totp = await factors.has_totp(session, user_id)
        has_passkey = bool(await factors.passkeys(session, user_id))
    found = ["code"] if has_totp else ["password"] if user is not None and user.password_hash else []
    return [*found, *(["passkey"] if has_passkey else [])]


async def step_up(ctx: Context, party: Party, caller: Caller, proof: Proof) -> None:
    """Take a proof; the session is fresh again."""
    methods = await methods_of(ctx, caller.id)
    if proof.credential is not None and proof.challenge is not None:
        user = await passkeys.prove(ctx, party, token=proof.challenge, credential=proof.credential)
        if user.id != caller.id:
            raise WrongFactor
    elif proof.code is not None and "code" in methods:
        code = proof.code

        async def attempt(unit: Unit) -> bool | None:
            return await take_code(unit, ctx, caller.id, code) or None

        await guarded(ctx, caller.id, None, attempt)
    elif proof.password is not None and "password" in methods:
        await confirm_password(ctx, caller.id, proof.password)
    else:
        raise StepUpRequired(methods=methods)
    await ctx.transact(lambda unit: factors.prove(unit, caller.session_id))
