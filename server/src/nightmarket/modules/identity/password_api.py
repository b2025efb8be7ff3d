"""Routes of passwords and e-mail addresses: forgotten, reset, changed, verified."""

from fastapi import APIRouter, Request

from nightmarket.kernel.problems import InvalidInput, SignInRequired, TooManyRequests, may_raise
from nightmarket.kernel.web.dependencies import ContextDep
from nightmarket.modules.identity import errors, repository
from nightmarket.modules.identity.policy import canonical_email
from nightmarket.modules.identity.schemas import (
    CallerDep,
    ChangeEmailIn,
    ChangePasswordIn,
    ForgotIn,
    OptionalCallerDep,
    ResetIn,
    SessionGrantOut,
    UserOut,
    VerifyIn,
)
from nightmarket.modules.identity.service.change_password import (
    ask_for_email,
    change_password,
    mail_reset_link,
    reset_password,
    verify_email,
)
from nightmarket.modules.identity.service.register_user import ask_to_verify, finish_sign_up
from nightmarket.modules.identity.web import DoorDep, limit

router = APIRouter()

_HOUR = 3600


@router.post(
    "/auth/password/forgot", status_code=202, tags=["auth"], responses=may_raise(InvalidInput, TooManyRequests)
)
async def forgot_password(body: ForgotIn, request: Request, ctx: ContextDep) -> None:
    """Mail a link to set another password. The answer is the same whether the address has an account or not."""
    await limit(ctx, request, "letters", ctx.settings.rate_limits.letters, seconds=_HOUR)
    async with ctx.unit() as unit:
        unit.enqueue(mail_reset_link, canonical_email(body.email) or "")


@router.post(
    "/auth/password/reset",
    status_code=204,
    tags=["auth"],
    responses=may_raise(errors.LinkInvalid, errors.WeakPassword, InvalidInput, TooManyRequests),
)
async def set_password_by_link(body: ResetIn, request: Request, ctx: ContextDep) -> None:
    """Set another password with the token of the mailed link. Every session of the account ends; log in afterwards."""
    await limit(ctx, request, "link", ctx.settings.rate_limits.log_in)
    await reset_password(ctx, body.token, body.password)


@router.post(
    "/auth/email/verify",
    tags=["auth"],
    response_model=SessionGrantOut | UserOut,
    response_model_exclude_unset=True,
    responses=may_raise(
        SignInRequired,
        errors.LinkInvalid,
        errors.EmailTaken,
        errors.WrongPassword,
        InvalidInput,
        TooManyRequests,
    ),
)
async def verify_address(
    body: VerifyIn, ctx: ContextDep, caller: OptionalCallerDep, door: DoorDep
) -> SessionGrantOut | UserOut:
    """Show that mail to the address reaches you: the token of the mailed link, from a signed-in session.

    A sign-up that waits for its confirmation is finished with the token and the password that was chosen; it answers
    like a log-in.
    """
    await door.limit("link", ctx.settings.rate_limits.log_in)
    if body.password is not None:
        return door.answer(await finish_sign_up(ctx, body.token, body.password, door.device))
    if caller is None:
        raise SignInRequired
    return UserOut.of(await verify_email(ctx, body.token, caller))


@router.post(
    "/me/email/verification", status_code=202, tags=["me"], responses=may_raise(SignInRequired, TooManyRequests)
)
async def mail_verification(request: Request, ctx: ContextDep, caller: CallerDep) -> None:
    """Mail the link that verifies the address again. Nothing happens when it is verified already."""
    await limit(ctx, request, "letters", ctx.settings.rate_limits.letters, seconds=_HOUR)
    async with ctx.unit() as unit:
        user = await repository.user(unit.session, caller.id)
        if user is not None and user.email is not None and user.email_verified_at is None:
            await ask_to_verify(unit, user.id, user.email)


@router.post(
    "/me/password",
    status_code=204,
    tags=["me"],
    responses=may_raise(SignInRequired, errors.WrongPassword, errors.WeakPassword, InvalidInput, TooManyRequests),
)
async def change_my_password(body: ChangePasswordIn, ctx: ContextDep, caller: CallerDep) -> None:
    """Set another password. All other sessions end."""
    await change_password(ctx, caller, body.current_password, body.password)


@router.post(
    "/me/email",
    status_code=202,
    tags=["me"],
    responses=may_raise(SignInRequired, errors.WrongPassword, InvalidInput, TooManyRequests),
)
async def change_my_email(body: ChangeEmailIn, request: Request, ctx: ContextDep, caller: CallerDep) -> None:
    """Mail a link to another address; when it comes back, the address is the account's."""
    await limit(ctx, request, "letters", ctx.settings.rate_limits.letters, seconds=_HOUR)
    await ask_for_email(ctx, caller, body.email, body.password)
