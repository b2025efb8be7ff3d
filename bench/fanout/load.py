"""The C client (`native/client.c`) as the benchmark drives it.

Its options: -s HOST:PORT a server (several: connections take turns) · -p FILE request paths, one per line, connection i
takes line i · -n connections · -k how many of them stall when a run says so · -a sockets that receive each message ·
-b HOST:PORT publish there with raw bytes instead of on connection i · -P connections that publish in turn ·
-m FILE -u FILE chat and prompt messages · -g in when the server has said something · -i speak Engine.IO.
"""

import contextlib
import json
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from machine import Cpu, Processors, pinned

MARK = "`A" + "a" * 16
"""Where the client writes the time; the class letter is its own, too."""


@dataclass(frozen=True)
class Target:
    """A server under test and how to talk to it."""

    name: str
    pids: list[int]
    ports: list[int]
    chat: list[bytes]
    prompt: list[bytes]
    paths: list[str] = field(default_factory=lambda: ["/ws?room=r0"])
    bus_port: int | None = None
    is_socketio: bool = False
    is_greeting: bool = False


@dataclass(frozen=True)
class Spread:
    """Connections over so many rooms; who publishes on its own connections; how many stop reading when told to."""

    rooms: int = 1
    publishers: int = 1
    stalled: int = 0


ONE_ROOM = Spread()


@dataclass(frozen=True)
class Load:
    """One run: how many chat and prompt messages in flight, or per second."""

    seconds: float
    chat_window: int = 0
    chat_rate: float = 0
    prompt_window: int = 0
    prompt_rate: float = 0
    stall: bool = False


@dataclass(frozen=True)
class Result:
    """What one run came to."""

    seconds: float
    cpu: float
    client_share: float
    raw: dict[str, Any]

    @property
    def received(self) -> int:
        """Content messages that arrived."""
        return int(self.raw["chat"]["received"]) + int(self.raw["prompt"]["received"])

    @property
    def per_second(self) -> float:
        """Deliveries per second."""
        return self.received / self.seconds if self.seconds else 0.0

    @property
    def cpu_per_million(self) -> float:
        """Server CPU seconds per million deliveries."""
        return self.cpu / self.received * 1e6 if self.received else float("nan")

    @property
    def cpu_share(self) -> float:
        """Share of one processor that the server used."""
        return self.cpu / self.seconds if self.seconds else 0.0

    def ms(self, klass: str, what: str) -> float:
        """p50, p99 or max of a class."""
        return float(self.raw[klass][what])

    def complete(self, klass: str, receivers: int) -> float:
        """Share of what should have arrived."""
        sent = self.raw[klass]["sent"] * receivers
        return self.raw[klass]["received"] / sent if sent else 1.0


class Client:
    """A connected load client."""

    def __init__(self, process: subprocess.Popen[str], target: Target) -> None:
        self._process = process
        self._target = target
        cpu = Cpu(target.pids)
        welcome = self._read()
        self.accept_cpu = cpu.seconds()
        self.accept_seconds = float(welcome["seconds"])

    def run(self, load: Load) -> Result:
        """Returns when everything has arrived, or will not any more."""
        server, client = Cpu(self._target.pids), Cpu([self._process.pid])
        assert self._process.stdin
        self._process.stdin.write(
            f"run {load.seconds} {load.chat_window} {load.chat_rate} {load.prompt_window} {load.prompt_rate}"
            f" {int(load.stall)}\n"
        )
        self._process.stdin.flush()
        raw = self._read()
        seconds = float(raw["seconds"])
        return Result(seconds, server.seconds(), client.seconds() / seconds if seconds else 0, raw)

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the client gave up on {self._target.name}")
        answer: dict[str, Any] = json.loads(line)
        return answer


@contextlib.contextmanager
def connected(
    program: Path,
    target: Target,
    connections: int,
    *,
    processors: Processors,
    spread: Spread = ONE_ROOM,
) -> Iterator[Client]:
    """A client with so many connections."""
    folder = program.parent
    files = {
        "-m": _book(folder / "chat.book", target.chat),
        "-u": _book(folder / "prompt.book", target.prompt),
        "-p": _lines(folder / "paths", target.paths),
    }
    words: list[object] = [word for option, path in files.items() for word in (option, path)]
    for port in target.ports:
        words += ["-s", f"127.0.0.1:{port}"]
    words += ["-n", connections, "-k", spread.stalled, "-a", connections // spread.rooms]
    words += ["-P", spread.publishers]
    words += ["-b", f"127.0.0.1:{target.bus_port}"] if target.bus_port else []
    words += ["-i"] if target.is_socketio else ["-g"] if target.is_greeting else []
    command = [str(program), *map(str, words)]
    with pinned(processors.others):
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield Client(process, target)
    finally:
        process.kill()
        process.wait()


def _book(path: Path, messages: Sequence[bytes]) -> Path:
    path.write_bytes(b"".join(b"%d\n%s" % (len(message), message) for message in messages))
    return path


def _lines(path: Path, lines: Sequence[str]) -> Path:
    path.write_text("\n".join(lines) + "\n")
    return path
