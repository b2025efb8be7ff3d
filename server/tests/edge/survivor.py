"""A client as ours is: it folds frames, comes back when it is cut off, and knows when something is missing."""

import asyncio
import contextlib
import itertools
import json
import random
from collections.abc import Callable, Sequence
from typing import Any, Self

import websockets
from websockets.asyncio.client import ClientConnection, connect

from edge.contract import check_message
from edge.server import PATIENCE, Frame
from nightmarket.modules.rooms.realtime.ending import end_task

Door = Callable[[str], str]
"""The address of an edge, given where the client left off."""

_LUCK = random.Random(1)


class Survivor:
    """Stays in the room over whatever happens, until the end of its `async with`."""

    def __init__(self, *doors: Door, pings: float | None = None) -> None:
        self._doors = itertools.cycle(doors)
        self._pings = pings
        self._socket: ClientConnection | None = None
        self._answers: dict[int, asyncio.Future[Frame]] = {}
        self._ids = itertools.count(1)
        self._task: asyncio.Task[None] | None = None
        self.epoch, self.seq = "", -1
        self.heard: dict[str, int] = {}
        """Ids of chat messages, in the order they came, with their numbers."""
        self.numbers: list[tuple[str, int]] = []
        """Epoch and number of every numbered frame applied."""
        self.gaps = 0
        self.states = 0
        self.codes: list[int | None] = []
        self.messages = 0

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._live())
        await self.until(lambda: self.states > 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        await end_task(self._task)

    async def until(self, condition: Callable[[], object], patience: float = PATIENCE * 2) -> None:
        """Wait for something to become true."""
        assert self._task is not None
        async with asyncio.timeout(patience):
            while not condition():
                if self._task.done():
                    self._task.result()
                await asyncio.sleep(0.005)

    async def say(self, text: str) -> Frame | None:
        """The answer to a message; None when the connection broke before it came."""
        number, socket = next(self._ids), self._socket
        if socket is None:
            return None
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        try:
            await socket.send(json.dumps({"t": "chat-message", "id": number, "d": {"text": text}}))
            return await asyncio.wait_for(answer, PATIENCE)
        except (websockets.ConnectionClosed, ConnectionError):
            return None
        finally:
            self._answers.pop(number, None)

    async def _live(self) -> None:
        while True:
            place = f"&epoch={self.epoch}&seq={self.seq}&n=0" if self.epoch else ""
            try:
                async with connect(
                    next(self._doors)(place),
                    ping_interval=self._pings,
                    ping_timeout=self._pings,
                    open_timeout=2,
                    close_timeout=0.5,
                ) as socket:
                    self._socket = socket
                    await self._read(socket)
            except (OSError, TimeoutError, websockets.InvalidHandshake, websockets.InvalidMessage):
                pass
            await asyncio.sleep(_LUCK.uniform(0, 0.1))

    async def _read(self, socket: ClientConnection) -> None:
        with contextlib.suppress(websockets.ConnectionClosed):
            async for message in socket:
                self.messages += 1
                for frame in check_message(message):
                    self._apply(frame)
        self.codes.append(socket.close_code)
        self._socket = None
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(ConnectionError("cut off"))

    def _apply(self, frame: Frame) -> None:
        data: dict[str, Any] = frame["d"]
        if frame["t"] in ("ack", "error"):
            answer = self._answers.get(frame["id"])
            if answer is not None and not answer.done():
                answer.set_result(frame)
        elif frame["t"] == "room-state":
            self.states += 1
            self.epoch, self.seq = data["epoch"], data["seq"]
            self.heard |= {message["id"]: -1 for message in data["chat"] if message["id"] not in self.heard}
        elif "s" in frame and frame["s"] > self.seq:
            self.gaps += frame["s"] != self.seq + 1
            self.seq = frame["s"]
            self.numbers.append((self.epoch, self.seq))
            if frame["t"] == "chat-message":
                self.heard[data["id"]] = frame["s"]


class Speaker:
    """Talks without a pause, and notes what it was told had been taken."""

    def __init__(self, survivor: Survivor, name: str, *, per_second: float = 20.0) -> None:
        self.survivor = survivor
        self._name = name
        self._pause = 1 / per_second
        self.taken: dict[str, int] = {}
        """Ids of messages that were acknowledged, with their numbers."""
        self.refused: list[str] = []
        self._task = asyncio.create_task(self._talk())

    async def _talk(self) -> None:
        for number in itertools.count():
            answer = await self.survivor.say(f"{self._name} says line {number}")
            if answer is not None and answer["t"] == "ack":
                self.taken[answer["d"]["id"]] = answer["d"]["seq"]
            elif answer is not None:
                self.refused.append(answer["d"]["code"])
            await asyncio.sleep(self._pause)

    async def fall_silent(self) -> None:
        """The end of the talk; its failure is the test's."""
        await end_task(self._task)
        if not self._task.cancelled():
            self._task.result()


def assert_nothing_lost(survivors: Sequence[Survivor], speakers: Sequence[Speaker]) -> None:
    """Every message that was taken is with every client, each once and in order."""
    taken = {message for speaker in speakers for message in speaker.taken}
    assert taken
    for survivor in survivors:
        assert survivor.gaps == 0
        assert len(survivor.numbers) == len(set(survivor.numbers))
        assert taken <= survivor.heard.keys(), len(taken - survivor.heard.keys())
        numbers = [number for number in survivor.heard.values() if number >= 0]
        assert len(numbers) == len(set(numbers)) or survivor.states > 1


async def until_all_heard(survivors: Sequence[Survivor], speakers: Sequence[Speaker]) -> None:
    """Wait until everybody has what was taken."""
    taken = {message for speaker in speakers for message in speaker.taken}
    for survivor in survivors:
        await survivor.until(lambda survivor=survivor: taken <= survivor.heard.keys())
