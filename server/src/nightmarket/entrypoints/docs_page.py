"""The interactive API description at `/docs`, from files installed with us: it works offline and under our CSP."""

from importlib.resources import files
from pathlib import Path

from fastapi import FastAPI, Response
from fastapi.responses import HTMLResponse
from starlette.staticfiles import StaticFiles

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Nightmarket API</title>
<link rel="stylesheet" href="/docs/files/swagger-ui.css">
<div id="api"></div>
<script src="/docs/files/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</html>
"""
_START = """SwaggerUIBundle({
  url: "/openapi.json", dom_id: "#api", deepLinking: true, docExpansion: "none", persistAuthorization: true,
});
"""


def mount_docs(app: FastAPI) -> None:
    """Serve the page, its start script and the viewer's files."""
    folder = Path(str(files("fastapi_swagger"))) / "resources"
    app.mount("/docs/files", StaticFiles(directory=folder), name="docs-files")

    @app.get("/docs", include_in_schema=False)
    async def page() -> HTMLResponse:
        return HTMLResponse(_PAGE)

    @app.get("/docs/start.js", include_in_schema=False)
    async def start() -> Response:
        return Response(_START, media_type="text/javascript")
