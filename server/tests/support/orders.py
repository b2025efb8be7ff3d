"""Sales for tests: a shop on the air with something to sell, buyers, bags and orders, all through the public API."""

from dataclasses import dataclass, field
from typing import Any

import httpx2

from nightmarket.kernel.context import Context
from support.accounts import Person, log_in, person
from support.catalog import make_product, variant, with_key
from support.payments import connect_gateway
from support.shops import make_shop
from support.streams import add_item, live_stream, use_fake_provider

Json = dict[str, Any]

ADDRESS: Json = {
    "recipient": "Lin Yu",
    "phone": "+886 912 345 678",
    "country": "TW",
    "postcode": "100",
    "city": "Taipei",
    "district": "Zhongzheng",
    "line1": "1 Lantern Street",
}


@dataclass
class Sale:
    """A shop on the air that sells one product, and who takes part."""

    ctx: Context
    api: httpx2.AsyncClient
    owner: Person
    shop: Json
    stream: Json
    item: Json
    product: Json
    people: dict[str, Person] = field(default_factory=dict)

    @property
    def variant_id(self) -> str:
        """The variant on sale."""
        return str(self.product["variants"][0]["id"])

    @property
    def shop_id(self) -> str:
        """The shop's id."""
        return str(self.shop["id"])

    async def buyer(self, name: str = "buyer") -> dict[str, str]:
        """The headers of a buyer, fresh ones when they have been here before."""
        if name not in self.people:
            self.people[name] = await person(self.api, name)
            return self.people[name].headers
        return await log_in(self.api, name)

    async def seller(self) -> dict[str, str]:
        """Fresh headers of the owner."""
        return await log_in(self.api, "seller")

    async def sell_with(self, **selling: Any) -> Json:
        """Change how the shop sells; amounts may be plain numbers. The shop."""
        for name in ("shipping_fee", "free_shipping_from"):
            if isinstance(selling.get(name), int):
                selling[name] = {"amount": selling[name], "currency": "TWD"}
        answer = await self.api.patch(
            f"/api/v1/shops/{self.shop_id}", json={"selling": selling}, headers=await self.seller()
        )
        assert answer.status_code == 200, answer.text
        shop: Json = answer.json()
        return shop

    async def claim(self, headers: dict[str, str], quantity: int = 1) -> Json:
        """A tap in the room: units held, or a place in the line of who waits."""
        answer = await self.api.post(
            f"/api/v1/streams/{self.stream['id']}/claims",
            json={"item_id": self.item["id"], "quantity": quantity},
            headers=with_key(headers),
        )
        assert answer.status_code in {201, 202}, answer.text
        claim: Json = answer.json()["claim"]
        return claim

    async def put(self, headers: dict[str, str], quantity: int = 1, variant_id: str | None = None) -> Json:
        """Put the variant into the bag; the bag."""
        answer = await self.api.put(
            f"/api/v1/cart/lines/{variant_id or self.variant_id}", json={"quantity": quantity}, headers=headers
        )
        assert answer.status_code == 200, answer.text
        bag: Json = answer.json()
        return bag

    async def ask(self, headers: dict[str, str], *, key: str | None = None, **wish: Any) -> httpx2.Response:
        """Try to order; everything in the bag unless `wish` says more."""
        body = {"shop_id": self.shop_id, "payment_method": "sandbox", "address": ADDRESS} | wish
        body = {name: value for name, value in body.items() if value is not None}
        return await self.api.post("/api/v1/orders", json=body, headers=with_key(headers, key))

    async def order(self, headers: dict[str, str], **wish: Any) -> Json:
        """An order that is placed: `{order, payment}`."""
        answer = await self.ask(headers, **wish)
        assert answer.status_code == 201, answer.text
        placed: Json = answer.json()
        return placed

    async def see(self, headers: dict[str, str], order_id: str) -> Json:
        """The order as somebody sees it."""
        answer = await self.api.get(f"/api/v1/orders/{order_id}", headers=headers)
        assert answer.status_code == 200, answer.text
        order: Json = answer.json()
        return order

    async def stock(self) -> tuple[int, int]:
        """(on hand, held) of the variant, from the books."""
        answer = await self.api.get(f"/api/v1/variants/{self.variant_id}/stock", headers=await self.seller())
        level = answer.json()
        return level["on_hand"], level["held"]


async def open_sale(ctx: Context, api: httpx2.AsyncClient, *, stock: int = 5, amount: int = 590, **item: Any) -> Sale:
    """A Taiwanese shop on the air with one product; the pretend gateway can reach the application."""
    await connect_gateway(ctx, api)
    use_fake_provider(ctx)
    owner = await person(api, "seller")
    shop = await make_shop(api, owner.headers, slug="lantern-lane")
    product = await make_product(api, owner.headers, shop["id"], variants=[variant(stock=stock, amount=amount)])
    stream = await live_stream(ctx, api, owner.headers, shop["id"])
    shown = await add_item(api, owner.headers, stream["id"], product["id"], code="A1", **item)
    return Sale(ctx, api, owner, shop, stream, shown, product)
