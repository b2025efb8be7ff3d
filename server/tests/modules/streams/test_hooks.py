"""Keys and the signed hooks of the media server."""

import configparser
import io
import json
import zipfile
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.kernel.security import BodySignature, derive_key
from nightmarket.modules.streams.models import StreamKey
from nightmarket.modules.streams.service.keep_keys import seal, unseal
from support.accounts import sign_up
from support.shops import join_shop
from support.streams import FakeProvider, call_hook, live_stream, make_stream

from .conftest import News, Seller


async def key_of(api: httpx2.AsyncClient, headers: dict[str, str], stream_id: str) -> str:
    """The stream key the studio shows."""
    answer = await api.get(f"/api/v1/streams/{stream_id}/ingest", headers=headers)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["rtmp"]["key"])


async def test_members_see_the_key_again_and_it_opens_the_show(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller
) -> None:
    stream = await make_stream(api, seller.headers, seller.shop_id)
    answer = await api.get(f"/api/v1/streams/{stream['id']}/ingest", headers=seller.headers)
    assert answer.headers["cache-control"] == "no-store"
    assert set(answer.json()) == {"rtmp"}
    assert answer.json()["rtmp"]["url"] == "rtmp://nightmarket.test:1935/live"
    key = answer.json()["rtmp"]["key"]
    assert len(key) >= 32
    host = await join_shop(api, seller.headers, seller.shop_id, "host", "host")
    assert await key_of(api, host, stream["id"]) == key
    allowed = await call_hook(ctx, api, "authorize", {"key": key, "remote": "192.0.2.1"})
    assert (allowed.status_code, allowed.json()) == (200, {"stream": stream["id"], "protected": False})


async def test_obs_profile_has_server_key_and_settings_for_those_who_run_the_show(
    api: httpx2.AsyncClient, seller: Seller
) -> None:
    stream = await make_stream(
        api, seller.headers, seller.shop_id, title="ลด = 50% [จริง]", scheduled_at="2026-11-21T11:00:00Z"
    )
    path = f"/api/v1/streams/{stream['id']}/ingest"
    answer = await api.get(f"{path}/obs", headers=seller.headers)
    assert (answer.headers["content-type"], answer.headers["cache-control"]) == ("application/zip", "no-store")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as folder:
        files = {name: folder.read(name).decode() for name in folder.namelist()}
    assert set(files) == {f"nightmarket/{name}" for name in ("basic.ini", "service.json", "streamEncoder.json")}
    rtmp = (await api.get(path, headers=seller.headers)).json()["rtmp"]
    service = json.loads(files["nightmarket/service.json"])
    assert service["settings"] == {"server": rtmp["url"], "key": rtmp["key"], "use_auth": False}
    basic = configparser.ConfigParser(interpolation=None)
    basic.read_string(files["nightmarket/basic.ini"])
    assert basic["General"]["Name"] == stream["title"].replace("= ", "")
    assert (basic["Video"]["OutputCX"], basic["Video"]["OutputCY"]) == ("720", "1280")
    assert json.loads(files["nightmarket/streamEncoder.json"])["keyint_sec"] == 1
    wide = await api.get(f"{path}/obs?wide=true", headers=seller.headers)
    with zipfile.ZipFile(io.BytesIO(wide.content)) as folder:
        assert "OutputCX=1280" in folder.read("nightmarket/basic.ini").decode()
    stranger = await sign_up(api, "stranger")
    assert (await api.get(f"{path}/obs", headers=stranger)).status_code == 403


async def test_key_is_not_stored_in_clear(ctx: Context, api: httpx2.AsyncClient, seller: Seller) -> None:
    stream = await make_stream(api, seller.headers, seller.shop_id)
    key = await key_of(api, seller.headers, stream["id"])
    async with ctx.reader() as session:
        row = (await session.scalars(sa.select(StreamKey))).one()
    assert key.encode() not in row.sealed_key
    assert key.encode() != row.key_hash
    assert unseal(ctx.secret, row.id, row.sealed_key) == key


def test_sealed_key_opens_only_for_its_row_and_secret() -> None:
    row_id, other_id = new_id("key"), new_id("key")
    sealed = seal("secret", row_id, "stream-key")
    assert unseal("secret", row_id, sealed) == "stream-key"
    assert unseal("secret", other_id, sealed) is None
    assert unseal("another", row_id, sealed) is None
    assert seal("secret", row_id, "stream-key") != sealed


async def test_key_sealed_under_a_lost_secret_is_replaced(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller
) -> None:
    stream = await make_stream(api, seller.headers, seller.shop_id)
    key = await key_of(api, seller.headers, stream["id"])
    async with ctx.unit() as unit:
        await unit.changed(sa.update(StreamKey).values(sealed_key=b"0" * 40))
    fresh = await key_of(api, seller.headers, stream["id"])
    assert fresh != key
    assert (await call_hook(ctx, api, "authorize", {"key": fresh, "remote": ""})).status_code == 200


