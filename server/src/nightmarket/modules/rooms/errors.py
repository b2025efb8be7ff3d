"""What a room refuses, over HTTP and over the socket alike."""

from typing import Any

from nightmarket.kernel.problems import Problem


class InvalidTicket(Problem):
    """The room ticket is missing, was not issued by us, is for another room, or has expired. Ask for a new one."""

    status, code, title = 401, "invalid-ticket", "The room ticket is not valid"


class OriginNotAllowed(Problem):
    """The page that opened the socket is not one of ours."""

    status, code, title = 403, "origin-not-allowed", "This site may not open the room"


class RoomBanned(Problem):
    """A moderator has banned this account or device from the room."""

    status, code, title = 403, "room-banned", "Banned from this room"


class RoomFull(Problem):
    """The room holds no more people. You stand in line at `position`; ask for a ticket again in `retry_after` seconds.

    The line is first come, first served. Who stops asking leaves it.
    """

    status, code, title = 409, "room-full", "The room is full"


class ServerDraining(Problem):
    """This process is about to stop. Connect again: another one answers."""

    status, code, title = 503, "server-draining", "This server is about to stop"


class MalformedFrame(Problem):
    """The message is not one frame of the documented shape."""

    status, code, title = 422, "malformed-frame", "Frame not understood"


class UnknownKind(Problem):
    """No client frame has this kind."""

    status, code, title = 422, "unknown-kind", "Unknown kind of frame"


class NotInRoom(Problem):
    """The viewer has left the room; join it again first."""

    status, code, title = 409, "not-in-room", "Join the room first"


class MessageEmpty(Problem):
    """Nothing is left of the message after trimming."""

    status, code, title = 422, "message-empty", "The message is empty"


class MessageTooLong(Problem):
    """Chat messages have at most `limit` characters."""

    status, code, title = 422, "message-too-long", "The message is too long"


class MutedInRoom(Problem):
    """A moderator has muted this account here, until `until` (Unix seconds, null: for the whole show)."""

    status, code, title = 403, "muted-in-room", "Muted in this room"


class SlowMode(Problem):
    """Slow mode is on: one message per `seconds`. Wait `retry_after` seconds."""

    status, code, title = 429, "slow-mode", "Slow mode is on"


class TooFast(Problem):
    """Too many messages in a short time. Wait `retry_after` seconds."""

    status, code, title = 429, "too-fast", "Too many messages"


class FollowersOnly(Problem):
    """Only followers of the shop may write or claim here: those who have followed for `minutes` (0: any follower).

    `must_follow_for` is how many more seconds it takes; null: follow the shop first.
    """

    status, code, title = 403, "followers-only", "For followers of the shop only"


class MessageBlocked(Problem):
    """The chat does not take this message. `reason` is `word`, `link`, `contact`, `repeat` or `raid`.

    An order in it has been counted all the same.
    """

    status, code, title = 422, "message-blocked", "The chat does not take this message"


class TooManySockets(Problem):
    """Very many sockets are open from this address already. Close some, or try again from another network."""

    status, code, title = 429, "too-many-sockets", "Too many sockets from one address"


class TooManyWords(Problem):
    """A shop's word list holds at most `limit` entries."""

    status, code, title = 409, "too-many-words", "The word list is full"


class AddresseeMissing(Problem):
    """A signal from the host must say in `to` whom it is for."""

    status, code, title = 422, "addressee-missing", "The signal needs an addressee"


class RoomUnavailable(Problem):
    """The room cannot do this right now; watching goes on. Try again shortly."""

    status, code, title = 503, "room-unavailable", "The room cannot do this right now"


class EdgeNotSigned(Problem):
    """The request is not signed by one of our edges, or the signature is too old."""

    status, code, title = 401, "edge-not-signed", "The signature is missing or wrong"


class BackendRefused(Problem):
    """The answer of another process, passed on as it came."""

    status, code, title = 409, "refused", "Refused"

    def __init__(self, document: dict[str, Any]) -> None:
        super().__init__()
        self._document = document

    def document(self, request_id: str | None = None, base_url: str = "") -> dict[str, Any]:
        """The foreign problem document, unchanged."""
        del request_id, base_url
        return self._document
