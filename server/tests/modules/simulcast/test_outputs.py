"""Where else a show goes: who says so, what is told to the relay, and what is never shown."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa

from nightmarket.integrations.embedded_media import EmbeddedRelay
from nightmarket.kernel.clock import unix_ms
from nightmarket.kernel.context import Context
from nightmarket.kernel.sealing import Sealer
from nightmarket.modules.simulcast.models import Output
from nightmarket.modules.simulcast.policy import MAX_OUTPUTS
from nightmarket.modules.simulcast.ports import OrderedOutput, OutputRelay
from support.clock import FrozenClock
from support.shops import join_shop, seller_with_shop
from support.streams import live_stream, make_stream, report, use_fake_provider

Drain = Callable[[], Awaitable[list[str]]]
KEY = "FB-123456-secret"


@dataclass
class FakeRelay:
    """Notes its orders."""

    orders: list[tuple[str, list[OrderedOutput]]] = field(default_factory=list)

    async def refusal(self, url: str) -> str | None:
        return "not_a_public_address" if "127.0.0.1" in url else None

    async def order(self, stream_id: str, outputs: Sequence[OrderedOutput]) -> None:
        self.orders.append((stream_id, list(outputs)))


@dataclass
class Studio:
    """A seller and what the relay heard."""

    headers: dict[str, str]
    shop_id: str
    relay: FakeRelay


@pytest.fixture
async def studio(ctx: Context, api: httpx2.AsyncClient) -> Studio:
    use_fake_provider(ctx)
    headers, shop = await seller_with_shop(api)
    relay = FakeRelay()
    ctx.ports[OutputRelay] = relay
    return Studio(headers, str(shop["id"]), relay)


async def add(
    api: httpx2.AsyncClient, headers: dict[str, str], stream_id: str, *, name: str = "Facebook", **changes: Any
) -> httpx2.Response:
    """What the studio sends."""
    body = {"name": name, "url": "rtmps://live-api-s.facebook.com:443/rtmp/", "key": KEY} | changes
    return await api.post(f"/api/v1/streams/{stream_id}/outputs", json=body, headers=headers)


async def test_show_goes_out_from_its_start_to_its_end(
    ctx: Context, api: httpx2.AsyncClient, studio: Studio, drain: Drain, clock: FrozenClock
) -> None:
    stream = await make_stream(api, studio.headers, studio.shop_id)
    made = await add(api, studio.headers, stream["id"])
    assert made.status_code == 201, made.text
    await drain()
    assert studio.relay.orders == [(stream["id"], [])]
    await report(ctx, api, "started", stream["id"])
    await drain()
    ordered = OrderedOutput(made.json()["id"], "rtmps://live-api-s.facebook.com:443/rtmp/", KEY)
    assert studio.relay.orders[-1] == (stream["id"], [ordered])

    path = f"/api/v1/streams/{stream['id']}/outputs"
    off = await api.patch(f"{path}/{ordered.id}", json={"enabled": False}, headers=studio.headers)
    assert (off.status_code, off.json()["enabled"]) == (200, False)
    await drain()
    assert studio.relay.orders[-1] == (stream["id"], [])
    await api.patch(f"{path}/{ordered.id}", json={"enabled": True, "name": "FB"}, headers=studio.headers)
    clock.advance(seconds=1)
    await report(ctx, api, "interrupted", stream["id"])
    clock.advance(seconds=1)
    await report(ctx, api, "resumed", stream["id"])
    studio.relay.orders.clear()
    await drain()
    assert studio.relay.orders[-1] == (stream["id"], [ordered])
    assert len(studio.relay.orders) == 2
    await api.post(f"/api/v1/streams/{stream['id']}/end", headers=studio.headers)
    await drain()
    assert studio.relay.orders[-1] == (stream["id"], [])
    assert (await add(api, studio.headers, stream["id"])).json()["code"] == "stream-ended"
    assert (await api.delete(f"{path}/{ordered.id}", headers=studio.headers)).status_code == 204
    assert (await api.get(path, headers=studio.headers)).json()["items"] == []


async def test_key_is_kept_encrypted_and_never_shown(
    ctx: Context, api: httpx2.AsyncClient, studio: Studio, drain: Drain, capsys: pytest.CaptureFixture[str]
) -> None:
    stream = await live_stream(ctx, api, studio.headers, studio.shop_id)
    made = await add(api, studio.headers, stream["id"])
    path = f"/api/v1/streams/{stream['id']}/outputs"
    listed = await api.get(path, headers=studio.headers)
    changed = await api.patch(f"{path}/{made.json()['id']}", json={"name": "x"}, headers=studio.headers)
    bad = await add(api, studio.headers, stream["id"], key=KEY + " with spaces", url="rtmp://a/b")
    assert bad.status_code == 422
    await drain()
    for answer in (made, listed, changed, bad):
        assert KEY not in answer.text
    async with ctx.reader() as session:
        (row,) = (await session.scalars(sa.select(Output))).all()
    assert KEY.encode() not in row.sealed_key
    assert Sealer(ctx.secret, "output-keys").open(row.id, row.sealed_key) == KEY
    assert Sealer(ctx.secret, "output-keys").open("out_other", row.sealed_key) is None
    captured = capsys.readouterr()
    assert KEY not in captured.out + captured.err


async def test_relay_reports_are_shown_and_old_ones_ignored(
    ctx: Context, api: httpx2.AsyncClient, studio: Studio, drain: Drain, clock: FrozenClock
) -> None:
    stream = await live_stream(ctx, api, studio.headers, studio.shop_id)
    output = (await add(api, studio.headers, stream["id"])).json()["id"]
    path = f"/api/v1/streams/{stream['id']}/outputs"

    async def shown() -> tuple[str, str | None]:
        await drain()
        (one,) = (await api.get(path, headers=studio.headers)).json()["items"]
        return one["state"], one["reason"]

    assert await shown() == ("idle", None)
    clock.advance(seconds=5)
    await report(ctx, api, "output", stream["id"], output=output, state="failing", reason="refused")
    assert await shown() == ("failing", "refused")
    late = unix_ms(clock() - timedelta(seconds=3))
    await report(ctx, api, "output", stream["id"], output=output, state="live", reason=None, at=late)
    assert await shown() == ("failing", "refused")
    clock.advance(seconds=1)
    await report(ctx, api, "output", stream["id"], output=output, state="live", reason=None)
    assert await shown() == ("live", None)
    await report(ctx, api, "output", stream["id"], output=output, state="on fire", reason=None)
    assert await shown() == ("live", None)
    clock.advance(seconds=1)
    await api.post(f"/api/v1/streams/{stream['id']}/end", headers=studio.headers)
    assert await shown() == ("idle", None)


async def test_outputs_are_for_those_who_run_the_show(ctx: Context, api: httpx2.AsyncClient, studio: Studio) -> None:
    stream = await live_stream(ctx, api, studio.headers, studio.shop_id)
    output = (await add(api, studio.headers, stream["id"])).json()["id"]
    packer = await join_shop(api, studio.headers, studio.shop_id, "packer", "packer")
    stranger, other = await seller_with_shop(api, "stranger", slug="other")
    path = f"/api/v1/streams/{stream['id']}/outputs"
    for headers in (packer, stranger):
        assert (await add(api, headers, stream["id"])).status_code == 403
        assert (await api.get(path, headers=headers)).status_code == 403
        assert (await api.patch(f"{path}/{output}", json={"enabled": False}, headers=headers)).status_code == 403
        assert (await api.delete(f"{path}/{output}", headers=headers)).status_code == 403
    assert (await api.get(path)).status_code == 401
    theirs = await live_stream(ctx, api, stranger, str(other["id"]))
    wrong = f"/api/v1/streams/{theirs['id']}/outputs/{output}"
    assert (await api.delete(wrong, headers=stranger)).status_code == 404
    assert (await api.delete(wrong, headers=studio.headers)).status_code == 404


async def test_places_that_are_refused(ctx: Context, api: httpx2.AsyncClient, studio: Studio) -> None:
    stream = await live_stream(ctx, api, studio.headers, studio.shop_id)
    for odd in ({"url": "http://a/b"}, {"url": "rtmp://a b"}, {"key": ""}, {"name": " "}, {"url": "rtmp://"}):
        assert (await add(api, studio.headers, stream["id"], **odd)).status_code == 422
    private = await add(api, studio.headers, stream["id"], url="rtmp://127.0.0.1/live")
    assert (private.json()["code"], private.json()["reason"]) == ("output-refused", "not_a_public_address")
    assert await EmbeddedRelay(ctx).refusal("rtmp://10.0.0.1/live") == "not_a_public_address"
    for number in range(MAX_OUTPUTS):
        assert (await add(api, studio.headers, stream["id"], name=str(number))).status_code == 201
    assert (await add(api, studio.headers, stream["id"])).json()["code"] == "too-many-outputs"
