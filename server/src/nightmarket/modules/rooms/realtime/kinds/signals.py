"""WebRTC signalling between host and guests. What the browsers say to each other is passed on unread."""

from typing import Any, ClassVar, Final

from msgspec import Struct, field

from nightmarket.modules.rooms.realtime.kinds.base import FrameClass, ServerData

Candidate = dict[str, Any] | str | None


class Peer(Struct, frozen=True):
    """The socket that signals; the host answers to its `viewer`."""

    viewer: str
    user: str | None
    name: str
    role: str


class Signal(ServerData, frozen=True):
    """What the three kinds share."""

    klass: ClassVar[FrameClass] = FrameClass.DIRECT
    source: ClassVar[str] = "another socket of the room: a guest to the hosts, the host to one invited guest"

    sender: Peer = field(name="from")
    sdp: str | None
    candidate: Candidate


class WebrtcOffer(Signal, frozen=True):
    """A session is offered."""

    kind: ClassVar[str] = "webrtc-offer"


class WebrtcAnswer(Signal, frozen=True):
    """The session is taken."""

    kind: ClassVar[str] = "webrtc-answer"


class WebrtcIceCandidate(Signal, frozen=True):
    """A way to reach the peer."""

    kind: ClassVar[str] = "webrtc-ice-candidate"


SIGNALS: Final = {shape.kind: shape for shape in (WebrtcOffer, WebrtcAnswer, WebrtcIceCandidate)}
