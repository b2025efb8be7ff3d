"""What the routes of accounts share: cookies, devices, limits, and the answer to a log-in."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Cookie, Depends, Header, Request, Response

from nightmarket.kernel.context import Context
from nightmarket.kernel.web.dependencies import ContextDep, client_address, path_id
from nightmarket.modules.identity import errors
from nightmarket.modules.identity.policy import device_name, is_own_page, network_of
from nightmarket.modules.identity.schemas import SessionGrantOut
from nightmarket.modules.identity.service.passkeys import Party
from nightmarket.modules.identity.service.sessions import Device, Grant

COOKIE = "nightmarket_refresh"
COOKIE_PATH = "/api/v1/auth"

AddressId = Annotated[str, Depends(path_id("adr", "address_id"))]
SessionId = Annotated[str, Depends(path_id("ses", "session_id"))]
RefreshCookie = Annotated[str | None, Cookie(alias=COOKIE, include_in_schema=False)]


async def _is_native(
    client: Annotated[
        str | None,
        Header(alias="Nightmarket-Client", max_length=40, description="`native`: tokens in the body, no cookie."),
    ] = None,
) -> bool:
    return client == "native"


NativeDep = Annotated[bool, Depends(_is_native)]


async def _device(request: Request) -> Device:
    return Device(device_name(request.headers.get("user-agent")), client_address(request)[:45])


DeviceDep = Annotated[Device, Depends(_device)]


async def limit(ctx: Context, request: Request, name: str, most: int, *, seconds: int = 60) -> None:
    """One more request of a kind from this network."""
    await ctx.limits.hit(name, network_of(client_address(request)), limit=most, seconds=seconds)


def refuse_other_sites(ctx: Context, request: Request) -> None:
    """A request that carries our cookie comes from our own pages."""
    public = ctx.settings.http.public_url
    allowed = {*ctx.settings.http.allowed_origins, *([public.rstrip("/")] if public else [])}
    if not is_own_page(
        fetch_site=request.headers.get("sec-fetch-site"),
        origin=request.headers.get("origin"),
        host=request.headers.get("host", ""),
        allowed=allowed,
    ):
        raise errors.CrossSiteRequest


def answer(ctx: Context, request: Request, response: Response, grant: Grant, *, is_native: bool) -> SessionGrantOut:
    """A log-in, with its refresh token where the client keeps it."""
    response.headers["Cache-Control"] = "no-store"
    if not is_native:
        response.set_cookie(
            COOKIE,
            grant.refresh_token,
            max_age=ctx.settings.accounts.refresh_token_days * 86_400,
            path=COOKIE_PATH,
            secure=_is_secure(ctx, request),
            httponly=True,
            samesite="lax",
        )
    seconds = ctx.settings.accounts.access_token_seconds
    return SessionGrantOut.of(grant, expires_in=seconds, is_native=is_native)


def drop_cookie(ctx: Context, request: Request, response: Response) -> None:
    """The browser forgets its refresh token."""
    response.delete_cookie(COOKIE, path=COOKIE_PATH, secure=_is_secure(ctx, request), httponly=True, samesite="lax")


def _is_secure(ctx: Context, request: Request) -> bool:
    return ctx.settings.is_production or request.url.scheme == "https"


@dataclass(frozen=True, slots=True)
class Door:
    """Where somebody comes in: their device, and the answer that lets them in."""

    ctx: Context
    request: Request
    response: Response
    device: Device
    is_native: bool

    @property
    def network(self) -> str:
        """What limits count."""
        return network_of(client_address(self.request))

    async def limit(self, name: str, most: int, *, seconds: int = 60) -> None:
        """One more request of a kind from this network."""
        await limit(self.ctx, self.request, name, most, seconds=seconds)

    def answer(self, grant: Grant) -> SessionGrantOut:
        """They are in."""
        return answer(self.ctx, self.request, self.response, grant, is_native=self.is_native)


async def _door(request: Request, response: Response, ctx: ContextDep, device: DeviceDep, native: NativeDep) -> Door:
    return Door(ctx, request, response, device, native)


DoorDep = Annotated[Door, Depends(_door)]


async def _party(request: Request, ctx: ContextDep) -> Party:
    """Our domain and pages as configured; without a public address, wherever the request was sent to."""
    public = ctx.settings.http.public_url or f"{request.url.scheme}://{request.headers.get('host', 'localhost')}"
    parts = urlsplit(public)
    domain = ctx.settings.accounts.passkey_domain or parts.hostname or "localhost"
    origins = [f"{parts.scheme}://{parts.netloc}", *ctx.settings.accounts.passkey_origins]
    return Party(domain, origins)


PartyDep = Annotated[Party, Depends(_party)]
