"""What the benchmarks share: a running Nightmarket with demo shops, a bare server beside it, a lean HTTP client."""

import contextlib
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

SERVER = Path(__file__).resolve().parents[1] / "server"
NIGHTMARKET = SERVER / ".venv" / "bin" / "nightmarket"


def free_port() -> int:
    """A TCP port nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def data_folder() -> Iterator[Path]:
    """A data folder of our own, removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="nightmarket-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def nightmarket(folder: Path, *options: str) -> Iterator[tuple[int, subprocess.Popen[bytes], float]]:
    """`nightmarket up` on a free port: the port, the process, and the seconds until its first page."""
    port = free_port()
    environment = os.environ | {"NIGHTMARKET_LOG_LEVEL": "error", "NIGHTMARKET_MEDIA__RTMP_PORT": str(free_port())}
    start = time.perf_counter()
    process = subprocess.Popen(
        [NIGHTMARKET, "up", "--port", str(port), "--data-dir", folder, *options],
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    try:
        seconds = wait_for_page(port, start)
        yield port, process, seconds
    finally:
        process.terminate()
        process.wait(timeout=30)


def wait_for_page(port: int, start: float) -> float:
    """Seconds from `start` until the first page arrives."""
    while time.perf_counter() - start < 60:
        try:
            with Connection(port) as connection:
                if connection.get("/").startswith(b"HTTP/1.1 200"):
                    return time.perf_counter() - start
        except OSError:
            pass
        time.sleep(0.01)
    raise TimeoutError("no page within a minute")


@contextlib.contextmanager
def bare_server(body: bytes) -> Iterator[int]:
    """An otherwise empty FastAPI application whose one route answers these JSON bytes."""
    port = free_port()
    with tempfile.NamedTemporaryFile() as file:
        file.write(body)
        file.flush()
        process = subprocess.Popen([sys.executable, __file__, str(port), file.name], stdout=subprocess.DEVNULL)
        try:
            wait_for_page(port, time.perf_counter())
            yield port
        finally:
            process.terminate()
            process.wait(timeout=10)


class Connection:
    """A keep-alive HTTP/1.1 connection that does as little as possible beside measuring."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> "Connection":
        return self

    def __exit__(self, *_details: object) -> None:
        self._socket.close()

    def get(self, path: str) -> bytes:
        """The whole answer, head and body."""
        self._socket.sendall(f"GET {path} HTTP/1.1\r\nHost: bench\r\nAccept: */*\r\n\r\n".encode())
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._receive()
        head, _, body = data.partition(b"\r\n\r\n")
        length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        while len(body) < length:
            body += self._receive()
        return head + b"\r\n\r\n" + body

    def _receive(self) -> bytes:
        data = self._socket.recv(262_144)
        if not data:
            raise ConnectionError("closed")
        return data


def median_ms(connection: Connection, path: str, times: int) -> float:
    """p50 of so many requests, one after the other, in milliseconds."""
    samples = []
    for _ in range(times):
        start = time.perf_counter()
        connection.get(path)
        samples.append((time.perf_counter() - start) * 1000)
    return statistics.median(samples)


def serve_bare(port: int, file: str) -> None:
    """The bare application, in a process of its own."""
    import uvicorn
    from fastapi import FastAPI, Response

    body = Path(file).read_bytes()
    app = FastAPI()

    @app.get("/")
    async def page() -> Response:
        return Response(body, media_type="application/json")

    uvicorn.run(app, host="127.0.0.1", port=port, log_level="error", access_log=False)


if __name__ == "__main__":
    serve_bare(int(sys.argv[1]), sys.argv[2])
