"""What a command needs of the machine before it starts: a port, a folder of its own. Or one sentence why not."""

import asyncio
import contextlib
import errno
import fcntl
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import IO

_BACKLOG = 2048
_LOOK_AGAIN_SECONDS = 0.1


class CannotStart(Exception):
    """Why a command cannot run, in one sentence for whoever typed it."""


@contextlib.contextmanager
def machine_refusals() -> Iterator[None]:
    """Inside, what the file system or network refuses becomes one sentence."""
    try:
        yield
    except OSError as error:
        raise CannotStart(f"{error.filename or 'The system'}: {error.strerror or error}.") from error


def listen(host: str, port: int) -> list[socket.socket]:
    """Listening sockets on the port: on every IPv4 address also on every IPv6 one, where the machine has it.

    Browsers try `localhost` as ::1 first.
    """
    try:
        sockets = [_bound(socket.AF_INET6 if ":" in host else socket.AF_INET, host, port)]
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise CannotStart(f"Port {port} is in use by another program: choose another with --port.") from error
        if error.errno == errno.EACCES:
            raise CannotStart(f"Port {port} needs more rights than you have: choose one above 1023.") from error
        raise CannotStart(f"Cannot listen on {host} port {port}: {error.strerror or error}.") from error
    if host == "0.0.0.0":  # noqa: S104
        with contextlib.suppress(OSError):
            sockets.append(_bound(socket.AF_INET6, "::", sockets[0].getsockname()[1]))
    return sockets


def _bound(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family is socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
        listener.setblocking(False)  # noqa: FBT003
    except OSError:
        listener.close()
        raise
    return listener


async def claim_folder(folder: Path, *, patience_seconds: float = 0.0) -> IO[str]:
    """Make the folder ours for as long as the returned file stays open; also kill -9 lets go of it.

    Two servers on the same data would each finish shows the other is still recording.
    """
    file = _lock_file(folder)
    deadline = asyncio.get_running_loop().time() + patience_seconds
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except OSError as error:
            if asyncio.get_running_loop().time() >= deadline:
                file.seek(0)
                owner = file.read(20).strip() or "unknown"
                file.close()
                raise CannotStart(f"{folder} is in use by another Nightmarket (process {owner}).") from error
        await asyncio.sleep(_LOOK_AGAIN_SECONDS)
    file.truncate(0)
    file.write(f"{os.getpid()}\n")
    file.flush()
    return file


def _lock_file(folder: Path) -> IO[str]:
    with machine_refusals():
        folder.mkdir(parents=True, exist_ok=True)
        return (folder / "in-use.lock").open("a+")
