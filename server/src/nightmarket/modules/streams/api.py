"""Shows over HTTP, and the signed hooks of the media server."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from nightmarket.kernel.clock import from_unix_ms
from nightmarket.kernel.context import Context
from nightmarket.kernel.paging import Page
from nightmarket.kernel.problems import (
    InvalidInput,
    NotAllowed,
    NotFound,
    SignInRequired,
    Unavailable,
    may_raise,
)
from nightmarket.kernel.security import BadSignature, BodySignature, derive_key
from nightmarket.kernel.unit import Unit
from nightmarket.kernel.web.dependencies import ContextDep, path_id
from nightmarket.modules.identity.public import Caller, CallerDep, OptionalCallerDep
from nightmarket.modules.shops.errors import WrongCurrency
from nightmarket.modules.streams import errors, overlay_api
from nightmarket.modules.streams.events import OutputReported
from nightmarket.modules.streams.hook_schemas import AuthorizeIn, MediaEventIn, OutputReportIn, RecordedIn
from nightmarket.modules.streams.ports import PublicBase
from nightmarket.modules.streams.schemas import (
    IngestOut,
    ItemIn,
    ItemOut,
    ItemPatch,
    MomentOut,
    MoveIn,
    PlaybackOut,
    StatsOut,
    StreamIn,
    StreamOut,
    StreamPatch,
    StreamQuery,
)
from nightmarket.modules.streams.service import change_line_up, change_stream, receive_signal
from nightmarket.modules.streams.service.check_access import run_stream, seen_stream
from nightmarket.modules.streams.service.create_stream import create_stream
from nightmarket.modules.streams.service.describe_stream import describe_streams
from nightmarket.modules.streams.service.end_stream import end_stream
from nightmarket.modules.streams.service.list_moments import list_moments
from nightmarket.modules.streams.service.list_streams import list_streams
from nightmarket.modules.streams.service.move_stream import move_stream
from nightmarket.modules.streams.service.obs_profile import obs_profile
from nightmarket.modules.streams.service.pin_item import pin_item
from nightmarket.modules.streams.service.play_stream import find_poster, play_stream
from nightmarket.modules.streams.service.public_base import BaseDep
from nightmarket.modules.streams.service.read_ingest import read_ingest, rotate_ingest
from nightmarket.modules.streams.service.read_line_up import read_item, read_line_up
from nightmarket.modules.streams.service.read_provider import ProviderView, read_provider
from nightmarket.modules.streams.service.receive_signal import RecordingFacts
from nightmarket.modules.streams.service.start_stream import start_stream
from nightmarket.modules.streams.service.watch_health import note_health, read_stats

router = APIRouter(tags=["streams"])
router.include_router(overlay_api.router)
internal_router = APIRouter(prefix="/internal/media")

StreamId = Annotated[str, Depends(path_id("str", "stream_id"))]
ItemId = Annotated[str, Depends(path_id("itm", "item_id"))]
MediaTime = Annotated[
    float | None,
    Query(
        description="When the picture was taken that shows it, in Unix seconds; without it, that is now.",
        allow_inf_nan=False,
    ),
]
_MEMBER_PROBLEMS = (SignInRequired, NotAllowed, NotFound)
_SERVICE_PROBLEMS = (errors.StreamProviderOff, errors.VideoServiceRefused, Unavailable)
_ITEM_PROBLEMS = (*_MEMBER_PROBLEMS, errors.CodeTaken, errors.StreamOver, InvalidInput, WrongCurrency)


async def _stream(ctx: Context, stream_id: str, caller: Caller | None, base: PublicBase) -> dict[str, Any]:
    async with ctx.reader() as session:
        row = await seen_stream(session, stream_id, caller)
        return (await describe_streams(session, ctx, [row], base=base))[0]


async def _item(ctx: Context, item_id: str) -> dict[str, Any]:
    async with ctx.reader() as session:
        item = await read_item(session, ctx, item_id)
    if item is None:
        raise NotFound
    return item.as_json()


@router.post(
    "/streams",
    status_code=201,
    response_model=StreamOut,
    responses=may_raise(*_MEMBER_PROBLEMS, errors.StreamProviderOff, InvalidInput),
)
async def plan_stream(body: StreamIn, ctx: ContextDep, caller: CallerDep, base: BaseDep) -> dict[str, Any]:
    """Plan a show. For the shop's owner and hosts."""
    stream_id = await ctx.transact(lambda unit: create_stream(unit, ctx, caller, body.plan()))
    return await _stream(ctx, stream_id, caller, base)


@router.get("/streams", response_model=Page[StreamOut], responses=may_raise(SignInRequired, InvalidInput))
async def find_streams(
    wanted: Annotated[StreamQuery, Query()], ctx: ContextDep, caller: OptionalCallerDep, base: BaseDep
) -> dict[str, Any]:
    """Shows: `live` ones newest first (also while the picture is away), `scheduled` ones soonest first, `ended` ones
    with a replay latest first. With `shop`, its members also see drafts and shows without a replay."""
    items, next_cursor = await list_streams(ctx, caller, wanted.filter(), base=base)
    return {"items": items, "next_cursor": next_cursor}


@router.get("/streams/{stream_id}", response_model=StreamOut, responses=may_raise(SignInRequired, NotFound))
async def get_stream(stream_id: StreamId, ctx: ContextDep, caller: OptionalCallerDep, base: BaseDep) -> dict[str, Any]:
    """One show. A draft is only there for its shop."""
    return await _stream(ctx, stream_id, caller, base)


@router.patch(
    "/streams/{stream_id}",
    response_model=StreamOut,
    responses=may_raise(*_MEMBER_PROBLEMS, errors.StreamUnderWay, InvalidInput),
)
async def edit_stream(
    stream_id: StreamId, body: StreamPatch, ctx: ContextDep, *, caller: CallerDep, base: BaseDep
) -> dict[str, Any]:
    """Change what the show says, `viewer_limit` and the rules for claims at any time; date and `auto_start` before it.

    What buyers hold already stays theirs, with the deadline they were told.
    """
    await ctx.transact(lambda unit: change_stream.change_stream(unit, caller, stream_id, body.changes()))
    return await _stream(ctx, stream_id, caller, base)


@router.delete("/streams/{stream_id}", status_code=204, responses=may_raise(*_MEMBER_PROBLEMS, errors.StreamUnderWay))
async def delete_stream(stream_id: StreamId, ctx: ContextDep, caller: CallerDep) -> None:
    """Take back a show that never started."""
    await ctx.transact(lambda unit: change_stream.delete_stream(unit, caller, stream_id))


@router.get(
    "/streams/{stream_id}/ingest",
    response_model=IngestOut,
    response_model_exclude_none=True,
    responses=may_raise(*_MEMBER_PROBLEMS, *_SERVICE_PROBLEMS, errors.StreamOver),
)
async def get_ingest(
    stream_id: StreamId, response: Response, ctx: ContextDep, *, caller: CallerDep, base: BaseDep
) -> dict[str, Any]:
    """Server and stream key for OBS. For the shop's owner and hosts."""
    response.headers["Cache-Control"] = "no-store"
    return dict(await read_ingest(ctx, caller, stream_id, base=base))


@router.get(
    "/streams/{stream_id}/ingest/obs",
    response_class=Response,
    responses={
        200: {"content": {"application/zip": {}}},
        **may_raise(*_MEMBER_PROBLEMS, errors.StreamOver, Unavailable),
    },
)
async def get_obs_profile(
    stream_id: StreamId, ctx: ContextDep, caller: CallerDep, base: BaseDep, *, wide: bool = False
) -> Response:
    """A profile for OBS as a ZIP: server, stream key and settings, for an upright picture or a wide one."""
    ingest = await read_ingest(ctx, caller, stream_id, base=base)
    title = str((await _stream(ctx, stream_id, caller, base))["title"])
    headers = {"Cache-Control": "no-store", "Content-Disposition": 'attachment; filename="nightmarket-obs.zip"'}
    return Response(obs_profile(ingest, title=title, wide=wide), headers=headers, media_type="application/zip")


@router.post(
    "/streams/{stream_id}/ingest/rotate",
    response_model=IngestOut,
    response_model_exclude_none=True,
    responses=may_raise(*_MEMBER_PROBLEMS, *_SERVICE_PROBLEMS, errors.StreamOver),
)
async def rotate_key(
    stream_id: StreamId, response: Response, ctx: ContextDep, *, caller: CallerDep, base: BaseDep
) -> dict[str, Any]:
    """A new stream key. The one before is refused from now on, and whoever publishes with it is disconnected."""
    response.headers["Cache-Control"] = "no-store"
    return dict(await rotate_ingest(ctx, caller, stream_id, base=base))


@router.get("/streams/{stream_id}/provider", responses=may_raise(*_MEMBER_PROBLEMS, errors.StreamProviderOff))
async def get_provider(stream_id: StreamId, ctx: ContextDep, caller: CallerDep) -> ProviderView:
    """Who carries the show, whether they answer, and what it costs. For everybody who works in the shop."""
    return await read_provider(ctx, stream_id, caller)


