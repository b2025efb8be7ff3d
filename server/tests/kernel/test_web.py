"""Every failure is a problem document with a request id; pages of problems exist."""

import inspect
import json
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from nightmarket.entrypoints.api import feature_routers
from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.kernel.inbox import remember
from nightmarket.kernel.problems import all_problems, explanation
from nightmarket.modules.identity.events import UserRegistered
from support.clock import FrozenClock


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/nowhere", 404, "not-found"),
        ("DELETE", "/healthz", 405, "method-not-allowed"),
        ("GET", "/api/v1/auth/login", 405, "method-not-allowed"),
        ("POST", "/somewhere", 404, "not-found"),
        ("GET", "/problems/unknown", 404, "not-found"),
    ],
)
async def test_routing_failures_are_problems(
    api: httpx2.AsyncClient, method: str, path: str, status: int, code: str
) -> None:
    answer = await api.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert (body["status"], body["code"], body["type"]) == (status, code, f"/problems/{code}")
    assert body["request_id"] == answer.headers["x-request-id"]


async def test_oversized_body_is_refused(api: httpx2.AsyncClient) -> None:
    answer = await api.post("/api/v1/auth/login", content=b"{" + b" " * 2_000_000)
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")


async def test_streamed_oversized_body_is_refused(api: httpx2.AsyncClient) -> None:
    async def chunks():
        for _ in range(40):
            yield b" " * 65536

    answer = await api.post("/api/v1/auth/login", content=chunks())
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")


async def test_given_request_id_is_kept_when_well_formed(api: httpx2.AsyncClient) -> None:
    assert (await api.get("/healthz", headers={"X-Request-ID": "abcd-1234"})).headers["x-request-id"] == "abcd-1234"
    forged = await api.get("/healthz", headers={"X-Request-ID": "a b\tc<script>"})
    assert forged.headers["x-request-id"].startswith("req_")


async def test_answers_carry_security_headers(api: httpx2.AsyncClient) -> None:
    headers = (await api.get("/healthz")).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert "script-src 'self'" in headers["content-security-policy"]


async def test_metrics_tell_what_waits_although_the_jobs_run_elsewhere(
    ctx: Context, api: httpx2.AsyncClient, clock: FrozenClock
) -> None:
    async with ctx.unit() as unit:
        await remember(unit, "sandbox", "event-1", {})
        unit.announce(UserRegistered(new_id("usr"), "TW", "en"))
    clock.advance(minutes=10)
    text = (await api.get("/metrics")).text
    assert "nightmarket_outbox_age_seconds 600.0" in text
    assert "nightmarket_inbox_unhandled_age_seconds 600.0" in text


async def test_readiness_and_metrics(api: httpx2.AsyncClient) -> None:
    assert (await api.get("/readyz")).json() == {"database": "ok", "redis": "ok"}
    assert "nightmarket_http_seconds" in (await api.get("/metrics")).text


async def test_every_problem_has_a_code_and_a_page(api: httpx2.AsyncClient) -> None:
    seen: dict[str, str] = {}
    for problem in all_problems():
        if not problem.__module__.startswith("nightmarket."):
            continue
        assert problem.__doc__, f"{problem.__name__} says nothing about itself"
        assert explanation(problem) != problem.title
        where = f"{problem.__module__}.{problem.__name__}"
        assert seen.setdefault(problem.code, where) == where, f"{problem.code} is used twice"
        assert problem.code == problem.code.lower().replace("_", "-")
        assert 400 <= problem.status < 600
    page = await api.get("/problems/not-found")
    assert (page.status_code, "not-found" in page.text) == (200, True)


async def test_openapi_describes_problems(api: httpx2.AsyncClient) -> None:
    schema = (await api.get("/openapi.json")).json()
    assert "Problem" in schema["components"]["schemas"]
    assert "HTTPValidationError" not in json.dumps(schema)


def is_coroutine_callable(call: Callable[..., Any]) -> bool:
    return inspect.iscoroutinefunction(call) or inspect.iscoroutinefunction(type(call).__call__)


def test_requests_need_no_threads() -> None:
    """A plain function as route or dependency is run in a thread, which costs more than most of our queries."""
    threaded: set[str] = set()

    def look(needed: Dependant) -> None:
        for one in needed.dependencies:
            call = one.call
            if call is not None and not is_coroutine_callable(call):
                threaded.add(repr(call))
            look(one)

    routes = [
        route
        for router in [*feature_routers(), *feature_routers("internal_router")]
        for route in router.routes
        if isinstance(route, APIRoute)
    ]
    assert len(routes) > 100
    for route in routes:
        look(route.dependant)
        if not inspect.iscoroutinefunction(route.endpoint):
            threaded.add(repr(route.endpoint))
    assert threaded == set()
