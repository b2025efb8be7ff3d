"""What the studio shows about a publisher's health."""

from dataclasses import dataclass
from typing import Any

from nightmarket.media.units import AccessUnit, AudioFormat, Kind, VideoFormat


@dataclass(slots=True)
class Meter:
    """Counts what arrived since the last report."""

    bytes_since: int = 0
    frames_since: int = 0
    since: float = 0.0
    last_key_ms: int | None = None
    key_interval_ms: int | None = None
    dropped_count: int = 0
    bytes_total: int = 0

    def count(self, unit: AccessUnit) -> None:
        """Notes one unit."""
        self.bytes_since += len(unit.data)
        self.bytes_total += len(unit.data)
        if unit.kind is not Kind.VIDEO:
            return
        self.frames_since += 1
        if unit.key:
            if self.last_key_ms is not None:
                self.key_interval_ms = max(unit.dts_ms - self.last_key_ms, 0)
            self.last_key_ms = unit.dts_ms

    def report(self, now: float, video: VideoFormat | None, audio: AudioFormat | None) -> dict[str, Any]:
        """The facts of one health event; counting starts anew."""
        elapsed = max(now - self.since, 0.001)
        facts = {
            "bitrate_kbps": round(self.bytes_since * 8 / 1000 / elapsed),
            "fps": round(self.frames_since / elapsed, 1),
            "key_interval_seconds": None if self.key_interval_ms is None else self.key_interval_ms / 1000,
            "width": video.width if video else None,
            "height": video.height if video else None,
            "video_codec": video.codec if video else None,
            "audio_codec": audio.codec if audio else None,
            "audio_sample_rate": audio.sample_rate if audio else None,
            "dropped": self.dropped_count,
        }
        self.bytes_since = self.frames_since = 0
        self.since = now
        return facts
