"""What viewers may ask for over their socket, and how they are answered."""

import asyncio
import math
from collections.abc import Awaitable, Coroutine
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from msgspec import Struct
from redis.exceptions import RedisError

from nightmarket.kernel.logging import get_logger
from nightmarket.kernel.problems import NotAllowed, Problem, SignInRequired
from nightmarket.modules.rooms.errors import (
    AddresseeMissing,
    FollowersOnly,
    MessageBlocked,
    MessageEmpty,
    MessageTooLong,
    NotInRoom,
    RoomUnavailable,
    TooFast,
)
from nightmarket.modules.rooms.realtime.client_frames import ClientFrame, read_data, read_frame
from nightmarket.modules.rooms.realtime.closing import CloseCode
from nightmarket.modules.rooms.realtime.frames import Envelope, encode_frame, encode_reply
from nightmarket.modules.rooms.realtime.guard import Author, is_surely_order
from nightmarket.modules.rooms.realtime.kinds.base import ClientData, FrameClass, Person
from nightmarket.modules.rooms.realtime.kinds.buyer import ClaimResult
from nightmarket.modules.rooms.realtime.kinds.chat import ChatMessage
from nightmarket.modules.rooms.realtime.kinds.client import (
    ChatText,
    JoinQueue,
    JoinRoom,
    LeaveRoom,
    SendReaction,
    Signal,
    Spotlight,
)
from nightmarket.modules.rooms.realtime.kinds.replies import ChatAnswer, JoinAnswer, NothingMore
from nightmarket.modules.rooms.realtime.kinds.signals import SIGNALS, Peer
from nightmarket.modules.rooms.realtime.limits import TokenBucket
from nightmarket.modules.rooms.realtime.log import Draft, Position
from nightmarket.modules.rooms.realtime.metrics import COMMENTS, FRAMES_IN, REFUSALS
from nightmarket.modules.rooms.realtime.room import Room
from nightmarket.modules.rooms.realtime.viewer import Resume, Viewer

if TYPE_CHECKING:
    from nightmarket.modules.rooms.realtime.hub import Hub

COMMENT_ATTEMPTS: Final = 3
ORDER_ATTEMPTS: Final = 6
"""What looks like an order is offered for some seconds longer; its id makes that harmless."""

log = get_logger(__name__)


class _Typed(NamedTuple):
    """A chat message as it was typed."""

    id: str
    text: str
    client_id: int | None


class Commands:
    """Reads client frames; refuses with an `error` frame, never by silence."""

    def __init__(self, hub: "Hub") -> None:
        self._hub = hub

    def receive(self, viewer: Viewer, raw: bytes) -> None:
        """One client message."""
        client_id = None
        try:
            wait = viewer.message_bucket.take()
            if wait:
                raise TooFast(retry_after=math.ceil(wait))
            frame = read_frame(raw)
            client_id = frame.id
            data = read_data(frame)
            FRAMES_IN.labels(frame.t).inc()
            if viewer.room is not None:
                viewer.room.meter.frames_in += 1
            self._dispatch(viewer, frame, data)
        except Problem as problem:
            self._refuse(viewer, client_id, problem)

    def _dispatch(self, viewer: Viewer, frame: ClientFrame, data: ClientData) -> None:
        match data:
            case JoinRoom():
                self._join(viewer, frame, data)
            case LeaveRoom():
                _room_of(viewer).leave(viewer)
                self._ack(viewer, frame.id, NothingMore())
            case ChatText():
                self._chat(viewer, frame, data.text)
            case SendReaction():
                self._react(viewer, frame, data)
            case Spotlight():
                if not viewer.ticket.is_host:
                    raise NotAllowed
                room = _room_of(viewer).id
                self._answer_later(
                    viewer, frame, self._hub.backend.spotlight(room, viewer.ticket, data.item_id, data.media_time)
                )
            case JoinQueue():
                _signed_in(viewer)
                room = _room_of(viewer).id
                self._answer_later(
                    viewer, frame, self._hub.backend.queue(room, viewer.ticket, data.item_id, leave=data.leave)
                )
            case Signal():
                self._signal(viewer, frame, data)

    # -- joining ------------------------------------------------------------------------------------------------------

    def _join(self, viewer: Viewer, frame: ClientFrame, data: JoinRoom) -> None:
        resume = None if data.epoch is None or data.seq is None else Resume(data.epoch, data.seq, data.n)
        resumed = True
        if viewer.room is None:
            viewer.resume = resume
            self._hub.enter(viewer)
        elif resume is not None:
            resumed = viewer.room.replay(viewer, resume)
        position = _room_of(viewer).position
        self._ack(viewer, frame.id, JoinAnswer(position.epoch, position.seq, resumed))

    # -- chat ---------------------------------------------------------------------------------------------------------

    def _chat(self, viewer: Viewer, frame: ClientFrame, typed: str) -> None:
        room = _room_of(viewer)
        _signed_in(viewer)
        text = " ".join(typed.split())
        if not text:
            raise MessageEmpty
        if len(text) > self._hub.limits.max_chat_characters:
            raise MessageTooLong(limit=self._hub.limits.max_chat_characters)
        message_id = self._hub.new_message_id()
        # Orders come first: a comment reaches the order side even when the chat would drop it.
        is_order = self._hand_over_comment(room.id, viewer, message_id, text)
        message = _Typed(message_id, text, frame.id)
        try:
            self._put(room, viewer, message)
        except FollowersOnly as refusal:
            if not self._may_ask_standing(viewer):
                raise
            self._hub.spawn(self._look_again(room, viewer, message, refusal, self._ask_standing(room, viewer)))
        except MessageBlocked as refusal:
            if refusal.members.get("reason") != "repeat" or is_order is None:
                raise
            self._hub.spawn(self._look_again(room, viewer, message, refusal, is_order))

    def _put(self, room: Room, viewer: Viewer, typed: "_Typed", *, is_order: bool = False) -> None:
        """Into the log of the room, if the room takes it."""
        ticket, now = viewer.ticket, self._hub.now_ms()
        author = Author(ticket, _signed_in(viewer), viewer.followed_at)
        passed = room.order.guard.let_pass(room.order.rules, author, typed.text, now_ms=now, is_order=is_order)
        message = ChatMessage(typed.id, Person(author.user, passed.name, ticket.role), passed.text)
        klass = FrameClass.SHADOW if passed.is_shadow else None
        draft = Draft.of(message, at=now, key=passed.said.key, klass=klass)

        def written(position: Position | None) -> None:
            if position is None:
                self._refuse(viewer, typed.client_id, RoomUnavailable())
            else:
                self._ack(viewer, typed.client_id, ChatAnswer(typed.id, position.seq))

        self._hub.writer.put(room.id, draft, written)

    async def _look_again(
        self, room: Room, viewer: Viewer, typed: "_Typed", refusal: Problem, question: Awaitable[bool]
    ) -> None:
        """Refused by what this process knows: ask those who know better, once."""
        try:
            async with asyncio.timeout(self._hub.limits.backend_timeout_seconds):
                is_order = await question
            self._put(room, viewer, typed, is_order=is_order)
        except Problem as problem:
            self._refuse(viewer, typed.client_id, problem)
        except Exception as error:
            log.warning("rooms.second_look_failed", room=room.id, error=repr(error))
            self._refuse(viewer, typed.client_id, refusal)

    def _may_ask_standing(self, viewer: Viewer) -> bool:
        """Several times at first: who is refused, follows and writes again does so within a second or two."""
        limits = self._hub.limits
        if viewer.standing_bucket is None:
            viewer.standing_bucket = TokenBucket(1 / limits.standing_seconds, limits.standing_burst)
        return not viewer.standing_bucket.take()

    async def _ask_standing(self, room: Room, viewer: Viewer) -> bool:
        """Somebody may have followed the shop a moment ago; says nothing about orders."""
        viewer.followed_at = (await self._hub.backend.standing(room.id, viewer.ticket)).followed_at
        return False

    def _hand_over_comment(self, room: str, viewer: Viewer, message_id: str, text: str) -> asyncio.Future[bool] | None:
        """Whether it turns out to be an order; None when it could not be handed over, and is surely none."""
        if viewer.comments_pending >= self._hub.limits.pending_comments_per_viewer:
            COMMENTS.labels("too_many").inc()
            if is_surely_order(text):
                raise TooFast(retry_after=1)  # shown as chat it would look as if it had been heard
            return None
        viewer.comments_pending += 1
        is_order: asyncio.Future[bool] = self._hub.loop.create_future()
        self._hub.spawn(self._comment(room, viewer, message_id, text, is_order))
        return is_order

    async def _comment(
        self, room: str, viewer: Viewer, message_id: str, text: str, is_order: asyncio.Future[bool]
    ) -> None:
        result = None
        try:
            result = await self._ask_about(room, viewer, message_id, text)
            if result is not None and viewer.ticket.user is not None:
                await self._tell_result(room, viewer.ticket.user, result)
        finally:
            viewer.comments_pending -= 1
            if not is_order.done():
                is_order.set_result(result is not None)

    async def _tell_result(self, room_id: str, user: str, result: ClaimResult) -> None:
        at = self._hub.now_ms()
        try:
            await self._hub.log.append_to_user(room_id, user, result, at=at)
        except (RedisError, OSError) as error:
            log.warning("rooms.result_told_here_only", room=room_id, error=repr(error))
            room = self._hub.rooms.get(room_id)
            if room is not None:
                room.tell(user, encode_frame(result, at=at))

    async def _ask_about(self, room: str, viewer: Viewer, message_id: str, text: str) -> ClaimResult | None:
        is_order = is_surely_order(text)
        question: asyncio.Task[ClaimResult | None] | None = None
        for attempt in range(ORDER_ATTEMPTS if is_order else COMMENT_ATTEMPTS):
            if question is None:
                if attempt:
                    await asyncio.sleep(0.1 * 2**attempt)
                asked = self._hub.backend.comment(room, viewer.ticket, message_id, text)
                question = self._hub.loop.create_task(asked)
            try:
                result = await self._wait_for(question)
            except Exception as error:
                if isinstance(error, Problem) and error.status < 500:
                    COMMENTS.labels("refused").inc()
                    return ClaimResult(message_id=message_id, problem=error.document())
                log.warning(
                    "rooms.comment_failed", room=room, message_id=message_id, attempt=attempt, error=repr(error)
                )
                question = None if question.done() else question
            else:
                COMMENTS.labels("none" if result is None else "result").inc()
                return result
        if question is not None:
            question.cancel()
        COMMENTS.labels("failed").inc()
        return ClaimResult(message_id=message_id, text=text, problem=RoomUnavailable().document()) if is_order else None

    async def _wait_for(self, question: asyncio.Task[ClaimResult | None]) -> ClaimResult | None:
        """What is slow goes on meanwhile: asked anew it would stand at the end of the line again, and do all its work
        twice where there is too much of it already."""
        try:
            async with asyncio.timeout(self._hub.limits.backend_timeout_seconds):
                return await asyncio.shield(question)
        except asyncio.CancelledError:
            question.cancel()
            raise

    # -- reactions, signals -------------------------------------------------------------------------------------------

    def _react(self, viewer: Viewer, frame: ClientFrame, data: SendReaction) -> None:
        room = _room_of(viewer)
        count = max(1, min(data.count, self._hub.limits.reaction_step))
        room.reactions[data.emoji] = room.reactions.get(data.emoji, 0) + count
        if frame.id is not None:
            self._ack(viewer, frame.id, NothingMore())

    def _signal(self, viewer: Viewer, frame: ClientFrame, data: Signal) -> None:
        room = _room_of(viewer)
        ticket = viewer.ticket
        if not (ticket.is_host or viewer.is_invited):
            raise NotAllowed
        if ticket.is_host and data.to is None:
            raise AddresseeMissing
        sender = Peer(ticket.viewer, ticket.user, ticket.name, ticket.role)
        content = SIGNALS[data.kind](sender, data.sdp, data.candidate)
        klass, key = ("v", data.to) if ticket.is_host and data.to else ("h", "")
        signal = encode_frame(content, at=self._hub.now_ms())
        envelope = Envelope(klass, _plain(key), "", 0, signal)
        self._answer_later(viewer, frame, self._pass_on(room.id, envelope))

    async def _pass_on(self, room: str, envelope: Envelope) -> NothingMore:
        await self._hub.log.pass_on(room, envelope)
        return NothingMore()

    # -- answers ------------------------------------------------------------------------------------------------------

    def _answer_later(self, viewer: Viewer, frame: ClientFrame, work: Coroutine[Any, Any, Struct]) -> None:
        self._hub.spawn(self._answer(viewer, frame, work))

    async def _answer(self, viewer: Viewer, frame: ClientFrame, work: Coroutine[Any, Any, Struct]) -> None:
        try:
            async with asyncio.timeout(self._hub.limits.backend_timeout_seconds):
                self._ack(viewer, frame.id, await work)
        except Problem as problem:
            self._refuse(viewer, frame.id, problem)
        except Exception as error:
            log.warning("rooms.command_failed", kind=frame.t, error=repr(error))
            self._refuse(viewer, frame.id, RoomUnavailable())

    @staticmethod
    def _ack(viewer: Viewer, client_id: int | None, answer: Struct) -> None:
        viewer.send(encode_reply("ack", client_id, answer))

    def _refuse(self, viewer: Viewer, client_id: int | None, problem: Problem) -> None:
        REFUSALS.labels(problem.code).inc()
        viewer.send(encode_reply("error", client_id, problem.document()))
        if isinstance(problem, TooFast) and "scope" not in problem.members:
            viewer.refusals += 1
            if viewer.refusals >= self._hub.limits.refusals_before_close:
                viewer.close(CloseCode.TOO_FAST, "too fast")


def _room_of(viewer: Viewer) -> Room:
    if viewer.room is None:
        raise NotInRoom
    return viewer.room


def _signed_in(viewer: Viewer) -> str:
    if viewer.ticket.user is None:
        raise SignInRequired
    return viewer.ticket.user


def _plain(key: str) -> str:
    """An addressee that cannot break out of the delivery line."""
    return key.replace("|", "").replace("\n", "")[:80]