@router.put(
    "/streams/{stream_id}/provider",
    response_model=StreamOut,
    responses=may_raise(*_MEMBER_PROBLEMS, *_SERVICE_PROBLEMS, errors.StreamOver),
)
async def put_provider(
    stream_id: StreamId, body: MoveIn, ctx: ContextDep, *, caller: CallerDep, base: BaseDep
) -> dict[str, Any]:
    """Have another provider carry the show, also while it runs. For the shop's owner and hosts, and administrators.

    Room, chat and bags stay. Players follow by `stream-status`; the encoder needs the new `ingest`. A provider that is
    not ready to take the show is not moved to.
    """
    await move_stream(ctx, caller, stream_id, body.provider)
    return await _stream(ctx, stream_id, caller, base)


@router.post(
    "/streams/{stream_id}/start",
    response_model=StreamOut,
    responses=may_raise(*_MEMBER_PROBLEMS, errors.NoSignal, errors.StreamOver),
)
async def start(stream_id: StreamId, ctx: ContextDep, caller: CallerDep, base: BaseDep) -> dict[str, Any]:
    """Go live with the picture that arrives. Not needed with `auto_start`: publishing starts the show then."""
    await ctx.transact(lambda unit: start_stream(unit, caller, stream_id))
    return await _stream(ctx, stream_id, caller, base)


@router.post(
    "/streams/{stream_id}/end",
    response_model=StreamOut,
    responses=may_raise(*_MEMBER_PROBLEMS, errors.StreamNotOnAir),
)
async def end(stream_id: StreamId, ctx: ContextDep, caller: CallerDep, base: BaseDep) -> dict[str, Any]:
    """End the show for good. Repeating it changes nothing."""
    await ctx.transact(lambda unit: end_stream(unit, caller, stream_id))
    return await _stream(ctx, stream_id, caller, base)


@router.get(
    "/streams/{stream_id}/playback",
    response_model=PlaybackOut,
    responses=may_raise(SignInRequired, NotFound, Unavailable),
)
async def playback(stream_id: StreamId, ctx: ContextDep, caller: OptionalCallerDep, base: BaseDep) -> dict[str, Any]:
    """Where to watch. `hls` is null before the show, except for its shop while a preview arrives."""
    return await play_stream(ctx, stream_id, caller, base=base)


@router.get(
    "/streams/{stream_id}/poster",
    status_code=307,
    response_class=RedirectResponse,
    responses=may_raise(NotFound, Unavailable),
)
async def poster(stream_id: StreamId, ctx: ContextDep, base: BaseDep) -> RedirectResponse:
    """Leads to the present picture of the show."""
    address = await find_poster(ctx, stream_id, base=base)
    return RedirectResponse(address, headers={"Cache-Control": "max-age=30"})


@router.get("/streams/{stream_id}/items", response_model=Page[ItemOut], responses=may_raise(SignInRequired, NotFound))
async def get_line_up(stream_id: StreamId, ctx: ContextDep, caller: OptionalCallerDep) -> dict[str, Any]:
    """The line-up in order, with the stock of this moment; at most 200 items, in one page."""
    async with ctx.reader() as session:
        await seen_stream(session, stream_id, caller)
        items = await read_line_up(session, ctx, stream_id)
    return {"items": [item.as_json() for item in items], "next_cursor": None}


@router.post(
    "/streams/{stream_id}/items",
    status_code=201,
    response_model=ItemOut,
    responses=may_raise(*_ITEM_PROBLEMS, errors.LineUpFull),
)
async def add_item(stream_id: StreamId, body: ItemIn, ctx: ContextDep, caller: CallerDep) -> dict[str, Any]:
    """Put a product of the shop into the line-up, before or during the show."""
    new = body.new_item()
    return await _item(ctx, await ctx.transact(lambda unit: change_line_up.add_item(unit, caller, stream_id, new)))


@router.patch(
    "/streams/{stream_id}/items/{item_id}",
    response_model=ItemOut,
    responses=may_raise(*_ITEM_PROBLEMS, errors.CapBelowTaken),
)
async def edit_item(
    stream_id: StreamId, item_id: ItemId, body: ItemPatch, *, ctx: ContextDep, caller: CallerDep
) -> dict[str, Any]:
    """Change code, price, limit, mode or what the show may sell. What buyers hold keeps the price they saw."""

    async def work(unit: Unit) -> None:
        await change_line_up.change_item(unit, caller, stream_id, item_id=item_id, changes=body.changes())

    await ctx.transact(work)
    return await _item(ctx, item_id)


