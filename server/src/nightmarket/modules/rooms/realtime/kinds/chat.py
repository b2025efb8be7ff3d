"""What is said in a room, and what the shop does with it."""

from typing import ClassVar

from msgspec import UNSET, Struct, UnsetType

from nightmarket.modules.rooms.realtime.kinds.base import FrameClass, Person, ServerData, UnixMs


class ChatMessage(ServerData, frozen=True):
    """A message to everybody. Ids sort by time; the time is the frame's `at`.

    `shadow` is there, and true, for the staff alone: besides them only its author sees the message.
    """

    kind: ClassVar[str] = "chat-message"
    klass: ClassVar[FrameClass] = FrameClass.CHAT
    source: ClassVar[str] = "the edge of its author, once the room log has taken it"

    id: str
    user: Person
    text: str
    shadow: bool | UnsetType = UNSET


class StoredMessage(Struct, frozen=True):
    """A message with its time, as a snapshot or a page of history carries it."""

    id: str
    user: Person
    text: str
    at: UnixMs
    shadow: bool | UnsetType = UNSET


class ChatDeleted(ServerData, frozen=True):
    """One message (`id`) or every message of a person (`user_id`) is gone, for everybody and for good."""

    kind: ClassVar[str] = "chat-deleted"
    klass: ClassVar[FrameClass] = FrameClass.KEPT
    source: ClassVar[str] = "the api, when a moderator deletes"

    id: str | UnsetType = UNSET
    user_id: str | UnsetType = UNSET


class MessagePinned(ServerData, frozen=True):
    """The message held above the chat; null: none any more."""

    kind: ClassVar[str] = "message-pinned"
    klass: ClassVar[FrameClass] = FrameClass.KEPT
    source: ClassVar[str] = "the api, when a moderator pins or unpins"

    message: StoredMessage | None


class Announcement(ServerData, frozen=True):
    """Words of the shop to everybody in the room."""

    kind: ClassVar[str] = "announcement"
    klass: ClassVar[FrameClass] = FrameClass.KEPT
    source: ClassVar[str] = "the api, when a moderator announces"

    id: str
    text: str
