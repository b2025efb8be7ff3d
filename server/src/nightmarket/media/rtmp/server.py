"""Listens for RTMP encoders."""

import asyncio
import contextlib
import socket
import ssl

import structlog

from nightmarket.media.config import MediaConfig
from nightmarket.media.ingest import Gate
from nightmarket.media.rtmp.session import READ_SIZE, RtmpSession

log = structlog.get_logger()


class RtmpServer:
    """Accepts connections up to a limit and runs a session for each."""

    def __init__(self, config: MediaConfig, gate: Gate) -> None:
        self._config = config
        self._gate = gate
        self._servers: list[asyncio.Server] = []
        self._sessions: set[asyncio.Task[None]] = set()

    @property
    def connection_count(self) -> int:
        """Connections open now."""
        return len(self._sessions)

    async def start(self, listeners: list[socket.socket], tls: ssl.SSLContext | None = None) -> None:
        """Begins to accept on bound sockets, with TLS around it if given."""
        deadline = None if tls is None else self._config.publish_deadline_seconds
        for listener in listeners:
            server = await asyncio.start_server(
                self._accept, sock=listener, limit=READ_SIZE, ssl=tls, ssl_handshake_timeout=deadline
            )
            self._servers.append(server)

    async def stop(self) -> None:
        """Stops accepting and ends every session."""
        for server in self._servers:
            server.close()
        for task in self._sessions:
            task.cancel()
        if self._sessions:
            await asyncio.wait(self._sessions, timeout=5)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._sessions) >= self._config.max_connections:
            log.warning("rtmp.full", limit=self._config.max_connections)
            writer.close()
            return
        task = asyncio.current_task()
        if task is None:
            return
        self._sessions.add(task)
        try:
            with contextlib.suppress(asyncio.CancelledError):
                await RtmpSession(reader, writer, self._gate, config=self._config).run()
        finally:
            self._sessions.discard(task)
