"""Replays and clips over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from nightmarket.kernel.paging import Page, checked_id, decode_cursor, encode_cursor
from nightmarket.kernel.problems import InvalidInput, NotAllowed, NotFound, SignInRequired, may_raise
from nightmarket.kernel.web.dependencies import ContextDep, CursorQuery, LimitQuery, path_id
from nightmarket.modules.identity.public import CallerDep, OptionalCallerDep
from nightmarket.modules.replays import errors
from nightmarket.modules.replays.policy import EDITORS
from nightmarket.modules.replays.schemas import ClipIn, ClipOut, ClipPatch, ReplayOut, ReplayPatch, RulesModel
from nightmarket.modules.replays.service import clips, keep_rules, read_replays
from nightmarket.modules.replays.service.find_replay import read_list
from nightmarket.modules.replays.service.lay_out import content_type
from nightmarket.modules.shops.public import require_role
from nightmarket.modules.streams.public import BaseDep

router = APIRouter(tags=["replays"])

StreamId = Annotated[str, Depends(path_id("str", "stream_id"))]
ShopId = Annotated[str, Depends(path_id("shp", "shop_id"))]
ClipId = Annotated[str, Depends(path_id("clp", "clip_id"))]
_MEMBER_PROBLEMS = (SignInRequired, NotAllowed, NotFound)


@router.post(
    "/streams/{stream_id}/clips",
    status_code=202,
    response_model=ClipOut,
    responses=may_raise(*_MEMBER_PROBLEMS, errors.ClipOutOfRange, errors.TooManyClips, InvalidInput),
)
async def add_clip(
    stream_id: StreamId, body: ClipIn, ctx: ContextDep, *, caller: CallerDep, base: BaseDep
) -> dict[str, Any]:
    """Have a stretch of the show cut out, also while it goes on. It is `pending` until it can be watched."""
    clip_id = await ctx.transact(lambda unit: clips.order_clip(unit, caller, stream_id, body.plan()))
    return await read_replays.read_clip(ctx, clip_id, base=base)


@router.get("/streams/{stream_id}/clips", response_model=Page[ClipOut], responses=may_raise(SignInRequired, NotFound))
async def get_clips(stream_id: StreamId, ctx: ContextDep, caller: OptionalCallerDep, base: BaseDep) -> dict[str, Any]:
    """The clips of a show, newest first. Its shop also sees those that are being made or could not be."""
    return {"items": await read_replays.list_clips(ctx, caller, stream_id, base=base), "next_cursor": None}


@router.patch(
    "/streams/{stream_id}/clips/{clip_id}",
    response_model=ClipOut,
    responses=may_raise(*_MEMBER_PROBLEMS, InvalidInput),
)
async def edit_clip(
    stream_id: StreamId, clip_id: ClipId, body: ClipPatch, *, ctx: ContextDep, caller: CallerDep, base: BaseDep
) -> dict[str, Any]:
    """Another title, or `keep` it whatever the rules say."""
    await ctx.transact(lambda unit: clips.change_clip(unit, caller, stream_id, clip_id, body.changes()))
    return await read_replays.read_clip(ctx, clip_id, base=base)


@router.delete("/streams/{stream_id}/clips/{clip_id}", status_code=204, responses=may_raise(*_MEMBER_PROBLEMS))
async def remove_clip(stream_id: StreamId, clip_id: ClipId, ctx: ContextDep, caller: CallerDep) -> None:
    """Delete a clip."""
    await ctx.transact(lambda unit: clips.delete_clip(unit, caller, stream_id, clip_id))


@router.get("/streams/{stream_id}/replay", response_model=ReplayOut, responses=may_raise(*_MEMBER_PROBLEMS))
async def get_replay(stream_id: StreamId, ctx: ContextDep, caller: CallerDep) -> dict[str, Any]:
    """Where the replay of a show stands, for its shop. Viewers find it under `playback`."""
    return await read_replays.read_replay(ctx, caller, stream_id)


@router.patch("/streams/{stream_id}/replay", response_model=ReplayOut, responses=may_raise(*_MEMBER_PROBLEMS))
async def edit_replay(stream_id: StreamId, body: ReplayPatch, ctx: ContextDep, caller: CallerDep) -> dict[str, Any]:
    """Keep a replay whatever the rules say, or no longer."""
    await ctx.transact(lambda unit: read_replays.keep_replay(unit, caller, stream_id, kept=body.keep))
    return await read_replays.read_replay(ctx, caller, stream_id)


@router.delete("/streams/{stream_id}/replay", status_code=204, responses=may_raise(*_MEMBER_PROBLEMS))
async def remove_replay(stream_id: StreamId, ctx: ContextDep, caller: CallerDep) -> None:
    """Delete the replay of a show, with all its files. Clips stay."""
    await ctx.transact(lambda unit: read_replays.delete_replay(unit, caller, stream_id))


@router.get("/streams/{stream_id}/replay/{name}", include_in_schema=False, responses=may_raise(NotFound))
async def get_list(
    stream_id: StreamId, name: str, ctx: ContextDep, ticket: Annotated[str, Query(max_length=600)] = ""
) -> Response:
    """Playlist and picture list of a private replay, for players that were given the address."""
    text = await read_list(ctx, stream_id, name, ticket)
    headers = {"Cache-Control": "private, max-age=300", "Access-Control-Allow-Origin": "*"}
    return Response(text, media_type=content_type(name), headers=headers)


@router.get(
    "/shops/{shop_id}/replays", response_model=Page[ReplayOut], responses=may_raise(*_MEMBER_PROBLEMS, InvalidInput)
)
async def get_replays(
    shop_id: ShopId, ctx: ContextDep, caller: CallerDep, *, cursor: CursorQuery = None, limit: LimitQuery = 20
) -> dict[str, Any]:
    """The replays of a shop, latest show first; also those that were removed, with when, why and how much it freed."""
    place = decode_cursor(cursor, str)
    before = None if place is None else checked_id(place[0], "str")
    items, more = await read_replays.list_replays(ctx, caller, shop_id, before=before, limit=limit)
    return {"items": items, "next_cursor": encode_cursor(items[-1]["stream_id"]) if more and items else None}


@router.get("/shops/{shop_id}/replay-rules", response_model=RulesModel, responses=may_raise(*_MEMBER_PROBLEMS))
async def get_rules(shop_id: ShopId, ctx: ContextDep, caller: CallerDep) -> keep_rules.Rules:
    """How long replays and clips stay."""
    async with ctx.reader() as session:
        await require_role(session, shop_id, caller, *EDITORS)
        return await keep_rules.read_rules(session, ctx.settings.replays, shop_id)


@router.put(
    "/shops/{shop_id}/replay-rules",
    response_model=RulesModel,
    responses=may_raise(*_MEMBER_PROBLEMS, InvalidInput),
)
async def set_rules(shop_id: ShopId, body: RulesModel, ctx: ContextDep, caller: CallerDep) -> RulesModel:
    """Say how long. What is over by then goes within the hour; what is kept stays."""
    await ctx.transact(lambda unit: keep_rules.set_rules(unit, caller, shop_id, body.rules()))
    return body
