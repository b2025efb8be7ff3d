"""`nightmarket api`: the HTTP API and the web client."""

import importlib
import importlib.util
import pkgutil
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware

import nightmarket.modules
from nightmarket import __version__
from nightmarket.entrypoints.description import allowed_methods, describe
from nightmarket.entrypoints.docs_page import mount_docs
from nightmarket.entrypoints.operations import router as operations_router
from nightmarket.entrypoints.web_client import mount_web_client
from nightmarket.integrations.cloudflare import api as cloudflare_api
from nightmarket.integrations.facebook_live import api as facebook_live_api
from nightmarket.integrations.line import api as line_api
from nightmarket.integrations.postbox import api as postbox_api
from nightmarket.integrations.sandbox import api as sandbox_api
from nightmarket.integrations.sendgrid import api as sendgrid_api
from nightmarket.integrations.twilio import api as twilio_api
from nightmarket.kernel.context import Context
from nightmarket.kernel.settings import Settings
from nightmarket.kernel.storage.local import UPLOAD_PATH
from nightmarket.kernel.web import local_files
from nightmarket.kernel.web.errors import install_problem_handlers
from nightmarket.kernel.web.middleware import BodyLimit, RequestScope, SecurityHeaders
from nightmarket.modules.claims.lane import ClaimLane

API_PREFIX = "/api/v1"
REPOSITORY = Path(__file__).resolve().parents[4]

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def create_app(settings: Settings, *, lifespan: Lifespan, with_lanes: bool = True) -> FastAPI:
    """The application. The lifespan must put the Context into `app.state.ctx`. Lanes answer the hottest routes."""
    app = FastAPI(
        title="Nightmarket",
        version=__version__,
        description="Live-streaming commerce for Taiwan and Thailand.",
        lifespan=lifespan,
        openapi_url="/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    base_url = settings.http.public_url or ""
    install_problem_handlers(app, base_url, allowed_methods=lambda path: allowed_methods(app, path))
    for adapter in (cloudflare_api, facebook_live_api, line_api, sendgrid_api, twilio_api):
        app.include_router(adapter.router, prefix=API_PREFIX)  # before the door for all other webhooks
    for router in feature_routers():
        app.include_router(router, prefix=API_PREFIX)
    for router in feature_routers("internal_router"):
        app.include_router(router, include_in_schema=False)
    app.include_router(sandbox_api.router, prefix=API_PREFIX)
    app.include_router(sandbox_api.page_router)
    app.include_router(postbox_api.router, prefix=API_PREFIX)
    app.include_router(postbox_api.page_router)
    app.include_router(operations_router)
    mount_docs(app)
    if settings.storage.kind == "local":
        app.include_router(local_files.router)
    mount_web_client(app, settings.http.web_dir or REPOSITORY / "web" / "dist")
    describe(app)
    app.add_middleware(GZipMiddleware, minimum_size=1024, compresslevel=4)
    app.add_middleware(BodyLimit, max_bytes=settings.http.max_body_bytes, exempt=[UPLOAD_PATH])
    app.add_middleware(SecurityHeaders, content_security_policy=content_security_policy(settings))
    app.add_middleware(
        CORSMiddleware,
        allow_origins=list(settings.http.allowed_origins),
        allow_credentials=True,
        allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
        allow_headers=["Authorization", "Content-Type", "Idempotency-Key", "Nightmarket-Client"],
        expose_headers=["X-Request-ID", "Idempotency-Replayed", "Retry-After"],
    )
    app.add_middleware(RequestScope, base_url=base_url)
    if with_lanes:
        app.add_middleware(
            ClaimLane,
            prefix=API_PREFIX,
            content_security_policy=content_security_policy(settings),
            base_url=base_url,
            origins=settings.http.allowed_origins,
        )
    return app


def context_lifespan(make: Callable[[], Context]) -> Lifespan:
    """A lifespan that opens the context on the serving loop and closes it at the end."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.ctx = ctx = make()
        try:
            yield
        finally:
            await ctx.close()

    return lifespan


def feature_routers(name: str = "router") -> list[APIRouter]:
    """The router of every feature module that has one."""
    routers = []
    for module in pkgutil.iter_modules(nightmarket.modules.__path__, "nightmarket.modules."):
        path = f"{module.name}.api"
        if importlib.util.find_spec(path) is not None:
            found = getattr(importlib.import_module(path), name, None)
            if found is not None:
                routers.append(found)
    return routers


def content_security_policy(settings: Settings) -> str:
    """Scripts only from ourselves; media and sockets may come from the hosts of the other processes."""
    insecure = "" if settings.is_production else " http: ws:"
    return (
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
        f"img-src 'self' data: blob: https:{insecure}; media-src 'self' blob: https:{insecure}; "
        f"connect-src 'self' https: wss:{insecure}; worker-src 'self' blob:; "
        "frame-ancestors 'self'; base-uri 'self'; form-action 'self' https:; object-src 'none'"
    )
