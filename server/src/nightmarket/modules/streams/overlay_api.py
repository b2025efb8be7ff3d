"""The overlay of a show over HTTP: its own address, for a browser source that cannot log in."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel, Field

from nightmarket.kernel.money import MoneyModel
from nightmarket.kernel.problems import NotAllowed, NotFound, SignInRequired, may_raise
from nightmarket.kernel.web.dependencies import ContextDep, path_id
from nightmarket.modules.identity.public import CallerDep
from nightmarket.modules.streams.service.show_overlay import overlay_token, read_overlay
from nightmarket.modules.streams.states import StreamState

router = APIRouter(tags=["streams"])


class OverlayTokenOut(BaseModel):
    """Whoever knows the token sees what the overlay shows, and nothing else."""

    token: str


class OverlayItemOut(BaseModel):
    """The item the host holds up."""

    id: str
    stream_id: str
    code: str
    title: str
    image_url: str | None
    price: MoneyModel | None
    usual_price: MoneyModel | None
    available: int


class OverlayOut(BaseModel):
    """What lies over the picture now."""

    state: StreamState
    title: str
    now: datetime
    item: OverlayItemOut | None
    since: datetime | None = Field(description="Since when the item is shown, while the show is on.")


@router.get(
    "/streams/{stream_id}/overlay",
    response_model=OverlayTokenOut,
    responses=may_raise(SignInRequired, NotAllowed, NotFound),
)
async def get_overlay_token(
    stream_id: Annotated[str, Depends(path_id("str", "stream_id"))],
    ctx: ContextDep,
    caller: CallerDep,
    answer: Response,
) -> dict[str, str]:
    """The key of the overlay's address, for the show's owner and hosts."""
    answer.headers["Cache-Control"] = "no-store"
    return {"token": await overlay_token(ctx, caller, stream_id)}


@router.get("/overlay/{token}", response_model=OverlayOut, responses=may_raise(NotFound))
async def get_overlay(token: Annotated[str, Path(max_length=400)], ctx: ContextDep, answer: Response) -> dict[str, Any]:
    """The item being shown, its price and what is left of it."""
    answer.headers["Cache-Control"] = "no-store"
    return await read_overlay(ctx, token)
