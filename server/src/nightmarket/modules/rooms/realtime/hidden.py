"""A message that its author sees as said, the staff sees marked, and nobody else sees.

It has a number like every other, so its author cannot tell; everybody else gets, under that number, the word that a
message is gone, and the numbers of a room have no gaps for anybody.
"""

from typing import Any

import msgspec

from nightmarket.modules.rooms.realtime.frames import split_frame
from nightmarket.modules.rooms.realtime.kinds.base import ServerData
from nightmarket.modules.rooms.realtime.kinds.chat import ChatDeleted, ChatMessage
from nightmarket.modules.rooms.realtime.tickets import Ticket


class HiddenFrame:
    """The three forms of one numbered frame."""

    __slots__ = ("_author", "_for_author", "_for_staff", "for_others")

    def __init__(self, frame: bytes) -> None:
        told: dict[str, Any] = msgspec.json.decode(frame)
        message = msgspec.convert(told["d"], ChatMessage)
        marked = ChatMessage(message.id, message.user, message.text, shadow=True)
        self._author = message.user.id
        self._for_author = frame
        self._for_staff = _numbered(marked, told)
        self.for_others = _numbered(ChatDeleted(id=message.id), told)

    def is_seen_by(self, ticket: Ticket) -> bool:
        """Whether this viewer gets anything but the word that it is gone."""
        return ticket.is_staff or ticket.user == self._author

    def form_for(self, ticket: Ticket) -> bytes:
        """What this viewer gets. An author who is one of the staff is an author first."""
        if ticket.user == self._author:
            return self._for_author
        return self._for_staff if ticket.is_staff else self.for_others


def _numbered(data: ServerData, told: dict[str, Any]) -> bytes:
    before, after = split_frame(data, at=told["at"])
    return b"%s%d%s" % (before, told["s"], after)


Kept = bytes | HiddenFrame


def shown_to(ticket: Ticket, frame: Kept) -> bytes:
    """A kept frame as one viewer gets it."""
    return frame if isinstance(frame, bytes) else frame.form_for(ticket)
