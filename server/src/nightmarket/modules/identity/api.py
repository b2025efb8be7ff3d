"""Accounts over HTTP: sign-up, log-in, tokens, profile, sessions, addresses."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import ValidationError

from nightmarket.kernel.context import Context
from nightmarket.kernel.i18n import Market
from nightmarket.kernel.paging import Page
from nightmarket.kernel.problems import InvalidInput, NotFound, SignInRequired, TooManyRequests, may_raise
from nightmarket.kernel.web.dependencies import ContextDep
from nightmarket.modules.identity import errors, repository
from nightmarket.modules.identity.factor_api import router as factor_router
from nightmarket.modules.identity.factor_schemas import TwoFactorOut
from nightmarket.modules.identity.password_api import router as password_router
from nightmarket.modules.identity.privacy_api import router as privacy_router
from nightmarket.modules.identity.schemas import (
    AddressIn,
    AddressOut,
    AddressPatchIn,
    CallerDep,
    ConfirmationOut,
    LogInIn,
    ProfileIn,
    ProvidersOut,
    RefreshTokenIn,
    RegisterIn,
    SessionGrantOut,
    SessionOut,
    UserOut,
)
from nightmarket.modules.identity.service import keep_addresses, sessions
from nightmarket.modules.identity.service.authenticate import authenticate
from nightmarket.modules.identity.service.edit_profile import edit_profile
from nightmarket.modules.identity.service.log_in import SecondStep, log_in
from nightmarket.modules.identity.service.register_user import SignUp, ask_to_confirm, register_user
from nightmarket.modules.identity.web import (
    AddressId,
    DeviceDep,
    NativeDep,
    RefreshCookie,
    SessionId,
    answer,
    drop_cookie,
    limit,
    refuse_other_sites,
)

router = APIRouter()
router.include_router(password_router)
router.include_router(factor_router)
router.include_router(privacy_router)


@router.post(
    "/auth/register",
    status_code=201,
    tags=["auth"],
    response_model=SessionGrantOut,
    response_model_exclude_unset=True,
    responses=may_raise(errors.EmailTaken, InvalidInput, errors.WeakPassword, TooManyRequests)
    | {202: {"model": ConfirmationOut, "description": "The address has to be confirmed first."}},
)
async def register(
    body: RegisterIn, request: Request, response: Response, *, ctx: ContextDep, device: DeviceDep, native: NativeDep
) -> SessionGrantOut | JSONResponse:
    """Open an account and log in.

    Where this server wants addresses confirmed first, a link is mailed instead (202), and the answer is the same for an
    address that has an account.
    """
    await limit(ctx, request, "sign-up", ctx.settings.rate_limits.sign_up)
    form = SignUp(**body.model_dump())
    if ctx.settings.confirm_sign_up:
        await ask_to_confirm(ctx, form)
        return JSONResponse(ConfirmationOut().model_dump(), status_code=202)
    grant = await register_user(ctx, form, device)
    return answer(ctx, request, response, grant, is_native=native)


@router.post(
    "/auth/login",
    tags=["auth"],
    response_model=SessionGrantOut | TwoFactorOut,
    response_model_exclude_unset=True,
    responses=may_raise(errors.WrongCredentials, InvalidInput, TooManyRequests),
)
async def log_in_with_password(
    body: LogInIn, request: Request, response: Response, *, ctx: ContextDep, device: DeviceDep, native: NativeDep
) -> SessionGrantOut | TwoFactorOut:
    """Log in with e-mail and password. An account with an authenticator app answers a challenge for the second step."""
    await limit(ctx, request, "log-in", ctx.settings.rate_limits.log_in)
    grant = await log_in(ctx, body.email, body.password, device)
    if isinstance(grant, SecondStep):
        return TwoFactorOut(two_factor_required=True, challenge=grant.token)
    return answer(ctx, request, response, grant, is_native=native)


@router.post(
    "/auth/refresh",
    tags=["auth"],
    response_model=SessionGrantOut,
    response_model_exclude_unset=True,
    responses=may_raise(SignInRequired, errors.SessionOver, errors.CrossSiteRequest, InvalidInput, TooManyRequests),
)
async def refresh(
    request: Request,
    response: Response,
    ctx: ContextDep,
    cookie: RefreshCookie = None,
    body: RefreshTokenIn | None = None,
) -> SessionGrantOut:
    """The next access token. The refresh token (cookie, or body of a native shell) is spent and replaced.

    Using a refresh token twice ends its session, except that a browser may repeat the request within ten seconds when
    the answer got lost.
    """
    await limit(ctx, request, "refresh", ctx.settings.rate_limits.write)
    if body is not None:
        grant = await sessions.refresh_session(ctx, body.refresh_token)
        return answer(ctx, request, response, grant, is_native=True)
    if not cookie:
        raise SignInRequired
    refuse_other_sites(ctx, request)
    in_browser = request.headers.get("sec-fetch-site") == "same-origin"
    grant = await sessions.refresh_session(ctx, cookie, may_repeat=in_browser)
    return answer(ctx, request, response, grant, is_native=False)


@router.post("/auth/logout", status_code=204, tags=["auth"], responses=may_raise(errors.CrossSiteRequest, InvalidInput))
async def log_out(
    request: Request,
    response: Response,
    ctx: ContextDep,
    cookie: RefreshCookie = None,
    body: RefreshTokenIn | None = None,
) -> None:
    """End the session of the refresh token (cookie or body), else of the access token. Succeeds also without one."""
    if body is None and cookie:
        refuse_other_sites(ctx, request)
    token = body.refresh_token if body else cookie
    if not (token and await sessions.end_session_of_token(ctx, token)):
        await _end_session_of_bearer(ctx, request)
    drop_cookie(ctx, request, response)


@router.post("/auth/logout-all", status_code=204, tags=["auth"], responses=may_raise(SignInRequired))
async def log_out_everywhere(request: Request, response: Response, ctx: ContextDep, caller: CallerDep) -> None:
    """End all sessions of the caller, this one included."""
    await sessions.end_all_sessions(ctx, caller.id, reason="logout-all")
    drop_cookie(ctx, request, response)


@router.get("/auth/providers", tags=["auth"], responses=may_raise(InvalidInput))
async def providers(_market: Annotated[Market | None, Query(alias="market")] = None) -> ProvidersOut:
    """Other ways in, best first for a market. Empty while none is configured on this server."""
    return ProvidersOut(items=[])


@router.get("/me", tags=["me"], responses=may_raise(SignInRequired))
async def me(ctx: ContextDep, caller: CallerDep) -> UserOut:
    """The caller's account."""
    async with ctx.reader() as session:
        user = await repository.user(session, caller.id)
    if user is None:
        raise SignInRequired
    return UserOut.of(user)


