"""Routes of people who leave."""

from datetime import datetime

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from nightmarket.kernel.problems import NotFound, SignInRequired, may_raise
from nightmarket.kernel.web.dependencies import ContextDep
from nightmarket.modules.identity import errors
from nightmarket.modules.identity.schemas import CallerDep, FreshCallerDep
from nightmarket.modules.identity.service.erase_account import keep_account, plan_erasure
from nightmarket.modules.identity.web import drop_cookie

router = APIRouter()


class ErasureOut(BaseModel):
    """Until then the account can be kept: log in, and `POST /me/keep`."""

    erase_at: datetime


@router.delete(
    "/me",
    status_code=202,
    tags=["me"],
    responses=may_raise(SignInRequired, errors.StepUpRequired, errors.OwnerOfShop),
)
async def leave(request: Request, response: Response, ctx: ContextDep, caller: FreshCallerDep) -> ErasureOut:
    """Delete the account in 14 days. All sessions end at once; orders stay with the shops, as the law wants."""
    at = await plan_erasure(ctx, caller.id)
    drop_cookie(ctx, request, response)
    return ErasureOut(erase_at=at)


@router.post("/me/keep", status_code=204, tags=["me"], responses=may_raise(SignInRequired, NotFound))
async def keep(ctx: ContextDep, caller: CallerDep) -> None:
    """Keep an account that was to be deleted."""
    if not await keep_account(ctx, caller.id):
        raise NotFound
