"""H.264 in RTP (RFC 6184): pictures from packets and packets from pictures, without decoding."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from nightmarket.media.codecs import read_video_format
from nightmarket.media.units import MalformedMedia, VideoFormat
from nightmarket.media.webrtc.rtp import Packet

IDR, SEI, SPS, PPS, DELIMITER = 5, 6, 7, 8, 9
STAP_A, FU_A = 24, 28
PAYLOAD_BYTES = 1200
MAX_PICTURE_BYTES = 4 * 1024 * 1024
HIGH_PROFILES = {100, 110, 122, 144}


@dataclass(frozen=True, slots=True)
class Picture:
    """One access unit."""

    timestamp: int
    nals: list[bytes]

    @property
    def key(self) -> bool:
        """Whether it can be decoded alone."""
        return any(nal[0] & 0x1F == IDR for nal in self.nals)


class Assembler:
    """Collects packets into pictures. After a loss nothing is given out until the next key frame."""

    def __init__(self) -> None:
        self._nals: list[bytes] = []
        self._fragment: bytearray | None = None
        self._timestamp: int | None = None
        self._size = 0
        self._is_damaged = False
        self.needs_key = True
        self.dropped_count = 0

    def take(self, packet: Packet | None) -> list[Picture]:
        """The pictures that are complete with this packet; None is a hole."""
        if packet is None:
            self._damage()
            return []
        pictures = []
        if self._timestamp is not None and packet.timestamp != self._timestamp:
            pictures += self._finish()
        self._timestamp = packet.timestamp
        self._size += len(packet.payload)
        if self._size > MAX_PICTURE_BYTES or not self._unpack(packet.payload):
            self._damage()
        if packet.marker:
            pictures += self._finish()
        return pictures

    def _damage(self) -> None:
        self._is_damaged = self.needs_key = True
        self._nals.clear()
        self._fragment = None

    def _finish(self) -> list[Picture]:
        picture = Picture(self._timestamp or 0, self._nals)
        is_damaged = self._is_damaged or self._fragment is not None
        self._nals, self._fragment, self._timestamp = [], None, None
        self._size, self._is_damaged = 0, False
        if is_damaged:
            self.needs_key = True
        if is_damaged or not picture.nals or (self.needs_key and not picture.key):
            self.dropped_count += bool(picture.nals) or is_damaged
            return []
        self.needs_key = False
        return [picture]

    def _unpack(self, payload: bytes) -> bool:
        """False when the payload makes no sense."""
        if not payload:
            return True
        kind = payload[0] & 0x1F
        if 1 <= kind <= 23:
            self._nals.append(payload)
            return self._fragment is None
        if kind == STAP_A:
            return self._unpack_several(payload)
        if kind == FU_A and len(payload) > 2:
            return self._unpack_fragment(payload)
        return False

    def _unpack_several(self, payload: bytes) -> bool:
        position = 1
        while position + 2 <= len(payload):
            size = int.from_bytes(payload[position : position + 2], "big")
            nal = payload[position + 2 : position + 2 + size]
            if not size or len(nal) != size:
                return False
            self._nals.append(nal)
            position += 2 + size
        return position == len(payload) and self._fragment is None

    def _unpack_fragment(self, payload: bytes) -> bool:
        header = payload[1]
        if header & 0x80:
            if self._fragment is not None:
                return False
            self._fragment = bytearray([(payload[0] & 0xE0) | (header & 0x1F)])
        if self._fragment is None:
            return False
        self._fragment += payload[2:]
        if header & 0x40:
            self._nals.append(bytes(self._fragment))
            self._fragment = None
        return True


class ParameterSets:
    """Takes parameter sets out of pictures and says when they describe something new."""

    def __init__(self) -> None:
        self._known: tuple[bytes, ...] = ()

    def read(self, picture: Picture) -> VideoFormat | None:
        """The new format, if there is one in this picture."""
        sets = tuple(nal for nal in picture.nals if nal[0] & 0x1F in (SPS, PPS))
        if not sets or sets == self._known:
            return None
        sps = next((nal for nal in sets if nal[0] & 0x1F == SPS), None)
        pps = [nal for nal in dict.fromkeys(sets) if nal[0] & 0x1F == PPS]
        if sps is None or len(sps) < 4 or not pps:
            return None
        video = read_video_format(write_avcc(sps, pps))
        self._known = sets
        return video


def write_avcc(sps: bytes, pps: list[bytes]) -> bytes:
    """The decoder configuration record of these sets."""
    out = bytes([1, sps[1], sps[2], sps[3], 0xFF, 0xE1]) + struct.pack(">H", len(sps)) + sps + bytes([len(pps)])
    out += b"".join(struct.pack(">H", len(nal)) + nal for nal in pps)
    # Browsers send 4:2:0 with 8 bits.
    return out + bytes([0xFD, 0xF8, 0xF8, 0]) if sps[1] in HIGH_PROFILES else out


def read_sets(avcc: bytes) -> list[bytes]:
    """The parameter sets of a decoder configuration record."""
    sets, position = [], 5
    for mask in (0x1F, 0xFF):
        if position >= len(avcc):
            break
        count = avcc[position] & mask
        position += 1
        for _ in range(count):
            size = int.from_bytes(avcc[position : position + 2], "big")
            sets.append(avcc[position + 2 : position + 2 + size])
            position += 2 + size
    if any(not nal for nal in sets):
        raise MalformedMedia("decoder configuration is cut off")
    return sets


def join(nals: list[bytes]) -> bytes:
    """A picture as the container wants it: lengths before units, parameter sets and delimiters left out."""
    kept = (nal for nal in nals if nal[0] & 0x1F not in (SPS, PPS, DELIMITER))
    return b"".join(struct.pack(">I", len(nal)) + nal for nal in kept)


def split(data: bytes, length_size: int) -> list[bytes]:
    """The units of a picture in the container's form."""
    nals, position = [], 0
    while position + length_size <= len(data):
        size = int.from_bytes(data[position : position + length_size], "big")
        position += length_size
        if size:
            nals.append(data[position : position + size])
        position += size
    return nals


def packetize(nals: list[bytes]) -> list[bytes]:
    """RTP payloads of a picture. Small units travel together, large ones in pieces."""
    payloads: list[bytes] = []
    together: list[bytes] = []
    size = 1
    for nal in nals:
        if len(nal) > PAYLOAD_BYTES:
            payloads += _aggregate(together)
            together, size = [], 1
            payloads += _fragments(nal)
            continue
        if size + 2 + len(nal) > PAYLOAD_BYTES:
            payloads += _aggregate(together)
            together, size = [], 1
        together.append(nal)
        size += 2 + len(nal)
    return payloads + _aggregate(together)


def _aggregate(nals: list[bytes]) -> list[bytes]:
    if len(nals) < 2:
        return nals
    importance = max(nal[0] & 0x60 for nal in nals)
    return [bytes([STAP_A | importance]) + b"".join(struct.pack(">H", len(nal)) + nal for nal in nals)]


def _fragments(nal: bytes) -> Iterator[bytes]:
    indicator, kind = (nal[0] & 0x60) | FU_A, nal[0] & 0x1F
    count = -(-(len(nal) - 1) // (PAYLOAD_BYTES - 2))
    step = -(-(len(nal) - 1) // count)
    for index in range(count):
        start = 0x80 if index == 0 else 0
        end = 0x40 if index == count - 1 else 0
        yield bytes([indicator, start | end | kind]) + nal[1 + index * step : 1 + (index + 1) * step]
