"""Fixtures: every test that takes `ctx` runs on SQLite, and again on MariaDB + Redis where they answer."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import httpx2
import pytest

from edge import contract as edge_contract
from nightmarket.entrypoints.composition import build_registry
from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs.inprocess import InProcessRelay
from nightmarket.kernel.redis import use_fresh_stand_in
from support.application import application
from support.clock import FrozenClock
from support.engines import (
    MYSQL,
    REDIS,
    create_mysql_database,
    drop_mysql_database,
    empty_tables,
    mysql_context,
    require,
    sqlite_context,
    sqlite_template,
)

T = TypeVar("T")


def run_apart(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end on a loop of its own, also while a test's loop is running."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(asyncio.run, work).result()


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The migrated SQLite file that tests copy."""
    return run_apart(sqlite_template(tmp_path_factory.mktemp("template")))


@pytest.fixture(scope="session")
def mysql_url() -> Iterator[str]:
    """A migrated database on the server, shared by this run's tests."""
    require(MYSQL, "MariaDB/MySQL")
    require(REDIS, "Redis")
    name = f"nightmarket_test_{os.getpid()}"
    yield run_apart(create_mysql_database(name))
    run_apart(drop_mysql_database(name))


@pytest.fixture(autouse=True)
def sockets_keep_the_contract() -> Iterator[None]:
    """Every frame that a test's clients got from a room is as the contract says."""
    edge_contract.broken.clear()
    yield
    assert edge_contract.broken == []


@pytest.fixture
def clock() -> FrozenClock:
    """Time under the test's control."""
    return FrozenClock()


@pytest.fixture(params=["sqlite", "mysql"])
async def ctx(request: pytest.FixtureRequest, tmp_path: Path, clock: FrozenClock) -> AsyncIterator[Context]:
    """A process context on each engine, with nothing in it."""
    use_fresh_stand_in()
    if request.param == "sqlite":
        context = sqlite_context(tmp_path / "data", request.getfixturevalue("template"))
    else:
        context = mysql_context(tmp_path / "data", request.getfixturevalue("mysql_url"))
        await empty_tables(context)
    context.clock = clock
    yield context
    await context.close()


@pytest.fixture
async def api(ctx: Context) -> AsyncIterator[httpx2.AsyncClient]:
    """An HTTP client against the real application on `ctx`."""
    transport = httpx2.ASGITransport(app=application(ctx))
    async with httpx2.AsyncClient(transport=transport, base_url="http://nightmarket.test") as client:
        yield client


@pytest.fixture
def drain(ctx: Context) -> Callable[[], Awaitable[list[str]]]:
    """Runs handlers and jobs until the outbox is quiet; returns the names of what ran."""
    return InProcessRelay(ctx, build_registry()).drain
