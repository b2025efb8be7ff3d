"""A browser that watches by WHEP. One that cannot keep up goes on at the next key frame."""

import asyncio
import secrets
import time
from collections import deque
from collections.abc import Callable

from aiortc.rtp import (
    RTCP_PSFB_FIR,
    RTCP_PSFB_PLI,
    RTCP_RTPFB_NACK,
    AnyRtcpPacket,
    RtcpPsfbPacket,
    RtcpRrPacket,
    RtcpRtpfbPacket,
    RtcpSenderInfo,
    RtcpSrPacket,
)

from nightmarket.media.units import Kind
from nightmarket.media.webrtc import rtp
from nightmarket.media.webrtc.answer import Track
from nightmarket.media.webrtc.fanout import Fanout, Outgoing
from nightmarket.media.webrtc.peer import Peer
from nightmarket.media.webrtc.sdp import Offer
from nightmarket.media.webrtc.udp import UdpPort

HISTORY = 512
BURST_PACKETS, BURST_SECONDS = 20, 0.005
"""About 40 Mbit/s for a viewer that catches up."""
REPORT_SECONDS = 1.0
HEAVY_LOSS = 64
"""Of 256: a viewer that loses this much in a report does not get all pictures for now."""
NTP_EPOCH_SECONDS = 2_208_988_800
WALL_OFFSET_SECONDS = time.time() - time.monotonic()


class Viewer:
    """One WHEP session; implements `peer.Listener` and `fanout.Receiver`."""

    def __init__(self, port: UdpPort, offer: Offer, tracks: list[Track], fanout: Fanout) -> None:
        self._fanout = fanout
        self._loop = asyncio.get_running_loop()
        self._video: _Lane | None = None
        self._audio: _Lane | None = None
        self._needs_key = True
        self._reported_at = 0.0
        self._backlog: deque[Outgoing] = deque()
        self.skipped_count = 0
        self.over: Callable[[], None] = lambda: None
        self._is_over = False
        self.peer = Peer(port, offer, self)
        for track in tracks:
            lane = _Lane(track, self.peer)
            if track.section.kind == "video":
                self._video = lane
            else:
                self._audio = lane

    def opened(self) -> None:
        """See `peer.Listener`."""
        self._fanout.add(self)

    def lost(self, reason: str) -> None:
        """See `peer.Listener`."""
        self.stop(reason)

    def stop(self, reason: str) -> None:  # noqa: ARG002 - a viewer asks the api why
        """Ends the session, from either side."""
        if self._is_over:
            return
        self._is_over = True
        self._fanout.remove(self)
        self._backlog.clear()
        self.peer.close()
        self.over()

    @property
    def connection(self) -> Peer:
        """Its path."""
        return self.peer

    async def stopped(self) -> None:
        """Nothing is left behind."""

    def tend(self) -> None:
        """Regular care."""
        self.peer.tend()

    def video(self, picture: Outgoing) -> None:
        """See `fanout.Receiver`."""
        if self._backlog:
            self._backlog.append(picture)
        else:
            self._show(picture)

    def catch_up(self, pictures: list[Outgoing]) -> None:
        """See `fanout.Receiver`."""
        self._backlog.extend(pictures)
        self._drain()

    def _drain(self) -> None:
        """Sends what waits, not faster than a line takes it."""
        budget = BURST_PACKETS
        while self._backlog and budget > 0:
            picture = self._backlog.popleft()
            budget -= len(picture.payloads)
            self._show(picture)
        if self._backlog:
            self._loop.call_later(BURST_SECONDS, self._drain)

    def _show(self, picture: Outgoing) -> None:
        lane = self._video
        if lane is None or (self._needs_key and not picture.key):
            self.skipped_count += lane is not None
            return
        if lane.send(picture):
            self._needs_key = False
        else:
            self._skip()
        self._report()

    def audio(self, sound: Outgoing) -> None:
        """See `fanout.Receiver`."""
        if self._audio is not None:
            self._audio.send(sound)
            self._report()

    def rtp(self, packet: rtp.Packet) -> None:
        """See `peer.Listener`: viewers send nothing we want."""

    def rtcp(self, packet: AnyRtcpPacket) -> None:
        """See `peer.Listener`."""
        if isinstance(packet, RtcpRtpfbPacket) and packet.fmt == RTCP_RTPFB_NACK:
            if self._video is not None and packet.media_ssrc == self._video.ssrc:
                self._video.repeat(packet.lost)
        elif isinstance(packet, RtcpPsfbPacket) and packet.fmt in (RTCP_PSFB_PLI, RTCP_PSFB_FIR):
            self._fanout.ask_key_frame()
        elif isinstance(packet, (RtcpRrPacket, RtcpSrPacket)):
            for block in packet.reports:
                if self._video is not None and block.ssrc == self._video.ssrc and block.fraction_lost > HEAVY_LOSS:
                    self._skip()

    def _skip(self) -> None:
        self._needs_key = True

    def _report(self) -> None:
        now = self._loop.time()
        if now - self._reported_at < REPORT_SECONDS:
            return
        self._reported_at = now
        for lane in (self._video, self._audio):
            if lane is not None and lane.packet_count:
                self.peer.send_rtcp(lane.report())


