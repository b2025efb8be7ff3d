"""What other modules see of shops."""

import httpx2
import pytest

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.kernel.problems import NotAllowed, NotFound
from nightmarket.modules.identity.public import Caller
from nightmarket.modules.shops.errors import SlugTaken
from nightmarket.modules.shops.public import (
    ShopCard,
    create_shop,
    member_ids,
    require_role,
    role_of,
    shipping_terms,
    shop_by_slug,
    shop_card,
    shop_cards,
    shops_of,
)
from support.accounts import email_of, person
from support.shops import make_shop


def caller(user_id: str, *roles: str) -> Caller:
    return Caller(user_id, "Somebody", frozenset(roles), new_id("ses"), "en", "TW")


async def test_cards(ctx: Context) -> None:
    owner = new_id("usr")
    async with ctx.unit() as unit:
        made = await create_shop(unit, owner, name="Lamps", slug="lamps", market="TH")
    card = ShopCard(id=made.id, name="Lamps", slug="lamps", market="TH", currency="THB", owner_id=owner)
    assert made == card
    async with ctx.reader() as session:
        assert await shop_card(session, made.id) == card
        assert await shop_card(session, new_id("shp")) is None
        assert await shop_card(session, "nonsense") is None
        assert await shop_by_slug(session, "lamps") == card
        assert await shop_by_slug(session, "lamp") is None
        assert await shop_cards(session, [made.id, new_id("shp")]) == {made.id: card}
        assert await shop_cards(session, []) == {}
        assert await shops_of(session, owner) == [(card, "owner")]
        assert await shops_of(session, new_id("usr")) == []
        assert await member_ids(session, made.id) == [owner]
        assert await shipping_terms(session, new_id("shp")) is None


async def test_slug_taken_leaves_the_unit_usable(ctx: Context) -> None:
    async with ctx.unit() as unit:
        await create_shop(unit, new_id("usr"), name="A", slug="lamps", market="TW")
        with pytest.raises(SlugTaken):
            await create_shop(unit, new_id("usr"), name="B", slug="lamps", market="TW")
        await create_shop(unit, new_id("usr"), name="B", slug="lamps-2", market="TW")
    async with ctx.reader() as session:
        assert await shop_by_slug(session, "lamps-2") is not None


async def test_require_role(api: httpx2.AsyncClient, ctx: Context) -> None:
    owner, host = await person(api, "seller"), await person(api, "host")
    shop = await make_shop(api, owner.headers)
    body = {"email": email_of("host"), "role": "host"}
    await api.post(f"/api/v1/shops/{shop['id']}/members", json=body, headers=owner.headers)
    async with ctx.reader() as session:
        assert await role_of(session, shop["id"], owner.id) == "owner"
        assert await role_of(session, shop["id"], host.id) == "host"
        assert await role_of(session, shop["id"], new_id("usr")) is None
        for who, allowed in [
            (caller(owner.id), ("moderator",)),
            (caller(host.id), ("moderator", "host")),
            (caller(new_id("usr"), "admin"), ()),
        ]:
            assert (await require_role(session, shop["id"], who, *allowed)).id == shop["id"]
        for who, refused in [
            (caller(host.id), ()),
            (caller(host.id), ("moderator", "packer")),
            (caller(new_id("usr"), "buyer"), ("host", "moderator", "packer")),
        ]:
            with pytest.raises(NotAllowed):
                await require_role(session, shop["id"], who, *refused)
        for unknown in (new_id("shp"), "nonsense", shop["slug"]):
            with pytest.raises(NotFound):
                await require_role(session, unknown, caller(owner.id, "admin"))
