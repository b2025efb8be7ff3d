"""The outbox page. Only where a channel goes there, never in production, and only for this machine or an administrator.

Codes and links of other people are on it: whoever reads it can be anybody.
"""

import ipaddress
from datetime import datetime
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from nightmarket.integrations.messages import outbox_channels
from nightmarket.integrations.postbox import repository
from nightmarket.integrations.postbox.page import CONTENT_SECURITY_POLICY, STYLE, render
from nightmarket.kernel.paging import Page, decode_id_cursor, encode_cursor, split_page
from nightmarket.kernel.problems import InvalidInput, NotFound, may_raise
from nightmarket.kernel.web.dependencies import ContextDep, CursorQuery, LimitQuery, client_address
from nightmarket.modules.identity.public import OptionalCallerDep

_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "cf-connecting-ip")
_SHOWN = 100


def is_local(request: Request) -> bool:
    """Whether somebody at this very machine asks: by address, by the name they typed, and with no proxy in between."""
    if any(name in request.headers for name in _FORWARDED):
        return False
    try:
        is_near = ipaddress.ip_address(client_address(request)).is_loopback
    except ValueError:
        return False
    name = urlsplit(f"//{request.headers.get('host', '')}").hostname
    return is_near and name in {"localhost", "127.0.0.1", "::1"}


async def _may_look(request: Request, ctx: ContextDep, caller: OptionalCallerDep) -> None:
    is_there = not ctx.settings.is_production and bool(outbox_channels(ctx.settings))
    if not is_there or not (is_local(request) or (caller is not None and caller.is_admin)):
        raise NotFound


router = APIRouter(tags=["outbox"], dependencies=[Depends(_may_look)])
page_router = APIRouter(dependencies=[Depends(_may_look)], include_in_schema=False)


class LocalMessageOut(BaseModel):
    """A message that would have left if a service was configured."""

    id: str
    channel: str
    address: str
    kind: str
    locale: str
    title: str
    body: str
    link: str | None
    sent_at: datetime


@router.get("/outbox-messages", responses=may_raise(NotFound, InvalidInput))
async def list_messages(
    ctx: ContextDep,
    to: Annotated[str | None, Query(max_length=254, description="Only to this address.")] = None,
    cursor: CursorQuery = None,
    limit: LimitQuery = 20,
) -> Page[LocalMessageOut]:
    """What is on the outbox page, newest first."""
    before = decode_id_cursor(cursor, "dlv")
    async with ctx.reader() as session:
        rows = await repository.latest(session, to=to, before=before, limit=limit + 1)
    shown, more = split_page(rows, limit)
    return Page(
        items=[LocalMessageOut.model_validate(row, from_attributes=True) for row in shown],
        next_cursor=encode_cursor(shown[-1].id) if more else None,
    )


@page_router.get("/outbox.css")
async def style_sheet() -> Response:
    """The looks of the page."""
    return Response(STYLE, media_type="text/css", headers={"Cache-Control": "public, max-age=3600"})


@page_router.get("/outbox")
async def outbox_page(ctx: ContextDep, to: Annotated[str | None, Query(max_length=254)] = None) -> HTMLResponse:
    """The newest messages."""
    async with ctx.reader() as session:
        rows = await repository.latest(session, to=to or None, limit=_SHOWN)
    return HTMLResponse(
        render(rows, to),
        headers={"Content-Security-Policy": CONTENT_SECURITY_POLICY, "Cache-Control": "no-store"},
    )
