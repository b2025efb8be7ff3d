"""The polling transport written by hand, one request at a time."""

import httpx2

from edge.socketio.conftest import SocketIoEdge

TRANSPORT = "/socket.io/?EIO=4&transport=polling"


async def request(edge: SocketIoEdge, method: str, path: str, body: bytes = b"") -> tuple[int, str]:
    """Status and body of a request on a connection of its own."""
    async with httpx2.AsyncClient(base_url=edge.address, timeout=15) as client:
        answer = await client.request(method, path, content=body)
    return answer.status_code, answer.text


async def polled(edge: SocketIoEdge, method: str, sid: str = "", body: str = "") -> tuple[int, str]:
    """A request of the transport."""
    return await request(edge, method, f"{TRANSPORT}&sid={sid}" if sid else TRANSPORT, body.encode())
