"""Rooms over HTTP, and the signed requests of the edge."""

import asyncio
import re
import secrets
from collections.abc import Sequence
from typing import Annotated, Any, Final, TypeVar

import msgspec
from fastapi import APIRouter, Cookie, Depends, Query, Request, Response
from pydantic import BaseModel, ValidationError
from redis.exceptions import RedisError

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import is_id
from nightmarket.kernel.logging import get_logger
from nightmarket.kernel.paging import Page, decode_id_cursor, encode_cursor
from nightmarket.kernel.problems import (
    InvalidInput,
    NotAllowed,
    NotFound,
    Problem,
    SignInRequired,
    TooManyRequests,
    Unavailable,
    may_raise,
)
from nightmarket.kernel.security import BadSignature, BodySignature
from nightmarket.kernel.web.dependencies import ContextDep, CursorQuery, LimitQuery, client_address, path_id
from nightmarket.kernel.web.errors import problem_response
from nightmarket.modules.identity.public import CallerDep, OptionalCallerDep
from nightmarket.modules.rooms.errors import EdgeNotSigned, RoomBanned, RoomFull
from nightmarket.modules.rooms.moderation_api import router as moderation_router
from nightmarket.modules.rooms.policy import may_moderate
from nightmarket.modules.rooms.realtime.addresses import address_mark
from nightmarket.modules.rooms.realtime.backend import RoomBackend
from nightmarket.modules.rooms.realtime.backend_http import edge_signature
from nightmarket.modules.rooms.realtime.presence import viewer_counts
from nightmarket.modules.rooms.realtime.snapshot import chat_for
from nightmarket.modules.rooms.realtime.tickets import HOST_ROLES, Ticket
from nightmarket.modules.rooms.repository import Reader
from nightmarket.modules.rooms.schemas import (
    CommentIn,
    CommentsRequest,
    MessageOut,
    QueueEntryOut,
    QueueIn,
    QueueLineOut,
    QueueNextIn,
    QueueOut,
    QueueRequest,
    RoomOut,
    SnapshotRequest,
    SpotlightRequest,
    StandingRequest,
    TicketIn,
    TicketOut,
)
from nightmarket.modules.rooms.service.enter_room import issue_ticket, visit
from nightmarket.modules.rooms.service.keep_order import moderator_of
from nightmarket.modules.rooms.service.keep_queue import call_next, join_queue, leave_queue, place_in_queue, read_line
from nightmarket.modules.rooms.service.load_rules import is_silent
from nightmarket.modules.rooms.service.read_chat import chat_before
from nightmarket.modules.rooms.service.room_backend import InProcessBackend
from nightmarket.modules.rooms.service.take_snapshot import take_snapshot
from nightmarket.modules.rooms.service.tell_queue import Place
from nightmarket.modules.streams.errors import StreamOver

DEVICE_COOKIE: Final = "nightmarket_device"
_DEVICE_SECONDS: Final = 400 * 86_400
_DEVICE: Final = re.compile("[0-9a-f]{24}")

log = get_logger(__name__)

router = APIRouter(tags=["rooms"])
router.include_router(moderation_router)
internal_router = APIRouter(prefix="/internal/rooms", include_in_schema=False)

StreamId = Annotated[str, Depends(path_id("str", "stream_id"))]
B = TypeVar("B", bound=BaseModel)


@router.get("/streams/{stream_id}/room", responses=may_raise(NotFound))
async def read_room(stream_id: StreamId, ctx: ContextDep, caller: OptionalCallerDep) -> RoomOut:
    """The room as it is now, for this caller."""
    async with ctx.reader() as session:
        visitor = await visit(session, stream_id, caller)
        is_muted = caller is not None and await is_silent(
            session, stream_id, visitor.stream.shop_id, caller.id, now=ctx.clock()
        )
    state = await take_snapshot(ctx, stream_id, for_edge=False)
    if state is None:
        raise NotFound
    user_id = None if caller is None else caller.id
    place = Place() if caller is None else await place_in_queue(ctx, stream_id, caller.id)
    chat = chat_for(state["chat"], state["moderation"]["hidden"], user_id, is_staff=may_moderate(visitor.role))
    me = {
        "id": user_id,
        "name": "" if caller is None else caller.display_name,
        "role": visitor.role,
        "can_chat": caller is not None,
        "muted": is_muted,
        "queue_position": place.position,
        "queue": place.as_json(),
    }
    return RoomOut.model_validate(state | {"me": me, "chat": chat, "viewers": await _viewers(ctx, stream_id)})


