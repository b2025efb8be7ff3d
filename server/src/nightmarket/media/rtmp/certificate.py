"""The certificate RTMPS shows: files that are read again when they change, or one made here."""

import asyncio
import datetime
import ipaddress
import ssl
from pathlib import Path

import structlog
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from nightmarket.media.config import MediaConfig

log = structlog.get_logger()

OWN = ("rtmps.pem", "rtmps.key")
OWN_DAYS = 800


class Certificate:
    """A TLS context around two PEM files."""

    def __init__(self, certificate: Path, key: Path) -> None:
        self._files = (certificate, key)
        self._seen = self._stamps()
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.minimum_version = ssl.TLSVersion.TLSv1_2
        self.context.load_cert_chain(certificate, key)

    @classmethod
    def of(cls, config: MediaConfig, now: float) -> "Certificate":
        """The configured one, or one of our own in the data folder."""
        if config.tls_certificate is not None and config.tls_key is not None:
            return cls(config.tls_certificate, config.tls_key)
        certificate, key = (config.data_dir / name for name in OWN)
        if not (certificate.is_file() and key.is_file()):
            log.warning("rtmps.self_signed", certificate=str(certificate))
            _make(certificate, key, now)
        return cls(certificate, key)

    async def refresh(self) -> None:
        """Connections from now on see a renewed certificate. One that cannot be read leaves the old one in place."""
        stamps = await asyncio.to_thread(self._stamps)
        if stamps == self._seen:
            return
        try:
            await asyncio.to_thread(self.context.load_cert_chain, *self._files)
        except (OSError, ssl.SSLError) as error:
            log.error("rtmps.certificate_unreadable", error=str(error))
        else:
            log.info("rtmps.certificate_renewed")
        self._seen = stamps

    def _stamps(self) -> tuple[int, ...]:
        return tuple(path.stat().st_mtime_ns if path.exists() else 0 for path in self._files)


def _make(certificate: Path, key: Path, now: float) -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "nightmarket media server")])
    begin = datetime.datetime.fromtimestamp(now, datetime.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin - datetime.timedelta(hours=1))
        .not_valid_after(begin + datetime.timedelta(days=OWN_DAYS))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(private, hashes.SHA256())
    )
    key.touch(mode=0o600)
    key.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