async def test_rotation_revokes_at_once_and_disconnects(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller, provider: FakeProvider, news: News
) -> None:
    stream = await live_stream(ctx, api, seller.headers, seller.shop_id)
    old = await key_of(api, seller.headers, stream["id"])
    rotated = await api.post(f"/api/v1/streams/{stream['id']}/ingest/rotate", headers=seller.headers)
    new = rotated.json()["rtmp"]["key"]
    assert rotated.headers["cache-control"] == "no-store"
    assert new != old
    assert await key_of(api, seller.headers, stream["id"]) == new
    refused = await call_hook(ctx, api, "authorize", {"key": old, "remote": ""})
    assert (refused.status_code, refused.json()["code"]) == (403, "stream-key-refused")
    assert (await call_hook(ctx, api, "authorize", {"key": new, "remote": ""})).status_code == 200
    assert "streams.kick_publisher.v1" in await news()
    assert provider.told == [("kick", stream["id"])]


async def test_ended_show_takes_no_publisher(ctx: Context, api: httpx2.AsyncClient, seller: Seller) -> None:
    stream = await live_stream(ctx, api, seller.headers, seller.shop_id)
    key = await key_of(api, seller.headers, stream["id"])
    path = f"/api/v1/streams/{stream['id']}"
    await api.post(f"{path}/end", headers=seller.headers)
    refused = await call_hook(ctx, api, "authorize", {"key": key, "remote": ""})
    assert (refused.status_code, refused.json()["code"]) == (403, "stream-key-ended")
    for method, tail in (("GET", "/ingest"), ("POST", "/ingest/rotate")):
        answer = await api.request(method, path + tail, headers=seller.headers)
        assert (answer.status_code, answer.json()["code"]) == (410, "stream-ended")


async def test_deleted_show_takes_no_publisher(ctx: Context, api: httpx2.AsyncClient, seller: Seller) -> None:
    stream = await make_stream(api, seller.headers, seller.shop_id)
    key = await key_of(api, seller.headers, stream["id"])
    await api.delete(f"/api/v1/streams/{stream['id']}", headers=seller.headers)
    refused = await call_hook(ctx, api, "authorize", {"key": key, "remote": ""})
    assert (refused.status_code, refused.json()["code"]) == (403, "stream-key-refused")


@pytest.mark.parametrize("key", ["wrong", "ก" * 200, "\x00", "a b"])
async def test_unknown_key_is_refused(ctx: Context, api: httpx2.AsyncClient, seller: Seller, key: str) -> None:
    await make_stream(api, seller.headers, seller.shop_id)
    refused = await call_hook(ctx, api, "authorize", {"key": key, "remote": ""})
    assert (refused.status_code, refused.json()["code"]) == (403, "stream-key-refused")


@pytest.mark.parametrize("hook", ["authorize", "events"])
async def test_unsigned_hooks_are_refused(ctx: Context, api: httpx2.AsyncClient, seller: Seller, hook: str) -> None:
    stream = await make_stream(api, seller.headers, seller.shop_id)
    at = int(ctx.clock().timestamp())
    body = json.dumps({"event": "started", "stream": stream["id"], "at": at * 1000, "key": "x", "remote": ""}).encode()
    good = BodySignature(derive_key(ctx.secret, "media-hooks").hex())
    foreign = BodySignature(derive_key("another secret", "media-hooks").hex())
    for header in (
        None,
        "nonsense",
        foreign.sign(body, now=at),
        good.sign(body + b" ", now=at),
        good.sign(body, now=at - 301),
    ):
        headers = {} if header is None else {BodySignature.header: header}
        answer = await api.post(f"/internal/media/{hook}", content=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "hook-not-signed")
    assert (await api.get(f"/api/v1/streams/{stream['id']}", headers=seller.headers)).json()["state"] == "draft"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"event": "started", "stream": "str_x", "at": 1}, 404),
        ({"event": "recorded", "stream": "str_x", "at": 1, "duration_seconds": 1}, 404),
        ({"event": "health", "stream": "str_x", "at": 1}, 404),
        ({"event": "started", "stream": new_id("str"), "at": 1}, 404),
        ({"event": "started", "stream": new_id("str"), "at": 2**63}, 422),
        ({"event": "recorded", "stream": new_id("str"), "at": 1}, 422),
        ({"event": "recorded", "stream": new_id("str"), "at": 1, "duration_seconds": 1, "mp4_path": "//x y"}, 422),
        ({"event": "something-new", "stream": new_id("str"), "at": 1}, 204),
    ],
)
async def test_odd_events_are_answered(
    ctx: Context, api: httpx2.AsyncClient, body: dict[str, Any], status: int
) -> None:
    assert (await call_hook(ctx, api, "events", body)).status_code == status


async def test_signed_nonsense_is_a_problem(ctx: Context, api: httpx2.AsyncClient) -> None:
    signature = BodySignature(derive_key(ctx.secret, "media-hooks").hex())
    for raw in (b"", b"[]", b"\xff", b"{"):
        headers = {BodySignature.header: signature.sign(raw, now=int(ctx.clock().timestamp()))}
        answer = await api.post("/internal/media/events", content=raw, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid-input")
