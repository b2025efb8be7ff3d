"""Limits and certificates of the edge, from the environment."""

import asyncio
import datetime
import os
import signal
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic import ValidationError

from nightmarket.entrypoints.edge_settings import Certificate, realtime_limits
from nightmarket.entrypoints.startup import CannotStart
from nightmarket.kernel.settings import EdgeSettings, Settings
from nightmarket.modules.rooms.realtime.limits import RealtimeLimits


def test_limits_are_the_defaults_but_for_what_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert realtime_limits(EdgeSettings()) == RealtimeLimits()
    monkeypatch.setenv("NIGHTMARKET_EDGE__LIMITS__CHAT_PER_SECOND", "2.5")
    monkeypatch.setenv("NIGHTMARKET_EDGE__LIMITS__PING_SECONDS", "40")
    limits = realtime_limits(Settings().edge)
    assert limits == RealtimeLimits(chat_per_second=2.5, ping_seconds=40)
    assert isinstance(limits.ping_seconds, int)


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({"chats_per_second": "1"}, "Unknown limits of the edge: chats_per_second"),
        ({"ping_seconds": "often"}, "ping_seconds"),
        ({"chat_per_second": "0"}, "greater than 0: chat_per_second"),
    ],
)
def test_a_limit_that_makes_no_sense_is_named(limits: dict[str, str], words: str) -> None:
    with pytest.raises(CannotStart, match=words):
        realtime_limits(EdgeSettings(limits=limits))


def test_a_certificate_needs_its_key(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="belong together"):
        EdgeSettings(tls_certificate=tmp_path / "certificate.pem")
    assert Certificate.of(EdgeSettings()) is None
    with pytest.raises(CannotStart, match="Cannot use the certificate"):
        Certificate(tmp_path / "certificate.pem", tmp_path / "key.pem")


async def test_a_renewed_certificate_is_shown_after_a_hangup_signal(tmp_path: Path) -> None:
    files = tmp_path / "certificate.pem", tmp_path / "key.pem"
    first = write_certificate(*files)
    certificate = Certificate(*files)
    certificate.reload_at_hangup()
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0, ssl=certificate.context)
    port = server.sockets[0].getsockname()[1]
    try:
        assert await shown(port) == first
        files[1].write_text("not a key")
        await hang_up()
        assert await shown(port) == first
        second = write_certificate(*files)
        await hang_up()
        assert await shown(port) == second
    finally:
        asyncio.get_running_loop().remove_signal_handler(signal.SIGHUP)
        server.close()


async def hang_up() -> None:
    os.kill(os.getpid(), signal.SIGHUP)
    await asyncio.sleep(0)
    await asyncio.sleep(0)


async def shown(port: int) -> bytes:
    """The certificate a server shows."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
    found: bytes = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.close()
    return found


def write_certificate(certificate: Path, key: Path) -> bytes:
    """A new one, self-signed; its DER form."""
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    start = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    until = start + datetime.timedelta(days=3650)
    built = x509.CertificateBuilder(name, name, private.public_key(), x509.random_serial_number(), start, until)
    signed = built.sign(private, hashes.SHA256())
    certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    unencrypted = serialization.NoEncryption()
    pkcs8 = serialization.PrivateFormat.PKCS8
    key.write_bytes(private.private_bytes(serialization.Encoding.PEM, pkcs8, unencrypted))
    return signed.public_bytes(serialization.Encoding.DER)
