"""One remote browser: its path, its keys, its packets."""

import asyncio
from typing import Protocol

import structlog
from aiortc.rtp import AnyRtcpPacket, RtcpPacket
from pylibsrtp import Error as SrtpError

from nightmarket.media.webrtc import rtp, stun
from nightmarket.media.webrtc.dtls import Dtls, Srtp
from nightmarket.media.webrtc.ice import Credentials, IceLite
from nightmarket.media.webrtc.sdp import Offer
from nightmarket.media.webrtc.udp import Path, UdpPort

log = structlog.get_logger()

CONNECT_SECONDS = 15.0
"""A session that is not connected by then never will be."""
SILENCE_SECONDS = 15.0
"""A browser checks its path every few seconds; one not heard for this long is gone."""
PROBE_PRIORITY = 0x6E7F1EFF


class Listener(Protocol):
    """What happens to the connection."""

    def opened(self) -> None:
        """Media can flow."""

    def rtp(self, packet: rtp.Packet) -> None:
        """A packet of media."""

    def rtcp(self, packet: AnyRtcpPacket) -> None:
        """A report or request."""

    def lost(self, reason: str) -> None:
        """The connection is gone; called once."""


class Peer:
    """Connects one session; implements `udp.Session`."""

    def __init__(self, port: UdpPort, offer: Offer, listener: Listener) -> None:
        self._port = port
        self._listener = listener
        self._loop = asyncio.get_running_loop()
        self._began = self.heard_at = self._loop.time()
        self._srtp: Srtp | None = None
        self._is_over = False
        self._probe: tuple[bytes, float] | None = None
        self.rtt_ms: float | None = None
        self.ice = IceLite(offer.ice, self._prove)
        self._dtls = Dtls(
            is_client=offer.setup == "passive",
            fingerprints=offer.fingerprints,
            send=self._send_raw,
            opened=self._open,
            closed=self.lose,
        )
        port.register(self.ice.local.ufrag, self)

    @property
    def is_open(self) -> bool:
        """Whether media can flow."""
        return self._srtp is not None and not self._is_over

    def restart(self, remote: Credentials) -> Credentials:
        """The browser has a new network: new names for both sides."""
        local = self.ice.restart(remote)
        self._port.register(local.ufrag, self)
        return local

    def check(self, message: stun.Message, path: Path) -> None:
        """See `udp.Session`."""
        if message.kind is not stun.Kind.REQUEST:
            self._measure(message)
        elif not self._is_over and self.ice.check(message, path):
            self.heard_at = self._loop.time()
            self._dtls.start()

    def datagram(self, data: bytes) -> None:
        """See `udp.Session`."""
        if self._is_over:
            return
        if 20 <= data[0] <= 63:
            self._dtls.datagram(data)
        elif self._srtp is not None and 128 <= data[0] <= 191:
            try:
                self._media(self._srtp, data)
            except (SrtpError, ValueError):
                # Forged, repeated or damaged: as if it had not come.
                return

    def send(self, packet: bytes) -> bool:
        """Protects and sends RTP. False when it did not fit in the socket's buffer."""
        path = self.ice.path
        if self._srtp is None or path is None or self._is_over:
            return True
        try:
            protected = self._srtp.outgoing.protect(packet)
        except (SrtpError, ValueError) as error:
            self.lose(f"Media could not be protected: {error}")
            return True
        return path.send(protected)

    def send_rtcp(self, packet: bytes) -> None:
        """Protects and sends RTCP."""
        if self._srtp is not None and not self._is_over:
            self._send_raw(self._srtp.outgoing.protect_rtcp(packet))

    def probe(self) -> None:
        """Asks the browser for a sign of life, and how long that takes."""
        path = self.ice.path
        if path is None or self._is_over:
            return
        user = f"{self.ice.remote.ufrag}:{self.ice.local.ufrag}"
        request, transaction = stun.request(user, self.ice.remote.password, PROBE_PRIORITY)
        self._probe = (transaction, self._loop.time())
        path.send(request)

    def tend(self) -> None:
        """Notices a peer that never came, or left without a word."""
        now = self._loop.time()
        if self._srtp is None and now - self._began > CONNECT_SECONDS:
            self.lose("No connection came about: the network lets no UDP through, or our address is not reachable.")
        elif now - self.heard_at > SILENCE_SECONDS:
            self.lose("The connection was lost.")

    def lose(self, reason: str) -> None:
        """The connection is over by itself."""
        if not self._is_over:
            self.close()
            self._listener.lost(reason)

    def close(self) -> None:
        """Ends the connection."""
        if self._is_over:
            return
        self._dtls.close()
        self._is_over = True
        self._port.forget(self)

    def _prove(self, path: Path) -> None:
        self._port.own(path, self)

    def _measure(self, message: stun.Message) -> None:
        now = self._loop.time()
        if self._probe is None or message.transaction != self._probe[0]:
            return
        if message.is_signed_with(self.ice.remote.password):
            self.heard_at = now
            self.rtt_ms = (now - self._probe[1]) * 1000
            self._probe = None

    def _media(self, srtp: Srtp, data: bytes) -> None:
        if rtp.is_rtcp(data):
            plain = srtp.incoming.unprotect_rtcp(data)
            self.heard_at = self._loop.time()
            for report in RtcpPacket.parse(plain):
                self._listener.rtcp(report)
            return
        packet = rtp.parse(srtp.incoming.unprotect(data))
        self.heard_at = self._loop.time()
        if packet is not None:
            self._listener.rtp(packet)

    def _open(self, srtp: Srtp) -> None:
        self._srtp = srtp
        self._listener.opened()

    def _send_raw(self, data: bytes) -> None:
        if self.ice.path is not None and not self._is_over:
            self.ice.path.send(data)
