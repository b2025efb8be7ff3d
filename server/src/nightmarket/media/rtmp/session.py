"""One RTMP connection from hello to goodbye.

Nothing is read from the socket while the key is being checked, and no media is looked at before it is. Every wait has a
deadline: one for becoming a publisher, then one for each next media message.
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass

import structlog

from nightmarket.media.config import MediaConfig
from nightmarket.media.ingest import AuthorizationUnavailable, Gate, Publication, Refused, Source
from nightmarket.media.rtmp import commands
from nightmarket.media.rtmp.amf0 import Amf, AmfError, decode_all
from nightmarket.media.rtmp.chunks import (
    AUDIO,
    COMMAND_AMF0,
    COMMAND_AMF3,
    DATA_AMF0,
    USER_CONTROL,
    VIDEO,
    WINDOW_ACK_SIZE,
    ChunkError,
    ChunkReader,
    ChunkWriter,
    Message,
)
from nightmarket.media.rtmp.flv import FlvReader
from nightmarket.media.rtmp.handshake import HandshakeError, shake_hands
from nightmarket.media.units import Announcement, Incoming, UnsupportedMedia

log = structlog.get_logger()

READ_SIZE = 64 * 1024
CHUNK_SIZE = 64 * 1024
ACK_WINDOW = 2_500_000
MAX_KEY_LENGTH = 200
MAX_PENDING_ANSWER = 64 * 1024
MAX_STREAMS = 8
LINGER_SECONDS = 3.0


class _Goodbye(Exception):
    """Ends the connection."""


@dataclass(frozen=True, slots=True)
class _Command:
    name: str
    transaction: float
    arguments: list[Amf]
    stream_id: int

    def text(self, index: int) -> str:
        value = self.arguments[index] if index < len(self.arguments) else None
        return value if isinstance(value, str) else ""


class RtmpSession:
    """Serves one connection."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, gate: Gate, *, config: MediaConfig
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._gate = gate
        self._config = config
        self._chunks = ChunkReader(max_message=config.max_message_bytes, max_chunk=config.max_chunk_bytes)
        self._out = ChunkWriter()
        self._flv = FlvReader()
        self._publication: Publication | None = None
        self._publish_stream = 0
        self._protocol = "rtmp" if writer.get_extra_info("ssl_object") is None else "rtmps"
        self._app_path = ""
        self._streams = 0
        self._received = 0
        self._acknowledged = 0
        self._ack_window = ACK_WINDOW
        self._drop_reason: str | None = None
        self._task: asyncio.Task[None] | None = None
        self._handlers: dict[str, Callable[[_Command], Coroutine[None, None, None]]] = {
            "connect": self._on_connect,
            "releaseStream": self._on_release,
            "FCPublish": self._on_announce,
            "createStream": self._on_create_stream,
            "publish": self._on_publish,
            "play": self._on_play,
            "FCUnpublish": self._on_unpublish,
            "closeStream": self._on_unpublish,
            "deleteStream": self._on_unpublish,
        }

    @property
    def remote(self) -> str:
        """The peer's address."""
        peer = self._writer.get_extra_info("peername")
        return str(peer[0]) if peer else ""

    async def run(self) -> None:
        """Serves until either side is done, then lets go of everything."""
        reason = "connection closed"
        self._task = asyncio.current_task()
        try:
            async with asyncio.timeout(self._config.publish_deadline_seconds):
                self._count(await shake_hands(self._reader, self._writer))
                await self._until_publishing()
            await self._read_media()
        except TimeoutError:
            reason = "deadline passed"
        except (ChunkError, AmfError, HandshakeError) as error:
            reason = f"protocol error: {error}"
        except (_Goodbye, UnsupportedMedia) as error:
            reason = str(error)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        except asyncio.CancelledError:
            reason = self._drop_reason or "The media server is stopping."
            if self._drop_reason is None:
                raise
        finally:
            await self._leave(reason)

    def drop(self, reason: str) -> None:
        """Ends this connection from elsewhere in the server."""
        if self._task is not None and self._drop_reason is None:
            self._drop_reason = reason
            self._task.cancel()

    async def _leave(self, reason: str) -> None:
        log.info("rtmp.closed", remote=self.remote, reason=reason, publishing=self._publication is not None)
        if self._publication is not None:
            if not self._writer.is_closing():
                self._tell("error", "NetStream.Publish.Failed", reason)
            await self._publication.close(reason)
        self._writer.close()
        # A peer that does not read our goodbye must not keep the connection.
        asyncio.get_running_loop().call_later(LINGER_SECONDS, self._writer.transport.abort)

    async def _until_publishing(self) -> None:
        while self._publication is None:
            await self._read_messages()

    async def _read_media(self) -> None:
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(self._config.idle_seconds) as deadline:
            while self._publication is not None:
                if await self._read_messages():
                    deadline.reschedule(loop.time() + self._config.idle_seconds)

    async def _read_messages(self) -> bool:
        """Handles what has arrived; says whether media was among it."""
        data = await self._reader.read(READ_SIZE)
        if not data:
            raise _Goodbye("connection closed by the encoder")
        media = False
        for message in self._chunks.feed(data):
            media |= await self._handle(message)
        self._count(len(data))
        if self._writer.transport.get_write_buffer_size() > MAX_PENDING_ANSWER:
            raise _Goodbye("the encoder does not read our answers")
        return media

    def _count(self, received: int) -> None:
        self._received += received
        if self._received - self._acknowledged >= self._ack_window // 2:
            self._acknowledged = self._received
            self._send(commands.acknowledgement(self._received), csid=2)

    async def _handle(self, message: Message) -> bool:
        kind = message.type_id
        if kind in (VIDEO, AUDIO):
            return await self._on_media(message)
        if kind == COMMAND_AMF0:
            await self._on_command(message, message.payload)
        elif kind == COMMAND_AMF3:
            await self._on_command(message, message.payload[1:])
        elif kind == DATA_AMF0 and self._publication is not None:
            await self._on_data(self._publication, message.payload)
        elif kind == WINDOW_ACK_SIZE and len(message.payload) == 4:
            self._ack_window = max(int.from_bytes(message.payload, "big"), 4096)
        elif kind == USER_CONTROL and message.payload[:2] == b"\x00\x06":
            self._send(commands.ping_response(message.payload[2:6]), csid=2)
        return False

    async def _on_media(self, message: Message) -> bool:
        if self._publication is None:
            raise ChunkError("media before publish")
        read = self._flv.video if message.type_id == VIDEO else self._flv.audio
        try:
            item: Incoming | None = read(message.timestamp, message.payload)
        except UnsupportedMedia as error:
            self._tell("error", "NetStream.Publish.BadName", str(error))
            raise
        if item is not None:
            await self._publication.take(item)
        return item is not None

    async def _on_data(self, publication: Publication, payload: bytes) -> None:
        values = decode_all(payload)
        facts = next((value for value in values if isinstance(value, dict)), None)
        if "onMetaData" in values and facts is not None:
            await publication.take(Announcement("videocodecid" in facts, "audiocodecid" in facts))

    async def _on_command(self, message: Message, payload: bytes) -> None:
        values = decode_all(payload)
        if len(values) < 2 or not isinstance(values[0], str) or not isinstance(values[1], float):
            raise ChunkError("bad command")
        handler = self._handlers.get(values[0])
        if handler is not None:
            await handler(_Command(values[0], values[1], values[2:], message.stream_id))

    async def _on_connect(self, command: _Command) -> None:
        facts = command.arguments[0] if command.arguments else None
        app = facts.get("app") if isinstance(facts, dict) else None
        path = (app if isinstance(app, str) else "").partition("?")[0].strip("/")
        name, _, self._app_path = path.partition("/")
        if name != self._config.app_name:
            info: dict[str, Amf] = {
                "level": "error",
                "code": "NetConnection.Connect.InvalidApp",
                "description": f"The application is called '{self._config.app_name}'.",
            }
            self._send(commands.command(0, "_error", command.transaction, None, info))
            raise _Goodbye("wrong application")
        self._send(commands.window_ack_size(ACK_WINDOW), csid=2)
        self._send(commands.peer_bandwidth(ACK_WINDOW), csid=2)
        self._send(commands.set_chunk_size(CHUNK_SIZE), csid=2)
        self._out.chunk_size = CHUNK_SIZE
        server: dict[str, Amf] = {"fmsVer": "FMS/3,5,7,7009", "capabilities": 31.0}
        welcome: dict[str, Amf] = {
            "level": "status",
            "code": "NetConnection.Connect.Success",
            "description": "Connection succeeded.",
            "objectEncoding": 0.0,
        }
        if isinstance(facts, dict) and ("fourCcList" in facts or "videoFourCcInfoMap" in facts):
            welcome |= {"fourCcList": ["avc1", "mp4a"], "videoFourCcInfoMap": {"avc1": 1.0}, "capsEx": 0.0}
        self._send(commands.command(0, "_result", command.transaction, server, welcome))

    async def _on_release(self, command: _Command) -> None:
        self._send(commands.command(0, "_result", command.transaction, None, None))

    async def _on_announce(self, command: _Command) -> None:
        self._send(commands.command(0, "onFCPublish", 0, None, {"code": "NetStream.Publish.Start"}))
        self._send(commands.command(0, "_result", command.transaction, None, None))

    async def _on_create_stream(self, command: _Command) -> None:
        if self._streams >= MAX_STREAMS:
            raise ChunkError("too many streams")
        self._streams += 1
        self._send(commands.command(0, "_result", command.transaction, None, self._streams))

    async def _on_play(self, command: _Command) -> None:
        reason = "Playback is by HLS, not by RTMP."
        self._send(commands.status(command.stream_id, "error", "NetStream.Play.Failed", reason))
        raise _Goodbye("tried to play")

    async def _on_publish(self, command: _Command) -> None:
        if self._publication is not None:
            raise ChunkError("already publishing")
        self._publish_stream = command.stream_id
        name = command.text(1).partition("?")[0].strip("/")
        key = name or self._app_path
        if not key or len(key) > MAX_KEY_LENGTH:
            self._tell("error", "NetStream.Publish.BadName", "The stream key is missing or too long.")
            raise _Goodbye("no usable stream key")
        try:
            self._publication = await self._gate.admit(key, self.remote, Source(self._protocol, self.drop))
        except Refused as error:
            self._tell("error", "NetStream.Publish.BadName", str(error))
            raise _Goodbye(str(error)) from error
        except AuthorizationUnavailable as error:
            reason = "The stream key could not be checked right now. Please try again."
            self._tell("error", "NetStream.Publish.Failed", reason)
            raise _Goodbye("authorization unavailable") from error
        self._send(commands.stream_begin(self._publish_stream), csid=2)
        self._tell("status", "NetStream.Publish.Start", "Publishing.")

    async def _on_unpublish(self, _: _Command) -> None:
        if self._publication is not None:
            self._tell("status", "NetStream.Unpublish.Success", "Stopped.")
            raise _Goodbye("encoder stopped")

    def _tell(self, level: str, code: str, description: str) -> None:
        self._send(commands.status(self._publish_stream, level, code, description), csid=5)

    def _send(self, message: Message, *, csid: int = 3) -> None:
        self._writer.write(self._out.write(message, csid))
