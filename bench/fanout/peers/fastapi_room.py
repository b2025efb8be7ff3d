"""A chat room on FastAPI as usually written: a set of sockets, and a loop that awaits `send_text` for each.

Arguments: port, uvicorn's WebSocket implementation (`auto` or `websockets-sansio`).
"""

import contextlib
import sys
from collections import defaultdict

import uvicorn
from fastapi import FastAPI, WebSocket, WebSocketDisconnect

app = FastAPI()
rooms: defaultdict[str, set[WebSocket]] = defaultdict(set)


@app.websocket("/ws")
async def room(socket: WebSocket, room: str) -> None:
    """One viewer."""
    await socket.accept()
    members = rooms[room]
    members.add(socket)
    try:
        while True:
            text = await socket.receive_text()
            for member in list(members):
                with contextlib.suppress(WebSocketDisconnect, RuntimeError):
                    await member.send_text(text)
    except WebSocketDisconnect:
        members.discard(socket)


if __name__ == "__main__":
    port, implementation = int(sys.argv[1]), sys.argv[2]
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=port,
        ws=implementation,
        loop="uvloop",
        http="httptools",
        log_level="critical",
        backlog=4096,
    )
