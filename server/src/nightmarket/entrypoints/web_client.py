"""Serving the built web client: hashed assets forever, everything else through the one page."""

from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, HTMLResponse, Response
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

_NOT_PAGES = ("api/", "ws", "files/", "uploads/", "internal/", "assets/", "problems/")
_NO_CACHE = {"Cache-Control": "no-cache"}


class _Assets(StaticFiles):
    """Files whose names carry a hash of their content."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def mount_web_client(app: FastAPI, folder: Path) -> None:
    """Serve the client when it has been built; else say in one sentence what to do."""
    if not (folder / "index.html").is_file():

        @app.get("/", include_in_schema=False)
        async def not_built() -> HTMLResponse:
            return HTMLResponse("<p>The web client is not built. Run <code>make setup</code>.</p>", status_code=503)

        return
    app.mount("/assets", _Assets(directory=folder / "assets"), name="assets")
    root = folder.resolve()

    @app.get("/{path:path}", include_in_schema=False)
    async def page(path: str, request: Request) -> Response:
        if path.startswith(_NOT_PAGES):
            raise HTTPException(404)
        file = (root / path).resolve()
        if path and file.is_relative_to(root) and file.is_file():
            return FileResponse(file, headers=_NO_CACHE)
        if "." in path.rsplit("/", 1)[-1] and "text/html" not in request.headers.get("accept", ""):
            raise HTTPException(404)
        return FileResponse(root / "index.html", headers=_NO_CACHE)
