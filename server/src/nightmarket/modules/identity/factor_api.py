"""Routes of second factors, passkeys and step-up."""

from typing import Annotated

import segno
from fastapi import APIRouter, Depends

from nightmarket.kernel.paging import Page
from nightmarket.kernel.problems import Conflict, InvalidInput, NotFound, SignInRequired, TooManyRequests, may_raise
from nightmarket.kernel.web.dependencies import ContextDep, path_id
from nightmarket.modules.identity import errors, repository
from nightmarket.modules.identity import factor_repository as factors
from nightmarket.modules.identity.factor_schemas import (
    ChallengeOut,
    CodeIn,
    EnrolmentOut,
    NewPasskeyIn,
    PasskeyIn,
    PasskeyOut,
    RecoveryCodesOut,
    SecurityOut,
    StepUpIn,
    TwoFactorIn,
)
from nightmarket.modules.identity.schemas import CallerDep, FreshCallerDep, SessionGrantOut
from nightmarket.modules.identity.service import passkeys, second_factor
from nightmarket.modules.identity.service.log_in import finish_log_in, log_in_with_passkey
from nightmarket.modules.identity.service.step_up import Proof, step_up
from nightmarket.modules.identity.web import DoorDep, PartyDep

router = APIRouter()

PasskeyId = Annotated[str, Depends(path_id("psk", "passkey_id"))]


@router.post(
    "/auth/two-factor",
    tags=["auth"],
    response_model=SessionGrantOut,
    response_model_exclude_unset=True,
    responses=may_raise(errors.WrongFactor, errors.ChallengeOver, InvalidInput, TooManyRequests),
)
async def second_step(body: TwoFactorIn, ctx: ContextDep, door: DoorDep) -> SessionGrantOut:
    """The second step of a log-in: a code of the authenticator app, or a recovery code. Five tries, five minutes."""
    await door.limit("log-in", ctx.settings.rate_limits.log_in)
    return door.answer(await finish_log_in(ctx, body.challenge, body.code, door.device))


@router.post("/auth/passkeys/options", tags=["auth"], responses=may_raise(TooManyRequests))
async def passkey_options(ctx: ContextDep, door: DoorDep, party: PartyDep) -> ChallengeOut:
    """What the browser needs to use a passkey, for a log-in or a step-up."""
    await door.limit("log-in", ctx.settings.rate_limits.log_in)
    return ChallengeOut.of(await passkeys.ask_to_prove(ctx, party))


@router.post(
    "/auth/passkeys",
    tags=["auth"],
    response_model=SessionGrantOut,
    response_model_exclude_unset=True,
    responses=may_raise(errors.WrongFactor, errors.ChallengeOver, InvalidInput, TooManyRequests),
)
async def passkey_log_in(body: PasskeyIn, ctx: ContextDep, door: DoorDep, party: PartyDep) -> SessionGrantOut:
    """Log in with a passkey. It counts as two factors."""
    await door.limit("log-in", ctx.settings.rate_limits.log_in)
    return door.answer(await log_in_with_passkey(ctx, party, body.challenge, body.credential, door.device))


@router.get("/me/security", tags=["me"], responses=may_raise(SignInRequired))
async def my_security(ctx: ContextDep, caller: CallerDep) -> SecurityOut:
    """How the caller's account can be entered."""
    async with ctx.reader() as session:
        user = await repository.user(session, caller.id)
        return SecurityOut(
            has_password=user is not None and user.password_hash is not None,
            totp=await factors.has_totp(session, caller.id),
            recovery_codes_left=await factors.recovery_codes_left(session, caller.id),
            passkeys=len(await factors.passkeys(session, caller.id)),
        )


@router.post(
    "/me/step-up",
    status_code=204,
    tags=["me"],
    responses=may_raise(
        SignInRequired,
        errors.WrongPassword,
        errors.WrongFactor,
        errors.StepUpRequired,
        errors.ChallengeOver,
        InvalidInput,
        TooManyRequests,
    ),
)
async def prove_it_is_me(body: StepUpIn, ctx: ContextDep, caller: CallerDep, party: PartyDep) -> None:
    """Show that it is you. For ten minutes this session may do what needs a fresh proof.

    With an authenticator app the password alone is not enough.
    """
    await step_up(ctx, party, caller, Proof(**body.model_dump()))


