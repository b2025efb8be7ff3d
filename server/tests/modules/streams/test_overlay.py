"""What an encoder lays over the picture."""

import httpx2

from nightmarket.kernel.context import Context
from support.accounts import sign_up
from support.clock import FrozenClock
from support.streams import add_item, live_stream, make_product

from .conftest import Seller


async def test_an_overlay_shows_the_item_to_whoever_has_its_address(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller, clock: FrozenClock
) -> None:
    stream = await live_stream(ctx, api, seller.headers, seller.shop_id, is_private=True)
    path = f"/api/v1/streams/{stream['id']}"
    item = await add_item(api, seller.headers, stream["id"], await make_product(ctx, seller.shop, title="Fan"))
    token = (await api.get(f"{path}/overlay", headers=seller.headers)).json()["token"]
    empty = (await api.get(f"/api/v1/overlay/{token}")).json()
    assert (empty["state"], empty["item"], empty["since"]) == ("live", None, None)

    await api.post(f"{path}/items/{item['id']}/pin", headers=seller.headers)
    pinned_at = clock()
    clock.advance(seconds=90)
    answer = await api.get(f"/api/v1/overlay/{token}")
    shown = answer.json()
    assert answer.headers["cache-control"] == "no-store"
    assert (shown["item"]["code"], shown["item"]["title"]) == (item["code"], "Fan")
    assert shown["item"]["available"] == item["available"]
    assert shown["item"]["price"] == item["product"]["variants"][0]["price"]
    assert shown["since"].startswith(pinned_at.isoformat()[:19])


async def test_the_address_of_an_overlay_is_for_who_runs_the_show_and_cannot_be_made_up(
    ctx: Context, api: httpx2.AsyncClient, seller: Seller, clock: FrozenClock
) -> None:
    stream = await live_stream(ctx, api, seller.headers, seller.shop_id)
    stranger = await sign_up(api, "stranger")
    path = f"/api/v1/streams/{stream['id']}/overlay"
    assert (await api.get(path, headers=stranger)).status_code == 403
    assert (await api.get(path)).status_code == 401
    token = (await api.get(path, headers=seller.headers)).json()["token"]
    assert (await api.get(f"/api/v1/overlay/{token[:-2]}xx")).status_code == 404
    clock.advance(days=181)
    assert (await api.get(f"/api/v1/overlay/{token}")).status_code == 404
