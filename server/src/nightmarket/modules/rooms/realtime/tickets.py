"""Room tickets: what a socket may do, decided by the api and carried by the client.

A ticket is small, signed and short-lived, so the edge can check it in the upgrade without asking anybody. It opens one
room for one viewer. Anonymous viewers get one too: it lets them watch.
"""

from typing import Any, Final

import msgspec

from nightmarket.kernel.security import BadSignature, Signer

STAFF_ROLES: Final = frozenset({"owner", "host", "moderator"})
GUEST_ROLES: Final = frozenset({"buyer", "anonymous"})
HOST_ROLES: Final = frozenset({"owner", "host"})


class BadTicket(ValueError):
    """Missing, forged, damaged or expired."""


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """Rights of one viewer in one room. `role` is a shop role, `buyer`, or `anonymous`."""

    room: str
    viewer: str
    device: str
    user: str | None = None
    name: str = ""
    role: str = "anonymous"
    show_activity: bool = True
    """False: this person is never named to others for coming in."""
    followed_at: int | None = None
    """Since when this person follows the shop (Unix seconds); None: they do not."""
    born_at: int = 0
    """When the account was made."""
    known_since: int = 0
    """When this person first came into the room."""
    address: str = ""
    """Stands for the network address the ticket was given to; empty when that says nothing about who it is."""

    @property
    def identity(self) -> str:
        """Counts once in the number of viewers, however many windows are open."""
        return self.user or self.device

    @property
    def is_staff(self) -> bool:
        """Whether this viewer moderates the room."""
        return self.role in STAFF_ROLES

    @property
    def takes_place(self) -> bool:
        """Whether this viewer counts in a room that holds only so many; the shop's own people do not."""
        return self.role in GUEST_ROLES

    @property
    def is_host(self) -> bool:
        """Whether this viewer presents the show."""
        return self.role in HOST_ROLES


class _Signed(msgspec.Struct, frozen=True, kw_only=True):
    """What travels in the address of a socket, under short names."""

    exp: int
    r: str
    v: str
    d: str
    o: str
    u: str | None = None
    n: str = ""
    b: int = 0
    k: int = 0
    q: str | None = None
    f: int | None = None
    a: str = ""


_decoder = msgspec.json.Decoder(_Signed)


class TicketSigner:
    """Issues and reads tickets; api and edge share the secret."""

    def __init__(self, secret: str) -> None:
        self._signer = Signer(secret, "room-ticket")

    def issue(self, ticket: Ticket, *, expires_at: int) -> str:
        """The text a client puts into the address of its socket."""
        payload: dict[str, Any] = {"r": ticket.room, "v": ticket.viewer, "d": ticket.device, "o": ticket.role}
        if ticket.user is not None:
            payload |= {"u": ticket.user, "n": ticket.name, "b": ticket.born_at, "k": ticket.known_since}
        if not ticket.show_activity:
            payload["q"] = "1"
        if ticket.followed_at is not None:
            payload["f"] = ticket.followed_at
        if ticket.address:
            payload["a"] = ticket.address
        return self._signer.sign(payload, expires_at=expires_at)

    def read(self, text: str, *, now: int) -> Ticket:
        """The ticket, if we signed it and it is still good at `now` (Unix seconds)."""
        try:
            found = _decoder.decode(self._signer.open(text))
        except (BadSignature, msgspec.MsgspecError) as error:
            raise BadTicket(str(error)) from error
        if found.exp <= now:
            raise BadTicket("expired")
        return Ticket(
            room=found.r,
            viewer=found.v,
            device=found.d,
            user=found.u,
            name=found.n,
            role=found.o,
            show_activity=found.q is None,
            followed_at=found.f,
            born_at=found.b,
            known_since=found.k,
            address=found.a,
        )
