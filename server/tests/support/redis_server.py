"""A Redis of a test's own, which may be killed, frozen and started again."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

from nightmarket.kernel.redis import Redis, connect_redis

START_SECONDS = 20.0


def require_redis_server() -> str:
    """The program; without it skip on a developer's machine, fail under CI."""
    found = shutil.which("redis-server")
    if found is not None:
        return found
    if os.environ.get("CI") == "true":
        pytest.fail("redis-server is not installed, and under CI it must be")
    pytest.skip("redis-server is not installed here")


class RedisServer:
    """A `redis-server` on a port of its own. What it knows is gone when it is killed."""

    def __init__(self, folder: Path) -> None:
        self._program = require_redis_server()
        self._folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"redis://127.0.0.1:{self.port}"

    def connect(self, port: int | None = None) -> Redis:
        """A client as the product makes them, perhaps by way of another port."""
        return connect_redis(f"redis://127.0.0.1:{port or self.port}")

    async def start(self) -> None:
        """Start, and wait until it answers."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._process = self._begin()
        give_up_at = time.monotonic() + START_SECONDS
        while not await self._answers():
            assert self._process.poll() is None, "redis-server ended"
            assert time.monotonic() < give_up_at, "redis-server does not answer"
            await asyncio.sleep(0.02)

    def _begin(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [self._program, "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self._folder),
             "--save", "", "--appendonly", "no", "--databases", "1"],
            stdout=subprocess.DEVNULL,
        )  # fmt: skip

    async def _answers(self) -> bool:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        writer.write(b"PING\r\n")
        answer = await reader.readline()
        writer.close()
        return answer.startswith(b"+PONG")

    def kill(self) -> None:
        """kill -9."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(timeout=10)

    def freeze(self) -> None:
        """Connections stay, answers do not come."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on where it was."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        """At the end of a test, whatever state it is in."""
        if self._process is not None and self._process.poll() is None:
            self.kill()
