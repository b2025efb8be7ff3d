"""Shows for tests, made through the public API; the media server's voice, signed as it signs."""

import io
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx2
from PIL import Image

from nightmarket.kernel.clock import unix_ms
from nightmarket.kernel.context import Context
from nightmarket.kernel.money import Money
from nightmarket.kernel.security import BodySignature, derive_key
from nightmarket.modules.catalog.public import ProductDraft, VariantDraft, create_product, prepare_image
from nightmarket.modules.streams.ports import PlaybackUrls, PublicBase, ShowFacts, StreamProvider, VideoUse


@dataclass
class FakeProvider:
    """A video service that only notes what it is told; for tests that are not about the media server."""

    told: list[tuple[str, str]] = field(default_factory=list)
    failure: Exception | None = None
    root: str | None = None
    """Where it plays, when not on the host of the caller."""

    async def ingest(self, stream_id: str, key: str, base: PublicBase) -> dict[str, dict[str, str]]:  # noqa: ARG002
        return {"rtmp": {"url": f"rtmp://{base.host}:1935/live", "key": key}}

    async def playback(self, stream_id: str, base: PublicBase) -> PlaybackUrls:
        root = f"{self.root or f'{base.scheme}://{base.host}:8935/hls'}/{stream_id}"
        return PlaybackUrls(f"{root}/index.m3u8", f"{root}/dvr.m3u8", f"{root}/poster.jpg", "low")

    def signed(self, stream_id: str, url: str, until: datetime) -> str:
        return f"{url}{'&' if '?' in url else '?'}signed={stream_id}.{int(until.timestamp())}"

    async def protect(self, stream_id: str, *, on: bool) -> None:
        self._note("protect" if on else "open", stream_id)

    async def recording_url(self, path: str, base: PublicBase) -> str:
        return f"{base.scheme}://{base.host}:8935{path}"

    async def prepare(self, show: ShowFacts) -> None:
        self._note("prepare", show.stream_id)

    async def rotate(self, stream_id: str) -> None:
        self._note("rotate", stream_id)

    async def release(self, stream_id: str) -> None:
        self._note("release", stream_id)

    async def forget(self, stream_id: str) -> None:
        self._note("forget", stream_id)

    async def use(self, stream_id: str) -> VideoUse:  # noqa: ARG002
        return VideoUse(0, 0, 0, 0, is_estimate=False)

    async def end(self, stream_id: str) -> None:
        self._note("end", stream_id)

    async def kick(self, stream_id: str) -> None:
        self._note("kick", stream_id)

    def _note(self, action: str, stream_id: str) -> None:
        if self.failure is not None:
            raise self.failure
        self.told.append((action, stream_id))


def use_fake_provider(ctx: Context) -> FakeProvider:
    """Put the fake behind the port and return it."""
    fake = FakeProvider()
    ctx.ports[StreamProvider] = fake
    return fake


async def make_product(
    ctx: Context, shop: dict[str, Any], *, title: str = "Paper lantern", stock: int = 5, price: int = 590, **more: Any
) -> str:
    """The id of a product of the shop, with `stock` units of each of its `sizes`, and a `picture` if asked for."""
    sizes = more.get("sizes", 1)
    variants = [
        VariantDraft(Money(price, shop["currency"]), stock, options={"size": f"S{number}"} if sizes > 1 else {})
        for number in range(1, sizes + 1)
    ]
    images = [await prepare_image(ctx, _red_square())] if more.get("picture") else []
    async with ctx.unit() as unit:
        return await create_product(unit, ctx, shop["id"], ProductDraft(title, variants, images=images))


def _red_square() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 64), "red").save(file, "PNG")
    return file.getvalue()


async def make_stream(
    api: httpx2.AsyncClient, headers: dict[str, str], shop_id: str, *, title: str = "Friday lanterns", **more: Any
) -> dict[str, Any]:
    """A planned show, as the API shows it."""
    answer = await api.post("/api/v1/streams", json={"shop_id": shop_id, "title": title} | more, headers=headers)
    assert answer.status_code == 201, answer.text
    stream: dict[str, Any] = answer.json()
    return stream


async def add_item(
    api: httpx2.AsyncClient, headers: dict[str, str], stream_id: str, product_id: str, **more: Any
) -> dict[str, Any]:
    """A new item of the line-up, as the API shows it."""
    answer = await api.post(
        f"/api/v1/streams/{stream_id}/items", json={"product_id": product_id} | more, headers=headers
    )
    assert answer.status_code == 201, answer.text
    item: dict[str, Any] = answer.json()
    return item


async def call_hook(ctx: Context, api: httpx2.AsyncClient, path: str, body: dict[str, Any]) -> httpx2.Response:
    """What the media server sends to one of its hooks."""
    raw = json.dumps(body).encode()
    signature = BodySignature(derive_key(ctx.secret, "media-hooks").hex())
    headers = {BodySignature.header: signature.sign(raw, now=int(ctx.clock().timestamp()))}
    return await api.post(f"/internal/media/{path}", content=raw, headers=headers)


async def report(ctx: Context, api: httpx2.AsyncClient, event: str, stream_id: str, **facts: Any) -> None:
    """A media event that must be taken; `at` is now unless given."""
    body = {"id": "evt_test", "event": event, "stream": stream_id, "at": unix_ms(ctx.clock())}
    answer = await call_hook(ctx, api, "events", body | facts)
    assert answer.status_code == 204, answer.text


async def live_stream(
    ctx: Context, api: httpx2.AsyncClient, headers: dict[str, str], shop_id: str, **more: Any
) -> dict[str, Any]:
    """A show on the air, as the API shows it."""
    stream = await make_stream(api, headers, shop_id, **more)
    await report(ctx, api, "started", stream["id"])
    answer = await api.get(f"/api/v1/streams/{stream['id']}", headers=headers)
    shown: dict[str, Any] = answer.json()
    assert shown["state"] == "live"
    return shown