@router.post(
    "/streams/{stream_id}/room/ticket",
    response_model=TicketOut,
    responses=may_raise(NotFound, RoomBanned, RoomFull, TooManyRequests),
)
async def make_ticket(
    stream_id: StreamId,
    request: Request,
    response: Response,
    ctx: ContextDep,
    caller: OptionalCallerDep,
    *,
    device: Annotated[str | None, Cookie(alias=DEVICE_COOKIE, include_in_schema=False)] = None,
) -> TicketOut | Response:
    """A ticket for the room's socket. Without an account it lets one watch.

    Of a full room there is none yet: `room-full` says where in line the caller stands, and when to ask again. The
    shop's own people and whoever is inside already always get one.
    """
    address = client_address(request)
    await ctx.limits.hit("room_ticket", address, limit=ctx.settings.rate_limits.write)
    is_known = device is not None and _DEVICE.fullmatch(device) is not None
    name = device if device is not None and is_known else secrets.token_hex(12)
    refusal = None
    try:
        mark = address_mark(address, ctx.secret)
        ticket = await issue_ticket(ctx, stream_id, caller, device=f"dev_{name}", address=mark)
    except RoomFull as full:
        # The device must be known when it asks again, or it would begin at the end of the line each time.
        refusal = response = problem_response(full, ctx.settings.http.public_url or "")
    if not is_known:
        _remember_device(request, response, name)
    return refusal or TicketOut(url=_socket_url(request, ctx), ticket=ticket.text, expires_in=ticket.seconds)


@router.get("/streams/{stream_id}/chat", responses=may_raise(NotFound))
async def read_chat(
    stream_id: StreamId,
    ctx: ContextDep,
    caller: OptionalCallerDep,
    *,
    before: Annotated[str | None, Query(max_length=40, description="`next_cursor` of the page before")] = None,
    limit: LimitQuery = 50,
) -> Page[MessageOut]:
    """Stored messages, newest first."""
    if before is not None and not is_id("cht", before):
        raise InvalidInput("The cursor is not one of ours.")
    async with ctx.reader() as session:
        visitor = await visit(session, stream_id, caller)
        reader = Reader(None if caller is None else caller.id, is_staff=may_moderate(visitor.role))
        messages, has_more = await chat_before(session, stream_id, before=before, limit=limit, reader=reader)
    items = [MessageOut.model_validate(message) for message in messages]
    return Page(items=items, next_cursor=items[-1].id if has_more else None)


@router.post("/streams/{stream_id}/queue", responses=may_raise(SignInRequired, NotFound, RoomBanned, StreamOver))
async def enter_queue(stream_id: StreamId, body: QueueIn, ctx: ContextDep, caller: CallerDep) -> QueueOut:
    """Stand in the line of the room. Asking again keeps the place."""
    async with ctx.reader() as session:
        await visit(session, stream_id, caller)
    return QueueOut.model_validate((await join_queue(ctx, stream_id, caller.id, body.item_id)).as_json())


@router.delete(
    "/streams/{stream_id}/queue",
    status_code=204,
    response_class=Response,
    responses=may_raise(SignInRequired, NotFound),
)
async def exit_queue(stream_id: StreamId, ctx: ContextDep, caller: CallerDep) -> Response:
    """Give the place up."""
    async with ctx.reader() as session:
        await visit(session, stream_id, caller)
    await leave_queue(ctx, stream_id, caller.id)
    return Response(status_code=204)


@router.get("/streams/{stream_id}/queue", responses=may_raise(SignInRequired, NotAllowed, NotFound, InvalidInput))
async def list_queue(
    stream_id: StreamId, ctx: ContextDep, caller: CallerDep, *, cursor: CursorQuery = None, limit: LimitQuery = 50
) -> QueueLineOut:
    """Who stands in line, for owner, host and moderators."""
    await moderator_of(ctx, stream_id, caller)
    return await _line(ctx, stream_id, after=decode_id_cursor(cursor, "que"), limit=limit)


@router.post("/streams/{stream_id}/queue/next", responses=may_raise(SignInRequired, NotAllowed, NotFound))
async def call_next_in_queue(
    stream_id: StreamId, body: QueueNextIn, ctx: ContextDep, caller: CallerDep
) -> QueueLineOut:
    """Give the next person in line the turn, for owner and host; answers with the line as it is then.

    A turn ends when the next is called, when its owner leaves, or when its time is over; then the line goes on.
    """
    async with ctx.reader() as session:
        visitor = await visit(session, stream_id, caller)
    if visitor.role not in HOST_ROLES:
        raise NotAllowed
    await call_next(ctx, stream_id, body.call())
    return await _line(ctx, stream_id, after=None, limit=50)


async def _line(ctx: Context, stream_id: str, *, after: str | None, limit: int) -> QueueLineOut:
    line = await read_line(ctx, stream_id, after=after, limit=limit)
    items = [
        QueueEntryOut.model_validate(
            {"id": one.id, "user": {"id": one.user_id, "name": one.user_name}, "joined_at": one.joined_at}
            | one.place.as_json()
        )
        for one in line.people
    ]
    return QueueLineOut(
        items=items, next_cursor=encode_cursor(items[-1].id) if line.has_more else None, waiting=line.waiting
    )


