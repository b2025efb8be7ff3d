"""A person in a room, over a real socket."""

import asyncio
import json
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from edge.contract import check_message
from support.product import Visitor


class RoomClient:
    """Reads frames as they come and lets a test wait for one."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._number = 0
        self.frames: list[dict[str, Any]] = []

    @classmethod
    async def enter(cls, who: Visitor, stream_id: str) -> "RoomClient":
        """With a fresh ticket of this visitor."""
        ticket = (await who.client.post(f"/streams/{stream_id}/room/ticket")).json()
        return cls(await connect(f"{ticket['url']}?ticket={ticket['ticket']}"))

    async def say(self, text: str) -> None:
        """Write a chat line."""
        await self.send("chat-message", {"text": text})

    async def send(self, kind: str, data: dict[str, Any]) -> None:
        """Send one client frame."""
        self._number += 1
        await self._socket.send(json.dumps({"t": kind, "id": self._number, "d": data}))

    async def wait_for(self, kind: str, seconds: float = 15, **wanted: Any) -> dict[str, Any]:
        """The data of the first frame of this kind with these values, seen already or still to come."""
        async with asyncio.timeout(seconds):
            while True:
                for frame in self.frames:
                    if frame["t"] == kind and all(frame["d"].get(name) == value for name, value in wanted.items()):
                        data: dict[str, Any] = frame["d"]
                        return data
                self.frames += check_message(await self._socket.recv())

    async def leave(self) -> None:
        """Hang up."""
        await self._socket.close()
