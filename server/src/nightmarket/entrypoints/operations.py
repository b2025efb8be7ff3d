"""What operators and probes ask: is it up, are its dependencies, what are its numbers, what does a code mean."""

from contextlib import suppress
from html import escape

import msgspec
import sqlalchemy as sa
from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from redis.exceptions import RedisError
from sqlalchemy.exc import DBAPIError

from nightmarket import __version__
from nightmarket.kernel.jobs.outbox_store import measure
from nightmarket.kernel.metrics import render_metrics
from nightmarket.kernel.problems import NotFound, Unavailable, all_problems, explanation
from nightmarket.kernel.security import BadSignature, BodySignature
from nightmarket.kernel.web.dependencies import ContextDep
from nightmarket.modules.rooms.errors import EdgeNotSigned
from nightmarket.modules.rooms.realtime.backend_http import edge_signature
from nightmarket.modules.rooms.realtime.reports import read_overview
from nightmarket.modules.streams.public import stream_views

_MOST_SHOWS = 500

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok", "version": __version__}


@router.get("/readyz")
async def readyz(request: Request, ctx: ContextDep) -> JSONResponse:
    """The database must answer, and the jobs must run where they run in this process.

    Without Redis rooms and limits suffer, without media the video, but the api serves.
    """
    checks = {"database": "ok", "redis": "ok"}
    try:
        async with ctx.reader() as session:
            await session.execute(sa.text("SELECT 1"))
    except (DBAPIError, OSError, Unavailable):
        checks["database"] = "down"
    try:
        await ctx.redis.ping()
    except (RedisError, OSError):
        checks["redis"] = "down"
    for name, is_well in getattr(request.app.state, "parts", {}).items():
        checks[name] = "ok" if is_well() else "down"
    is_ready = all(checks.get(name, "ok") == "ok" for name in ("database", "jobs"))
    return JSONResponse(checks, status_code=200 if is_ready else 503)


@router.get("/metrics")
async def metrics(ctx: ContextDep) -> Response:
    """Prometheus text. What waits in the database is counted now, wherever the jobs run."""
    with suppress(DBAPIError, OSError, Unavailable):
        await measure(ctx)
    body, content_type = render_metrics()
    return Response(body, media_type=content_type)


@router.post("/internal/rooms-overview")
async def rooms_overview(request: Request, ctx: ContextDep) -> Response:
    """What the edges report, with the shows it is about: for `nightmarket rooms`, signed with the master secret."""
    try:
        signature = request.headers.get(BodySignature.header, "")
        edge_signature(ctx.secret).verify(signature, await request.body(), now=int(ctx.clock().timestamp()))
    except BadSignature as error:
        raise EdgeNotSigned from error
    try:
        overview = await read_overview(ctx.redis)
    except (RedisError, OSError) as error:
        raise Unavailable(retry_after=1) from error
    async with ctx.reader() as session:
        shows = await stream_views(session, [room.id for room in overview.rooms[:_MOST_SHOWS]])
    about = {stream_id: {"title": one.title, "state": one.state} for stream_id, one in shows.items()}
    return Response(msgspec.json.encode({"overview": overview, "shows": about}), media_type="application/json")


@router.get("/problems/{code}")
async def problem_page(code: str) -> HTMLResponse:
    """What an error code means: the page behind every problem's `type`."""
    for problem in all_problems():
        if problem.code == code:
            return HTMLResponse(
                f"<!doctype html><meta charset=utf-8><title>{escape(problem.title)}</title>"
                f"<h1>{escape(problem.title)}</h1><p><code>{problem.code}</code> · HTTP {problem.status}</p>"
                f"<p>{escape(explanation(problem))}</p>"
            )
    raise NotFound
