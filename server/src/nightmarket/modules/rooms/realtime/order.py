"""Order in one room as this process keeps it: the rules in force, the guard of the chat, the door for the banned."""

from collections.abc import Iterable
from typing import Any

import msgspec

from nightmarket.modules.rooms.realtime.closing import CloseCode
from nightmarket.modules.rooms.realtime.frames import STAFF, Envelope
from nightmarket.modules.rooms.realtime.guard import ChatGuard
from nightmarket.modules.rooms.realtime.moderation import RoomRules
from nightmarket.modules.rooms.realtime.services import RoomServices
from nightmarket.modules.rooms.realtime.tickets import Ticket
from nightmarket.modules.rooms.realtime.viewer import Viewer


class RoomOrder:
    """Rules come with every snapshot and change by control messages."""

    def __init__(self, services: RoomServices) -> None:
        self.rules = RoomRules()
        self.guard = ChatGuard(services.limits, services.edge_id)
        self._now_ms = services.now_ms
        self._meanwhile: list[tuple[str, dict[str, Any]]] = []
        """Changes since a snapshot was asked for, which may not know of them."""

    def expect(self) -> None:
        """A snapshot is being read."""
        self._meanwhile.clear()

    def take(self, state: dict[str, Any], viewers: Iterable[Viewer]) -> None:
        """The snapshot is here."""
        self.rules = RoomRules.of(state.get("moderation", {}))
        for change, data in self._meanwhile:
            self.rules.apply(change, data)
        self._turn_out(viewers)

    def change(self, envelope: Envelope, viewers: Iterable[Viewer]) -> None:
        """A control message."""
        if envelope.key == STAFF:
            for viewer in [one for one in viewers if one.ticket.is_staff]:
                viewer.send(envelope.frame)
            return
        data = msgspec.json.decode(envelope.frame)
        self._meanwhile.append((envelope.key, data))
        del self._meanwhile[:-64]
        self.rules.apply(envelope.key, data)
        if envelope.key == "ban":
            self._turn_out(viewers)
        elif envelope.key == "gone":
            close_all(viewers)

    def is_banned(self, ticket: Ticket) -> bool:
        """Whether this account or device is out."""
        if not self.rules.banned:
            return False
        identities = (ticket.device,) if ticket.user is None else (ticket.user, ticket.device)
        return self.rules.is_banned(identities, self._now_ms() // 1000)

    def turns_away(self, viewer: Viewer) -> bool:
        """Whether this viewer must go, and is told so."""
        if self.is_banned(viewer.ticket):
            viewer.close(CloseCode.BANNED, "banned")
            return True
        return False

    def _turn_out(self, viewers: Iterable[Viewer]) -> None:
        if self.rules.banned:
            for viewer in list(viewers):
                self.turns_away(viewer)


def close_all(viewers: Iterable[Viewer]) -> None:
    """There is no such room."""
    for viewer in list(viewers):
        viewer.close(CloseCode.ROOM_ENDED, "no such room")
