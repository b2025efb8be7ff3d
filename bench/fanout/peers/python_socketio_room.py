"""A chat room on python-socketio, as its documentation writes it. Argument: port."""

import sys
from typing import Any
from urllib.parse import parse_qs

import socketio
import uvicorn

server = socketio.AsyncServer(async_mode="asgi", transports=["websocket"])


@server.event
async def connect(sid: str, environ: dict[str, Any]) -> None:
    """One viewer."""
    room = parse_qs(environ["QUERY_STRING"])["room"][0]
    await server.save_session(sid, {"room": room})
    await server.enter_room(sid, room)


@server.on("chat-message")
async def chat_message(sid: str, message: Any) -> None:
    """To everybody in the room."""
    session = await server.get_session(sid)
    await server.emit("chat-message", message, room=session["room"])


if __name__ == "__main__":
    uvicorn.run(
        socketio.ASGIApp(server),
        host="127.0.0.1",
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        log_level="critical",
        backlog=4096,
    )
