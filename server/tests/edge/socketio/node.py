"""`socket.io-client` in a Node process, for tests: clients by name, what happens to each, and waiting for it."""

import asyncio
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

SCRIPT = Path(__file__).with_name("client.mjs")
PATIENCE = 15.0

Happening = dict[str, Any]


class Node:
    """One Node process with any number of clients."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._clients: dict[str, NodeClient] = {}
        self._reader = asyncio.create_task(self._read())

    @classmethod
    async def start(cls) -> Self:
        pipe = asyncio.subprocess.PIPE
        return cls(
            await asyncio.create_subprocess_exec(
                "node", str(SCRIPT), stdin=pipe, stdout=pipe, limit=2**24, env={"PATH": os.environ["PATH"]}
            )
        )

    async def stop(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        await asyncio.wait_for(self._process.wait(), PATIENCE)
        await self._reader

    def do(self, what: str, **details: Any) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": what} | details).encode() + b"\n")

    def connect(
        self, name: str, url: str, ticket: str | None, *, resume: dict[str, Any] | None = None, **options: Any
    ) -> "NodeClient":
        """A client that is on its way in."""
        client = self._clients[name] = NodeClient(self, name)
        self.do("connect", name=name, url=url, ticket=ticket, options=options, resume=resume or {})
        return client

    async def enter(self, name: str, url: str, ticket: str | None, **how: Any) -> "NodeClient":
        """A client that has been let in."""
        client = self.connect(name, url, ticket, **how)
        await client.until(lambda one: one["what"] == "event" and one["kind"] in ("room-state", "viewer-count"))
        return client

    async def _read(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            happening = json.loads(line)
            self._clients[happening["name"]].hear(happening)


class NodeClient:
    """One `socket.io-client`."""

    def __init__(self, node: Node, name: str) -> None:
        self._node = node
        self.name = name
        self.heard: list[Happening] = []
        self._news = asyncio.Event()
        self._asked = 0

    def hear(self, happening: Happening) -> None:
        self.heard.append(happening)
        self._news.set()

    def do(self, what: str, **details: Any) -> None:
        self._node.do(what, name=self.name, **details)

    def emit(self, kind: str, *data: Any) -> None:
        """Without waiting for an answer."""
        self.do("emit", event=kind, arguments=data)

    async def ask(self, kind: str, *data: Any) -> Any:
        """With a callback; what it was given."""
        self._asked += 1
        self.do("emit", event=kind, arguments=data, number=self._asked)
        return await self.answer(self._asked)

    async def answer(self, number: int) -> Any:
        answer = await self.until(lambda one: one["what"] == "ack" and one["number"] == number)
        return answer.get("answer")

    async def until(self, wanted: Callable[[Happening], object], *, after: int = 0) -> Happening:
        """The first happening that is wanted, past or to come."""
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    self._news.clear()
                    for happening in self.heard[after:]:
                        if wanted(happening):
                            return happening
                    await self._news.wait()
        except TimeoutError as error:
            raise AssertionError(f"{self.name} only heard {self.heard[-30:]}") from error

    async def until_what(self, what: str, *, after: int = 0) -> Happening:
        return await self.until(lambda one: one["what"] == what, after=after)

    async def until_event(self, kind: str, *, after: int = 0, **data: Any) -> Happening:
        """The first event of the kind with these values in its data."""
        return await self.until(
            lambda one: (
                one["what"] == "event"
                and one["kind"] == kind
                and all(one["data"].get(name) == value for name, value in data.items())
            ),
            after=after,
        )

    def of_kind(self, kind: str) -> list[Happening]:
        return [one for one in self.heard if one["what"] == "event" and one["kind"] == kind]

    def numbers(self) -> list[int]:
        """Numbers of the kept frames seen, without those of snapshots."""
        return [
            one["meta"]["s"]
            for one in self.heard
            if one["what"] == "event" and "s" in (one["meta"] or {}) and one["kind"] != "room-state"
        ]
