"""How often and how much the same: per person, per room and per address, over sockets and processes."""

import json

import pytest

from edge.conftest import StartEdge
from edge.raw import RawClient
from edge.server import EdgeServer, MemoryBackend, until
from nightmarket.modules.rooms.realtime.limits import RealtimeLimits

pytestmark = pytest.mark.timeout(60)


def limits(**changes: float) -> RealtimeLimits:
    return RealtimeLimits(presence_seconds=0.05, drain_spread_seconds=0, **changes)  # type: ignore[arg-type]


async def test_a_person_has_one_pace_over_all_sockets_and_edges(start_edge: StartEdge, room: str) -> None:
    slow = limits(chat_per_second=0.01, chat_burst=2)
    first, second = await start_edge(limits=slow), await start_edge(limits=slow)
    async with (
        await first.watch(room, "ann") as phone,
        await first.watch(room, "ann") as tab,
        await second.watch(room, "ann") as laptop,
        await second.watch(room, "bob") as bob,
    ):
        assert (await phone.say("one"))["t"] == (await tab.say("two"))["t"] == "ack"
        await laptop.until_said("two")
        for watcher in (phone, tab, laptop):
            refused = (await watcher.say("three"))["d"]
            assert (refused["code"], refused["retry_after"] > 30) == ("too-fast", True)
        assert (await bob.say("my turn"))["t"] == "ack"


async def test_slow_mode_holds_over_edges(start_edge: StartEdge, backend: MemoryBackend, room: str) -> None:
    backend.moderation = {"slow_mode_seconds": 60}
    first, second = await start_edge(), await start_edge()
    async with await first.watch(room, "ann") as phone, await second.watch(room, "ann") as laptop:
        assert (await phone.say("one"))["t"] == "ack"
        await laptop.until_said("one")
        assert (await laptop.say("two"))["d"]["code"] == "slow-mode"


async def test_a_room_takes_so_much_from_buyers_and_says_so(
    start_edge: StartEdge, backend: MemoryBackend, room: str
) -> None:
    edge = await start_edge(limits=limits(room_chat_per_second=0.01, room_chat_burst=2, refusals_before_close=2))
    async with await edge.watch(room, "ann") as ann, await edge.watch(room, "host", role="host") as host:
        assert (await ann.say("one"))["t"] == (await ann.say("two"))["t"] == "ack"
        for _ in range(3):  # the room is full of words; that is not this person's fault
            refused = (await ann.say("A1+1"))["d"]
            assert (refused["code"], refused["scope"]) == ("too-fast", "room")
        await ann.until_kind("claim-result")
        assert (await host.say("thank you all"))["t"] == "ack"
    assert len(backend.comments) == 6


async def test_a_person_who_repeats_themselves_is_stopped_but_orders_never_are(
    edge: EdgeServer, backend: MemoryBackend, room: str
) -> None:
    async with await edge.watch(room, "ann") as ann:
        for text in ("Buy my bags now", "ＢＵＹ my bags  now!"):
            assert (await ann.say(text))["t"] == "ack"
        refused = (await ann.say("buy my bags nowwww"))["d"]
        assert (refused["code"], refused["reason"]) == ("message-blocked", "repeat")
        assert (await ann.say("something else"))["t"] == "ack"
    async with await edge.watch(room, "bob") as bob:
        for _ in range(4):
            assert (await bob.say("包包+1"))["t"] == "ack"


async def test_what_only_the_order_side_knows_for_an_order_is_not_a_repetition(
    edge: EdgeServer, backend: MemoryBackend, room: str
) -> None:
    """No sign in the text: the guard suspects it, and the answer of the order side lets it pass."""
    async with await edge.watch(room, "ann") as ann:
        answers = [await ann.say("the red dress please") for _ in range(3)]
        assert [answer["t"] for answer in answers] == ["ack", "ack", "error"]
    backend.orders_in_words.add("the blue dress please")
    async with await edge.watch(room, "bob") as bob:
        answers = [await bob.say("the blue dress please") for _ in range(4)]
        assert [answer["t"] for answer in answers] == ["ack"] * 4
        await until(lambda: len(bob.of_kind("claim-result")) == 4)


async def test_many_who_say_the_same_are_stopped_also_over_edges(start_edge: StartEdge, room: str) -> None:
    first, second = await start_edge(), await start_edge()
    spam = "加入我們的社團就送你精美小禮物喔快來"
    async with await first.watch(room, "eve") as eve, await second.watch(room, "last") as last:
        for number in range(5):
            edge = (first, second)[number % 2]
            async with await edge.watch(room, f"bot{number}") as bot:
                assert (await bot.say(spam))["t"] == "ack"
                await until(lambda count=number + 1: len(eve.of_kind("chat-message")) == count)
        await until(lambda: len(last.of_kind("chat-message")) == 5)
        assert (await last.say(spam))["d"]["reason"] == "repeat"
        for number in range(8):
            async with await first.watch(room, f"fan{number}") as fan:
                assert (await fan.say("謝謝老闆娘"))["t"] == "ack"  # a greeting is everybody's


async def test_an_address_holds_so_many_sockets(start_edge: StartEdge, room: str) -> None:
    edge = await start_edge(limits=limits(sockets_per_address=2))

    async def knock(who: str, address: str) -> tuple[RawClient, str]:
        return await RawClient.open(edge.port, f"/ws?ticket={edge.ticket(room, who, address=address)}")

    clients = [await knock(who, "home") for who in ("ann", "bob")]
    assert all("101" in head.partition("\r\n")[0] for _, head in clients)
    refused, head = await knock("cat", "home")
    assert head.startswith("HTTP/1.1 429")
    assert json.loads(await refused.end())["code"] == "too-many-sockets"
    other, head = await knock("cat", "elsewhere")
    assert head.startswith("HTTP/1.1 101")
    unknown = [await knock(f"n{number}", "") for number in range(3)]
    assert all(head.startswith("HTTP/1.1 101") for _, head in unknown)
    await clients[0][0].close()
    await until(lambda: edge.hub.sockets._open == {"home": 1, "elsewhere": 1})
    again, head = await knock("cat", "home")
    assert head.startswith("HTTP/1.1 101")
    for client in (*(one for one, _ in clients[1:]), *(one for one, _ in unknown), refused, other, again):
        await client.close()
    await until(lambda: edge.hub.sockets._open == {})
