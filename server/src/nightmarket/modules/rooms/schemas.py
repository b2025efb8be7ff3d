"""Rooms over HTTP."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from nightmarket.kernel.ids import IdShape
from nightmarket.kernel.paging import Page
from nightmarket.modules.rooms.service.keep_queue import CallNext

MessageId = Annotated[str, IdShape("cht")]
UserId = Annotated[str, IdShape("usr")]
ItemId = Annotated[str, IdShape("itm")]
Seconds = Annotated[int, Field(ge=1, le=30 * 86_400)]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TicketOut(BaseModel):
    """Open `url` with `?ticket=…` (and `&epoch=…&seq=…&n=…` when coming back) as a WebSocket."""

    url: str
    ticket: str
    expires_in: int


class PersonOut(BaseModel):
    """Who wrote a message."""

    id: str
    name: str
    role: str


class MessageOut(BaseModel):
    """A chat message; `at` in Unix milliseconds."""

    id: str
    user: PersonOut
    text: str
    at: int


class QueueOut(BaseModel):
    """Where the caller stands; `position` is null outside the line, and for whoever has the turn."""

    position: int | None
    item_id: str | None
    turn: bool
    turn_expires_at: datetime | None


class MeOut(BaseModel):
    """What the room knows of the caller."""

    id: str | None
    name: str
    role: str
    can_chat: bool
    muted: bool
    queue_position: int | None
    queue: QueueOut


class RoomOut(BaseModel):
    """The room as it is; `seq` is the number of the last frame it contains."""

    epoch: str
    seq: int
    state: str
    pinned: str | None
    items: list[dict[str, Any]]
    viewers: int
    chat: list[MessageOut]
    slow_mode: int
    pinned_message: MessageOut | None
    me: MeOut


class QueueIn(_In):
    """Stand in the line, for the room or for one item."""

    item_id: ItemId | None = None


class QueueNextIn(_In):
    """Call the next person: whoever is first, or stands for one item. The turn before ends.

    `after` says whose turn it is as far as the caller knows (null: nobody's); when that has changed, nothing happens.
    Two hosts who name the same move the line on once.
    """

    item_id: ItemId | None = None
    seconds: Annotated[int, Field(ge=15, le=3600, strict=True)] = 120
    after: Annotated[str, IdShape("que")] | None = None

    def call(self) -> CallNext:
        """The command."""
        return CallNext(self.item_id, self.seconds, self.after, is_sure="after" not in self.model_fields_set)


class QueuePersonOut(BaseModel):
    """Who stands in line."""

    id: str
    name: str


class QueueEntryOut(BaseModel):
    """One place in the line."""

    id: str
    user: QueuePersonOut
    item_id: str | None
    position: int | None
    turn: bool
    turn_expires_at: datetime | None
    joined_at: datetime


class QueueLineOut(Page[QueueEntryOut]):
    """The line: who has the turn first, then those who wait. `waiting` counts them all."""

    waiting: int


class DeleteIn(_In):
    """Take a message out of the chat."""

    action: Literal["delete"]
    message_id: MessageId


class PinMessageIn(_In):
    """Hold a message above the chat, or none."""

    action: Literal["pin_message"]
    message_id: MessageId | None


class SlowModeIn(_In):
    """One message per person and so many seconds; 0 ends it."""

    action: Literal["slow_mode"]
    seconds: Annotated[int, Field(ge=0, le=3600, strict=True)]


class AnnounceIn(_In):
    """Words of the shop to everybody."""

    action: Literal["announce"]
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class RestrictIn(_In):
    """Silence somebody, or send them out; without `seconds` until it is lifted."""

    action: Literal["mute", "ban"]
    user_id: UserId
    seconds: Seconds | None = None


class LiftIn(_In):
    """Let somebody write or come in again."""

    action: Literal["unmute", "unban"]
    user_id: UserId


ModerationIn = Annotated[
    DeleteIn | PinMessageIn | SlowModeIn | AnnounceIn | RestrictIn | LiftIn, Field(discriminator="action")
]


class TicketIn(_In):
    """The viewer of a socket, as the edge read it from the ticket."""

    room: str
    viewer: str
    device: str
    user: UserId | None = None
    name: str = ""
    role: str
    show_activity: bool = True


class SnapshotRequest(_In):
    """The edge asks for the state of a room."""

    room: str


class CommentRequest(_In):
    """The edge hands over a chat message."""

    room: str
    viewer: TicketIn
    message_id: MessageId
    text: Annotated[str, StringConstraints(max_length=400)]


class SpotlightRequest(_In):
    """The edge passes on that the host shows an item."""

    room: str
    viewer: TicketIn
    item_id: ItemId | None
    media_time: float | None = None


class QueueRequest(_In):
    """The edge passes on that somebody joins or leaves the line."""

    room: str
    viewer: TicketIn
    item_id: ItemId | None = None
    leave: bool
