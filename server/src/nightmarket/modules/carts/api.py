"""Routes of the bag. Without an account it hangs on a cookie, and moves into the account at the first signed-in use."""

import re
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response

from nightmarket.kernel.context import Context
from nightmarket.kernel.problems import NotFound, Unavailable, may_raise
from nightmarket.kernel.security import random_token
from nightmarket.kernel.web.dependencies import ContextDep, path_id
from nightmarket.modules.carts.errors import CartFull, VariantUnavailable
from nightmarket.modules.carts.policy import ANONYMOUS_SECONDS
from nightmarket.modules.carts.schemas import CartLineIn, CartOut
from nightmarket.modules.carts.service.change_lines import (
    anonymous_bag,
    bring_along,
    put_anonymous_line,
    put_line,
    remove_anonymous_line,
    remove_line,
)
from nightmarket.modules.carts.service.read_cart import read_anonymous_cart, read_cart
from nightmarket.modules.identity.public import Caller, OptionalCallerDep

router = APIRouter(tags=["cart"])

COOKIE: Final = "nm_cart"
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{32}")

VariantIdPath = Annotated[str, Depends(path_id("var", "variant_id"))]


@router.get("/cart", responses=may_raise(Unavailable))
async def read_bag(ctx: ContextDep, request: Request, response: Response, caller: OptionalCallerDep) -> CartOut:
    """The bag: held claims with their deadlines and ordinary lines at today's prices, grouped by shop."""
    return await _bag(ctx, request, response, caller)


@router.put("/cart/lines/{variant_id}", responses=may_raise(NotFound, CartFull, VariantUnavailable, Unavailable))
async def put_into_bag(
    variant_id: VariantIdPath,
    body: CartLineIn,
    ctx: ContextDep,
    *,
    request: Request,
    response: Response,
    caller: OptionalCallerDep,
) -> CartOut:
    """Put a variant into the bag, or change how many; the whole bag is the answer."""
    if caller is not None:
        await ctx.transact(lambda unit: put_line(unit, caller.id, variant_id=variant_id, quantity=body.quantity))
        return await _bag(ctx, request, response, caller)
    token = _token(request) or random_token(24)
    await put_anonymous_line(ctx, token, variant_id, body.quantity)
    response.set_cookie(
        COOKIE,
        token,
        max_age=ANONYMOUS_SECONDS,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https" or ctx.settings.is_production,
    )
    return await _anonymous(ctx, token)


@router.delete("/cart/lines/{variant_id}", responses=may_raise(NotFound, Unavailable))
async def take_out_of_bag(
    variant_id: VariantIdPath, ctx: ContextDep, request: Request, *, response: Response, caller: OptionalCallerDep
) -> CartOut:
    """Take a variant out of the bag; what was not in it is out of it too."""
    if caller is not None:
        await ctx.transact(lambda unit: remove_line(unit, caller.id, variant_id))
    elif token := _token(request):
        await remove_anonymous_line(ctx, token, variant_id)
    return await _bag(ctx, request, response, caller)


def _token(request: Request) -> str | None:
    """The cookie, if it is one of ours by its shape."""
    value = request.cookies.get(COOKIE, "")
    return value if _TOKEN.fullmatch(value) else None


async def _bag(ctx: Context, request: Request, response: Response, caller: Caller | None) -> CartOut:
    token = _token(request)
    if caller is None:
        return await _anonymous(ctx, token)
    if token is not None and await bring_along(ctx, token, caller.id):
        response.delete_cookie(COOKIE, httponly=True, samesite="lax")
    return CartOut.of(await read_cart(ctx, caller.id), now=ctx.clock())


async def _anonymous(ctx: Context, token: str | None) -> CartOut:
    lines = await anonymous_bag(ctx, token) if token else {}
    return CartOut.of(await read_anonymous_cart(ctx, lines), now=ctx.clock())
