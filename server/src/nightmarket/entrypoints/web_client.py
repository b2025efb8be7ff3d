"""Serving the built web client: hashed assets forever, everything else through the one page."""

from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, HTMLResponse, Response
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

_NOT_PAGES = ("api/", "ws", "socket.io", "files/", "uploads/", "internal/", "assets/", "problems/")
_NO_CACHE = {"Cache-Control": "no-cache"}


class _Assets(StaticFiles):
    """Files whose names carry a hash of their content."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def mount_web_client(app: FastAPI, folder: Path) -> None:
    """Serve the client where no route matches; when it has not been built, say what to do."""
    if not (folder / "index.html").is_file():
        app.router.default = _not_built
        return
    app.mount("/assets", _Assets(directory=folder / "assets"), name="assets")
    # Not a catch-all route: that would hide the 405 of addresses that take other methods.
    app.router.default = _Pages(folder.resolve())


class _Pages:
    """Files of the client, and its one page for every other address a browser asks for."""

    def __init__(self, root: Path) -> None:
        self._root = root

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
            raise HTTPException(404)
        await self._answer(scope["path"].lstrip("/"), Request(scope))(scope, receive, send)

    def _answer(self, path: str, request: Request) -> Response:
        if path.startswith(_NOT_PAGES) or "\x00" in path:
            raise HTTPException(404)
        file = (self._root / path).resolve()
        if path and file.is_relative_to(self._root) and file.is_file():
            return FileResponse(file, headers=_NO_CACHE)
        if "." in path.rsplit("/", 1)[-1] and "text/html" not in request.headers.get("accept", ""):
            raise HTTPException(404)
        return FileResponse(self._root / "index.html", headers=_NO_CACHE)


async def _not_built(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] != "http" or scope["path"] != "/":
        raise HTTPException(404)
    page = "<p>The web client is not built. Run <code>make setup</code>.</p>"
    await HTMLResponse(page, status_code=503)(scope, receive, send)
