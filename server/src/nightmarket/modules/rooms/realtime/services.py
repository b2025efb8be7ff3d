"""What every room of a process shares."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from nightmarket.modules.rooms.realtime.backend import RoomBackend
from nightmarket.modules.rooms.realtime.limits import RealtimeLimits
from nightmarket.modules.rooms.realtime.log import RoomLog

Spawn = Callable[[Coroutine[Any, Any, None]], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomServices:
    """The surroundings of a room."""

    edge_id: str
    log: RoomLog
    backend: RoomBackend
    limits: RealtimeLimits
    loop: asyncio.AbstractEventLoop
    spawn: Spawn
    now_ms: Callable[[], int]
