"""From RTP time stamps to one clock for sound and picture.

The picture's RTP clock is the reference. Until both senders' reports are here sound is placed by arrival; then by what
the reports say about the sender's own clock.
"""

from dataclasses import dataclass, field

from nightmarket.media.units import Kind
from nightmarket.media.webrtc.rtp import Unwrapper

SMOOTHING = 0.1
JUMP_MS = 200.0
NTP_UNIT_MS = 1000 / (1 << 32)


@dataclass(slots=True)
class _Side:
    rate: int
    unwrap: Unwrapper = field(default_factory=lambda: Unwrapper(32))
    offset_ms: float | None = None
    """From RTP time to our timeline."""
    sender_ms: float | None = None
    """From RTP time to the sender's clock."""

    def milliseconds(self, timestamp: int) -> float:
        return self.unwrap.unwrap(timestamp) * 1000 / self.rate


class SenderClock:
    """One per publisher."""

    def __init__(self) -> None:
        self._sides = {Kind.VIDEO: _Side(90_000), Kind.AUDIO: _Side(48_000)}

    def place(self, kind: Kind, timestamp: int, arrival_ms: float) -> float:
        """Where a packet belongs on the timeline, in milliseconds."""
        side = self._sides[kind]
        time_ms = side.milliseconds(timestamp)
        if side.offset_ms is None:
            side.offset_ms = arrival_ms - time_ms
            self._align()
        return time_ms + side.offset_ms

    def forget(self, kind: Kind) -> None:
        """The source is another one from now on, with an RTP time of its own."""
        self._sides[kind] = _Side(self._sides[kind].rate)

    def report(self, kind: Kind, timestamp: int, ntp: int) -> None:
        """A sender's report: this RTP time is this time on the sender's clock."""
        side = self._sides[kind]
        measured = ntp * NTP_UNIT_MS - side.milliseconds(timestamp)
        if side.sender_ms is None or abs(measured - side.sender_ms) > JUMP_MS:
            side.sender_ms = measured
        else:
            side.sender_ms += SMOOTHING * (measured - side.sender_ms)
        self._align()

    def _align(self) -> None:
        video, audio = self._sides[Kind.VIDEO], self._sides[Kind.AUDIO]
        if video.offset_ms is None or video.sender_ms is None or audio.sender_ms is None:
            return
        audio.offset_ms = video.offset_ms + audio.sender_ms - video.sender_ms