@internal_router.post("/{room}/snapshot")
async def edge_snapshot(room: str, request: Request, ctx: ContextDep) -> dict[str, Any]:
    """The state of a room for an edge; `state` is null when there is no such room."""
    await _signed(room, request, ctx, SnapshotRequest)
    return {"state": await InProcessBackend(ctx).snapshot(room)}


@internal_router.post("/{room}/comments")
async def edge_comments(room: str, request: Request, ctx: ContextDep) -> dict[str, Any]:
    """Chat messages that may be orders; each is answered by itself."""
    asked = await _signed(room, request, ctx, CommentsRequest)
    return {"results": await answer_comments(InProcessBackend(ctx), room, asked.comments)}


async def answer_comments(backend: RoomBackend, room: str, comments: Sequence[CommentIn]) -> list[dict[str, Any]]:
    """Side by side, so that orders share a commit; what one person writes, in the order it was written."""
    by_author: dict[str | None, list[int]] = {}
    for place, comment in enumerate(comments):
        by_author.setdefault(comment.viewer.user, []).append(place)
    answers: dict[int, dict[str, Any]] = {}

    async def answer(places: Sequence[int]) -> None:
        for place in places:
            answers[place] = await _answer_comment(backend, room, comments[place])

    await asyncio.gather(*(answer(places) for places in by_author.values()))
    return [answers[place] for place in range(len(comments))]


async def _answer_comment(backend: RoomBackend, room: str, comment: CommentIn) -> dict[str, Any]:
    try:
        result = await backend.comment(room, _ticket(comment.viewer), comment.message_id, comment.text)
    except Problem as problem:
        return {"problem": problem.document()}
    except Exception:
        # Its neighbours have their answers; this one is asked again.
        log.exception("rooms.comment_failed", room=room, message_id=comment.message_id)
        return {"problem": Unavailable(retry_after=1).document()}
    return {"result": msgspec.to_builtins(result)}


@internal_router.post("/{room}/standing")
async def edge_standing(room: str, request: Request, ctx: ContextDep) -> dict[str, Any]:
    """How a viewer stands to the shop now."""
    asked = await _signed(room, request, ctx, StandingRequest)
    standing = await InProcessBackend(ctx).standing(room, _ticket(asked.viewer))
    return standing._asdict()


@internal_router.post("/{room}/spotlight")
async def edge_spotlight(room: str, request: Request, ctx: ContextDep) -> dict[str, Any]:
    """The host shows an item."""
    asked = await _signed(room, request, ctx, SpotlightRequest)
    viewer = _ticket(asked.viewer)
    result = await InProcessBackend(ctx).spotlight(room, viewer, asked.item_id, asked.media_time)
    return {"result": msgspec.to_builtins(result)}


@internal_router.post("/{room}/queue")
async def edge_queue(room: str, request: Request, ctx: ContextDep) -> dict[str, Any]:
    """Somebody joins or leaves the line."""
    asked = await _signed(room, request, ctx, QueueRequest)
    viewer = _ticket(asked.viewer)
    result = await InProcessBackend(ctx).queue(room, viewer, asked.item_id, leave=asked.leave)
    return {"result": msgspec.to_builtins(result)}


async def _signed(room: str, request: Request, ctx: Context, shape: type[B]) -> B:
    """The body of an edge's request; its signature covers the room, so it cannot be turned to another one."""
    body = await request.body()
    signature = request.headers.get(BodySignature.header, "")
    try:
        edge_signature(ctx.secret).verify(signature, body, now=int(ctx.clock().timestamp()))
    except BadSignature as error:
        raise EdgeNotSigned from error
    try:
        asked = shape.model_validate_json(body)
    except ValidationError as error:
        raise InvalidInput(str(error)) from error
    if getattr(asked, "room", None) != room or not is_id("str", room):
        raise NotFound
    return asked


def _remember_device(request: Request, response: Response, device: str) -> None:
    response.set_cookie(
        DEVICE_COOKIE,
        device,
        max_age=_DEVICE_SECONDS,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )


def _ticket(viewer: TicketIn) -> Ticket:
    return Ticket(**viewer.model_dump())


def _socket_url(request: Request, ctx: Context) -> str:
    """Where the socket is: the edge's own address, else this server as the caller reached it."""
    base = ctx.settings.edge.public_url or ctx.settings.http.public_url or str(request.base_url)
    address = base.rstrip("/").replace("http", "ws", 1) if base.startswith("http") else base.rstrip("/")
    return address if address.endswith("/ws") else f"{address}/ws"


async def _viewers(ctx: Context, stream_id: str) -> int:
    try:
        return (await viewer_counts(ctx.redis, [stream_id]))[stream_id]
    except (RedisError, OSError):
        return 0
