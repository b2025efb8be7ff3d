"""`nightmarket rooms`: what happens in the rooms right now, for people who operate them.

Edges report to Redis. Where there is one the command reads it itself, and asks the api only for titles; where
everything runs in one process, that process is asked. What is asked is signed with the master secret: it is answered to
whoever can read that, and to nobody else.
"""

import asyncio
import json
import shutil
import sys
import unicodedata
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import msgspec
import typer
from redis.exceptions import RedisError

from nightmarket.entrypoints.startup import CannotStart
from nightmarket.kernel.clock import system_clock
from nightmarket.kernel.http import HttpClient, HttpError, new_http_client
from nightmarket.kernel.redis import Redis, connect_redis
from nightmarket.kernel.security import BodySignature
from nightmarket.kernel.settings import Settings
from nightmarket.modules.rooms.realtime.backend_http import edge_signature
from nightmarket.modules.rooms.realtime.reports import EVERY_SECONDS, Overview, RoomOverview, read_overview

PATH: Final = "/internal/rooms-overview"
_CLEAR: Final = "\x1b[H\x1b[2J"
_TITLE_WIDTH: Final = 28
_HEAD: Final = ("TITLE", "STATE", "VIEWERS", "SOCKETS", "EDGES", "IN/S", "OUT/S", "BACKLOG", "BEHIND", "SLOW", "ROOM")


class Answer(msgspec.Struct, frozen=True):
    """What the api knows: the rooms, and the shows they belong to."""

    overview: Overview
    shows: dict[str, dict[str, str]]
    """Title and state by room."""


class RoomsView:
    """Reads and prints."""

    def __init__(self, settings: Settings, address: str, http: HttpClient, redis: Redis | None) -> None:
        self._settings = settings
        self._address = address.rstrip("/")
        self._http = http
        self._redis = redis

    async def read(self) -> Answer:
        """The rooms as last reported."""
        asked = await self._ask_api()
        if self._redis is None:
            if asked is None:
                raise CannotStart(
                    f"No Nightmarket of this data folder answers at {self._address}: name another with --address, "
                    "or the Redis of the edges with NIGHTMARKET_REDIS__URL."
                )
            return asked
        try:
            overview = await read_overview(self._redis)
        except (RedisError, OSError) as error:
            raise CannotStart(f"Redis does not answer: {error}.") from error
        return Answer(overview, {} if asked is None else asked.shows)

    async def _ask_api(self) -> Answer | None:
        if not self._settings.has_secret:
            return None  # asking for one would make one
        body = b'{"what":"rooms"}'
        signature = edge_signature(self._settings.secret()).sign(body, now=int(system_clock().timestamp()))
        try:
            response = await self._http.post(
                f"{self._address}{PATH}", content=body, headers={BodySignature.header: signature}
            )
            return msgspec.json.decode(response.content, type=Answer) if response.status_code == 200 else None
        except (HttpError, OSError, msgspec.MsgspecError):
            return None


@asynccontextmanager
async def opened_view(settings: Settings, address: str) -> AsyncIterator[RoomsView]:
    """The view with its connections, closed at the end."""
    http = new_http_client(timeout=5)
    redis = None if settings.redis_url is None else connect_redis(settings.redis_url)
    try:
        yield RoomsView(settings, address, http, redis)
    finally:
        await http.aclose()
        if redis is not None:
            await redis.aclose()


def as_json(answer: Answer) -> str:
    """One line for scripts."""
    rooms = []
    for one in answer.overview.rooms:
        room = {"room": one.id, **answer.shows.get(one.id, {"title": None, "state": None})}
        rooms.append(room | {"viewers": one.viewers, "edges": one.edges} | msgspec.to_builtins(one.report))
    return json.dumps({"edges": msgspec.to_builtins(answer.overview.edges), "rooms": rooms}, ensure_ascii=False)


def as_table(answer: Answer, width: int) -> str:
    """Lines for a terminal."""
    rows = [_HEAD, *(_row(one, answer.shows.get(one.id, {})) for one in answer.overview.rooms)]
    widths = [max(_cells(row[column]) for row in rows) for column in range(len(_HEAD))]
    lines = ["  ".join(_padded(cell, widths[at], at) for at, cell in enumerate(row)).rstrip() for row in rows]
    edges = answer.overview.edges
    sockets = sum(edge.connections for edge in edges)
    lines.append("")
    lines.append(f"{len(answer.overview.rooms)} rooms, {sockets} sockets, {len(edges)} edges")
    for edge in edges:
        leaving = "  draining" if edge.is_draining else ""
        lines.append(f"  {edge.id}  {edge.host} (process {edge.pid})  {edge.connections} sockets{leaving}")
    return "\n".join(_cut(line, width) for line in lines)


def show(answer: Answer, *, in_json: bool, again: bool) -> None:
    """Print, over the print before on a terminal."""
    if in_json:
        typer.echo(as_json(answer))
        return
    width = shutil.get_terminal_size((160, 40)).columns if sys.stdout.isatty() else 400
    typer.echo((_CLEAR if again and sys.stdout.isatty() else "") + as_table(answer, width))


async def run_rooms(settings: Settings, address: str, *, in_json: bool, watch: bool) -> None:
    """Print once, or again and again until Ctrl-C."""
    async with opened_view(settings, address) as view:
        show(await view.read(), in_json=in_json, again=False)
        while watch:
            await asyncio.sleep(EVERY_SECONDS)
            show(await view.read(), in_json=in_json, again=True)


def _row(one: RoomOverview, about: dict[str, str]) -> tuple[str, ...]:
    report = one.report
    return (
        _cut(about.get("title", "—"), _TITLE_WIDTH),
        about.get("state", "—"),
        str(one.viewers),
        str(report.connections),
        str(one.edges),
        f"{report.frames_in:.0f}",
        f"{report.frames_out:.0f}",
        _bytes(report.backlog_bytes),
        str(report.behind),
        str(report.slow_closes),
        one.id,
    )


def _bytes(count: int) -> str:
    return f"{count}" if count < 10_000 else f"{count // 1024}K" if count < 10_000_000 else f"{count // 1_048_576}M"


def _cells(text: str) -> int:
    """Columns of a terminal: Chinese characters take two, Thai vowels above and below none."""
    shown = [char for char in text if unicodedata.category(char) not in ("Mn", "Me", "Cf")]
    return len(shown) + sum(unicodedata.east_asian_width(char) in "WF" for char in shown)


def _cut(text: str, width: int) -> str:
    if _cells(text) <= width:
        return text
    kept = ""
    for char in text:
        if _cells(kept + char) > width - 1:
            break
        kept += char
    return f"{kept}…"


def _padded(text: str, width: int, column: int) -> str:
    space = " " * (width - _cells(text))
    is_number = 2 <= column < len(_HEAD) - 1
    return space + text if is_number else text + space
