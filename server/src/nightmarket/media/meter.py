"""What the studio shows about a publisher's health."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from nightmarket.media.units import AccessUnit, AudioFormat, Kind, VideoFormat

CLOCK_DRIFT = 0.0005
"""Clocks of encoder and server may run apart by this much without being taken for a delay."""
NEW_CLOCK_MS = 5000


class Delay:
    """How much later than at its best a publisher's media arrives: what waits in its uplink."""

    def __init__(self) -> None:
        self.ms = 0.0
        self._best: float | None = None
        self._at = 0.0

    def note(self, media_ms: int, arrived_ms: float) -> None:
        """Something of this media time arrived."""
        offset = arrived_ms - media_ms
        if self._best is None or abs(offset - self._best) > NEW_CLOCK_MS + self.ms:
            self._best = offset
        else:
            self._best = min(offset, self._best + (arrived_ms - self._at) * CLOCK_DRIFT)
        self._at = arrived_ms
        self.ms = offset - self._best


@dataclass(slots=True)
class Meter:
    """Counts what arrived since the last report."""

    protocol: str = "rtmp"
    bytes_since: int = 0
    frames_since: int = 0
    since: float = 0.0
    last_key_ms: int | None = None
    key_interval_ms: int | None = None
    dropped_count: int = 0
    bytes_total: int = 0
    frames_total: int = 0
    clock: Callable[[], float] = time.monotonic
    delay: Delay = field(default_factory=Delay)
    newest: dict[str, Any] = field(default_factory=dict)
    """The last report, for those who look in between."""

    def count(self, unit: AccessUnit) -> None:
        """Notes one unit."""
        self.bytes_since += len(unit.data)
        self.bytes_total += len(unit.data)
        self.delay.note(unit.dts_ms, self.clock() * 1000)
        if unit.kind is not Kind.VIDEO:
            return
        self.frames_since += 1
        self.frames_total += 1
        if unit.key:
            if self.last_key_ms is not None:
                self.key_interval_ms = max(unit.dts_ms - self.last_key_ms, 0)
            self.last_key_ms = unit.dts_ms

    def report(self, now: float, video: VideoFormat | None, audio: AudioFormat | None) -> dict[str, Any]:
        """The facts of one health event; counting starts anew."""
        elapsed = max(now - self.since, 0.001)
        self.newest = {
            "protocol": self.protocol,
            "bitrate_kbps": round(self.bytes_since * 8 / 1000 / elapsed),
            "fps": round(self.frames_since / elapsed, 1),
            "key_interval_seconds": None if self.key_interval_ms is None else self.key_interval_ms / 1000,
            "keyframe_interval_ms": self.key_interval_ms,
            "latency_ms": round(self.delay.ms),
            "width": video.width if video else None,
            "height": video.height if video else None,
            "video_codec": video.codec if video else None,
            "audio_codec": audio.codec if audio else None,
            "audio_sample_rate": audio.sample_rate if audio else None,
            "dropped": self.dropped_count,
        }
        self.bytes_since = self.frames_since = 0
        self.since = now
        return self.newest
