"""The running product, as a process: started, killed, started again on the same data."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import httpx2
import imageio_ffmpeg


def free_port() -> int:
    """A port nobody uses now, with the next one free as well."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return int(port)


@dataclass
class Product:
    """`nightmarket up` on a data folder."""

    folder: Path
    port: int = field(default_factory=free_port)
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, *options: str) -> None:
        """Start and wait until it is ready."""
        self.folder.mkdir(parents=True, exist_ok=True)
        environment = os.environ | {
            "NIGHTMARKET_ENVIRONMENT": "test",
            "NIGHTMARKET_LOG_LEVEL": "warning",
            "NIGHTMARKET_MEDIA__RTMP_PORT": str(free_port()),
            "NIGHTMARKET_RATE_LIMITS": '{"log_in": 0, "sign_up": 0, "write": 0}',
        }
        log = (self.folder / "up.log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "nightmarket.entrypoints.cli", "up", "--port", str(self.port),
             "--data-dir", str(self.folder), *options],
            env=environment | self.environment,
            stdout=log,
            stderr=log,
        )  # fmt: skip
        log.close()
        self._wait_until_ready()

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            assert self.process is not None
            assert self.process.poll() is None, self.log()
            try:
                if httpx2.get(f"{self.address}/readyz", timeout=2).status_code == 200:
                    return
            except httpx2.HTTPError:
                time.sleep(0.05)
        raise TimeoutError(self.log())

    def kill(self) -> None:
        """What a power cut does to the process."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(timeout=10)

    def stop(self) -> int:
        """What Ctrl-C does; the exit status."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=30)

    def log(self) -> str:
        """What it printed."""
        return (self.folder / "up.log").read_text(errors="replace")


@contextmanager
def running_product(folder: Path, *options: str, **environment: str) -> Iterator[Product]:
    """A product that is stopped at the end, whatever happened."""
    product = Product(folder, environment=environment)
    product.start(*options)
    try:
        yield product
    finally:
        if product.process is not None and product.process.poll() is None:
            product.kill()


@contextmanager
def encoder(url: str, *, seconds: int = 600) -> Iterator[subprocess.Popen[bytes]]:
    """ffmpeg publishing a test picture with a tone, as OBS would."""
    process = subprocess.Popen(
        [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-loglevel", "error", "-re",
         "-f", "lavfi", "-i", "testsrc2=size=320x568:rate=15",
         "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=44100",
         "-t", str(seconds), "-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-pix_fmt", "yuv420p",
         "-g", "15", "-c:a", "aac", "-f", "flv", url],
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=10)


class Visitor:
    """Somebody using the running product over HTTP."""

    everyone: ClassVar[list["Visitor"]] = []

    def __init__(self, address: str, name: str) -> None:
        self.everyone.append(self)
        self.client = httpx2.AsyncClient(base_url=f"{address}/api/v1", timeout=20)
        self.name = name
        self.id = ""

    async def register(self, market: str = "TW") -> "Visitor":
        """Make an account."""
        body = {
            "email": f"{self.name}@people.example",
            "password": "violet lantern 47",
            "display_name": self.name,
            "locale": "zh-TW",
            "market": market,
        }
        return self._signed_in(await self.client.post("/auth/register", json=body))

    async def log_in(self) -> "Visitor":
        """Use the account again."""
        body = {"email": f"{self.name}@people.example", "password": "violet lantern 47"}
        return self._signed_in(await self.client.post("/auth/login", json=body))

    def _signed_in(self, answer: httpx2.Response) -> "Visitor":
        assert answer.status_code in {200, 201}, answer.text
        self.id = answer.json()["user"]["id"]
        self.client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        return self

    async def get(self, path: str, **options: Any) -> Any:
        """JSON of a GET that must succeed."""
        answer = await self.client.get(path, **options)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(self, path: str, body: Any = None, *, key: str | None = None, status: int = 201) -> Any:
        """JSON of a POST that must answer so."""
        headers = {"Idempotency-Key": key} if key else {}
        answer = await self.client.post(path, json=body, headers=headers)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    @classmethod
    async def all_leave(cls) -> None:
        """Hang up every connection of a test."""
        while cls.everyone:
            await cls.everyone.pop().client.aclose()


async def until_live(visitor: Visitor, stream_id: str) -> None:
    """Wait until a stream is on air."""
    async with asyncio.timeout(60):
        while (await visitor.get(f"/streams/{stream_id}"))["state"] != "live":  # noqa: ASYNC110  (over HTTP)
            await asyncio.sleep(0.2)


async def open_stall(seller: Visitor, *, stock: int, slug: str = "night-stall") -> tuple[str, str, str]:
    """A shop with one product in a stream's line-up: ids of stream, item and variant."""
    shop = await seller.post("/shops", {"name": "Night Stall", "slug": slug, "market": "TW"})
    product = await seller.post(
        f"/shops/{shop['id']}/products",
        {"title": "Lantern", "variants": [{"price": {"amount": 500, "currency": "TWD"}, "stock": stock}]},
    )
    stream = await seller.post("/streams", {"shop_id": shop["id"], "title": "Tonight"})
    item = await seller.post(f"/streams/{stream['id']}/items", {"product_id": product["id"], "code": "A1"})
    return stream["id"], item["id"], product["variants"][0]["id"]


async def publish_address(seller: Visitor, stream_id: str) -> str:
    """Where the encoder sends to; waits while the media server is still starting."""
    async with asyncio.timeout(60):
        while (await seller.client.get(seller.client.base_url.join("/readyz"))).json().get("media", "ok") != "ok":  # noqa: ASYNC110  (over HTTP)
            await asyncio.sleep(0.2)
    answer = await seller.client.get(f"/streams/{stream_id}/ingest")
    assert answer.status_code == 200, answer.text
    rtmp = answer.json()["rtmp"]
    return f"{rtmp['url'].rstrip('/')}/{rtmp['key']}"
