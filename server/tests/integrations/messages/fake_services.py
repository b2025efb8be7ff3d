"""The services messages go to, as far as we call them, written from their documents: they check what they are sent."""

import asyncio
import base64
import contextlib
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from urllib.parse import parse_qs

import httpx2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


@dataclass
class Call:
    """One request."""

    method: str
    url: str
    path: str
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> Any:
        """Its JSON."""
        return json.loads(self.raw)

    @property
    def form(self) -> dict[str, str]:
        """Its form fields."""
        return {name: values[0] for name, values in parse_qs(self.raw.decode(), keep_blank_values=True).items()}


@dataclass
class FakeService:
    """An HTTP service that notes what it is sent; `answers` are given first: (status, headers, body)."""

    otherwise: tuple[int, dict[str, str], Any] = (200, {}, {})
    answers: list[tuple[int, dict[str, str], Any]] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        raw, more = b"", True
        while more:
            event = await receive()
            raw, more = raw + event.get("body", b""), event.get("more_body", False)
        headers = {name.decode().lower(): value.decode() for name, value in scope["headers"]}
        url = f"{scope['scheme']}://{headers['host']}{scope['path']}"
        self.calls.append(Call(scope["method"], url, scope["path"], headers, raw))
        status, extra, body = self.answers.pop(0) if self.answers else self.otherwise
        head = [(b"content-type", b"application/json"), *((k.encode(), v.encode()) for k, v in extra.items())]
        await send({"type": "http.response.start", "status": status, "headers": head})
        await send({"type": "http.response.body", "body": b"" if body is None else json.dumps(body).encode()})

    def client(self) -> httpx2.AsyncClient:
        """A client that reaches nothing else."""
        return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=self))


class Unreachable(httpx2.AsyncBaseTransport):
    """A network that is down."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("down", request=request)


def twilio_signature(url: str, form: dict[str, str], token: str) -> str:
    """Twilio's rule, on its own."""
    text = url
    for name in sorted(form):
        text += name + form[name]
    return base64.b64encode(hmac.digest(token.encode(), text.encode(), hashlib.sha1)).decode()


def unb64(text: str) -> bytes:
    """Base64url without padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def b64(raw: bytes) -> str:
    """The other way round."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Browser:
    """A browser's side of a subscription: its keys, and how it reads what arrives (RFC 8188 and 8291)."""

    def __init__(self) -> None:
        self._private = ec.generate_private_key(ec.SECP256R1())
        self._point = self._private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self._auth = b"sixteen bytes !!"

    @property
    def keys(self) -> dict[str, str]:
        """What it tells the page."""
        return {"p256dh": b64(self._point), "auth": b64(self._auth)}

    def read(self, body: bytes) -> Any:
        """The JSON inside. Anything wrong on the way raises."""
        salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        sender, sealed = body[21 : 21 + length], body[21 + length :]
        assert len(body) <= 4096
        assert len(sealed) <= size
        other = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
        shared = self._private.exchange(ec.ECDH(), other)
        secret = _expand(hmac.digest(self._auth, shared, "sha256"), b"WebPush: info\0" + self._point + sender, 32)
        pseudo = hmac.digest(salt, secret, "sha256")
        key = _expand(pseudo, b"Content-Encoding: aes128gcm\0", 16)
        nonce = _expand(pseudo, b"Content-Encoding: nonce\0", 12)
        plain = AESGCM(key).decrypt(nonce, sealed, None)
        assert plain.rstrip(b"\0")[-1:] == b"\x02"  # the mark of the last record
        return json.loads(plain.rstrip(b"\0")[:-1])


def _expand(pseudo: bytes, info: bytes, size: int) -> bytes:
    return hmac.digest(pseudo, info + b"\x01", "sha256")[:size]


def read_vapid(header: str) -> tuple[dict[str, Any], str]:
    """The claims of a `vapid` authorization, checked against its own key; and that key."""
    kind, _, rest = header.partition(" ")
    assert kind == "vapid"
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    head, claims, signature = parts["t"].split(".")
    assert json.loads(unb64(head))["alg"] == "ES256"
    raw = unb64(signature)
    der = utils.encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unb64(parts["k"]))
    key.verify(der, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    return json.loads(unb64(claims)), parts["k"]


@dataclass
class FakeMailServer:
    """SMTP (RFC 5321) on a local port: takes letters, or says what it is told to."""

    port: int = 0
    refusals: dict[str, str] = field(default_factory=dict)
    """An answer other than 250 for RCPT or DATA."""
    logins: list[str] = field(default_factory=list)
    letters: list[tuple[str, list[str], EmailMessage]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One conversation."""

        async def say(text: str) -> None:
            writer.write(f"{text}\r\n".encode())
            await writer.drain()

        sender, to = "", []
        await say("220 mail.example ready")
        with contextlib.suppress(ConnectionError):
            while line := (await reader.readline()).decode().rstrip("\r\n"):
                verb = line[:4].upper()
                if verb == "EHLO":
                    await say("250-mail.example\r\n250-AUTH PLAIN\r\n250 8BITMIME")
                elif verb == "AUTH":
                    self.logins.append(base64.b64decode(line.split()[-1]).decode())
                    await say("235 welcome" if self.logins[-1].endswith("right") else "535 no")
                elif verb == "MAIL":
                    sender = line.partition("<")[2].partition(">")[0]
                    await say("250 ok")
                elif verb == "RCPT":
                    to.append(line.partition("<")[2].partition(">")[0])
                    await say(self.refusals.get("RCPT", "250 ok"))
                elif verb == "DATA":
                    await say("354 go on")
                    raw = await reader.readuntil(b"\r\n.\r\n")
                    if "DATA" in self.refusals:
                        await say(self.refusals["DATA"])
                        continue
                    self.raw.append(raw)
                    letter = message_from_bytes(raw[:-3].replace(b"\r\n..", b"\r\n."), policy=policy.default)
                    self.letters.append((sender, to, letter))
                    await say("250 queued as 4711")
                elif verb == "QUIT":
                    await say("221 bye")
                    break
                else:
                    await say("250 ok")
        writer.close()


@contextlib.asynccontextmanager
async def running_mail_server() -> AsyncIterator[FakeMailServer]:
    """A mail server that listens."""
    fake = FakeMailServer()
    server = await asyncio.start_server(fake.serve, "127.0.0.1", 0)
    fake.port = server.sockets[0].getsockname()[1]
    async with server:
        yield fake