@router.delete(
    "/streams/{stream_id}/items/{item_id}",
    status_code=204,
    responses=may_raise(*_MEMBER_PROBLEMS, errors.StreamOver),
)
async def remove_item(stream_id: StreamId, item_id: ItemId, ctx: ContextDep, caller: CallerDep) -> None:
    """Take an item out of the line-up. What buyers hold of it stays theirs."""
    await ctx.transact(lambda unit: change_line_up.remove_item(unit, caller, stream_id, item_id=item_id))


@router.post(
    "/streams/{stream_id}/items/{item_id}/pin",
    status_code=204,
    responses=may_raise(*_MEMBER_PROBLEMS, errors.StreamOver),
)
async def pin(
    stream_id: StreamId, item_id: ItemId, ctx: ContextDep, caller: CallerDep, media_time: MediaTime = None
) -> None:
    """Hold this item up: every viewer sees it when the picture of this time reaches them."""
    await _pin(ctx, caller, stream_id, item_id, media_time)


@router.delete("/streams/{stream_id}/pin", status_code=204, responses=may_raise(*_MEMBER_PROBLEMS, errors.StreamOver))
async def unpin(stream_id: StreamId, ctx: ContextDep, caller: CallerDep, media_time: MediaTime = None) -> None:
    """Hold nothing up any more."""
    await _pin(ctx, caller, stream_id, None, media_time)


async def _pin(ctx: Context, caller: Caller, stream_id: str, item_id: str | None, media_time: float | None) -> None:
    async def work(unit: Unit) -> None:
        await run_stream(unit.session, stream_id, caller)
        await pin_item(unit, stream_id, item_id, media_time=media_time)

    await ctx.transact(work)


@router.get(
    "/streams/{stream_id}/moments", response_model=Page[MomentOut], responses=may_raise(SignInRequired, NotFound)
)
async def moments(stream_id: StreamId, ctx: ContextDep, caller: OptionalCallerDep) -> dict[str, Any]:
    """When which item was held up, in seconds of the recording: chapters of the replay."""
    return {"items": await list_moments(ctx, stream_id, caller), "next_cursor": None}


@router.get("/streams/{stream_id}/stats", response_model=StatsOut, responses=may_raise(*_MEMBER_PROBLEMS))
async def stats(stream_id: StreamId, ctx: ContextDep, caller: CallerDep) -> dict[str, Any]:
    """Audience and the health of the encoder. For those who work in the shop."""
    return await read_stats(ctx, stream_id, caller)


async def _signed_body(request: Request, ctx: ContextDep) -> bytes:
    """The raw body, once its signature has been checked."""
    body = await request.body()
    checker = BodySignature(derive_key(ctx.secret, "media-hooks").hex())
    try:
        checker.verify(request.headers.get(BodySignature.header, ""), body, now=int(ctx.clock().timestamp()))
    except BadSignature as error:
        raise errors.HookNotSigned from error
    return body


SignedBody = Annotated[bytes, Depends(_signed_body)]


@internal_router.post("/authorize")
async def authorize(body: SignedBody, ctx: ContextDep) -> dict[str, str | bool]:
    """The media server asks which show a key may publish to, before it takes any picture."""
    try:
        asked = AuthorizeIn.model_validate_json(body)
    except ValidationError as error:
        raise InvalidInput from error
    stream_id, protected = await receive_signal.authorize_publisher(ctx, asked.key)
    return {"stream": stream_id, "protected": protected}


@internal_router.post("/events", status_code=204)
async def media_event(body: SignedBody, ctx: ContextDep) -> None:
    """The media server tells what happened. Repeats and late arrivals are harmless."""
    try:
        news = MediaEventIn.model_validate_json(body)
        recorded = RecordedIn.model_validate_json(body) if news.event == "recorded" else None
        output = OutputReportIn.model_validate_json(body) if news.event == "output" else None
    except ValidationError as error:
        raise InvalidInput from error
    if news.event == "health":
        await note_health(ctx, news.stream, news.at, news.model_extra or {})
    elif output is not None:
        said = OutputReported(news.stream, output.output, output.state, output.reason, news.at)
        async with ctx.unit() as unit:
            unit.announce(said)
    elif recorded is not None:
        facts = RecordingFacts(
            duration_ms=round(recorded.duration_seconds * 1000),
            size_bytes=recorded.bytes,
            file_path=recorded.mp4_path,
            width=recorded.width,
            height=recorded.height,
        )
        await ctx.transact(lambda unit: receive_signal.keep_recording(unit, news.stream, facts))
    elif news.event in receive_signal.SIGNALS:
        at = from_unix_ms(news.at)
        is_on = receive_signal.SIGNALS[news.event]
        await ctx.transact(lambda unit: receive_signal.note_signal(unit, news.stream, on=is_on, at=at))
