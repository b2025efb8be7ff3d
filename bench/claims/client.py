"""A lean load client: so many keep-alive connections, each with one request in flight."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Load:
    """What came back."""

    seconds: float
    statuses: Counter[int] = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return sum(self.statuses.values()) / self.seconds

    def ms(self, share: float) -> float:
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 if ordered else 0.0


class _Connection(asyncio.Protocol):
    def __init__(self, load: Load, make: object) -> None:
        self._load, self._make, self.done = load, make, asyncio.Event()
        self._until = 0.0
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def start(self, until: float) -> None:
        """Send the first request; every answer is followed by the next until then."""
        self._until = until
        self._send()

    def _send(self) -> None:
        now = time.perf_counter()
        if now >= self._until:
            self.done.set()
            self._transport.close()
            return
        self._at = now
        self._transport.write(self._make())  # type: ignore[attr-defined, operator]

    def data_received(self, data: bytes) -> None:
        self._buffer = buffer = self._buffer + data if self._buffer else data
        end = buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        at = buffer.find(b"content-length: ")
        length = int(buffer[at + 16 : buffer.find(b"\r", at)])
        if len(buffer) < end + 4 + length:
            return
        self._buffer = b""
        self._load.statuses[int(buffer[9:12])] += 1
        self._load.times.append(time.perf_counter() - self._at)
        self._send()

    def connection_lost(self, error: Exception | None) -> None:
        self.done.set()


async def press(port: int, makers: list[object], seconds: float) -> Load:
    """Keep `len(makers)` requests in flight. The connections are open before the clock runs: viewers have theirs."""
    load = Load(seconds)
    loop = asyncio.get_running_loop()
    made = [
        await loop.create_connection(lambda make=make: _Connection(load, make), "127.0.0.1", port) for make in makers
    ]
    start = time.perf_counter()
    for _, connection in made:
        connection.start(start + seconds)
    await asyncio.gather(*(connection.done.wait() for _, connection in made))
    load.seconds = time.perf_counter() - start
    return load