@router.patch("/me", tags=["me"], responses=may_raise(SignInRequired, InvalidInput))
async def change_me(body: ProfileIn, ctx: ContextDep, caller: CallerDep) -> UserOut:
    """Change display name, language, home market, or whether others may read your masked name in a room."""
    async with ctx.unit() as unit:
        user = await edit_profile(unit, caller.id, body.model_dump(exclude_none=True))
    return UserOut.of(user)


@router.get("/me/sessions", tags=["me"], responses=may_raise(SignInRequired))
async def my_sessions(ctx: ContextDep, caller: CallerDep) -> Page[SessionOut]:
    """Where the caller is logged in, latest use first."""
    async with ctx.reader() as session:
        rows = await repository.live_sessions(session, caller.id, ctx.clock())
    return Page(items=[SessionOut.of(row, current=caller.session_id) for row in rows])


@router.delete("/me/sessions/{session_id}", status_code=204, tags=["me"], responses=may_raise(SignInRequired, NotFound))
async def end_my_session(session_id: SessionId, ctx: ContextDep, caller: CallerDep) -> None:
    """Log a device out."""
    if not await sessions.end_session(ctx, caller.id, session_id, reason="ended-by-user"):
        raise NotFound


@router.get("/me/addresses", tags=["me"], responses=may_raise(SignInRequired))
async def my_addresses(ctx: ContextDep, caller: CallerDep) -> Page[AddressOut]:
    """The caller's address book, newest first."""
    async with ctx.reader() as session:
        kept = await keep_addresses.addresses_of(session, caller.id)
    return Page(items=[AddressOut.of(one) for one in kept])


@router.post(
    "/me/addresses",
    status_code=201,
    tags=["me"],
    responses=may_raise(SignInRequired, errors.TooManyAddresses, InvalidInput),
)
async def add_my_address(body: AddressIn, ctx: ContextDep, caller: CallerDep) -> AddressOut:
    """Keep an address."""
    async with ctx.unit() as unit:
        kept = await keep_addresses.add_address(unit, caller.id, body.address())
    return AddressOut.of(kept)


@router.patch("/me/addresses/{address_id}", tags=["me"], responses=may_raise(SignInRequired, NotFound, InvalidInput))
async def change_my_address(
    address_id: AddressId, body: AddressPatchIn, ctx: ContextDep, caller: CallerDep
) -> AddressOut:
    """Change fields of an address."""
    async with ctx.unit() as unit:
        kept = await keep_addresses.find_address(unit.session, caller.id, address_id)
        if kept is None:
            raise NotFound
        merged = _merged(kept.address, body)
        kept = await keep_addresses.change_address(unit, caller.id, address_id, merged.address())
    return AddressOut.of(kept)


@router.delete(
    "/me/addresses/{address_id}", status_code=204, tags=["me"], responses=may_raise(SignInRequired, NotFound)
)
async def remove_my_address(address_id: AddressId, ctx: ContextDep, caller: CallerDep) -> None:
    """Forget an address. Orders keep the one they were made with."""
    async with ctx.unit() as unit:
        await keep_addresses.remove_address(unit, caller.id, address_id)


def _merged(address: keep_addresses.Address, patch: AddressPatchIn) -> AddressIn:
    try:
        return AddressIn.model_validate(address.as_json() | patch.model_dump(exclude_unset=True))
    except ValidationError as error:
        found = [{"loc": ["body", *item["loc"]], "msg": item["msg"], "type": item["type"]} for item in error.errors()]
        raise InvalidInput(errors=found) from error


async def _end_session_of_bearer(ctx: Context, request: Request) -> None:
    try:
        caller = await authenticate(ctx, request.headers.get("authorization", ""))
    except SignInRequired:
        return
    await sessions.end_session(ctx, caller.id, caller.session_id, reason="logout")
