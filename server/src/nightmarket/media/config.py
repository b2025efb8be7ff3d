"""Everything the media server can be told, in one immutable value."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class IceServer:
    """A server that helps browsers through NAT."""

    url: str
    username: str | None = None
    credential: str | None = field(default=None, repr=False)

    @property
    def link(self) -> str:
        """As RFC 9725 writes it in a header."""
        text = f'<{self.url}>; rel="ice-server"'
        if self.username is None or self.credential is None:
            return text
        return f'{text}; username="{self.username}"; credential="{self.credential}"; credential-type="password"'


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaConfig:
    """Configuration of one media server process."""

    data_dir: Path
    """Holds `streams/{id}/`, `recordings/{id}.mp4` and `ports.json`."""
    hook_url: str
    """Base of the api's hooks: `{hook_url}/authorize` and `{hook_url}/events`."""
    secret: str = field(repr=False)
    """Shared with the api; signs hooks and control calls."""

    host: str = "0.0.0.0"  # noqa: S104 - encoders and viewers come from the network
    rtmp_port: int = 1935
    http_port: int = 8935
    rtmps_port: int | None = None
    """RTMP over TLS; None: not offered."""
    tls_certificate: Path | None = None
    """PEM files, read again when they change. Without them a certificate is made that no encoder trusts by itself."""
    tls_key: Path | None = None
    app_name: str = "live"
    ffmpeg_path: Path | None = None
    """ffmpeg used for the recording; the packaged binary when not given."""

    webrtc_port: int | None = 8189
    """The UDP port of all WebRTC sessions; another one when it is taken. None: no WebRTC."""
    webrtc_addresses: tuple[str, ...] = ()
    """Our addresses as browsers reach them, where they differ from this machine's own: behind NAT, in a container."""
    private_outputs: bool = False
    """Whether shows may be sent on to servers that are not on the public internet."""
    output_wait_seconds: float = 1.0
    """After the first failure of an output; doubled each time, up to a minute."""
    output_answer_seconds: float = 15.0
    """An output that takes nothing for so long is dropped."""
    webrtc_viewers: int = 100
    """How many may watch by WebRTC at once; the others watch by HLS."""
    webrtc_max_kbps: int = 4000
    """What a browser that publishes may send."""
    ice_servers: tuple[IceServer, ...] = ()
    """STUN and TURN servers named to browsers."""

    part_seconds: float = 0.334
    segment_seconds: float = 2.0
    segment_limit_seconds: float = 10.0
    """A segment is cut here even without a key frame."""
    hold_back_seconds: float = 1.5
    """How far behind the newest part a low-latency player should stay."""
    window_segments: int = 8
    """Complete segments listed by the low-latency playlist."""
    parts_kept_segments: int = 4
    """Complete segments whose parts stay in memory."""

    key_fresh_seconds: float = 10.0
    """How long a key that was accepted is not asked about again; a kick ends it at once."""
    key_stale_seconds: float = 900.0
    """How long it is still accepted when nobody can be asked."""
    ladder: tuple[int, ...] = ()
    """Heights of smaller pictures made beside each show, by one ffmpeg; about a processor for 480 and 360."""
    machine_limit: float = 0.95
    """Above this share of all processors there is no ladder, and the load is reported as high."""
    ladder_shows: int = 1
    """How many shows have them at the same time."""

    publish_deadline_seconds: float = 8.0
    idle_seconds: float = 12.0
    newer_replaces: bool = True
    """A second encoder with the right key takes over; otherwise it is refused until the first is gone."""
    segment_cache_bytes: int = 32 * 1024 * 1024
    """Segments from the disk that are kept in memory for the next who asks."""
    request_deadline_seconds: float = 10.0
    """A request's head must be complete by then."""
    grace_seconds: float = 120.0
    """How long an interrupted stream waits before `ended` is reported."""
    offline_reload_seconds: float = 1.2
    """How long a blocking reload waits while nobody publishes; hls.js loses patience after 0.8 target durations."""
    max_connections: int = 256
    max_message_bytes: int = 4 * 1024 * 1024
    max_chunk_bytes: int = 1024 * 1024

    health_seconds: float = 2.0
    poster_seconds: float = 5.0
    disk_budget_bytes: int | None = None
    """Finished recordings lose their DVR segments, oldest first, above this size."""
    disk_check_seconds: float = 60.0
    disk_reserve_bytes: int = 256 * 1024 * 1024
    """With less free than this the disk counts as full."""
    hook_timeout_seconds: float = 5.0
    event_queue_limit: int = 1000
    """Undelivered events kept per stream."""
