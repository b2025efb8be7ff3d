"""`nightmarket up` as its users meet it: starts, serves, stops cleanly, keeps everything over a restart."""

import asyncio
import contextlib
import json
import os
import re
from pathlib import Path

import httpx2
import pytest
from websockets.asyncio.client import connect

from support.product import (
    Product,
    Visitor,
    encoder,
    open_stall,
    publish_address,
    running_product,
    until_live,
)


async def test_first_page_api_and_docs_on_one_port(tmp_path: Path) -> None:
    with running_product(tmp_path / "data") as product:
        async with httpx2.AsyncClient(base_url=product.address) as client:
            assert (await client.get("/healthz")).json()["status"] == "ok"
            docs = await client.get("/docs")
            for address in re.findall(r'(?:src|href)="([^"]+)"', docs.text):
                assert (await client.get(address)).status_code == 200, address
            assert (await client.get("/api/v1/products")).json()["items"] == []
            assert "nightmarket_" in (await client.get("/metrics")).text
        assert product.stop() == 0
    assert "Traceback" not in product.log()


def child_pids(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="process lists are read from /proc")
async def test_media_server_does_not_outlive_a_killed_parent(tmp_path: Path) -> None:
    with running_product(tmp_path / "data") as product:
        assert product.process is not None
        children = child_pids(product.process.pid)
        assert children
        product.kill()
        async with asyncio.timeout(15):
            while any(is_alive(child) for child in children):  # noqa: ASYNC110  (no event tells of another's death)
                await asyncio.sleep(0.1)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="process lists are read from /proc")
async def test_killed_media_server_comes_back(tmp_path: Path) -> None:
    with running_product(tmp_path / "data") as product:
        assert product.process is not None
        seller = await Visitor(product.address, "seller").register()
        stream_id, _, _ = await open_stall(seller, stock=1)
        (first,) = child_pids(product.process.pid)
        os.kill(first, 9)
        async with asyncio.timeout(20):
            while child_pids(product.process.pid) in ([], [first]):  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        async with asyncio.timeout(60):
            while True:
                address = await publish_address(seller, stream_id)
                with encoder(address), contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(6):
                        await until_live(seller, stream_id)
                        break


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False


async def test_everything_is_there_after_a_restart(tmp_path: Path) -> None:
    with running_product(tmp_path / "data") as product:
        seller = await Visitor(product.address, "seller").register()
        buyer = await Visitor(product.address, "buyer").register()
        stream_id, item_id, variant_id = await open_stall(seller, stock=5)
        with encoder(await publish_address(seller, stream_id)):
            await until_live(seller, stream_id)
            await seller.client.post(f"/streams/{stream_id}/items/{item_id}/pin")
            claim = (await buyer.post(f"/streams/{stream_id}/claims", {"item_id": item_id, "quantity": 2}, key="one"))[
                "claim"
            ]
            await say(product, buyer, stream_id, "good evening")
            await until_archived(buyer, stream_id, "good evening")
        assert product.stop() == 0
        product.start()
        again = await Visitor(product.address, "buyer").log_in()
        room = await again.get(f"/streams/{stream_id}/room")
        assert room["pinned"] == item_id
        assert [line["text"] for line in room["chat"]] == ["good evening"]
        assert (await again.get(f"/claims/{claim['id']}"))["state"] == "held"
        assert (await again.get(f"/streams/{stream_id}/items"))["items"][0]["available"] == 3
        owner = await Visitor(product.address, "seller").log_in()
        assert (await owner.get(f"/variants/{variant_id}/stock"))["held"] == 2


async def say(product: Product, who: Visitor, stream_id: str, text: str) -> None:
    """Say something in the room over its socket."""
    ticket = await who.post(f"/streams/{stream_id}/room/ticket", status=200)
    url = ticket["url"] if ticket["url"].startswith("ws") else f"ws://127.0.0.1:{product.port}{ticket['url']}"
    async with connect(f"{url}?ticket={ticket['ticket']}") as socket, asyncio.timeout(10):
        await socket.send(json.dumps({"t": "chat-message", "id": 1, "d": {"text": text}}))
        while '"ack"' not in str(await socket.recv()):
            pass


async def until_archived(who: Visitor, stream_id: str, text: str) -> None:
    """Wait until the archiver has brought a line to the database."""
    async with asyncio.timeout(20):
        while True:
            page = await who.get(f"/streams/{stream_id}/chat")
            if any(line["text"] == text for line in page["items"]):
                await asyncio.sleep(1.5)  # the history may come from the log; the archiver works once a second
                return
            await asyncio.sleep(0.2)
