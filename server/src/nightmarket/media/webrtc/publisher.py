"""A browser that publishes by WHIP: packets in, access units out."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import structlog
from aiortc.rtp import AnyRtcpPacket, RtcpSrPacket

from nightmarket.media.ingest import AuthorizationUnavailable, Gate, Publication, Refused, Source
from nightmarket.media.units import AccessUnit, Announcement, Incoming, Kind, MalformedMedia, OpusFrame
from nightmarket.media.webrtc import feedback, h264
from nightmarket.media.webrtc.answer import TRANSPORT_CC, Track
from nightmarket.media.webrtc.clock import SenderClock
from nightmarket.media.webrtc.opus import OpusToAac
from nightmarket.media.webrtc.peer import Peer
from nightmarket.media.webrtc.reorder import Reorder
from nightmarket.media.webrtc.rtp import Packet
from nightmarket.media.webrtc.sdp import Offer
from nightmarket.media.webrtc.udp import UdpPort

log = structlog.get_logger()

FEEDBACK_SECONDS = 0.1
REPORT_SECONDS = 1.0
KEY_SECONDS = 2.0
"""Browsers send key frames only when asked; segments begin with one."""
KEY_GAP_SECONDS = 0.4
"""The least time between two wishes for a key frame."""
VIDEO_PATIENCE_SECONDS, AUDIO_PATIENCE_SECONDS = 0.3, 0.08
MAX_QUEUED = 2000
FIRST_MS = 10_000.0


@dataclass(frozen=True, slots=True)
class Entry:
    """Where and by which key the browser gets in."""

    gate: Gate
    key: str = field(repr=False)
    remote: str

    async def use(self, source: Source) -> Publication:
        """The way in; the key is checked now."""
        return await self.gate.admit(self.key, self.remote, source)


class Publisher:
    """One WHIP session; implements `peer.Listener`."""

    def __init__(self, port: UdpPort, offer: Offer, tracks: list[Track], entry: Entry, *, idle_seconds: float) -> None:
        self._entry = entry
        self._idle_seconds = idle_seconds
        self._loop = asyncio.get_running_loop()
        self._began = self._media_at = self._loop.time()
        self._queue: asyncio.Queue[Incoming] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._reason = "The browser stopped."
        self._sides: dict[int, _Side] = {}
        self._repair: dict[int, int] = {}
        self._transport_id: int | None = None
        self._arrivals = feedback.Arrivals()
        self._clock = SenderClock()
        self._video: _Video | None = None
        self._key_asked_at = self._reported_at = 0.0
        self._key_wanted = False
        self._loss = 0.0
        self._overflow_count = 0
        self.over: Callable[[], None] = lambda: None
        for track in tracks:
            self._take_track(track)
        self.peer = Peer(port, offer, self)

    def _take_track(self, track: Track) -> None:
        side = _Audio(self) if track.section.kind == "audio" else _Video(self)
        if isinstance(side, _Video):
            self._video = side
        self._sides[track.codec.payload_type] = side
        if track.repair is not None:
            self._repair[track.repair.payload_type] = track.codec.payload_type
        self._transport_id = track.section.extensions.get(TRANSPORT_CC, self._transport_id)

    def opened(self) -> None:
        """See `peer.Listener`."""
        self._task = asyncio.create_task(self._run())

    def lost(self, reason: str) -> None:
        """See `peer.Listener`."""
        self.stop(reason)

    def stop(self, reason: str) -> None:
        """Ends the session, from either side."""
        self._reason = reason
        self.peer.close()
        if self._task is not None:
            self._task.cancel()
        else:
            self.over()

    @property
    def connection(self) -> Peer:
        """Its path."""
        return self.peer

    async def stopped(self) -> None:
        """Waits until everything is let go of."""
        if self._task is not None:
            await asyncio.wait([self._task])

    def tend(self) -> None:
        """Regular care."""
        self.peer.tend()
        if self._task is not None and self._loop.time() - self._media_at > self._idle_seconds:
            self.stop("Nothing was sent for too long.")

    def rtp(self, packet: Packet) -> None:
        """See `peer.Listener`."""
        now = self._media_at = self._loop.time()
        number = packet.extensions.get(self._transport_id or 0)
        if number is not None and len(number) == 2:
            self._arrivals.note(int.from_bytes(number, "big"), now)
        original = self._repair.get(packet.payload_type)
        if original is not None:
            side = self._sides[original]
            if len(packet.payload) > 2:
                side.take(side.repaired(packet, original), now)
            return
        source = self._sides.get(packet.payload_type)
        if source is not None:
            if source.ssrc != packet.ssrc:
                source.begin(packet.ssrc)
                self._clock.forget(source.kind)
            source.take(packet, now)

    def rtcp(self, packet: AnyRtcpPacket) -> None:
        """See `peer.Listener`."""
        if not isinstance(packet, RtcpSrPacket):
            return
        for side in self._sides.values():
            if side.ssrc == packet.ssrc:
                info = packet.sender_info
                side.receipts.sender_report(info.ntp_timestamp, self._loop.time())
                self._clock.report(side.kind, info.rtp_timestamp, info.ntp_timestamp)

    def ask_key_frame(self) -> None:
        """Asks the browser for a key frame: now, or as soon as the last wish is old enough."""
        self._key_wanted = True
        now = self._loop.time()
        if self._video is not None and self._video.ssrc and now - self._key_asked_at >= KEY_GAP_SECONDS:
            self._key_asked_at, self._key_wanted = now, False
            self.peer.send_rtcp(feedback.wish_for_key(self._video.ssrc))

    def place(self, kind: Kind, timestamp: int) -> float:
        """Where a packet belongs on the timeline."""
        return self._clock.place(kind, timestamp, FIRST_MS + (self._loop.time() - self._began) * 1000)

    def put(self, item: Incoming) -> None:
        """Hands something on to the stream."""
        if self._queue.qsize() < MAX_QUEUED:
            self._queue.put_nowait(item)
        else:
            # The disk cannot keep up; the stream's meter will show it.
            self._overflow_count += 1

    def health(self) -> dict[str, Any]:
        """What the stream's health report says beside the usual."""
        rtt = self.peer.rtt_ms
        dropped = self._overflow_count + (self._video.pictures.dropped_count if self._video else 0)
        return {
            "packet_loss": round(self._loss, 4),
            "rtt_ms": None if rtt is None else round(rtt),
            "dropped_pictures": dropped,
        }

    async def _run(self) -> None:
        publication: Publication | None = None
        care = asyncio.create_task(self._care())
        try:
            source = Source("whip", self.stop, self.ask_key_frame, self.health)
            publication = await self._entry.use(source)
            await publication.take(Announcement(self._video is not None, len(self._sides) > (self._video is not None)))
            while True:
                await publication.take(await self._queue.get())
        except asyncio.CancelledError:
            pass
        except (Refused, AuthorizationUnavailable) as error:
            self._reason = str(error) or "The key could not be checked."
        except MalformedMedia as error:
            self._reason = str(error)
        finally:
            care.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await care
            self.peer.close()
            log.info("whip.closed", remote=self._entry.remote, reason=self._reason)
            if publication is not None:
                await publication.close(self._reason)
            self.over()

    async def _care(self) -> None:
        while True:
            await asyncio.sleep(FEEDBACK_SECONDS)
            now = self._loop.time()
            for side in self._sides.values():
                side.tend(now)
            ssrc = next((side.ssrc for side in self._sides.values() if side.ssrc), 0)
            arrived = self._arrivals.report(ssrc)
            if arrived is not None:
                self.peer.send_rtcp(arrived)
            if self._key_wanted or now - self._key_asked_at >= KEY_SECONDS:
                self.ask_key_frame()
            if now - self._reported_at >= REPORT_SECONDS:
                self._report(now)

    def _report(self, now: float) -> None:
        self._reported_at = now
        blocks = []
        for side in self._sides.values():
            if side.ssrc:
                fraction = side.receipts.fraction()
                if side.kind is Kind.VIDEO or self._video is None:
                    self._loss = fraction
                blocks.append(side.receipts.report(fraction, now))
        if blocks:
            self.peer.send_rtcp(feedback.receiver_report(blocks))
        self.peer.probe()


