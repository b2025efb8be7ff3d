"""What the pretend Cloudflare remembers: inputs, broadcasts, videos, and the news it would send."""

import hashlib
import hmac
import itertools
import json
from dataclasses import dataclass, field
from typing import Any

HEAD = "https://customer-code.cloudflarestream.com"


@dataclass
class Video:
    """One broadcast."""

    uid: str
    input_uid: str
    state: str = "live-inprogress"
    duration: float = -1.0
    signed: bool = False
    download: str | None = None

    def json(self) -> dict[str, Any]:
        """The video object."""
        return {
            "uid": self.uid,
            "liveInput": self.input_uid,
            "status": {"state": self.state, "pctComplete": "100.000000" if self.state == "ready" else "0"},
            "readyToStream": self.state == "ready",
            "duration": self.duration,
            "size": 4096.0,
            "input": {"width": 1280, "height": 720},
            "requireSignedURLs": self.signed,
            "meta": {},
        }


@dataclass
class LiveInput:
    """One input."""

    uid: str
    body: dict[str, Any]
    generation: int = 1
    video: str | None = None
    status: Any = None
    outputs: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def enabled(self) -> bool:
        """Whether broadcasts are taken."""
        return bool(self.body.get("enabled", True))

    @property
    def key(self) -> str:
        """The stream key encoders use now."""
        return f"key-{self.uid[-4:]}-{self.generation}"

    def json(self) -> dict[str, Any]:
        """The live input with its credentials."""
        rtmps = {"url": "rtmps://live.cloudflare.test:443/live/", "streamKey": self.key}
        srt = {"url": "srt://live.cloudflare.test:778", "streamId": self.uid, "passphrase": f"pass-{self.generation}"}
        recording = {"mode": "off", "requireSignedURLs": False, "timeoutSeconds": 0} | self.body.get("recording", {})
        return {
            "uid": self.uid,
            "rtmps": rtmps,
            "rtmpsPlayback": rtmps,
            "srt": srt,
            "srtPlayback": srt,
            "webRTC": {"url": f"{HEAD}/secret{self.generation}{self.uid}/webRTC/publish"},
            "webRTCPlayback": {"url": f"{HEAD}/{self.uid}/webRTC/play"},
            "created": "2026-11-20T12:00:00Z",
            "modified": "2026-11-20T12:00:00.123456789Z",
            "meta": self.body.get("meta", {}),
            "status": self.status,
            "recording": recording,
            "enabled": self.enabled,
            "preferLowLatency": self.body.get("preferLowLatency", False),
            "deleteRecordingAfterDays": self.body.get("deleteRecordingAfterDays"),
        }


@dataclass
class World:
    """One account."""

    token: str = "token"
    webhook_secret: str = "webhook-secret"
    notification_secret: str = "notification-secret-of-some-length"
    inputs: dict[str, LiveInput] = field(default_factory=dict)
    videos: dict[str, Video] = field(default_factory=dict)
    viewers: int = 0
    minutes_viewed: float = 0
    answers: list[dict[str, Any]] = field(default_factory=list)
    """Answers given instead of the true ones, one each, then the world is itself again: status, headers, delay."""
    is_down: bool = False
    calls: list[tuple[str, str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    """Where a caller, or this program, left the vendor's document."""
    news: list[dict[str, Any]] = field(default_factory=list)
    """What was to be delivered: door, headers, body. The test is the network: it may lose, repeat or delay them."""
    _numbers: Any = field(default_factory=lambda: itertools.count(1))

    def new_uid(self) -> str:
        """A fresh id of 32 hexadecimal digits."""
        return hashlib.sha256(f"uid {next(self._numbers)}".encode()).hexdigest()[:32]

    def create(self, body: dict[str, Any]) -> LiveInput:
        """A new input."""
        one = LiveInput(self.new_uid(), body)
        self.inputs[one.uid] = one
        return one

    def publish(self, input_uid: str, key: str, at: int) -> bool:
        """An encoder connects; False when its key is wrong or the input is disabled."""
        one = self.inputs.get(input_uid)
        if one is None or not one.enabled or key != one.key:
            return False
        if one.video is None:
            one.video = self.new_uid()
            self.videos[one.video] = Video(one.video, input_uid)
        one.status = {"current": {"state": "connected"}, "history": []}
        self.notify(input_uid, "live_input.connected", at)
        return True

    def disconnect(self, input_uid: str, at: int, *, tells: bool = True) -> None:
        """The encoder goes."""
        one = self.inputs[input_uid]
        if isinstance(one.status, dict) and one.status["current"]["state"] == "connected":
            one.status = {"current": {"state": "disconnected"}, "history": []}
            if tells:
                self.notify(input_uid, "live_input.disconnected", at)

    def finish(self, input_uid: str, seconds: float, at: int) -> str:
        """The broadcast is over for good: its video becomes ready, and the next one is another."""
        one = self.inputs[input_uid]
        video = self.videos[one.video or ""]
        video.state, video.duration, one.video = "ready", seconds, None
        raw = json.dumps(video.json()).encode()
        mac = hmac.new(self.webhook_secret.encode(), f"{at}.".encode() + raw, hashlib.sha256).hexdigest()
        headers = {"Webhook-Signature": f"time={at},sig1={mac}", "Content-Type": "application/json"}
        self.news.append({"door": "cloudflare-stream", "headers": headers, "body": raw.decode()})
        return video.uid

    def notify(self, input_uid: str, event: str, at: int, **more: Any) -> None:
        """A live notification."""
        stamp = f"2026-11-20T12:00:00.{next(self._numbers):09d}Z"
        data = {
            "notification_name": "Stream Live Input",
            "input_id": input_uid,
            "event_type": event,
            "updated_at": stamp,
        }
        body = {"name": "Live events", "text": "…", "data": data | more, "ts": at}
        headers = {"cf-webhook-auth": self.notification_secret, "Content-Type": "application/json"}
        self.news.append({"door": "cloudflare-live", "headers": headers, "body": json.dumps(body)})

    def is_live(self, input_uid: str) -> bool:
        """Whether a picture arrives."""
        status = self.inputs[input_uid].status
        return isinstance(status, dict) and status["current"]["state"] == "connected"
