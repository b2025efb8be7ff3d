"""Keeping order over HTTP: the moderators' desk of a room, its trail, and the chat as a file."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Header, Query, Response
from fastapi.responses import StreamingResponse

from nightmarket.kernel.paging import Page, decode_id_cursor, encode_cursor
from nightmarket.kernel.problems import NotAllowed, NotFound, SignInRequired, Unavailable, may_raise
from nightmarket.kernel.web.dependencies import ContextDep, CursorQuery, LimitQuery, path_id
from nightmarket.modules.identity.public import CallerDep
from nightmarket.modules.rooms.errors import TooManyWords
from nightmarket.modules.rooms.schemas import (
    AnnounceIn,
    BanIn,
    DeleteIn,
    DeskOut,
    FilterIn,
    FollowersOnlyIn,
    LiftIn,
    ModerationIn,
    ModerationLogOut,
    MuteIn,
    PinMessageIn,
    RaidIn,
    ReplyIn,
    SlowModeIn,
    WordsIn,
)
from nightmarket.modules.rooms.service import keep_words, moderate_messages, restrict_people, set_room_rules
from nightmarket.modules.rooms.service.export_chat import ExportFormat, export_chat
from nightmarket.modules.rooms.service.keep_order import Moderator, moderator_of
from nightmarket.modules.rooms.service.read_moderation import read_desk, read_log

router = APIRouter(tags=["rooms"])

StreamId = Annotated[str, Depends(path_id("str", "stream_id"))]
_MEDIA_TYPES: dict[ExportFormat, str] = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson"}
_REFUSALS = may_raise(SignInRequired, NotAllowed, NotFound)


async def _moderator(stream_id: StreamId, ctx: ContextDep, caller: CallerDep) -> Moderator:
    return await moderator_of(ctx, stream_id, caller)


ModeratorDep = Annotated[Moderator, Depends(_moderator)]


@router.post(
    "/streams/{stream_id}/moderation",
    status_code=204,
    response_class=Response,
    responses=may_raise(SignInRequired, NotAllowed, NotFound, TooManyWords, Unavailable),
)
async def moderate(body: ModerationIn, moderator: ModeratorDep) -> Response:
    """Keep order. Owner, host and moderators of the shop; over people only those who stand above them."""
    match body:
        case DeleteIn() | PinMessageIn() | AnnounceIn() | ReplyIn():
            await _about_messages(moderator, body)
        case MuteIn() | BanIn() | LiftIn():
            await _about_people(moderator, body)
        case _:
            await _about_rules(moderator, body)
    return Response(status_code=204)


async def _about_messages(moderator: Moderator, body: DeleteIn | PinMessageIn | AnnounceIn | ReplyIn) -> None:
    match body:
        case DeleteIn(message_id=str(message_id)):
            await moderate_messages.delete_message(moderator, message_id)
        case DeleteIn(user_id=str(user_id)):
            await moderate_messages.delete_messages_of(moderator, user_id)
        case PinMessageIn():
            await moderate_messages.pin_message(moderator, body.message_id)
        case AnnounceIn():
            await moderate_messages.announce(moderator, body.text)
        case ReplyIn():
            await moderate_messages.reply(moderator, body.user_id, body.text, message_id=body.message_id)


async def _about_people(moderator: Moderator, body: MuteIn | BanIn | LiftIn) -> None:
    match body:
        case MuteIn():
            await restrict_people.mute(moderator, body.user_id, seconds=body.seconds, shadow=body.shadow)
        case BanIn():
            await restrict_people.ban(
                moderator, body.user_id, seconds=body.seconds, delete_messages=body.delete_messages
            )
        case LiftIn():
            lift = restrict_people.unmute if body.action == "unmute" else restrict_people.unban
            await lift(moderator, body.user_id)


async def _about_rules(moderator: Moderator, body: SlowModeIn | FollowersOnlyIn | WordsIn | FilterIn | RaidIn) -> None:
    match body:
        case SlowModeIn():
            await set_room_rules.set_slow_mode(moderator, body.seconds)
        case FollowersOnlyIn():
            await set_room_rules.set_followers_only(moderator, body.minutes)
        case WordsIn():
            added = [(word.text, word.effect) for word in body.add]
            await keep_words.change_words(moderator, keep_words.WordChange(added, body.remove, body.presets))
        case FilterIn():
            choose = set_room_rules.set_links if body.action == "links" else set_room_rules.set_contacts
            await choose(moderator, body.policy)
        case RaidIn():
            await set_room_rules.set_raid_mode(moderator, body.seconds)


@router.get("/streams/{stream_id}/moderation", responses=_REFUSALS)
async def read_moderation(moderator: ModeratorDep) -> DeskOut:
    """The rules, the word list and who is restricted. Staff only."""
    return DeskOut.model_validate(await read_desk(moderator))


@router.get("/streams/{stream_id}/moderation/log", responses=_REFUSALS)
async def read_moderation_log(
    moderator: ModeratorDep, ctx: ContextDep, *, cursor: CursorQuery = None, limit: LimitQuery = 50
) -> Page[ModerationLogOut]:
    """Who did what to whom, newest first. Staff only."""
    before = decode_id_cursor(cursor, "mod")
    rows, has_more = await read_log(ctx, moderator.stream_id, before=before, limit=limit)
    items = [ModerationLogOut.model_validate(row) for row in rows]
    return Page(items=items, next_cursor=encode_cursor(items[-1].id) if has_more else None)


@router.get(
    "/streams/{stream_id}/chat/export",
    response_class=StreamingResponse,
    responses=_REFUSALS | {200: {"content": {"text/csv": {}, "application/x-ndjson": {}}, "description": "The file"}},
)
async def download_chat(
    moderator: ModeratorDep,
    ctx: ContextDep,
    *,
    accept: Annotated[str, Header(include_in_schema=False)] = "",
    format: Annotated[
        Literal["csv", "jsonl"] | None, Query(description="Else as `Accept` asks; CSV by default.")
    ] = None,
) -> StreamingResponse:
    """Everything that was said, with deleted and unheard messages marked, as CSV or JSON lines. Staff only."""
    fmt: ExportFormat = format or ("jsonl" if "json" in accept else "csv")
    name = f"chat-{moderator.stream_id}.{fmt}"
    return StreamingResponse(
        export_chat(ctx, moderator.stream_id, fmt),
        media_type=_MEDIA_TYPES[fmt],
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )
