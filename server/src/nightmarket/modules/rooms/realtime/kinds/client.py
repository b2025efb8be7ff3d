"""What a client may ask for, one struct for each kind of client frame."""

from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta, Struct

from nightmarket.modules.rooms.realtime.kinds.base import ClientData, Number
from nightmarket.modules.rooms.realtime.kinds.replies import (
    ChatAnswer,
    JoinAnswer,
    NothingMore,
    QueueAnswer,
    SpotlightAnswer,
)

Emoji = Literal["heart", "fire", "clap", "laugh", "wow"]


class JoinRoom(ClientData, frozen=True):
    """Into the ticket's room again after `leave-room`; or, inside, say where one left off to have the rest replayed."""

    kind: ClassVar[str] = "join-room"
    who: ClassVar[str] = "everybody"
    answer: ClassVar[type[Struct]] = JoinAnswer

    epoch: str | None = None
    seq: Number | None = None
    n: Number | None = None


class LeaveRoom(ClientData, frozen=True):
    """Out of the room; the socket stays open."""

    kind: ClassVar[str] = "leave-room"
    who: ClassVar[str] = "everybody"
    answer: ClassVar[type[Struct]] = NothingMore


class ChatText(ClientData, frozen=True):
    """Say something. What may be an order is handed over before any chat limit; `claim-result` answers its author."""

    kind: ClassVar[str] = "chat-message"
    who: ClassVar[str] = "with an account"
    answer: ClassVar[type[Struct]] = ChatAnswer

    text: Annotated[str, Meta(description="At most 200 characters after trimming")]


class SendReaction(ClientData, frozen=True):
    """Hearts and the like. Needs no answer: without an `id` none is sent."""

    kind: ClassVar[str] = "reaction"
    who: ClassVar[str] = "everybody"
    answer: ClassVar[type[Struct]] = NothingMore

    emoji: Emoji = "heart"
    count: Annotated[int, Meta(description="Taps since the frame before; counted from 1 to 20")] = 1


class Spotlight(ClientData, frozen=True):
    """Show an item, or none."""

    kind: ClassVar[str] = "spotlight-product"
    who: ClassVar[str] = "owner and host"
    answer: ClassVar[type[Struct]] = SpotlightAnswer

    item_id: str | None
    media_time: (
        Annotated[float, Meta(description="When the picture was taken that shows it, in Unix seconds")] | None
    ) = None


class JoinQueue(ClientData, frozen=True):
    """Stand in the line of the room or of one item, or give the place up. Asking again keeps the place."""

    kind: ClassVar[str] = "join-queue"
    who: ClassVar[str] = "with an account"
    answer: ClassVar[type[Struct]] = QueueAnswer

    item_id: str | None = None
    leave: bool = False


class Signal(ClientData, frozen=True):
    """WebRTC signalling; the host names the addressee (`to`, a viewer), everybody else speaks to the hosts."""

    who: ClassVar[str] = "owner, host, and guests they have signalled"
    answer: ClassVar[type[Struct]] = NothingMore

    to: str | None = None
    sdp: str | None = None
    candidate: dict[str, Any] | str | None = None


class SendOffer(Signal, frozen=True):
    """Offer a session."""

    kind: ClassVar[str] = "webrtc-offer"


class SendAnswer(Signal, frozen=True):
    """Take the session."""

    kind: ClassVar[str] = "webrtc-answer"


class SendIceCandidate(Signal, frozen=True):
    """Say a way to be reached."""

    kind: ClassVar[str] = "webrtc-ice-candidate"
