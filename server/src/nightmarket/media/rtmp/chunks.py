"""RTMP chunk streams: bytes to messages and back.

`ChunkReader` knows no sockets: it is fed whatever arrived and hands out complete messages. What it holds for unfinished
messages is bounded by one message limit for the whole connection, not per chunk stream.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

SET_CHUNK_SIZE, ABORT, ACKNOWLEDGEMENT, USER_CONTROL, WINDOW_ACK_SIZE, SET_PEER_BANDWIDTH = 1, 2, 3, 4, 5, 6
AUDIO, VIDEO, DATA_AMF3, COMMAND_AMF3, DATA_AMF0, COMMAND_AMF0 = 8, 9, 15, 17, 18, 20
EXTENDED = 0xFFFFFF
DEFAULT_CHUNK_SIZE = 128
MAX_CHUNK_STREAMS = 64
TIME_MASK = 0xFFFFFFFF
HEADER_SIZES = (11, 7, 3, 0)


class ChunkError(ValueError):
    """The peer does not speak RTMP, or exceeds a limit."""


@dataclass(frozen=True, slots=True)
class Message:
    """One complete RTMP message."""

    type_id: int
    stream_id: int
    timestamp: int
    payload: bytes


@dataclass(slots=True)
class _ChunkStream:
    timestamp: int = 0
    time_field: int = 0
    extended: bool = False
    length: int = 0
    type_id: int = 0
    stream_id: int = 0
    partial: bytearray = field(default_factory=bytearray)
    open: bool = False


@dataclass(frozen=True, slots=True)
class _Header:
    format: int
    csid: int
    body_at: int
    time_field: int = 0
    extended: int | None = None


class ChunkReader:
    """Turns received bytes into messages."""

    def __init__(self, *, max_message: int, max_chunk: int) -> None:
        self._buffer = bytearray()
        self._streams: dict[int, _ChunkStream] = {}
        self._chunk_size = DEFAULT_CHUNK_SIZE
        self._max_message = max_message
        self._max_chunk = max_chunk
        self._held = 0

    def feed(self, data: bytes) -> Iterator[Message]:
        """Complete messages, after adding `data`. Chunk size and abort are obeyed here."""
        self._buffer += data
        at = 0
        try:
            while (step := self._chunk(at)) is not None:
                at, message = step
                if message is not None and not self._control(message):
                    yield message
        finally:
            del self._buffer[:at]

    def _chunk(self, at: int) -> tuple[int, Message | None] | None:
        header = self._header(at)
        if header is None:
            return None
        stream = self._stream(header)
        if header.format < 3 and stream.open:
            raise ChunkError("new message before the old one ended")
        length = stream.length
        if header.format <= 1:
            length = int.from_bytes(self._buffer[at + self._basic(at) + 3 : at + self._basic(at) + 6], "big")
        if length > self._max_message:
            raise ChunkError("message is too long")
        take = min(self._chunk_size, length - len(stream.partial))
        if len(self._buffer) < header.body_at + take:
            return None
        if not stream.open:
            self._begin(stream, header, at + self._basic(at))
        self._held += take
        if self._held > self._max_message:
            raise ChunkError("too many unfinished bytes")
        end = header.body_at + take
        stream.partial += self._buffer[header.body_at : end]
        if len(stream.partial) < stream.length:
            return end, None
        return end, self._finish(stream)

    def _basic(self, at: int) -> int:
        low = self._buffer[at] & 0x3F
        return 2 if low == 0 else 3 if low == 1 else 1

    def _header(self, at: int) -> _Header | None:
        buffer = self._buffer
        if len(buffer) < at + 1 or len(buffer) < at + self._basic(at):
            return None
        basic = self._basic(at)
        low = buffer[at] & 0x3F
        csid = low if basic == 1 else 64 + buffer[at + 1] + (buffer[at + 2] * 256 if basic == 3 else 0)
        kind = buffer[at] >> 6
        body = at + basic + HEADER_SIZES[kind]
        if len(buffer) < body:
            return None
        known = self._streams.get(csid)
        if kind == 3:
            time_field, extended = (known.time_field, known.extended) if known else (0, False)
        else:
            time_field = int.from_bytes(buffer[at + basic : at + basic + 3], "big")
            extended = time_field == EXTENDED
        if not extended:
            return _Header(kind, csid, body, time_field)
        return self._extended(_Header(kind, csid, body, time_field), known)

    def _extended(self, header: _Header, known: _ChunkStream | None) -> _Header | None:
        body = header.body_at
        if len(self._buffer) < body + 4:
            return None
        value = int.from_bytes(self._buffer[body : body + 4], "big")
        if header.format == 3 and known is not None and known.open and value != known.time_field:
            # Some encoders leave the extended timestamp out of continuation chunks.
            return _Header(3, header.csid, body, known.time_field, None)
        return _Header(header.format, header.csid, body + 4, value, value)

    def _stream(self, header: _Header) -> _ChunkStream:
        stream = self._streams.get(header.csid)
        if stream is None:
            if header.format:
                raise ChunkError("first chunk of a chunk stream must be complete")
            if len(self._streams) >= MAX_CHUNK_STREAMS:
                raise ChunkError("too many chunk streams")
            stream = self._streams[header.csid] = _ChunkStream()
        return stream

    def _begin(self, stream: _ChunkStream, header: _Header, at: int) -> None:
        buffer = self._buffer
        if header.format == 0:
            stream.timestamp = header.time_field
            stream.stream_id = int.from_bytes(buffer[at + 7 : at + 11], "little")
        else:
            stream.timestamp = (stream.timestamp + header.time_field) & TIME_MASK
        if header.format <= 1:
            stream.length = int.from_bytes(buffer[at + 3 : at + 6], "big")
            stream.type_id = buffer[at + 6]
        if header.format < 3:
            stream.extended = header.extended is not None
        stream.time_field = header.time_field
        stream.open = True

    def _finish(self, stream: _ChunkStream) -> Message:
        message = Message(stream.type_id, stream.stream_id, stream.timestamp, bytes(stream.partial))
        self._held -= len(stream.partial)
        stream.partial.clear()
        stream.open = False
        return message

    def _control(self, message: Message) -> bool:
        if message.type_id not in (SET_CHUNK_SIZE, ABORT):
            return False
        if len(message.payload) != 4:
            raise ChunkError("bad control message")
        value = int.from_bytes(message.payload, "big")
        if message.type_id == SET_CHUNK_SIZE:
            if not 1 <= value <= self._max_chunk:
                raise ChunkError("chunk size out of range")
            self._chunk_size = value
        elif (stream := self._streams.get(value)) is not None and stream.open:
            self._finish(stream)
        return True


class ChunkWriter:
    """Turns messages into chunks; the small half of the protocol, used for answers."""

    def __init__(self, chunk_size: int = DEFAULT_CHUNK_SIZE) -> None:
        self.chunk_size = chunk_size

    def write(self, message: Message, csid: int = 3) -> bytes:
        """The message as one full chunk and its continuations."""
        extended = message.timestamp >= EXTENDED
        tail = struct.pack(">I", message.timestamp) if extended else b""
        size = len(message.payload)
        out = bytearray([csid])
        out += min(message.timestamp, EXTENDED).to_bytes(3, "big") + size.to_bytes(3, "big")
        out += bytes([message.type_id]) + message.stream_id.to_bytes(4, "little") + tail
        out += message.payload[: self.chunk_size]
        for at in range(self.chunk_size, size, self.chunk_size):
            out += bytes([0xC0 | csid]) + tail + message.payload[at : at + self.chunk_size]
        return bytes(out)
