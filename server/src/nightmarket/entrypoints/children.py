"""Processes that `nightmarket up` keeps running beside itself: the media server, and the demo when it is asked for.

Video work can then never delay a claim, and a crash on either side leaves the other standing.
"""

import asyncio
import contextlib
import os
import socket
import sys
from collections.abc import Mapping

from nightmarket.kernel.logging import get_logger
from nightmarket.kernel.settings import Settings

log = get_logger(__name__)

_STOP_SECONDS = 10.0
_FIRST_WAIT = 0.5
_MOST_WAIT = 10.0


def free_port(host: str, wanted: int) -> int:
    """The wanted TCP port if it is free, else one the system picks."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for port in (wanted, 0):
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no free port")


class Child:
    """Starts a `nightmarket` command, starts it again when it dies, stops it at the end."""

    def __init__(self, settings: Settings, *command: str) -> None:
        self._settings = settings
        self._command = command
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int | None:
        """The process that lives at the moment."""
        return self._process.pid if self._process is not None and self._process.returncode is None else None

    async def run(self) -> None:
        """Supervise until cancelled."""
        wait = _FIRST_WAIT
        try:
            while True:
                started = asyncio.get_running_loop().time()
                try:
                    self._process = await self._start()
                    code = await self._process.wait()
                    log.error("child.stopped", command=self._command[0], exit_code=code)
                except OSError as error:
                    log.error("child.not_started", command=self._command[0], error=str(error))
                lived = asyncio.get_running_loop().time() - started
                wait = _FIRST_WAIT if lived > _MOST_WAIT else min(_MOST_WAIT, wait * 2)
                await asyncio.sleep(wait)
        finally:
            await self._stop()

    async def _start(self) -> asyncio.subprocess.Process:
        settings = self._settings
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "nightmarket.entrypoints.cli",
            *self._command,
            "--with-parent",
            # The child ends when this pipe closes, so it cannot outlive a killed parent.
            stdin=asyncio.subprocess.PIPE,
            env=_environment(settings, os.environ),  # noqa: TID251  (a child inherits ours)
        )

    async def _stop(self) -> None:
        process = self._process
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), timeout=_STOP_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()


def _environment(settings: Settings, ours: Mapping[str, str]) -> dict[str, str]:
    """Our environment, with the settings a child must share with us as they are now.

    What `up` has decided itself (a port from the command line, a free one instead of a taken one) must win: a nested
    name such as `NIGHTMARKET_HTTP__PORT` would otherwise overrule its section.
    """
    decided = ("NIGHTMARKET_HTTP__", "NIGHTMARKET_MEDIA__")
    return {name: value for name, value in ours.items() if not name.upper().startswith(decided)} | {
        "NIGHTMARKET_DATA_DIR": str(settings.data_dir.absolute()),
        "NIGHTMARKET_SECRET_KEY": settings.secret(),
        "NIGHTMARKET_LOG_FORMAT": settings.log_format,
        "NIGHTMARKET_LOG_LEVEL": settings.log_level,
        "NIGHTMARKET_HTTP": settings.http.model_dump_json(exclude_none=True),
        "NIGHTMARKET_MEDIA": settings.media.model_dump_json(exclude_none=True),
    }
