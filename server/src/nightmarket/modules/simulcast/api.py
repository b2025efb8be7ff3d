"""Outputs of a show over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends

from nightmarket.kernel.paging import Page
from nightmarket.kernel.problems import InvalidInput, NotAllowed, NotFound, SignInRequired, may_raise
from nightmarket.kernel.web.dependencies import ContextDep, path_id
from nightmarket.modules.identity.public import CallerDep
from nightmarket.modules.simulcast import errors
from nightmarket.modules.simulcast.schemas import OutputIn, OutputOut, OutputPatch
from nightmarket.modules.simulcast.service import manage_outputs
from nightmarket.modules.streams.errors import StreamOver

router = APIRouter(tags=["streams"])

StreamId = Annotated[str, Depends(path_id("str", "stream_id"))]
OutputId = Annotated[str, Depends(path_id("out", "output_id"))]
_PROBLEMS = (SignInRequired, NotAllowed, NotFound)


@router.get("/streams/{stream_id}/outputs", response_model=Page[OutputOut], responses=may_raise(*_PROBLEMS))
async def get_outputs(stream_id: StreamId, ctx: ContextDep, caller: CallerDep) -> dict[str, Any]:
    """Where else the show goes, and how that is. For the shop's owner and hosts."""
    return {"items": await manage_outputs.list_outputs(ctx, caller, stream_id), "next_cursor": None}


@router.post(
    "/streams/{stream_id}/outputs",
    status_code=201,
    response_model=OutputOut,
    responses=may_raise(*_PROBLEMS, StreamOver, errors.OutputRefused, errors.TooManyOutputs, InvalidInput),
)
async def add_output(stream_id: StreamId, body: OutputIn, ctx: ContextDep, caller: CallerDep) -> dict[str, Any]:
    """Send the show to another RTMP server too, from its start on, or at once while it runs."""
    output_id = await manage_outputs.add_output(ctx, caller, stream_id, body.output())
    return await manage_outputs.read_output(ctx, output_id)


@router.patch(
    "/streams/{stream_id}/outputs/{output_id}",
    response_model=OutputOut,
    responses=may_raise(*_PROBLEMS, InvalidInput),
)
async def edit_output(
    stream_id: StreamId, output_id: OutputId, body: OutputPatch, *, ctx: ContextDep, caller: CallerDep
) -> dict[str, Any]:
    """Another name, or switch it on or off."""
    await ctx.transact(lambda unit: manage_outputs.change_output(unit, caller, stream_id, output_id, body.changes()))
    return await manage_outputs.read_output(ctx, output_id)


@router.delete("/streams/{stream_id}/outputs/{output_id}", status_code=204, responses=may_raise(*_PROBLEMS))
async def remove_output(stream_id: StreamId, output_id: OutputId, ctx: ContextDep, caller: CallerDep) -> None:
    """Send the show there no more; its key is forgotten."""
    await ctx.transact(lambda unit: manage_outputs.delete_output(unit, caller, stream_id, output_id))
