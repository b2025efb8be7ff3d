"""Close codes of room sockets. 4000-4499: come back with jittered back-off. 4500-4999: do not."""

import enum


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
