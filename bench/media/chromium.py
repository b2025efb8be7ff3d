"""Drives a headless Chromium over its DevTools protocol: opens pages, evaluates expressions."""

import asyncio
import contextlib
import itertools
import json
import os
import shutil
import tempfile
import urllib.request
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

PLACES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--mute-audio", "--no-first-run", "--remote-debugging-port=0",
    "--autoplay-policy=no-user-gesture-required", "--disable-background-timer-throttling",
    "--disable-renderer-backgrounding", "--disable-backgrounding-occluded-windows",
)  # fmt: skip


class Page:
    """One tab."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)

    async def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        """A command and its result."""
        number = next(self._numbers)
        await self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            answer = json.loads(await self._socket.recv())
            if answer.get("id") == number:
                if "error" in answer:
                    raise RuntimeError(answer["error"])
                return dict(answer["result"])

    async def run(self, expression: str) -> Any:
        """The value of an expression, awaited."""
        result = await self.send(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True, userGesture=True
        )
        if "exceptionDetails" in result:
            details = result["exceptionDetails"]
            raise RuntimeError(details.get("exception", {}).get("description", details))
        return result["result"].get("value")


class Chromium:
    """The browser."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._sockets: list[ClientConnection] = []

    async def open(self, address: str) -> Page:
        """A new tab at an address."""
        request = urllib.request.Request(f"http://127.0.0.1:{self._port}/json/new?{address}", method="PUT")
        told = json.loads(await asyncio.to_thread(lambda: urllib.request.urlopen(request).read()))
        socket = await connect(told["webSocketDebuggerUrl"], max_size=None)
        self._sockets.append(socket)
        page = Page(socket)
        while not await page.run("location.href !== 'about:blank' && document.readyState === 'complete'"):
            await asyncio.sleep(0.05)
        return page

    async def close(self) -> None:
        """Lets go of the tabs."""
        for socket in self._sockets:
            await socket.close()


@contextlib.asynccontextmanager
async def chromium() -> AsyncIterator[Chromium]:
    """A browser of our own."""
    program = os.environ.get("CHROMIUM_PATH") or next(filter(None, map(shutil.which, PLACES)), None)
    if program is None:
        raise SystemExit("A Chromium is needed: install one or name it in CHROMIUM_PATH.")
    profile = Path(tempfile.mkdtemp(prefix="nightmarket-bench-"))
    process = await asyncio.create_subprocess_exec(
        program, *FLAGS, f"--user-data-dir={profile}", "about:blank",
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    said = profile / "DevToolsActivePort"
    try:
        async with asyncio.timeout(30):
            while not said.exists() or not said.read_text():
                await asyncio.sleep(0.1)
        browser = Chromium(int(said.read_text().split()[0]))
        yield browser
        await browser.close()
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()
        shutil.rmtree(profile, ignore_errors=True)
