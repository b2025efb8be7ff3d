"""What comes in on a Socket.IO transport, looked at before the library does.

The library trusts the framing of its packets, and one it cannot read ends in an exception instead of an end of the
connection. Events have their own limits further in (`commands`); here everything else is counted: a client has no
reason to send more than a few handshakes and heartbeats.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from nightmarket.modules.rooms.realtime.limits import TokenBucket

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]

_SEPARATOR: Final = "\x1e"
_EVENTS: Final = ("42", "45")
_BINARY: Final = "b"
_KINDS: Final = frozenset("0123456")
_OTHERS_PER_SECOND: Final = 1.0
_OTHERS_AT_ONCE: Final = 20.0


class BadIntake(ValueError):
    """The client does not speak the protocol, or too much of it."""


class Intake:
    """Counts what one session sends besides events."""

    __slots__ = ("_others",)

    def __init__(self) -> None:
        self._others = TokenBucket(_OTHERS_PER_SECOND, _OTHERS_AT_ONCE)

    def check(self, packet: str) -> None:
        """BadIntake unless the library can take the packet."""
        if packet.startswith(_EVENTS):
            return
        if not packet or packet[0] not in _KINDS or packet == "4" or self._others.take():
            raise BadIntake

    def from_socket(self, receive: Receive) -> Receive:
        """ASGI messages of a WebSocket; a bad one looks like the end of it. Attachments of events are left out."""

        async def checked() -> dict[str, Any]:
            while True:
                event = await receive()
                if event["type"] != "websocket.receive":
                    return event
                try:
                    if event.get("text") is not None:
                        self.check(event["text"])
                        return event
                    self.check("6")
                except BadIntake:
                    return {"type": "websocket.disconnect", "code": 1002}

        return checked

    async def from_body(self, scope: Scope, receive: Receive, limit: int) -> tuple[Scope, Receive]:
        """The request with its checked packets as its only body."""
        body = await _whole_body(receive, limit)
        try:
            packets = body.decode().split(_SEPARATOR)
        except UnicodeDecodeError as error:
            raise BadIntake from error
        taken = []
        for packet in packets:
            if packet.startswith(_BINARY):
                self.check("6")
            else:
                self.check(packet)
                taken.append(packet)
        checked = _SEPARATOR.join(taken).encode()
        headers = [pair for pair in scope["headers"] if pair[0].lower() != b"content-length"]
        length = (b"content-length", b"%d" % len(checked))

        async def once() -> dict[str, Any]:
            return {"type": "http.request", "body": checked, "more_body": False}

        return {**scope, "headers": [*headers, length]}, once


async def _whole_body(receive: Receive, limit: int) -> bytearray:
    body = bytearray()
    while True:
        event = await receive()
        if event["type"] != "http.request":
            raise BadIntake
        body += event.get("body", b"")
        if len(body) > limit:
            raise BadIntake
        if not event.get("more_body"):
            return body
