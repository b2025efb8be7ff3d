"""What edge tests drive: an edge on a port, its backend in memory, and watchers that collect frames."""

import asyncio
import contextlib
import json
import ssl
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import uvicorn
import websockets
from redis.exceptions import RedisError
from websockets.asyncio.client import ClientConnection, connect

from edge.contract import check_message
from edge.made import held
from nightmarket.kernel.clock import Clock, system_clock
from nightmarket.kernel.problems import Conflict
from nightmarket.kernel.redis import Redis
from nightmarket.modules.rooms.realtime.backend import RoomBackend, Standing
from nightmarket.modules.rooms.realtime.gateway import Gateway, listening_socket, serve
from nightmarket.modules.rooms.realtime.hub import Hub
from nightmarket.modules.rooms.realtime.kinds.buyer import ClaimResult
from nightmarket.modules.rooms.realtime.kinds.replies import QueueAnswer, SpotlightAnswer
from nightmarket.modules.rooms.realtime.limits import RealtimeLimits
from nightmarket.modules.rooms.realtime.log import History, Position, RoomLog
from nightmarket.modules.rooms.realtime.tickets import Ticket, TicketSigner
from nightmarket.modules.rooms.realtime.uvicorn_mount import mount

SECRET = "edge-test-secret-0123456789-0123456789"
PATIENCE = 10.0

Frame = dict[str, Any]


class MemoryBackend(RoomBackend):
    """A backend whose rooms are a dictionary: what the api and its database are in the product."""

    def __init__(self, redis: Redis) -> None:
        self.log = RoomLog(redis)
        self.items: dict[str, dict[str, Any]] = {}
        self.pinned: str | None = None
        self.moderation: dict[str, Any] = {}
        self.comments: list[tuple[str, str]] = []
        self.spotlights: list[str | None] = []
        self.is_down = False
        self.missing: set[str] = set()
        self.comment_delay = 0.0
        self.orders_in_words: set[str] = set()
        self.followers: dict[str, int] = {}
        self.asked_standing: list[str] = []
        self.snapshot_gate: asyncio.Event | None = None
        """While set and not open, a snapshot that was read is on its way."""

    async def snapshot(self, room: str) -> dict[str, Any] | None:
        if self.is_down:
            raise ConnectionError("the api is away")
        if room in self.missing:
            return None
        try:
            head = await self.log.head(room, last=50)
        except (RedisError, OSError):
            head = History(Position("", 0))
        hidden = [_stored(json.loads(entry.frame)) for entry in head.entries if entry.klass == "w"]
        state = {
            "epoch": head.position.epoch,
            "seq": head.position.seq,
            "state": "live",
            "pinned": self.pinned,
            "items": [dict(item) for item in self.items.values()],
            "chat": [_stored(json.loads(entry.frame)) for entry in head.entries if entry.klass == "c"],
            "slow_mode": 0,
            "pinned_message": None,
            "moderation": self.moderation | {"hidden": hidden},
        }
        if self.snapshot_gate is not None:
            await self.snapshot_gate.wait()
        return state

    async def standing(self, room: str, viewer: Ticket) -> Standing:
        del room
        self.asked_standing.append(viewer.user or "")
        if self.is_down:
            raise ConnectionError("the api is away")
        return Standing(self.followers.get(viewer.user or ""))

    async def comment(self, room: str, viewer: Ticket, message_id: str, text: str) -> ClaimResult | None:
        del room
        await asyncio.sleep(self.comment_delay)
        self.comments.append((viewer.user or "", text))
        if text == "sold":
            raise Conflict(available=0)
        return held(message_id) if "+1" in text or text in self.orders_in_words else None

    async def hear(self, asked: dict[str, Any]) -> dict[str, Any]:
        """What the api answers an edge that hands over comments."""
        for comment in asked["comments"]:
            self.comments.append((comment["viewer"]["user"], comment["text"]))
        texts = [comment["text"] for comment in asked["comments"]]
        return {"results": [{"result": {"text": text} if "+1" in text else None} for text in texts]}

    async def spotlight(
        self, room: str, viewer: Ticket, item_id: str | None, media_time: float | None
    ) -> SpotlightAnswer:
        del room, viewer, media_time
        self.spotlights.append(item_id)
        return SpotlightAnswer(item_id)

    async def queue(self, room: str, viewer: Ticket, item_id: str | None, *, leave: bool) -> QueueAnswer:
        del room, viewer, item_id
        return QueueAnswer(None if leave else 1)


