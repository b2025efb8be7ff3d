"""kill -9 in the middle of claims: what was acknowledged is there, nothing is there twice, nothing is oversold."""

import asyncio
from pathlib import Path

import httpx2

from support.product import (
    Product,
    Visitor,
    encoder,
    open_stall,
    publish_address,
    running_product,
    until_live,
)

STOCK = 60
BUYERS = 12


async def claim_until_dead(buyer: Visitor, stream_id: str, item_id: str, acknowledged: list[str]) -> str | None:
    """Claim one unit after the other; the key of the request whose answer never came."""
    number = 0
    while True:
        key = f"{buyer.name}-{number}"
        try:
            answer = await buyer.client.post(
                f"/streams/{stream_id}/claims",
                json={"item_id": item_id, "quantity": 1, "waitlist": False},
                headers={"Idempotency-Key": key},
            )
        except httpx2.HTTPError:
            return key
        if answer.status_code == 201:
            acknowledged.append(answer.json()["claim"]["id"])
        elif answer.status_code == 409:
            return None
        else:
            raise AssertionError(answer.text)
        number += 1


async def test_kill_in_the_middle_of_claims_loses_and_oversells_nothing(tmp_path: Path) -> None:
    with running_product(tmp_path / "data") as product:
        seller = await Visitor(product.address, "seller").register()
        stream_id, item_id, variant_id = await open_stall(seller, stock=STOCK)
        buyers = [await Visitor(product.address, f"buyer{n}").register() for n in range(BUYERS)]
        acknowledged: list[str] = []
        with encoder(await publish_address(seller, stream_id)):
            await until_live(seller, stream_id)
            work = [asyncio.create_task(claim_until_dead(one, stream_id, item_id, acknowledged)) for one in buyers]
            async with asyncio.timeout(30):
                while len(acknowledged) < STOCK // 3:  # noqa: ASYNC110  (the other side is a process)
                    await asyncio.sleep(0.005)
            product.kill()
            in_doubt = await asyncio.gather(*work)
        assert STOCK // 3 <= len(acknowledged) < STOCK
        product.start()
        await check_books(product, acknowledged, variant_id)
        await retry_in_doubt(product, buyers, in_doubt, stream_id, item_id)


async def check_books(product: Product, acknowledged: list[str], variant_id: str) -> None:
    """Every acknowledged claim exists once, and the stock agrees with the claims to the unit."""
    found: list[str] = []
    for number in range(BUYERS):
        buyer = await Visitor(product.address, f"buyer{number}").log_in()
        cursor = ""
        while True:
            page = await buyer.get(f"/me/claims?state=held&limit=100{cursor}")
            found += [claim["id"] for claim in page["items"]]
            if page["next_cursor"] is None:
                break
            cursor = f"&cursor={page['next_cursor']}"
    assert set(acknowledged) <= set(found)
    assert len(found) == len(set(found))
    seller = await Visitor(product.address, "seller").log_in()
    stock = await seller.get(f"/variants/{variant_id}/stock")
    assert (stock["on_hand"], stock["held"], stock["available"]) == (STOCK, len(found), STOCK - len(found))


async def retry_in_doubt(
    product: Product, buyers: list[Visitor], in_doubt: list[str | None], stream_id: str, item_id: str
) -> None:
    """A request whose answer was lost is sent again with its key: one claim, whichever side the crash fell on."""
    seller = await Visitor(product.address, "seller").log_in()
    with encoder(await publish_address(seller, stream_id)):
        await until_live(seller, stream_id)
        for buyer, key in zip(buyers, in_doubt, strict=True):
            if key is None:
                continue
            again = await Visitor(product.address, buyer.name).log_in()
            body = {"item_id": item_id, "quantity": 1, "waitlist": False}
            first = await again.post(f"/streams/{stream_id}/claims", body, key=key)
            second = await again.post(f"/streams/{stream_id}/claims", body, key=key)
            assert first["claim"]["id"] == second["claim"]["id"]
