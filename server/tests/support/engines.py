"""The engines a test runs on: the embedded default, and MariaDB + Redis where they answer."""

import os
import shutil
import socket
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from nightmarket.entrypoints.composition import build_context
from nightmarket.entrypoints.tables import ALL_TABLES
from nightmarket.kernel.context import Context
from nightmarket.kernel.db import Database
from nightmarket.kernel.schema import upgrade_schema
from nightmarket.kernel.settings import Settings

MYSQL = os.environ.get("NIGHTMARKET_TEST_MYSQL", "mysql+asyncmy://root@127.0.0.1:3306")
REDIS = os.environ.get("NIGHTMARKET_TEST_REDIS", "redis://127.0.0.1:6379")
AMQP = os.environ.get("NIGHTMARKET_TEST_AMQP", "amqp://guest:guest@127.0.0.1:5672//")
# One Redis database per process of a parallel run.
_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
REDIS_DATABASE = int(_WORKER.removeprefix("gw")) + 1 if _WORKER else os.getpid() % 7 + 8


def answers(url: str) -> bool:
    """Whether something listens where a URL points to."""
    parts = sa.engine.make_url(url)
    try:
        socket.create_connection((parts.host or "127.0.0.1", parts.port or 0), timeout=1).close()
    except OSError:
        return False
    return True


def require(url: str, name: str) -> None:
    """Skip without the engine on a developer's machine; fail under CI, where it must be there."""
    if not answers(url):
        _missing(f"{name} does not answer here")


def require_path(path: Path, name: str) -> None:
    """The same for something that must have been installed or built."""
    if not path.exists():
        _missing(f"{name} are not installed here")


def _missing(reason: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason}, but CI needs it")
    pytest.skip(reason)


def test_settings(data_dir: Path, **overrides: Any) -> Settings:
    """Settings of a test process."""
    values: dict[str, Any] = {
        "environment": "test",
        "secret_key": "test-secret-key-that-is-long-enough-0123456789",
        "rate_limits": {"log_in": 0, "sign_up": 0, "write": 0, "letters": 0},
        "log_level": "warning",
    }
    return Settings(data_dir=data_dir, **(values | overrides))


async def sqlite_template(folder: Path) -> Path:
    """An empty database at the newest schema, to be copied for each test."""
    path = folder / "template.db"
    db = Database(f"sqlite+aiosqlite:///{path}")
    await upgrade_schema(db)
    await db.close()  # closing the last connection folds the write-ahead log into the file
    return path


async def create_mysql_database(name: str, *, is_empty: bool = False) -> str:
    """A database of our own on the server, at the newest schema unless it is to be empty; its URL."""
    await _administer(f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
    url = f"{MYSQL}/{name}?charset=utf8mb4"
    if is_empty:
        return url
    db = Database(url)
    await upgrade_schema(db)
    await db.close()
    return url


async def drop_mysql_database(name: str) -> None:
    """Remove the database of this run."""
    await _administer(f"DROP DATABASE IF EXISTS {name}")


async def _administer(*statements: str) -> None:
    admin = create_async_engine(f"{MYSQL}/", isolation_level="AUTOCOMMIT")
    async with admin.connect() as connection:
        for statement in statements:
            await connection.execute(sa.text(statement))
    await admin.dispose()


async def empty_tables(ctx: Context) -> None:
    """Remove every row, so that the next test starts with nothing."""
    async with ctx.db.engine.begin() as connection:
        await connection.execute(sa.text("SET FOREIGN_KEY_CHECKS = 0"))
        for table in ALL_TABLES:
            await connection.execute(sa.delete(table))
        await connection.execute(sa.text("SET FOREIGN_KEY_CHECKS = 1"))
    await ctx.redis.flushdb()


def sqlite_context(data_dir: Path, template: Path, **overrides: Any) -> Context:
    """A context on a fresh copy of the template."""
    data_dir.mkdir(parents=True, exist_ok=True)
    shutil.copy(template, data_dir / "nightmarket.db")
    return build_context(test_settings(data_dir, **overrides))


def mysql_context(data_dir: Path, url: str, **overrides: Any) -> Context:
    """A context on MariaDB or MySQL and a real Redis."""
    scaled = {"database": {"url": url}, "redis": {"url": f"{REDIS}/{REDIS_DATABASE}"}}
    return build_context(test_settings(data_dir, **(scaled | overrides)))
