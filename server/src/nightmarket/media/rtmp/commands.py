"""Builds the messages an RTMP server answers with."""

import struct

from nightmarket.media.rtmp.amf0 import Amf, encode_all
from nightmarket.media.rtmp.chunks import (
    ACKNOWLEDGEMENT,
    COMMAND_AMF0,
    SET_CHUNK_SIZE,
    SET_PEER_BANDWIDTH,
    USER_CONTROL,
    WINDOW_ACK_SIZE,
    Message,
)

STREAM_BEGIN, PING_REQUEST, PING_RESPONSE = 0, 6, 7


def command(stream_id: int, *values: Amf | int) -> Message:
    """An AMF0 command."""
    return Message(COMMAND_AMF0, stream_id, 0, encode_all(*values))


def status(stream_id: int, level: str, code: str, description: str) -> Message:
    """An onStatus notice."""
    info: dict[str, Amf] = {"level": level, "code": code, "description": description}
    return command(stream_id, "onStatus", 0, None, info)


def set_chunk_size(size: int) -> Message:
    """Announces the size of our chunks; ffmpeg answers in kind."""
    return Message(SET_CHUNK_SIZE, 0, 0, struct.pack(">I", size))


def window_ack_size(size: int) -> Message:
    """Asks the peer to acknowledge this often."""
    return Message(WINDOW_ACK_SIZE, 0, 0, struct.pack(">I", size))


def peer_bandwidth(size: int) -> Message:
    """Limits the peer's unacknowledged bytes (dynamic)."""
    return Message(SET_PEER_BANDWIDTH, 0, 0, struct.pack(">IB", size, 2))


def acknowledgement(received: int) -> Message:
    """How many bytes have arrived so far."""
    return Message(ACKNOWLEDGEMENT, 0, 0, struct.pack(">I", received & 0xFFFFFFFF))


def stream_begin(stream_id: int) -> Message:
    """The stream is ready."""
    return Message(USER_CONTROL, 0, 0, struct.pack(">HI", STREAM_BEGIN, stream_id))


def ping_response(payload: bytes) -> Message:
    """The answer to a ping."""
    return Message(USER_CONTROL, 0, 0, struct.pack(">H", PING_RESPONSE) + payload)
