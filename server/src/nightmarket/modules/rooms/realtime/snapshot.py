"""The room-state frame: one cached snapshot for everybody, completed per viewer."""

import time
from typing import Any, Final

from nightmarket.modules.rooms.realtime.frames import encode_data
from nightmarket.modules.rooms.realtime.log import Position
from nightmarket.modules.rooms.realtime.tickets import Ticket

KEPT_MESSAGES: Final = 50


class Snapshot:
    """A room as it was at `position`. Encoded once; only the viewer's own part differs."""

    __slots__ = ("_chat", "_head", "_hidden", "_shared", "position", "taken_at")

    def __init__(self, state: dict[str, Any]) -> None:
        self.position = Position(state["epoch"], state["seq"])
        self.taken_at = time.monotonic()
        self._chat: list[dict[str, Any]] = state["chat"]
        self._hidden: list[dict[str, Any]] = state.get("moderation", {}).get("hidden", [])
        apart = ("moderation", "viewers", "me", "chat")
        self._head = encode_data({name: value for name, value in state.items() if name not in apart})[:-1]
        self._shared = encode_data(self._chat)

    def frame_for(self, ticket: Ticket, *, viewers: int, at: int) -> bytes:
        """The finished room-state frame of one viewer."""
        mine = encode_data(me_of(ticket))
        chat = self._shared
        if self._hidden:
            seen = chat_for(self._chat, self._hidden, ticket.user, is_staff=ticket.is_staff)
            chat = self._shared if seen is self._chat else encode_data(seen)
        return b'{"t":"room-state","s":%d,"at":%d,"d":%s,"chat":%s,"viewers":%d,"me":%s}}' % (
            self.position.seq,
            at,
            self._head,
            chat,
            viewers,
            mine,
        )

    def is_older_than(self, seconds: float) -> bool:
        return time.monotonic() - self.taken_at > seconds


def me_of(ticket: Ticket) -> dict[str, Any]:
    """What a viewer is told about themselves."""
    return {"id": ticket.user, "name": ticket.name, "role": ticket.role, "can_chat": ticket.user is not None}


def chat_for(
    chat: list[dict[str, Any]], hidden: list[dict[str, Any]], user: str | None, *, is_staff: bool
) -> list[dict[str, Any]]:
    """The chat as one person sees it: with what only its author hears for the author, and marked for the staff."""
    if is_staff:
        mine = [message | {"shadow": True} for message in hidden]
    else:
        mine = [message for message in hidden if message["user"]["id"] == user]
    if not mine:
        return chat
    return sorted([*chat, *mine], key=lambda message: str(message["id"]))[-KEPT_MESSAGES:]
