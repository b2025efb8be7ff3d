"""DTLS-SRTP (RFC 5764): the handshake over our own datagrams, and the keys for media."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from aiortc.rtcdtlstransport import (
    SRTP_AEAD_AES_128_GCM,
    SRTP_PROFILES,
    X509_DIGEST_ALGORITHMS,
    SRTPProtectionProfile,
    certificate_digest,
    generate_certificate,
)
from cryptography.hazmat.primitives.asymmetric import ec
from OpenSSL import SSL
from pylibsrtp import Policy, Session

CIPHERS = b"ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES256-GCM-SHA384"
PROFILES = sorted(SRTP_PROFILES, key=lambda profile: profile is not SRTP_AEAD_AES_128_GCM)
MTU = 1200
HEADER_BYTES = 13
CERTIFICATE_SECONDS = 86_400
REPLAY_WINDOW = 1024


class DtlsFailed(Exception):
    """The handshake cannot succeed."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate of ours in use for a day, and its fingerprint."""

    context: SSL.Context
    fingerprint: str


def identity() -> Identity:
    """The certificate of today."""
    return _identity(int(time.monotonic() // CERTIFICATE_SECONDS))


@lru_cache(maxsize=2)
def _identity(_: int) -> Identity:
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = generate_certificate(key)
    context = SSL.Context(SSL.DTLS_METHOD)
    context.set_options(SSL.OP_NO_TICKET)
    # Certificates are self-signed: the fingerprint in the offer says which one is right.
    context.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, lambda *_: True)
    context.use_certificate(certificate)
    context.use_privatekey(key)
    context.set_cipher_list(CIPHERS)
    context.set_tlsext_use_srtp(b":".join(profile.openssl_profile for profile in PROFILES))
    return Identity(context, certificate_digest(certificate, "sha-256"))


@dataclass(frozen=True, slots=True)
class Srtp:
    """The two directions of protected media."""

    incoming: Session
    outgoing: Session


class Dtls:
    """One handshake."""

    def __init__(
        self,
        *,
        is_client: bool,
        fingerprints: dict[str, str],
        send: Callable[[bytes], None],
        opened: Callable[[Srtp], None],
        closed: Callable[[str], None],
    ) -> None:
        self._fingerprints = fingerprints
        self._is_client = is_client
        self._send = send
        self._opened = opened
        self._closed = closed
        self._timer: asyncio.TimerHandle | None = None
        self._is_open = False
        self._ssl = SSL.Connection(identity().context)
        self._ssl.set_ciphertext_mtu(MTU)
        if is_client:
            self._ssl.set_connect_state()
        else:
            self._ssl.set_accept_state()

    def start(self) -> None:
        """Begins, if it is ours to begin."""
        if self._is_client and not self._is_open:
            self._advance()

    def datagram(self, data: bytes) -> None:
        """Takes what the peer sent."""
        self._ssl.bio_write(data)
        if self._is_open:
            self._listen()
        else:
            self._advance()

    def close(self) -> None:
        """Says goodbye, if there was a hello."""
        self._stop_timer()
        if self._is_open:
            with contextlib.suppress(SSL.Error):
                self._ssl.shutdown()
            self._flush()

    def _advance(self) -> None:
        self._stop_timer()
        try:
            self._ssl.do_handshake()
        except SSL.WantReadError:
            self._flush()
            self._wait()
            return
        except SSL.Error as error:
            self._flush()
            self._closed(f"DTLS handshake failed: {error}")
            return
        self._flush()
        try:
            srtp = self._keys()
        except DtlsFailed as error:
            self._closed(str(error))
            return
        self._is_open = True
        self._opened(srtp)

    def _listen(self) -> None:
        """After the handshake only a repeated last flight or a goodbye comes."""
        try:
            self._ssl.recv(MTU)
        except SSL.WantReadError:
            self._flush()
        except (SSL.ZeroReturnError, SSL.Error):
            self._closed("The peer closed the connection.")

    def _keys(self) -> Srtp:
        certificate = self._ssl.get_peer_certificate(as_cryptography=True)
        known = {name: value for name, value in self._fingerprints.items() if name in X509_DIGEST_ALGORITHMS}
        if certificate is None or not known:
            raise DtlsFailed("The peer showed no certificate that could be checked.")
        if any(certificate_digest(certificate, name) != value.upper() for name, value in known.items()):
            raise DtlsFailed("The peer's certificate is not the one in its offer.")
        chosen = self._ssl.get_selected_srtp_profile()
        profile = next((item for item in PROFILES if item.openssl_profile == chosen), None)
        if profile is None:
            raise DtlsFailed("There is no SRTP profile in common.")
        length = 2 * (profile.key_length + profile.salt_length)
        material = self._ssl.export_keying_material(b"EXTRACTOR-dtls_srtp", length)
        ours, theirs = (0, 1) if self._is_client else (1, 0)
        return Srtp(
            _session(profile, profile.get_key_and_salt(material, theirs), Policy.SSRC_ANY_INBOUND),
            _session(profile, profile.get_key_and_salt(material, ours), Policy.SSRC_ANY_OUTBOUND),
        )

    def _flush(self) -> None:
        try:
            waiting = self._ssl.bio_read(65_536)
        except SSL.WantReadError:
            return
        for packet in _datagrams(waiting):
            self._send(packet)

    def _wait(self) -> None:
        seconds = self._ssl.DTLSv1_get_timeout()
        if seconds is not None:
            self._timer = asyncio.get_running_loop().call_later(max(seconds, 0.05), self._repeat)

    def _repeat(self) -> None:
        self._timer = None
        try:
            self._ssl.DTLSv1_handle_timeout()
        except SSL.Error as error:
            self._closed(f"DTLS handshake failed: {error}")
            return
        self._flush()
        self._wait()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _session(profile: SRTPProtectionProfile, key: bytes, direction: int) -> Session:
    policy = Policy(key=key, ssrc_type=direction, srtp_profile=profile.libsrtp_profile)
    policy.allow_repeat_tx = True
    policy.window_size = REPLAY_WINDOW
    return Session(policy)


def _datagrams(records: bytes) -> Iterator[bytes]:
    """Whole DTLS records, as many as fit in a datagram."""
    packet = b""
    while records:
        size = HEADER_BYTES + int.from_bytes(records[11:13], "big")
        record, records = records[:size], records[size:]
        if packet and len(packet) + len(record) > MTU:
            yield packet
            packet = b""
        packet += record
    if packet:
        yield packet
