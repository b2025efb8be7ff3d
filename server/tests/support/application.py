"""The application under test, built once for each set of settings it depends on."""

from fastapi import FastAPI

from nightmarket.entrypoints.api import context_lifespan, create_app
from nightmarket.kernel.context import Context

_built: dict[tuple[str, str, str, bool], FastAPI] = {}


def application(ctx: Context, *, with_lanes: bool = True) -> FastAPI:
    """The application on `ctx`. One context at a time: building the routes costs more than most tests do."""
    settings = ctx.settings
    key = (settings.environment, settings.http.model_dump_json(), settings.storage.kind, with_lanes)
    if key not in _built:
        _built[key] = create_app(settings, lifespan=context_lifespan(lambda: ctx), with_lanes=with_lanes)
    app = _built[key]
    app.state.ctx = ctx
    return app