class EdgeServer:
    """An edge that listens."""

    def __init__(
        self,
        redis: Redis,
        backend: RoomBackend,
        limits: RealtimeLimits,
        *,
        secret: str = SECRET,
        clock: Clock = system_clock,
    ) -> None:
        self.hub = Hub(redis, backend, limits=limits, clock=clock)
        self.log = self.hub.log
        self._clock = clock
        self._signer = TicketSigner(secret)
        self._stop: Callable[[], Any]

    async def start(self, *, mounting: str, tls: ssl.SSLContext | None = None, **options: Any) -> None:
        await self.hub.start()
        gateway = Gateway(self.hub, self._signer, clock=self._clock, **options)
        listener = listening_socket("127.0.0.1", 0, self.hub.limits)
        self.port = listener.getsockname()[1]
        if mounting == "own":
            server = await serve(gateway, listener, tls=tls)
            self._stop = server.close
            return
        config = uvicorn.Config(_hello, ws=mount(gateway), log_level="critical", lifespan="off")
        inside = uvicorn.Server(config)
        inside.config.load()
        running = asyncio.create_task(inside.serve(sockets=[listener]))
        await until(lambda: inside.started)

        async def stop() -> None:
            inside.should_exit = True
            await running

        self._stop = stop

    async def stop(self) -> None:
        stopping = self._stop()
        if stopping is not None:
            await stopping
        await self.hub.stop()

    def ticket(
        self, room: str, who: str | None, *, role: str = "buyer", device: str = "", lasts: int = 60, **more: Any
    ) -> str:
        expires_at = int(self._clock().timestamp()) + lasts
        device = device or f"dev_{who}"
        if who is None:
            return self._signer.issue(Ticket(room=room, viewer="vwr_x", device=device), expires_at=expires_at)
        ticket = Ticket(room=room, viewer=f"vwr_{who}", device=device, user=f"usr_{who}", name=who, role=role, **more)
        return self._signer.issue(ticket, expires_at=expires_at)

    def url(self, room: str, who: str | None, *, resume: str = "", **rights: Any) -> str:
        return f"ws://127.0.0.1:{self.port}/ws?ticket={self.ticket(room, who, **rights)}{resume}"

    async def watch(self, room: str, who: str | None, **rights: Any) -> "Watcher":
        """A viewer who has been let in."""
        watcher = Watcher(await connect(self.url(room, who, **rights)))
        await watcher.until(lambda frame: frame["t"] in ("room-state", "viewer-count"))
        return watcher


class Watcher:
    """A client that collects frames and can wait for one."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.frames: list[Frame] = []
        self.messages = 0
        self._news = asyncio.Event()
        self._ids = 0
        self._reader = asyncio.create_task(self._read())

    async def _read(self) -> None:
        with contextlib.suppress(websockets.ConnectionClosed):
            async for message in self.socket:
                self.messages += 1
                self.frames += self.taken(message)
                self._news.set()
        self._news.set()

    def taken(self, message: str | bytes) -> list[Frame]:
        """The frames of a message."""
        return check_message(message)

    async def until(self, wanted: Callable[[Frame], bool]) -> Frame:
        """The first collected frame that is wanted."""
        async with asyncio.timeout(PATIENCE):
            while True:
                self._news.clear()
                for frame in self.frames:
                    if wanted(frame):
                        return frame
                if self._reader.done():
                    raise AssertionError(f"closed with {self.socket.close_code} before: {self.frames}")
                await self._news.wait()

    async def until_kind(self, kind: str) -> Frame:
        return await self.until(lambda frame: frame["t"] == kind)

    async def until_said(self, text: str) -> Frame:
        return await self.until(lambda frame: frame["t"] == "chat-message" and frame["d"]["text"] == text)

    async def ask(self, kind: str, **data: Any) -> Frame:
        """Send a frame and return its answer."""
        self._ids += 1
        mine = self._ids
        await self.socket.send(json.dumps({"t": kind, "id": mine, "d": data}))
        return await self.until(lambda frame: frame["t"] in ("ack", "error") and frame["id"] == mine)

    async def say(self, text: str) -> Frame:
        return await self.ask("chat-message", text=text)

    async def closed(self) -> int | None:
        async with asyncio.timeout(PATIENCE):
            await self._reader
        return self.socket.close_code

    async def close(self) -> None:
        await self.socket.close()
        await self._reader

    def of_kind(self, kind: str) -> list[Frame]:
        return [frame for frame in self.frames if frame["t"] == kind]

    def texts(self) -> list[str]:
        return [frame["d"]["text"] for frame in self.of_kind("chat-message")]

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


async def until(condition: Callable[[], object], patience: float = PATIENCE) -> None:
    """Wait for something to become true, checking as the loop turns."""
    async with asyncio.timeout(patience):
        while not condition():  # noqa: ASYNC110  (conditions are other objects' state)
            await asyncio.sleep(0.005)


def _stored(frame: Frame) -> dict[str, Any]:
    message: dict[str, Any] = frame["d"] | {"at": frame["at"]}
    return message


async def _hello(scope: dict[str, Any], receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"hello"})