class _Side:
    """One source of packets."""

    kind: Kind

    def __init__(self, publisher: Publisher, patience_seconds: float) -> None:
        self._publisher = publisher
        self._patience = patience_seconds
        self.begin(0)

    def begin(self, ssrc: int) -> None:
        """A source with numbers of its own."""
        self.ssrc = ssrc
        self._order = Reorder(self._patience)
        self.receipts = feedback.Receipts(ssrc, self._order)

    def repaired(self, packet: Packet, payload_type: int) -> Packet:
        """The packet a retransmission carries (RFC 4588)."""
        sequence = int.from_bytes(packet.payload[:2], "big")
        return Packet(payload_type, sequence, packet.timestamp, self.ssrc, packet.marker, packet.payload[2:], {})

    def take(self, packet: Packet, now: float) -> None:
        """A packet has come."""
        for item in self._order.add(packet, now):
            self.use(item)
        self.tend(now)

    def tend(self, now: float) -> None:
        """Asks for what is missing."""

    def use(self, packet: Packet | None) -> None:
        """The next packet in order, or a hole."""
        raise NotImplementedError


class _Video(_Side):
    kind = Kind.VIDEO

    def __init__(self, publisher: Publisher) -> None:
        super().__init__(publisher, VIDEO_PATIENCE_SECONDS)
        self.pictures = h264.Assembler()
        self._sets = h264.ParameterSets()
        self._last_ms = 0

    def tend(self, now: float) -> None:
        """See `_Side`."""
        wanted = self._order.wanted(now)
        if wanted:
            self._publisher.peer.send_rtcp(feedback.wish_for(self.ssrc, wanted))

    def use(self, packet: Packet | None) -> None:
        """See `_Side`."""
        for picture in self.pictures.take(packet):
            self._picture(picture)
        if self.pictures.needs_key:
            self._publisher.ask_key_frame()

    def _picture(self, picture: h264.Picture) -> None:
        try:
            video = self._sets.read(picture)
        except MalformedMedia as error:
            self._publisher.stop(str(error))
            return
        if video is not None:
            self._publisher.put(video)
        data = h264.join(picture.nals)
        if data:
            at = max(round(self._publisher.place(self.kind, picture.timestamp)), self._last_ms + 1)
            self._last_ms = at
            self._publisher.put(AccessUnit(self.kind, at, data, key=picture.key))


class _Audio(_Side):
    kind = Kind.AUDIO

    def __init__(self, publisher: Publisher) -> None:
        super().__init__(publisher, AUDIO_PATIENCE_SECONDS)
        self._aac: OpusToAac | None = None

    def use(self, packet: Packet | None) -> None:
        """See `_Side`."""
        if packet is None or not packet.payload:
            return
        if self._aac is None:
            self._aac = OpusToAac()
            self._publisher.put(self._aac.format)
        time_ms = self._publisher.place(self.kind, packet.timestamp)
        self._publisher.put(OpusFrame(time_ms, packet.payload))
        for unit in self._aac.take(time_ms, packet.payload):
            self._publisher.put(unit)
