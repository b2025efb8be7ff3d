"""Signatures, and the delivery of events when the api is slow, failing or gone."""

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from media.harness import STREAM, ApiDouble, api_double, media_config, until
from nightmarket.media.access import Grant
from nightmarket.media.hooks import Events, HookClient
from nightmarket.media.ingest import AuthorizationUnavailable, Refused
from nightmarket.media.signing import sign, verify


@pytest.fixture
async def client(api: ApiDouble, tmp_path: Path) -> AsyncIterator[HookClient]:
    made = HookClient(media_config(api, tmp_path), time.time)
    yield made
    await made.close()


def test_signature_covers_secret_body_and_time() -> None:
    header = sign("secret", b"body", now=1000)
    assert verify("secret", b"body", header, now=1300)
    assert not verify("secret", b"body", header, now=1301)
    assert not verify("secret", b"body", header, now=699)
    assert not verify("other", b"body", header, now=1000)
    assert not verify("secret", b"bodY", header, now=1000)
    assert not verify("secret", b"body", header.replace("t=1000", "t=1001"), now=1000)


@pytest.mark.parametrize("header", ["", "t=,v1=", "v1=abc", "t=x,v1=abc", "t=١٠٠٠,v1=é", "t=1000", ",,,"])
def test_malformed_signatures_are_no_signatures(header: str) -> None:
    assert not verify("secret", b"body", header, now=1000)


async def test_authorization_tells_refusal_from_silence(client: HookClient, api: ApiDouble) -> None:
    assert await client.authorize("key-of-the-show", "10.0.0.1") == Grant(STREAM, protected=False)
    assert api.asked == [{"key": "key-of-the-show", "remote": "10.0.0.1"}]
    with pytest.raises(Refused):
        await client.authorize("wrong", "10.0.0.1")
    api.keys["evil"] = "../../etc"
    with pytest.raises(AuthorizationUnavailable):
        await client.authorize("evil", "10.0.0.1")


async def test_unreachable_api_refuses_nobody_for_good(tmp_path: Path) -> None:
    async with api_double() as api:
        config = media_config(api, tmp_path)
    client = HookClient(config, lambda: 0.0)
    with pytest.raises(AuthorizationUnavailable):
        await client.authorize("key-of-the-show", "")
    await client.close()


async def test_only_the_newest_health_report_waits(client: HookClient, api: ApiDouble) -> None:
    api.failing = 1
    events = Events(client, limit=100, now=lambda: 0.0)
    events.emit("started", STREAM)
    for number in range(50):
        events.emit("health", STREAM, {"number": number})
    events.emit("interrupted", STREAM)
    assert events.waiting_count == 3
    await until(lambda: events.waiting_count == 0)
    assert [event["event"] for event in api.events] == ["started", "health", "interrupted"]
    assert api.events[1]["number"] == 49
    await events.close(1)


async def test_full_queue_drops_the_newest_and_counts(client: HookClient, api: ApiDouble) -> None:
    api.failing = 1
    events = Events(client, limit=3, now=lambda: 0.0)
    for name in ("started", "interrupted", "resumed", "interrupted"):
        events.emit(name, STREAM)
    assert (events.waiting_count, events.lost_count) == (3, 1)
    await until(lambda: events.waiting_count == 0)
    assert api.story == ["started", "interrupted", "resumed"]
    await events.close(1)


async def test_one_stream_waiting_does_not_hold_up_another(client: HookClient, api: ApiDouble) -> None:
    api.failing = 1
    events = Events(client, limit=10, now=lambda: 0.0)
    events.emit("started", "str_slow")
    await until(lambda: api.failing == 0)
    events.emit("started", "str_quick")
    await until(lambda: events.waiting_count == 0)
    assert [event["stream"] for event in api.events] == ["str_quick", "str_slow"]
    await events.close(1)


async def test_delivery_is_confirmed_only_when_taken(client: HookClient, api: ApiDouble) -> None:
    taken: list[str] = []
    api.failing = 1
    events = Events(client, limit=10, now=lambda: 0.0)
    events.emit("recorded", STREAM, delivered=lambda: taken.append("recorded"))
    await until(lambda: api.failing == 0)
    assert taken == []
    await until(lambda: taken == ["recorded"])
    await events.close(1)
