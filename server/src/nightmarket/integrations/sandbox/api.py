"""The pretend gateway's own addresses: its pay page, and the switch that tests and demos press."""

from contextlib import suppress
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Header, Query, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel, ConfigDict, Field

from nightmarket.integrations.sandbox.actions import Outcome, SandboxPaymentSettled, act, find
from nightmarket.integrations.sandbox.page import STYLE, content_security_policy, render
from nightmarket.kernel.i18n import LOCALES, best_locale
from nightmarket.kernel.problems import NotFound, Unavailable, may_raise
from nightmarket.kernel.web.dependencies import ContextDep, path_id

PaymentIdPath = Annotated[str, Depends(path_id("pay", "payment_id"))]
Delay = Annotated[int, Field(ge=0, le=604_800)]


async def _switched_on(ctx: ContextDep) -> None:
    if not ctx.settings.sandbox_enabled:
        raise NotFound


router = APIRouter(tags=["sandbox"], dependencies=[Depends(_switched_on)])
page_router = APIRouter(dependencies=[Depends(_switched_on)], include_in_schema=False)


class OutcomeIn(BaseModel):
    """What the gateway shall do. `delay_seconds` is for `late`: left out, the money comes after the deadline."""

    model_config = ConfigDict(extra="forbid")

    outcome: Outcome
    delay_seconds: Delay | None = None


class AcceptedOut(BaseModel):
    """The gateway will."""

    status: Literal["accepted"] = "accepted"


@router.post(
    "/sandbox/payments/{payment_id}",
    status_code=202,
    responses=may_raise(NotFound, SandboxPaymentSettled, Unavailable),
)
async def make_gateway_act(payment_id: PaymentIdPath, body: OutcomeIn, ctx: ContextDep) -> AcceptedOut:
    """Make the pretend gateway act on a payment; the shop hears of it by signed webhook, if at all."""
    await act(ctx, payment_id, body.outcome, delay_seconds=body.delay_seconds)
    return AcceptedOut()


@page_router.get("/sandbox/pay.css")
async def style_sheet() -> Response:
    """The looks of the pay page."""
    return Response(STYLE, media_type="text/css", headers={"Cache-Control": "public, max-age=3600"})


@page_router.get("/sandbox/pay/{payment_id}")
async def pay_page(
    payment_id: PaymentIdPath,
    ctx: ContextDep,
    lang: Annotated[str | None, Query(max_length=16)] = None,
    accept_language: Annotated[str | None, Header(max_length=1000)] = None,
) -> HTMLResponse:
    """Where the buyer pays, or makes the gateway misbehave."""
    async with ctx.reader() as session:
        row = await find(session, payment_id)
    locale = next((one for one in LOCALES if one == lang), None) or best_locale(accept_language)
    return HTMLResponse(
        render(row, locale, is_overdue=row.expires_at <= ctx.clock()),
        headers={
            "Content-Security-Policy": content_security_policy(row),
            "Cache-Control": "no-store",
            "Content-Language": locale,
        },
    )


@page_router.post("/sandbox/pay/{payment_id}")
async def press_button(
    payment_id: PaymentIdPath,
    ctx: ContextDep,
    outcome: Annotated[Outcome, Form()],
    delay_seconds: Annotated[Delay | None, Form()] = None,
) -> RedirectResponse:
    """Do it, and send the browser back to the shop, which finds out for itself."""
    async with ctx.reader() as session:
        row = await find(session, payment_id)
    with suppress(SandboxPaymentSettled):
        await act(ctx, payment_id, outcome, delay_seconds=delay_seconds)
    return RedirectResponse(row.return_url, status_code=303)
