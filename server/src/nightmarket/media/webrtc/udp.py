"""One UDP port on every address of this machine; each datagram finds its session.

A session is first known by the user name in its connectivity checks, then by the remote addresses it proved to own.
"""

import asyncio
import contextlib
import errno
import socket
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Protocol

import ifaddr
import structlog

from nightmarket.media.webrtc import stun

log = structlog.get_logger()

READ_SIZE = 2048
READS_PER_TURN = 64
SOCKET_BUFFER = 1 << 20
ANYWHERE = ("0.0.0.0", "::")  # noqa: S104 - compared with, not bound


@dataclass(frozen=True, slots=True)
class Path:
    """A local socket and a remote address."""

    sock: socket.socket
    address: Any

    def send(self, data: bytes) -> bool:
        """Sends a datagram. False when the socket's buffer is full; what cannot be sent at all is lost."""
        try:
            self.sock.sendto(data, self.address)
        except BlockingIOError:
            return False
        except OSError:
            # The peer's network is gone for now: the same as a lost packet.
            return True
        return True


class Session(Protocol):
    """Whoever a datagram is for."""

    def check(self, message: stun.Message, path: Path) -> None:
        """A connectivity check that names this session, or the answer to one of ours."""

    def datagram(self, data: bytes) -> None:
        """Anything else from an address this session owns."""


class UdpPort:
    """The sockets and who is behind them."""

    def __init__(self, host: str, port: int, announced: tuple[str, ...] = ()) -> None:
        self._host = host
        self._wanted_port = port
        self._announced = announced
        self._sockets: dict[str, socket.socket] = {}
        self._by_name: dict[str, Session] = {}
        self._by_address: dict[tuple[str, int], Session] = {}
        self.port = 0

    def open(self) -> int:
        """Binds the port on what addresses there are; another one if it is taken."""
        self.port = self._wanted_port
        try:
            self._bind_new()
        except OSError:
            self.close()
            log.warning("webrtc.port_taken", port=self._wanted_port)
            self.port = 0
            self._bind_new()
        return self.port

    def close(self) -> None:
        """Closes every socket."""
        for sock in self._sockets.values():
            with contextlib.suppress(RuntimeError):
                asyncio.get_running_loop().remove_reader(sock.fileno())
            sock.close()
        self._sockets.clear()

    def addresses(self, near: str | None) -> list[str]:
        """Where peers reach us, best first: announced addresses, else the one they asked us at, else all there are.

        Addresses that came up since the last time are taken into use.
        """
        if self._announced:
            return list(self._announced)
        with contextlib.suppress(OSError):
            self._bind_new()
        known = list(self._sockets)
        # Loopback is of use to a peer on this machine only.
        wide = [address for address in known if not ip_address(address).is_loopback] or known
        return [near, *(address for address in wide if address != near)] if near in known else wide

    def register(self, name: str, session: Session) -> None:
        """Checks that name this user go to the session."""
        self._by_name[name] = session

    def own(self, path: Path, session: Session) -> None:
        """The session proved that it is behind this remote address."""
        self._by_address[path.address[:2]] = session

    def forget(self, session: Session) -> None:
        """The session is over."""
        self._by_name = {name: other for name, other in self._by_name.items() if other is not session}
        self._by_address = {key: other for key, other in self._by_address.items() if other is not session}

    def _bind_new(self) -> None:
        for address in self._local_addresses():
            if address in self._sockets:
                continue
            try:
                self._sockets[address] = self._bind(address)
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    raise
                log.warning("webrtc.bind_failed", address=address, error=repr(error))

    def _local_addresses(self) -> list[str]:
        if self._host not in ANYWHERE:
            return [self._host]
        found = []
        for adapter in ifaddr.get_adapters():
            for ip in adapter.ips:
                text = ip.ip if isinstance(ip.ip, str) else ip.ip[0]
                address = ip_address(text)
                if not address.is_link_local and not address.is_multicast and not address.is_unspecified:
                    found.append(text)
        return found

    def _bind(self, address: str) -> socket.socket:
        sock = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
        try:
            sock.settimeout(0)
            for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
                sock.setsockopt(socket.SOL_SOCKET, option, SOCKET_BUFFER)
            sock.bind((address, self.port))
        except OSError:
            sock.close()
            raise
        self.port = self.port or sock.getsockname()[1]
        asyncio.get_running_loop().add_reader(sock.fileno(), self._reader(sock))
        return sock

    def _reader(self, sock: socket.socket) -> Callable[[], None]:
        def read() -> None:
            for _ in range(READS_PER_TURN):
                try:
                    data, address = sock.recvfrom(READ_SIZE)
                except (BlockingIOError, InterruptedError):
                    return
                except OSError:
                    # An earlier datagram of ours was not wanted where it went.
                    continue
                if data:
                    self._dispatch(data, Path(sock, address))

        return read

    def _dispatch(self, data: bytes, path: Path) -> None:
        try:
            if data[0] < 4:
                self._check(data, path)
                return
            session = self._by_address.get(path.address[:2])
            if session is not None:
                session.datagram(data)
        except Exception:
            # One odd packet must not stop the port for everybody.
            log.exception("webrtc.datagram_failed")

    def _check(self, data: bytes, path: Path) -> None:
        message = stun.parse(data)
        if message is None:
            return
        if message.kind is stun.Kind.REQUEST:
            session = self._by_name.get(message.user)
        else:
            session = self._by_address.get(path.address[:2])
        if session is not None:
            session.check(message, path)
