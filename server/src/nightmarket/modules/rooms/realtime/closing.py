"""Close codes of room sockets. 4000-4499: come back with jittered back-off. 4500-4999: do not."""

import enum
from collections.abc import Mapping
from typing import Final


class CloseCode(enum.IntEnum):
    """Why the server hangs up."""

    NORMAL = 1000
    GOING_AWAY = 1001
    PROTOCOL_ERROR = 1002
    UNSUPPORTED_DATA = 1003
    INVALID_TEXT = 1007
    TOO_BIG = 1009
    DRAINING = 4001
    TOO_SLOW = 4008
    RESYNC = 4010
    TOO_FAST = 4029
    BAD_TICKET = 4501
    BANNED = 4503
    ROOM_ENDED = 4510

    @property
    def may_return(self) -> bool:
        """Whether a client should connect again, after its back-off."""
        return not 4500 <= self <= 4999


EXPLAINED: Final[Mapping[CloseCode, str]] = {
    CloseCode.NORMAL: "The client said goodbye, and the server answers.",
    CloseCode.GOING_AWAY: "The client gave no sign of life when it was asked.",
    CloseCode.PROTOCOL_ERROR: "What came is not WebSocket as it is written: a reserved bit, a stray fragment.",
    CloseCode.UNSUPPORTED_DATA: "Only text messages are understood.",
    CloseCode.INVALID_TEXT: "The text is not UTF-8.",
    CloseCode.TOO_BIG: "The message is larger than a client message may be.",
    CloseCode.DRAINING: "This server is about to stop. Another one answers.",
    CloseCode.TOO_SLOW: "The client reads slower than the room speaks, for longer than is waited.",
    CloseCode.RESYNC: "A frame for this person could not be delivered. Resuming replays it.",
    CloseCode.TOO_FAST: "The client went on sending after being refused again and again.",
    CloseCode.BAD_TICKET: "The ticket is not valid for this room any more. Ask for a new one.",
    CloseCode.BANNED: "A moderator has sent this account or device out.",
    CloseCode.ROOM_ENDED: "There is no such room any more.",
}
