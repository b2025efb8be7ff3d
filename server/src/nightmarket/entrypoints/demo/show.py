"""The live sale that plays itself: a demo host with a camera, a script, and an audience."""

import asyncio
import contextlib
import random
from typing import Any

from nightmarket.entrypoints.demo.audience import DemoViewer
from nightmarket.entrypoints.demo.camera import Camera, Scene
from nightmarket.entrypoints.demo.client import ApiClient, Refused
from nightmarket.entrypoints.demo.content import SHOPS, VIEWERS, DemoShop, Good
from nightmarket.entrypoints.demo.seed import add_line_up
from nightmarket.kernel.http import HttpError
from nightmarket.kernel.i18n import CURRENCY_OF, format_money
from nightmarket.kernel.logging import get_logger
from nightmarket.kernel.money import Money

log = get_logger(__name__)

_PIN_SECONDS = 24
_LOW_STOCK = 4
_RESTOCK = 12


class DemoShow:
    """One demo shop on air until cancelled."""

    def __init__(self, address: str, shop: DemoShop) -> None:
        self._address = address
        self._shop = shop
        self._host = ApiClient(address, shop.owner)
        self._dice = random.Random(shop.slug)  # noqa: S311  (a mood, not a secret)

    async def run(self) -> None:
        """Go live, pin one item after the other, keep the shelves filled."""
        await self._host.sign_in()
        shop = await self._host.get(f"/shops/{self._shop.slug}")
        stream_id, goods = await self._stream(shop["id"])
        ingest = await self._host.get(f"/streams/{stream_id}/ingest")
        rtmp = ingest["rtmp"]
        camera = Camera(f"{rtmp['url'].rstrip('/')}/{rtmp['key']}")
        camera.open()
        audience = [ApiClient(self._address, person) for person in VIEWERS]
        try:
            await self._until_live(stream_id)
            async with asyncio.TaskGroup() as group:
                for viewer in audience:
                    group.create_task(DemoViewer(viewer, stream_id, shop["id"]).run())
                group.create_task(self._present(stream_id, goods, camera))
        finally:
            await asyncio.to_thread(camera.close)
            for client in (self._host, *audience):
                await client.close()

    async def _stream(self, shop_id: str) -> tuple[str, dict[str, Good]]:
        """The running demo show when there is one (after a restart), else a new one with its line-up."""
        for state in ("live", "interrupted"):
            running = await self._host.get(f"/streams?shop={shop_id}&state={state}")
            for stream in running["items"]:
                if stream["title"] == self._shop.live_title:
                    return str(stream["id"]), await self._goods_of(stream["id"])
        stream = await self._host.post(
            "/streams",
            {
                "shop_id": shop_id,
                "title": self._shop.live_title,
                "description": self._shop.description,
                "language": self._shop.owner.locale,
            },
        )
        products = await self._host.get(f"/products?shop={shop_id}&limit=100")
        known = {product["title"]: product for product in products["items"]}
        return str(stream["id"]), await add_line_up(self._host, stream["id"], self._shop, known)

    async def _goods_of(self, stream_id: str) -> dict[str, Good]:
        by_title = {good.title: good for good in self._shop.goods}
        items = await self._host.get(f"/streams/{stream_id}/items")
        return {
            item["id"]: by_title[item["product"]["title"]]
            for item in items["items"]
            if item["product"]["title"] in by_title
        }

    async def _until_live(self, stream_id: str) -> None:
        async with asyncio.timeout(60):
            while (await self._host.get(f"/streams/{stream_id}"))["state"] != "live":  # noqa: ASYNC110  (over HTTP)
                await asyncio.sleep(0.5)

    async def _present(self, stream_id: str, goods: dict[str, Good], camera: Camera) -> None:
        while True:
            for item_id, good in goods.items():
                try:
                    await self._hold_up(stream_id, item_id, good, camera)
                except (Refused, HttpError) as error:
                    log.info("demo.host_interrupted", error=str(error))
                await asyncio.sleep(_PIN_SECONDS)

    async def _hold_up(self, stream_id: str, item_id: str, good: Good, camera: Camera) -> None:
        items = await self._host.get(f"/streams/{stream_id}/items")
        item = next(one for one in items["items"] if one["id"] == item_id)
        await self._restock(item)
        price = Money(good.live_price, CURRENCY_OF[self._shop.market])
        # The camera's font has no baht sign.
        words = format_money(price).replace("฿", "THB ")
        await asyncio.to_thread(camera.show, Scene(item["code"], words, good.shape, good.color, good.ground))
        await self._host.post(f"/streams/{stream_id}/items/{item_id}/pin")

    async def _restock(self, item: dict[str, Any]) -> None:
        for variant in item["product"]["variants"]:
            if variant["available"] < _LOW_STOCK:
                await self._host.post(
                    f"/variants/{variant['id']}/stock-adjustments", {"delta": _RESTOCK, "reason": "demo restock"}
                )


async def play_demo(address: str, market: str) -> None:
    """Play the shop of a market until cancelled; if a show was ended by hand, the next one starts."""
    shop = next(one for one in SHOPS if one.market == market)
    while True:
        with contextlib.suppress(TimeoutError):
            try:
                await DemoShow(address, shop).run()
            except* (Refused, HttpError) as group:
                log.warning("demo.show_stopped", errors=[str(error) for error in group.exceptions])
        await asyncio.sleep(5)