@router.post(
    "/me/totp",
    status_code=201,
    tags=["me"],
    responses=may_raise(SignInRequired, errors.StepUpRequired, errors.TwoFactorOn),
)
async def begin_totp(ctx: ContextDep, caller: FreshCallerDep) -> EnrolmentOut:
    """Set up an authenticator app: scan, then confirm with a code. Nothing changes until then."""
    made = await second_factor.begin_totp(ctx, caller.id)
    picture = segno.make(made.uri, error="m").svg_data_uri(scale=4, border=2, dark="#000", light="#fff")
    return EnrolmentOut(secret=made.secret, uri=made.uri, qr=picture)


@router.post(
    "/me/totp/confirm",
    tags=["me"],
    responses=may_raise(
        SignInRequired,
        errors.StepUpRequired,
        errors.WrongFactor,
        errors.TwoFactorOn,
        InvalidInput,
        TooManyRequests,
    ),
)
async def confirm_totp(body: CodeIn, ctx: ContextDep, caller: FreshCallerDep) -> RecoveryCodesOut:
    """From now on log-ins need a code of the app. Answers the recovery codes, this once."""
    return RecoveryCodesOut(recovery_codes=await second_factor.confirm_totp(ctx, caller.id, body.code))


@router.delete("/me/totp", status_code=204, tags=["me"], responses=may_raise(SignInRequired, errors.StepUpRequired))
async def end_totp(ctx: ContextDep, caller: FreshCallerDep) -> None:
    """Log-ins need no code any more. The recovery codes are void."""
    await second_factor.end_totp(ctx, caller.id)


@router.post("/me/recovery-codes", tags=["me"], responses=may_raise(SignInRequired, errors.StepUpRequired))
async def renew_recovery_codes(ctx: ContextDep, caller: FreshCallerDep) -> RecoveryCodesOut:
    """New recovery codes; the old ones are void. Empty without an authenticator app."""
    return RecoveryCodesOut(recovery_codes=await second_factor.renew_recovery_codes(ctx, caller.id))


@router.get("/me/passkeys", tags=["me"], responses=may_raise(SignInRequired))
async def my_passkeys(ctx: ContextDep, caller: CallerDep) -> Page[PasskeyOut]:
    """The caller's passkeys, newest first."""
    async with ctx.reader() as session:
        return Page(items=[PasskeyOut.of(one) for one in await factors.passkeys(session, caller.id)])


@router.post(
    "/me/passkeys/new/options",
    tags=["me"],
    responses=may_raise(SignInRequired, errors.StepUpRequired, errors.TooManyPasskeys),
)
async def new_passkey_options(ctx: ContextDep, caller: FreshCallerDep, party: PartyDep) -> ChallengeOut:
    """What the browser needs to make a passkey."""
    return ChallengeOut.of(await passkeys.ask_to_register(ctx, party, caller.id))


@router.post(
    "/me/passkeys",
    status_code=201,
    tags=["me"],
    responses=may_raise(
        SignInRequired, errors.StepUpRequired, errors.WrongFactor, errors.ChallengeOver, Conflict, InvalidInput
    ),
)
async def add_passkey(body: NewPasskeyIn, ctx: ContextDep, caller: FreshCallerDep, party: PartyDep) -> PasskeyOut:
    """Keep a passkey the browser has made."""
    made = await passkeys.register(
        ctx, party, caller.id, token=body.challenge, credential=body.credential, name=body.name
    )
    return PasskeyOut.of(made)


@router.delete(
    "/me/passkeys/{passkey_id}",
    status_code=204,
    tags=["me"],
    responses=may_raise(SignInRequired, errors.StepUpRequired, NotFound, errors.LastWayIn),
)
async def remove_passkey(passkey_id: PasskeyId, ctx: ContextDep, caller: FreshCallerDep) -> None:
    """Forget a passkey. Never the last way to log in."""
    await passkeys.remove(ctx, caller.id, passkey_id)
