"""All WebRTC sessions of this server. What is heavy is loaded with the first of them, off the loop."""

import asyncio
import contextlib
import hmac
import importlib
import secrets
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from nightmarket.media.config import MediaConfig
from nightmarket.media.ingest import Gate, Refused
from nightmarket.media.webrtc.answer import NoCommonCodec, choose, ice_fragment, write_answer
from nightmarket.media.webrtc.fanout import Fanout
from nightmarket.media.webrtc.ice import Credentials, IceLite
from nightmarket.media.webrtc.sdp import read_offer
from nightmarket.media.webrtc.udp import UdpPort

log = structlog.get_logger()

TEND_SECONDS = 1.0
HEAVY = ("nightmarket.media.webrtc.publisher", "nightmarket.media.webrtc.viewer", "nightmarket.media.webrtc.opus")
WRONG_STREAM = "The stream key belongs to another show."


class Full(Exception):
    """No more viewers fit."""


class NotForWebRtc(Exception):
    """This show cannot be watched this way by this browser. The text says why."""


class Connection(Protocol):
    """The path of a session."""

    ice: IceLite

    def restart(self, remote: Credentials) -> Credentials:
        """New names for a new network."""


class Live(Protocol):
    """A publisher or a viewer."""

    @property
    def connection(self) -> Connection:
        """Its path."""

    def stop(self, reason: str) -> None:
        """Ends it."""

    async def stopped(self) -> None:
        """Waits until everything is let go of."""

    def tend(self) -> None:
        """Regular care."""


@dataclass(slots=True)
class Session:
    """A negotiated session, as its HTTP resource shows it."""

    live: Live
    stream_id: str
    token: str
    is_viewer: bool
    mid: str
    answer: str = ""
    id: str = field(default_factory=lambda: secrets.token_urlsafe(18))
    etag: str = field(default_factory=lambda: secrets.token_hex(8))

    def belongs_to(self, token: str) -> bool:
        """Whether this token made the session."""
        return hmac.compare_digest(self.token.encode(), token.encode())


class WebRtc:
    """Makes sessions, finds them, and looks after them."""

    def __init__(self, config: MediaConfig, gate: Gate) -> None:
        self._config = config
        self._gate = gate
        self._port = UdpPort(config.host, config.webrtc_port or 0, config.webrtc_addresses)
        self._sessions: dict[str, Session] = {}
        self._care: asyncio.Task[None] | None = None

    @property
    def viewer_count(self) -> int:
        """Sessions that watch."""
        return sum(session.is_viewer for session in self._sessions.values())

    @property
    def publisher_count(self) -> int:
        """Sessions that publish."""
        return len(self._sessions) - self.viewer_count

    def start(self) -> int:
        """Opens the port; returns which, or 0 when there is to be no WebRTC, or can be none."""
        if self._config.webrtc_port is None:
            return 0
        try:
            port = self._port.open()
        except OSError as error:
            log.error("webrtc.no_port", error=repr(error))
            return 0
        self._care = asyncio.create_task(self._tend())
        return port

    @property
    def is_on(self) -> bool:
        """Whether sessions can be made."""
        return self._care is not None

    async def stop(self) -> None:
        """Ends every session."""
        if self._care is not None:
            self._care.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._care
        sessions = list(self._sessions.values())
        for session in sessions:
            session.live.stop("The media server is stopping.")
        for session in sessions:
            await session.live.stopped()
        self._port.close()

    def find(self, stream_id: str, session_id: str, *, is_viewer: bool) -> Session | None:
        """A session by its address."""
        session = self._sessions.get(session_id)
        known = session is not None and session.stream_id == stream_id and session.is_viewer == is_viewer
        return session if known else None

    async def publish(self, stream_id: str, key: str, sdp: str, *, remote: str, near: str | None) -> Session:
        """A session for a browser that wants to publish. The key is checked again when media can flow."""
        offer = read_offer(sdp)
        tracks = choose(offer, sends=True)
        if await self._gate.authorize(key, remote) != stream_id:
            raise Refused(WRONG_STREAM)
        await self._load()
        from nightmarket.media.webrtc.dtls import identity  # noqa: PLC0415 - see the module's words
        from nightmarket.media.webrtc.publisher import Entry, Publisher  # noqa: PLC0415

        entry = Entry(self._gate, key, remote)
        live = Publisher(self._port, offer, tracks, entry, idle_seconds=self._config.idle_seconds)
        session = Session(live, stream_id, key, is_viewer=False, mid=tracks[0].section.mid)
        session.answer = write_answer(
            offer,
            tracks,
            local=live.peer.ice.local,
            fingerprint=identity().fingerprint,
            candidates=self._candidates(near),
            max_kbps=self._config.webrtc_max_kbps,
        )
        live.over = lambda: self._forget(session)
        self._sessions[session.id] = session
        return session

    async def watch(self, stream_id: str, fanout: Fanout, token: str, sdp: str, *, near: str | None) -> Session:
        """A session for a browser that wants to watch."""
        offer = read_offer(sdp)
        if fanout.is_reordered:
            raise NotForWebRtc("This show has B-frames, which WebRTC does not carry: watch by HLS.")
        try:
            tracks = choose(offer, sends=False, profile=fanout.profile)
        except NoCommonCodec as error:
            raise NotForWebRtc(str(error)) from error
        if self.viewer_count >= self._config.webrtc_viewers:
            raise Full
        await self._load()
        from nightmarket.media.webrtc.dtls import identity  # noqa: PLC0415
        from nightmarket.media.webrtc.viewer import Viewer  # noqa: PLC0415

        live = Viewer(self._port, offer, tracks, fanout)
        session = Session(live, stream_id, token, is_viewer=True, mid=tracks[0].section.mid)
        session.answer = write_answer(
            offer,
            tracks,
            local=live.peer.ice.local,
            fingerprint=identity().fingerprint,
            candidates=self._candidates(near),
        )
        live.over = lambda: self._forget(session)
        self._sessions[session.id] = session
        return session

    def restart(self, session: Session, remote: Credentials, *, near: str | None) -> str:
        """The browser has a new network: an SDP fragment with our new names."""
        local = session.live.connection.restart(remote)
        session.etag = secrets.token_hex(8)
        return ice_fragment(local, session.mid, self._candidates(near))

    def _candidates(self, near: str | None) -> list[tuple[str, int]]:
        return [(address, self._port.port) for address in self._port.addresses(near)]

    def _forget(self, session: Session) -> None:
        self._sessions.pop(session.id, None)

    async def _load(self) -> None:
        for name in HEAVY:
            await asyncio.to_thread(importlib.import_module, name)

    async def _tend(self) -> None:
        while True:
            await asyncio.sleep(TEND_SECONDS)
            for session in list(self._sessions.values()):
                try:
                    session.live.tend()
                except Exception:
                    # One odd session must not end the care for the others.
                    log.exception("webrtc.care_failed", stream=session.stream_id)
