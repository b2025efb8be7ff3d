"""Shows with goods and buyers, for tests of claims."""

from dataclasses import dataclass, field
from typing import Any

import httpx2

from nightmarket.kernel.context import Context
from nightmarket.modules.claims import repository
from nightmarket.modules.claims.service.views import view_of
from nightmarket.modules.identity.service.register_user import NewUser, add_user
from nightmarket.modules.identity.service.sessions import Device, open_session
from nightmarket.modules.inventory.public import books_that_do_not_add_up, holds_without_holder, levels
from support.accounts import Person, email_of, person
from support.catalog import make_product, variant, with_key
from support.shops import seller_with_shop
from support.streams import add_item, live_stream, use_fake_provider

Json = dict[str, Any]


@dataclass
class Sale:
    """A show on the air with one item, A1; `variant_id` is the item's first variant."""

    ctx: Context
    api: httpx2.AsyncClient
    seller: dict[str, str]
    shop: Json
    stream_id: str
    item: Json
    buyers: dict[str, Person] = field(default_factory=dict)

    @property
    def item_id(self) -> str:
        """The item's id."""
        return str(self.item["id"])

    @property
    def variant_id(self) -> str:
        """The first variant's id."""
        return str(self.item["product"]["variants"][0]["id"])

    async def buyer(self, name: str = "buyer") -> Person:
        """A buyer, registered when first named."""
        if name not in self.buyers:
            self.buyers[name] = await person(self.api, name)
        return self.buyers[name]

    async def ask(
        self, name: str = "buyer", quantity: int = 1, *, key: str | None = None, **body: Any
    ) -> httpx2.Response:
        """A buyer taps."""
        buyer = await self.buyer(name)
        return await self.api.post(
            f"/api/v1/streams/{self.stream_id}/claims",
            json={"item_id": self.item_id, "quantity": quantity} | body,
            headers=with_key(buyer.headers, key),
        )

    async def claim(self, name: str = "buyer", quantity: int = 1, **body: Any) -> Json:
        """A claim that is made, as the API shows it."""
        answer = await self.ask(name, quantity, **body)
        assert answer.status_code in {201, 202}, answer.text
        claim: Json = answer.json()["claim"]
        return claim

    async def seen(self, claim: Json) -> Json:
        """A claim as it is now."""
        async with self.ctx.reader() as session:
            found = await repository.one(session, claim["id"])
        assert found is not None
        return view_of(*found).as_json()

    async def stock(self, variant_id: str | None = None) -> tuple[int, int, int]:
        """(on hand, held, available); the books add up, and claims and orders answer for what is held."""
        wanted = variant_id or self.variant_id
        async with self.ctx.reader() as session:
            assert not await books_that_do_not_add_up(session)
            level = (await levels(session, [wanted]))[wanted]
        assert not await holds_without_holder(self.ctx, [wanted])
        assert level.received == level.held + level.available + level.sold + level.damaged
        return level.on_hand, level.held, level.available


async def open_sale(
    ctx: Context,
    api: httpx2.AsyncClient,
    *,
    stock: int = 5,
    variants: list[Json] | None = None,
    title: str = "Silk scarf",
    **item: Any,
) -> Sale:
    """A live show in Taiwan whose item A1 has so many units at 590."""
    use_fake_provider(ctx)
    seller, shop = await seller_with_shop(api)
    product = await make_product(api, seller, shop["id"], title, variants=variants or [variant(stock)])
    stream = await live_stream(ctx, api, seller, shop["id"])
    added = await add_item(api, seller, stream["id"], product["id"], **({"code": "A1"} | item))
    return Sale(ctx, api, seller, shop, stream["id"], added)


async def crowd(ctx: Context, count: int) -> list[Person]:
    """Many buyers at once, without paying for their passwords."""
    people: list[Person] = []
    async with ctx.unit() as unit:
        for number in range(count):
            name = f"buyer{number}"
            user = await add_user(unit, NewUser(email_of(name), "!", name, "zh-TW", "TW"))
            grant = await open_session(unit, ctx, user, Device(None, None))
            people.append(Person(user.id, {"Authorization": f"Bearer {grant.access_token}"}))
    return people
