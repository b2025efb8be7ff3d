"""Other people's servers with one chat room each, written as their documentation writes it, and the limit in C."""

import contextlib
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from load import MARK, Target
from machine import PEERS, PYTHON, Processors, free_port, running, wait_for_port

AT = 1_760_000_000_000
CHAT = {
    "id": "cht_01k7c3z5m8q2v4x6y8b0d2f4h6",
    "user": {"id": "usr_01k7c3z5m8q2v4x6y8b0d2f4h6", "name": "陳小美", "role": "buyer"},
    "text": f"{MARK} 好漂亮, 還有沒有 M 號?",
}


@dataclass(frozen=True)
class Bench:
    """What every server needs to be started."""

    folder: Path
    programs: dict[str, Path]
    processors: Processors
    rooms: int = 1


Start = Callable[[Bench], AbstractContextManager[Target]]


def frame() -> bytes:
    """One chat message as JSON: the same bytes for every server that passes on text."""
    return _compact({"t": "chat-message", "s": 1000, "at": AT, "d": CHAT}).encode()


def _socketio_frame() -> bytes:
    return f'42["chat-message",{_compact({"s": 1000, "at": AT, "d": CHAT})}]'.encode()


def _compact(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def limit(bench: Bench) -> AbstractContextManager[Target]:
    """The C server: one frame, one send() per socket."""
    return _with_port(bench, "C limit", [bench.programs["limit"]], [])


def batching_limit(bench: Bench) -> AbstractContextManager[Target]:
    """The same, with what is read together in one frame."""
    return _with_port(bench, "C limit --batch", [bench.programs["limit"]], ["--batch"])


def tls_limit(bench: Bench, *certificate: Path) -> AbstractContextManager[Target]:
    """The C server with OpenSSL: one frame, one SSL_write() per socket."""
    options = ["--tls", *(str(path) for path in certificate)]
    return _with_port(bench, "C limit", [bench.programs["limit_tls"]], options)


def socketio_node(bench: Bench, *certificate: Path) -> AbstractContextManager[Target]:
    """Node's socket.io."""
    options = [str(path) for path in certificate]
    return _with_port(bench, "socket.io", ["node", PEERS / "socketio.js"], options, socketio=True)


def ws_node(bench: Bench) -> AbstractContextManager[Target]:
    """Node's ws."""
    return _with_port(bench, "ws", ["node", PEERS / "ws.js"], [])


def fastapi(bench: Bench) -> AbstractContextManager[Target]:
    """FastAPI on uvicorn's `websockets` implementation, for many years its default."""
    return _with_port(bench, "FastAPI", [PYTHON, PEERS / "fastapi_room.py"], ["websockets"])


def fastapi_sansio(bench: Bench) -> AbstractContextManager[Target]:
    """FastAPI on uvicorn's `websockets-sansio` implementation."""
    return _with_port(bench, "FastAPI sansio", [PYTHON, PEERS / "fastapi_room.py"], ["websockets-sansio"])


def python_socketio(bench: Bench) -> AbstractContextManager[Target]:
    """python-socketio on uvicorn."""
    return _with_port(bench, "python-socketio", [PYTHON, PEERS / "python_socketio_room.py"], [], socketio=True)


@contextlib.contextmanager
def _with_port(
    bench: Bench, name: str, command: list[str | Path], options: list[str], *, socketio: bool = False
) -> Iterator[Target]:
    port = free_port()
    message = _socketio_frame() if socketio else frame()
    path = "/socket.io/?EIO=4&transport=websocket&room=r{}" if socketio else "/ws?room=r{}"
    with running([*command, str(port), *options], processors=bench.processors.server) as process:
        wait_for_port(port, process)
        paths = [path.format(room) for room in range(bench.rooms)]
        yield Target(name, [process.pid], [port], [message], [message], paths, is_socketio=socketio)
