"""Orders in a flood of chat: whatever the chat refuses, every order comment reaches the order side and is answered."""

import asyncio
from collections.abc import AsyncIterator

import httpx2
import pytest

from edge.server import EdgeServer, Watcher
from nightmarket.kernel.context import Context
from nightmarket.modules.rooms.public import InProcessBackend
from nightmarket.modules.rooms.realtime.limits import RealtimeLimits
from support.accounts import Person
from support.claims import Sale, crowd, open_sale

pytestmark = pytest.mark.timeout(120)

BUYERS = 24
LINES = ("哈囉大家好", "主播今天好美", "สวยมากค่ะ", "wow so nice")
"""Said before and after each order; the room takes a fraction of it."""


@pytest.fixture
async def sale(ctx: Context, api: httpx2.AsyncClient) -> Sale:
    """As many scarves as there are buyers."""
    return await open_sale(ctx, api, stock=BUYERS)


@pytest.fixture
async def edge(ctx: Context) -> AsyncIterator[EdgeServer]:
    """An edge with the real order side behind it, whose rooms take ten messages and then one a second."""
    limits = RealtimeLimits(room_chat_per_second=1, room_chat_burst=10, presence_seconds=0.05)
    server = EdgeServer(ctx.redis, InProcessBackend(ctx), limits)
    await server.start(mounting="own")
    yield server
    await server.stop()


async def order_among_chatter(edge: EdgeServer, sale: Sale, buyer: Person) -> tuple[Watcher, int]:
    """A buyer who talks, orders, and talks on; and how many of their messages the chat took."""
    name = buyer.id.removeprefix("usr_")
    viewer = await edge.watch(sale.stream_id, name)
    sent = [*LINES, "A1+1", *LINES]
    answers = await asyncio.gather(*(viewer.say(text) for text in sent))
    taken = sum(answer["t"] == "ack" for answer in answers)
    return viewer, taken


async def set_rules(sale: Sale, **rules: object) -> None:
    """A moderator changes what the room takes."""
    path = f"/api/v1/streams/{sale.stream_id}/moderation"
    answer = await sale.api.post(path, json=rules, headers=sale.seller)
    assert answer.is_success, answer.text


@pytest.mark.parametrize(
    "rules",
    [
        {},
        {"action": "slow_mode", "seconds": 60},
        {"action": "followers_only", "minutes": 10},
    ],
    ids=["a full room", "slow mode", "followers only"],
)
async def test_every_order_in_a_flood_is_answered(
    ctx: Context, edge: EdgeServer, sale: Sale, rules: dict[str, object]
) -> None:
    if rules:
        await set_rules(sale, **rules)
    buyers = await crowd(ctx, BUYERS)
    said = await asyncio.gather(*(order_among_chatter(edge, sale, buyer) for buyer in buyers))
    results = [await viewer.until_kind("claim-result") for viewer, _ in said]
    for viewer, _ in said:
        await viewer.close()
    assert [result["d"]["outcome"] for result in results] == ["held"] * BUYERS
    assert [result["d"]["text"] for result in results] == ["A1+1"] * BUYERS
    assert await sale.stock() == (BUYERS, BUYERS, 0)
    # The chat itself refused most of it: what was answered did not come through the chat.
    assert sum(taken for _, taken in said) < BUYERS * len(LINES)