class _Lane:
    """One outgoing track."""

    def __init__(self, track: Track, peer: Peer) -> None:
        self.ssrc = track.ssrc
        self.packet_count = 0
        self._octets = 0
        self._peer = peer
        self._kind = Kind(track.section.kind)
        self._per_ms = track.codec.clock / 1000
        self._payload_type = track.codec.payload_type
        self._repair = track.repair
        self._repair_ssrc = track.repair_ssrc
        # The lower half leaves room before the first wrap, which SRTP must see.
        self._sequence = secrets.randbits(15)
        self._repair_sequence = secrets.randbits(15)
        self._origin = secrets.randbits(32)
        self._last_ms = 0.0
        self._sent: dict[int, tuple[int, bool, bytes]] = {}
        """What was sent lately, by number; the payloads are shared with all viewers."""

    def send(self, item: Outgoing) -> bool:
        """Sends all of it. False when the socket's buffer is full."""
        self._last_ms = item.time_ms
        timestamp = self._timestamp(item.time_ms)
        last = len(item.payloads) - 1
        is_video = self._kind is Kind.VIDEO
        for index, payload in enumerate(item.payloads):
            marker = is_video and index == last
            packet = rtp.write(self._payload_type, self._sequence, timestamp, self.ssrc, payload, marker=marker)
            if is_video:
                self._sent[self._sequence] = (timestamp, marker, payload)
                self._sent.pop((self._sequence - HISTORY) & 0xFFFF, None)
            self._sequence = (self._sequence + 1) & 0xFFFF
            self.packet_count += 1
            self._octets += len(payload)
            if not self._peer.send(packet):
                return False
        return True

    def repeat(self, sequences: list[int]) -> None:
        """Sends lost packets again."""
        for sequence in sequences:
            sent = self._sent.get(sequence)
            if sent is None:
                continue
            timestamp, marker, payload = sent
            if self._repair is None:
                packet = rtp.write(self._payload_type, sequence, timestamp, self.ssrc, payload, marker=marker)
            else:
                # RFC 4588: the old number goes before the old payload.
                kind, number, ssrc = self._repair.payload_type, self._repair_sequence, self._repair_ssrc
                packet = rtp.write(kind, number, timestamp, ssrc, sequence.to_bytes(2, "big") + payload, marker=marker)
                self._repair_sequence = (number + 1) & 0xFFFF
            if not self._peer.send(packet):
                return

    def report(self) -> bytes:
        """A sender report: by it the browser brings sound and picture together."""
        ntp = round((NTP_EPOCH_SECONDS + _wall_seconds(self._last_ms)) * (1 << 32))
        info = RtcpSenderInfo(
            ntp_timestamp=ntp & 0xFFFFFFFFFFFFFFFF,
            rtp_timestamp=self._timestamp(self._last_ms),
            packet_count=self.packet_count & 0xFFFFFFFF,
            octet_count=self._octets & 0xFFFFFFFF,
        )
        return bytes(RtcpSrPacket(ssrc=self.ssrc, sender_info=info))

    def _timestamp(self, time_ms: float) -> int:
        return (self._origin + round(time_ms * self._per_ms)) & 0xFFFFFFFF


def _wall_seconds(time_ms: float) -> float:
    """Media time as time of day: the same for every track, whatever the wall clock does meanwhile."""
    return WALL_OFFSET_SECONDS + time_ms / 1000
