"""Rooms over HTTP."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from nightmarket.kernel.ids import IdShape
from nightmarket.kernel.paging import Page
from nightmarket.kernel.text import Line
from nightmarket.modules.rooms.realtime.comment_batches import LARGEST_BATCH
from nightmarket.modules.rooms.realtime.safety.presets import Preset
from nightmarket.modules.rooms.service.keep_queue import CallNext

MessageId = Annotated[str, IdShape("cht")]
UserId = Annotated[str, IdShape("usr")]
ItemId = Annotated[str, IdShape("itm")]
Seconds = Annotated[int, Field(ge=1, le=30 * 86_400, strict=True)]
Word = Annotated[str, Line(50)]
PolicyName = Literal["allow", "mask", "block"]


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


def _is_rare(schema: dict[str, Any]) -> None:
    """A field with a default is always there, for a typed client; this one is not."""
    del schema["default"]


class MessageOut(BaseModel):
    """A chat message; `at` in Unix milliseconds."""

    id: str
    user: PersonOut
    text: str
    at: int
    shadow: bool = Field(
        default=False,
        exclude_if=lambda shadow: not shadow,
        json_schema_extra=_is_rare,
        description="There, and true, for the staff alone: nobody besides them and its author sees the message.",
    )


class RulesOut(BaseModel):
    """Everything that limits who may write what, as everybody in the room may know it."""

    slow_mode_seconds: int
    followers_only_minutes: int | None = Field(description="Null: everybody; 0: followers; n: of n minutes.")
    links: PolicyName
    contacts: PolicyName
    raid_until: int | None = Field(description="Unix milliseconds; null: no raid mode.")


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
    rules: RulesOut
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
    """Take one message out of the chat, or everything a person has said in it."""

    action: Literal["delete"]
    message_id: MessageId | None = None
    user_id: UserId | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.message_id is None) is (self.user_id is None):
            raise ValueError("give message_id or user_id")
        return self


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


class MuteIn(_In):
    """Silence somebody; without `seconds` until it is lifted.

    With `shadow` they write on, but nobody besides them and the staff sees it, and they are not told.
    """

    action: Literal["mute"]
    user_id: UserId
    seconds: Seconds | None = None
    shadow: Annotated[bool, Field(strict=True)] = False


class BanIn(_In):
    """Send somebody out, with the devices they used here; without `seconds` until it is lifted."""

    action: Literal["ban"]
    user_id: UserId
    seconds: Seconds | None = None
    delete_messages: Annotated[bool, Field(strict=True)] = False


class LiftIn(_In):
    """Let somebody write or come in again."""

    action: Literal["unmute", "unban"]
    user_id: UserId


class FollowersOnlyIn(_In):
    """Only who has followed the shop for so many minutes may write; 0: any follower; null: everybody."""

    action: Literal["followers_only"]
    minutes: Annotated[int, Field(ge=0, le=90 * 1440, strict=True)] | None


class WordIn(_In):
    """A word and what follows from it. A `*` at an end of a Latin word lets it match inside longer ones."""

    text: Word
    effect: Literal["block", "mask"]


class WordsIn(_In):
    """Change the word list of the shop, which all its shows share; `presets` are ready-made lists to use besides."""

    action: Literal["words"]
    add: Annotated[list[WordIn], Field(max_length=200)] = []
    remove: Annotated[list[Word], Field(max_length=500)] = []
    presets: Annotated[list[Preset], Field(max_length=10)] | None = None


class FilterIn(_In):
    """What happens to links (`links`), or to phone numbers, messenger ids and accounts (`contacts`), of viewers."""

    action: Literal["links", "contacts"]
    policy: PolicyName


class RaidIn(_In):
    """Shut newcomers up and be strict with everybody for a while; null ends it."""

    action: Literal["raid"]
    seconds: Annotated[int, Field(ge=1, le=86_400, strict=True)] | None


class ReplyIn(_In):
    """Words of the shop to one person alone."""

    action: Literal["reply"]
    user_id: UserId
    message_id: MessageId | None = None
    text: Annotated[str, Line(200)]


ModerationIn = Annotated[
    DeleteIn
    | PinMessageIn
    | SlowModeIn
    | AnnounceIn
    | MuteIn
    | BanIn
    | LiftIn
    | FollowersOnlyIn
    | WordsIn
    | FilterIn
    | RaidIn
    | ReplyIn,
    Field(discriminator="action"),
]


class NamedOut(BaseModel):
    """Somebody by name."""

    id: str
    name: str


class WordOut(BaseModel):
    """An entry of the word list."""

    text: str
    effect: Literal["block", "mask"]


class RestrictionOut(BaseModel):
    """A mute or ban in force; `until` null: until it is lifted."""

    kind: Literal["mute", "ban"]
    shadow: bool
    user: NamedOut
    until: datetime | None
    set_by: NamedOut
    set_at: datetime


class DeskOut(BaseModel):
    """How the room is kept in order at the moment."""

    rules: RulesOut
    words: list[WordOut]
    presets: list[Preset]
    restrictions: list[RestrictionOut]


class QuoteOut(BaseModel):
    """A message as it was."""

    id: str
    text: str


class ModerationLogOut(BaseModel):
    """One act of a moderator; `by` null: it happened by itself."""

    id: str
    action: str
    by: NamedOut | None
    subject: NamedOut | None
    message: QuoteOut | None
    detail: dict[str, Any]
    at: datetime


class TicketIn(_In):
    """The viewer of a socket, as the edge read it from the ticket."""

    room: str
    viewer: str
    device: str
    user: UserId | None = None
    name: str = ""
    role: str
    show_activity: bool = True
    followed_at: int | None = None
    born_at: int = 0
    known_since: int = 0
    address: str = ""


class SnapshotRequest(_In):
    """The edge asks for the state of a room."""

    room: str


class CommentIn(_In):
    """A chat message that may be an order."""

    viewer: TicketIn
    message_id: MessageId
    text: Annotated[str, StringConstraints(max_length=400)]


class CommentsRequest(_In):
    """The edge hands over chat messages of one room, in the order they were written."""

    room: str
    comments: Annotated[list[CommentIn], Field(min_length=1, max_length=LARGEST_BATCH)]


class StandingRequest(_In):
    """The edge asks how a viewer stands to the shop."""

    room: str
    viewer: TicketIn


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
