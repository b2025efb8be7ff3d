"""kill -9 in the middle of claims: what was acknowledged is there, nothing is there twice, nothing is oversold."""

import asyncio
import os
import random
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from support.engines import MYSQL, create_mysql_database, drop_mysql_database, require
from support.product import (
    Visitor,
    encoder,
    open_stall,
    publish_address,
    running_product,
    until_live,
)

STOCK = 400
BUYERS = 12


async def claim_until_dead(
    buyer: Visitor, stream_id: str, item_id: str, acknowledged: list[str], *, run: int
) -> str | None:
    """Claim one unit after the other; the key of the request whose answer never came."""
    number = 0
    while True:
        key = f"{buyer.name}-{run}-{number}"
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


@pytest.fixture(params=["sqlite", "server"])
async def engine(request: pytest.FixtureRequest) -> AsyncIterator[dict[str, str]]:
    """The environment of a product on each engine; the server's database is its own."""
    if request.param == "sqlite":
        yield {}
        return
    require(MYSQL, "MariaDB/MySQL")
    name = f"nightmarket_test_crash_{os.getpid()}"
    yield {"NIGHTMARKET_DATABASE__URL": await create_mysql_database(name)}
    await drop_mysql_database(name)


@pytest.mark.timeout(300)
async def test_kill_in_the_middle_of_claims_loses_and_oversells_nothing(tmp_path: Path, engine: dict[str, str]) -> None:
    """Two crashes at random moments under load. Between them nothing is broadcast: the show is on, and sells."""
    with running_product(tmp_path / "data", **engine) as product:
        seller = await Visitor(product.address, "seller").register()
        stream_id, item_id, variant_id = await open_stall(seller, stock=STOCK)
        buyers = [await Visitor(product.address, f"buyer{n}").register() for n in range(BUYERS)]
        with encoder(await publish_address(seller, stream_id)):
            await until_live(seller, stream_id)
        acknowledged: list[str] = []
        for crash in (1, 2):
            before = len(acknowledged)
            moment = before + random.randint(1, STOCK // 10)
            work = [
                asyncio.create_task(claim_until_dead(one, stream_id, item_id, acknowledged, run=crash))
                for one in buyers
            ]
            async with asyncio.timeout(30):
                while len(acknowledged) < moment:  # noqa: ASYNC110  (the other side is a process)
                    await asyncio.sleep(0.002)
            product.kill()
            in_doubt = await asyncio.gather(*work)
            assert before < len(acknowledged) < STOCK
            product.start()
            buyers = [await Visitor(product.address, one.name).log_in() for one in buyers]
            seller = await Visitor(product.address, "seller").log_in()
            await check_books(seller, buyers, acknowledged, variant_id)
            acknowledged += await retry_in_doubt(buyers, in_doubt, stream_id, item_id)
            await check_books(seller, buyers, acknowledged, variant_id)


async def check_books(seller: Visitor, buyers: list[Visitor], acknowledged: list[str], variant_id: str) -> None:
    """Every acknowledged claim exists once, and the stock agrees with the claims to the unit."""
    found: list[str] = []
    for buyer in buyers:
        cursor = ""
        while True:
            page = await buyer.get(f"/me/claims?state=held&limit=100{cursor}")
            found += [claim["id"] for claim in page["items"]]
            if page["next_cursor"] is None:
                break
            cursor = f"&cursor={page['next_cursor']}"
    assert set(acknowledged) <= set(found)
    assert len(found) == len(set(found))
    stock = await seller.get(f"/variants/{variant_id}/stock")
    assert (stock["on_hand"], stock["held"], stock["available"]) == (STOCK, len(found), STOCK - len(found))


async def retry_in_doubt(buyers: list[Visitor], in_doubt: list[str | None], stream_id: str, item_id: str) -> list[str]:
    """A request whose answer was lost is sent again with its key: one claim, whichever side the crash fell on."""
    made: list[str] = []
    body = {"item_id": item_id, "quantity": 1, "waitlist": False}
    for buyer, key in zip(buyers, in_doubt, strict=True):
        if key is None:
            continue
        copies = (buyer.post(f"/streams/{stream_id}/claims", body, key=key) for _ in range(3))
        ids = {answer["claim"]["id"] for answer in await asyncio.gather(*copies)}
        assert len(ids) == 1
        made += ids
    return made
