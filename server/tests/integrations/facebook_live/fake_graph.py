"""Facebook's Graph API on a local port, as far as we call it."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import uvicorn

from nightmarket.modules.rooms.realtime.gateway import listening_socket
from nightmarket.modules.rooms.realtime.limits import RealtimeLimits


@dataclass
class FakeGraph:
    """Notes what it is sent; `refusals` are answered first: (status, code of the error)."""

    port: int = 0
    calls: list[tuple[str, dict[str, Any], str]] = field(default_factory=list)
    refusals: list[tuple[int, int]] = field(default_factory=list)
    replied: set[str] = field(default_factory=set)

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}/v25.0"

    @property
    def private_texts(self) -> list[str]:
        """What was said in private."""
        return [body["message"]["text"] for path, body, _ in self.calls if path.endswith("/messages")]

    @property
    def public_texts(self) -> list[str]:
        """What was said under the video."""
        return [body["message"] for path, body, _ in self.calls if path.endswith("/comments")]

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        raw, more = b"", True
        while more:
            event = await receive()
            raw, more = raw + event.get("body", b""), event.get("more_body", False)
        body = json.loads(raw)
        token = dict(scope["headers"]).get(b"authorization", b"").decode()
        self.calls.append((scope["path"].removeprefix("/v25.0"), body, token))
        status, answer = self._answer(body)
        head = {"type": "http.response.start", "status": status, "headers": [(b"content-type", b"application/json")]}
        await send(head)
        await send({"type": "http.response.body", "body": json.dumps(answer).encode()})

    def _answer(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if self.refusals:
            status, code = self.refusals.pop(0)
            return status, {"error": {"message": "no", "type": "OAuthException", "code": code, "fbtrace_id": "x"}}
        comment_id = body.get("recipient", {}).get("comment_id")
        if comment_id in self.replied:
            return 400, {"error": {"message": "Activity already replied to", "type": "OAuthException", "code": 10900}}
        if comment_id is not None:
            self.replied.add(comment_id)
        return 200, {"recipient_id": "5550001", "message_id": "m_1"}


@contextlib.asynccontextmanager
async def running_graph() -> AsyncIterator[FakeGraph]:
    """A fake that listens."""
    graph = FakeGraph()
    listener = listening_socket("127.0.0.1", 0, RealtimeLimits())
    graph.port = listener.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(graph, log_level="critical", lifespan="off"))
    running = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:  # noqa: ASYNC110  (its own state)
        await asyncio.sleep(0.005)
    yield graph
    server.should_exit = True
    await running
