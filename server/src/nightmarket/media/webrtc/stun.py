"""STUN messages as connectivity checks use them (RFC 8489, short-term credentials)."""

import hashlib
import hmac
import secrets
import socket
import struct
import zlib
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

COOKIE = 0x2112A442
HEADER = struct.Struct(">HHI12s")
INTEGRITY_BYTES, FINGERPRINT_BYTES = 24, 8
FINGERPRINT_XOR = 0x5354554E


class Kind(IntEnum):
    """Message types of the Binding method."""

    REQUEST = 0x0001
    RESPONSE = 0x0101
    ERROR = 0x0111


class Attribute(IntEnum):
    """The attributes we know."""

    USERNAME = 0x0006
    MESSAGE_INTEGRITY = 0x0008
    XOR_MAPPED_ADDRESS = 0x0020
    PRIORITY = 0x0024
    USE_CANDIDATE = 0x0025
    FINGERPRINT = 0x8028
    ICE_CONTROLLED = 0x8029


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it came."""

    kind: Kind
    transaction: bytes
    attributes: dict[int, bytes]
    signed: bytes | None
    """The bytes its integrity covers."""

    @property
    def user(self) -> str:
        """The first half of the user name: whom it is for."""
        return self.attributes.get(Attribute.USERNAME, b"").partition(b":")[0].decode("latin-1")

    def is_signed_with(self, password: str) -> bool:
        """Whether whoever sent it knows the password."""
        mac = self.attributes.get(Attribute.MESSAGE_INTEGRITY, b"")
        return self.signed is not None and hmac.compare_digest(mac, _mac(self.signed, password))


def parse(data: bytes) -> Message | None:
    """The message, or None when it is no Binding message."""
    if len(data) < HEADER.size:
        return None
    kind, length, cookie, transaction = HEADER.unpack_from(data)
    if cookie != COOKIE or length != len(data) - HEADER.size or kind not in list(Kind):
        return None
    attributes: dict[int, bytes] = {}
    signed = None
    position = HEADER.size
    while position + 4 <= len(data):
        name, size = struct.unpack_from(">HH", data, position)
        value = data[position + 4 : position + 4 + size]
        if len(value) != size:
            return None
        if name == Attribute.MESSAGE_INTEGRITY and signed is None:
            covered = position + INTEGRITY_BYTES - HEADER.size
            signed = data[:2] + covered.to_bytes(2, "big") + data[4:position]
        # What follows the integrity is not covered by it.
        if signed is None or name in (Attribute.MESSAGE_INTEGRITY, Attribute.FINGERPRINT):
            attributes.setdefault(name, value)
        position += 4 + size + -size % 4
    return Message(Kind(kind), transaction, attributes, signed)


def answer(request: Message, address: Any, password: str) -> bytes:
    """Says where the request came from."""
    value = _mapped(address, request.transaction)
    return _write(Kind.RESPONSE, request.transaction, [(Attribute.XOR_MAPPED_ADDRESS, value)], password)


def request(user: str, password: str, priority: int) -> tuple[bytes, bytes]:
    """A check of ours, and its transaction's number."""
    transaction = secrets.token_bytes(12)
    attributes = [
        (Attribute.USERNAME, user.encode()),
        (Attribute.PRIORITY, priority.to_bytes(4, "big")),
        (Attribute.ICE_CONTROLLED, secrets.token_bytes(8)),
    ]
    return _write(Kind.REQUEST, transaction, attributes, password), transaction


def _write(kind: Kind, transaction: bytes, attributes: list[tuple[Attribute, bytes]], password: str) -> bytes:
    body = b"".join(struct.pack(">HH", name, len(value)) + value + bytes(-len(value) % 4) for name, value in attributes)
    unsigned = HEADER.pack(kind, len(body) + INTEGRITY_BYTES, COOKIE, transaction) + body
    body += struct.pack(">HH", Attribute.MESSAGE_INTEGRITY, 20) + _mac(unsigned, password)
    whole = HEADER.pack(kind, len(body) + FINGERPRINT_BYTES, COOKIE, transaction) + body
    return whole + struct.pack(">HHI", Attribute.FINGERPRINT, 4, zlib.crc32(whole) ^ FINGERPRINT_XOR)


def _mac(covered: bytes, password: str) -> bytes:
    return hmac.new(password.encode(), covered, hashlib.sha1).digest()


def _mapped(address: Any, transaction: bytes) -> bytes:
    host, port = address[0], address[1]
    family, number = (socket.AF_INET6, 2) if ":" in host else (socket.AF_INET, 1)
    raw = socket.inet_pton(family, host.partition("%")[0])
    mask = COOKIE.to_bytes(4, "big") + transaction
    mixed = bytes(a ^ b for a, b in zip(raw, mask, strict=False))
    return struct.pack(">BBH", 0, number, port ^ (COOKIE >> 16)) + mixed
