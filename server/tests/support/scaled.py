"""The product as operators run it at scale: every process for itself, on MariaDB, Redis and RabbitMQ."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
from kombu import Connection

from support.engines import AMQP, REDIS, REDIS_DATABASE
from support.product import free_port

ROLES = ("api", "edge", "media", "worker", "relay", "scheduler")


@dataclass
class ScaledProduct:
    """One process of each role."""

    folder: Path
    database_url: str
    port: int = field(default_factory=free_port)
    edge_port: int = field(default_factory=free_port)
    rtmp_port: int = field(default_factory=free_port)
    media_port: int = field(default_factory=free_port)
    prefix: str = f"nm-scaled-{os.getpid()}"
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Where the api answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, role: str) -> None:
        """Start the process of a role."""
        self.folder.mkdir(parents=True, exist_ok=True)
        options = ["--port", str(self.port)] if role == "api" else []
        log = (self.folder / f"{role}.log").open("ab")
        self.processes[role] = subprocess.Popen(
            [sys.executable, "-m", "nightmarket.entrypoints.cli", role, *options],
            env=os.environ | self._environment(),
            stdout=log,
            stderr=log,
        )
        log.close()

    def kill(self, role: str) -> None:
        """kill -9 of a role's process."""
        self.processes[role].kill()
        self.processes[role].wait(timeout=10)

    def wait_until_ready(self) -> None:
        """Wait for the processes that listen."""
        for port, path in ((self.port, "/readyz"), (self.edge_port, "/readyz"), (self.media_port, "/healthz")):
            deadline = time.monotonic() + 120
            while time.monotonic() < deadline:
                try:
                    if httpx2.get(f"http://127.0.0.1:{port}{path}", timeout=2).status_code == 200:
                        break
                except httpx2.HTTPError:
                    time.sleep(0.1)
            else:
                raise TimeoutError(self.logs())

    def logs(self) -> str:
        """What every process printed."""
        return "\n".join(f"--- {one.name}\n{one.read_text(errors='replace')}" for one in self.folder.glob("*.log"))

    def stop(self) -> None:
        """End every process; workers finish what they are doing."""
        for process in self.processes.values():
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.processes.values():
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(timeout=10)

    def remove_queues(self) -> None:
        """Leave the broker as it was."""
        with Connection(AMQP) as connection:
            channel = connection.default_channel
            for queue in ("payments", "orders", "realtime", "mail", "bulk"):
                channel.queue_delete(f"{self.prefix}.{queue}")
                channel.queue_delete(f"{self.prefix}.dead.{queue}")
            channel.exchange_delete(self.prefix)
            channel.exchange_delete(f"{self.prefix}.dead")

    def _environment(self) -> dict[str, str]:
        return {
            "NIGHTMARKET_ENVIRONMENT": "test",
            "NIGHTMARKET_LOG_LEVEL": "warning",
            "NIGHTMARKET_SECRET_KEY": "a-secret-for-the-scaled-product-0123456789",
            "NIGHTMARKET_DATA_DIR": str(self.folder),
            "NIGHTMARKET_DATABASE__URL": self.database_url,
            "NIGHTMARKET_REDIS__URL": f"{REDIS}/{REDIS_DATABASE}",
            "NIGHTMARKET_BROKER__URL": AMQP,
            "NIGHTMARKET_BROKER__PREFIX": self.prefix,
            "NIGHTMARKET_HTTP__PORT": str(self.port),
            "NIGHTMARKET_EDGE__PORT": str(self.edge_port),
            "NIGHTMARKET_EDGE__PUBLIC_URL": f"ws://127.0.0.1:{self.edge_port}",
            "NIGHTMARKET_EDGE__API_URL": self.address,
            "NIGHTMARKET_MEDIA__RTMP_PORT": str(self.rtmp_port),
            "NIGHTMARKET_MEDIA__HTTP_PORT": str(self.media_port),
            "NIGHTMARKET_RATE_LIMITS": '{"log_in": 0, "sign_up": 0, "write": 0}',
        }


@contextmanager
def running_scaled_product(folder: Path, database_url: str) -> Iterator[ScaledProduct]:
    """All roles, stopped at the end whatever happened."""
    product = ScaledProduct(folder, database_url)
    try:
        for role in ROLES:
            product.start(role)
        product.wait_until_ready()
        yield product
    finally:
        product.stop()
        product.remove_queues()
