"""A Redis that does not answer is waited for by one asker at a time."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from nightmarket.kernel import redis as kernel_redis
from nightmarket.kernel.redis import Redis, connect_redis
from support.redis_server import RedisServer


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[RedisServer]:
    own = RedisServer(tmp_path / "redis")
    await own.start()
    yield own
    own.thaw()
    own.kill()


async def lost(server: RedisServer, monkeypatch: pytest.MonkeyPatch) -> Redis:
    """A client that has just waited in vain; there is a name, a lantern's."""
    monkeypatch.setattr(kernel_redis, "_ANSWER_SECONDS", 0.3)
    redis = connect_redis(server.url)
    await redis.set("name", "lantern")
    server.freeze()
    with pytest.raises(RedisTimeoutError):
        await redis.get("name")
    return redis


async def test_a_frozen_redis_is_waited_for_once(server: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel_redis, "_PAUSE_SECONDS", 30)
    redis = await lost(server, monkeypatch)
    for _ in range(3):
        with pytest.raises(RedisConnectionError, match="at the moment"):
            await redis.get("name")
    async with redis.pipeline() as pipe:
        pipe.get("name")
        with pytest.raises(RedisConnectionError, match="at the moment"):
            await pipe.execute()
    await redis.aclose()


async def test_one_asker_finds_out_that_it_is_back(server: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel_redis, "_PAUSE_SECONDS", 0)
    redis = await lost(server, monkeypatch)
    monkeypatch.setattr(kernel_redis, "_PAUSE_SECONDS", 30)
    with pytest.raises(RedisTimeoutError):
        await redis.get("name")  # the one who tries for everybody
    with pytest.raises(RedisConnectionError, match="at the moment"):
        await redis.get("name")
    await redis.aclose()


async def test_all_is_well_after_an_answer(server: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel_redis, "_PAUSE_SECONDS", 0)
    redis = await lost(server, monkeypatch)
    server.thaw()
    monkeypatch.setattr(kernel_redis, "_PAUSE_SECONDS", 30)
    for _ in range(3):
        assert await redis.get("name") == "lantern"
    await redis.aclose()


async def test_a_line_that_swallows_everything_is_waited_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel_redis, "_ANSWER_SECONDS", 0.2)
    monkeypatch.setattr(kernel_redis, "_PAUSE_SECONDS", 30)

    async def never(*_asked: object, **_options: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(asyncio, "open_connection", never)
    redis = connect_redis("redis://127.0.0.1:6379")
    with pytest.raises(RedisTimeoutError):
        await redis.get("name")
    with pytest.raises(RedisConnectionError, match="at the moment"):
        await redis.get("name")
    await redis.aclose()
