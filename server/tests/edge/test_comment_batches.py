"""Comments on their way to the order side: many in one request, each with its own answer."""

import asyncio
from collections.abc import Sequence

import pytest

from edge.server import until
from nightmarket.kernel.problems import Conflict, InvalidInput, Problem, Unavailable
from nightmarket.modules.rooms.realtime import comment_batches
from nightmarket.modules.rooms.realtime.comment_batches import LARGEST_BATCH, Answer, Comment, CommentBatches
from nightmarket.modules.rooms.realtime.kinds.buyer import ClaimResult
from nightmarket.modules.rooms.realtime.tickets import Ticket

VIEWER = Ticket(room="str_1", viewer="vwr_1", device="dev_1", user="usr_1")


class OrderSide:
    """Answers when it is told to, and remembers how it was asked."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, list[str]]] = []
        self.is_open = asyncio.Event()

    async def send(self, room: str, comments: Sequence[Comment]) -> list[Answer]:
        texts = [comment.text for comment in comments]
        self.requests.append((room, texts))
        await self.is_open.wait()
        if "malformed" in texts:
            raise InvalidInput("one of them")
        if "down" in texts:
            raise ConnectionError("no api")
        return [self._answer(text) for text in texts]

    @staticmethod
    def _answer(text: str) -> Answer:
        if text == "sold":
            return Conflict(available=0)
        return ClaimResult(text=text) if "+1" in text else None


@pytest.fixture
def side() -> OrderSide:
    """Nobody is answered yet."""
    return OrderSide()


@pytest.fixture
def batches(side: OrderSide) -> CommentBatches:
    """On the way to it."""
    return CommentBatches(side.send)


def ask(batches: CommentBatches, *texts: str, room: str = "str_1") -> list[asyncio.Task[ClaimResult | None]]:
    return [asyncio.ensure_future(batches.ask(room, Comment(VIEWER, "cht_1", text))) for text in texts]


async def outcomes(tasks: list[asyncio.Task[ClaimResult | None]]) -> list[object]:
    async with asyncio.timeout(10):
        return await asyncio.gather(*tasks, return_exceptions=True)


async def test_comments_gather_while_a_request_is_under_way(batches: CommentBatches, side: OrderSide) -> None:
    first = ask(batches, "A1+1")
    await until(lambda: side.requests)
    others = ask(batches, *(f"A{number}+1" for number in range(100)))
    elsewhere = ask(batches, "B1+1", room="str_2")
    await until(lambda: len(side.requests) == 2)
    side.is_open.set()
    found = await outcomes(first + others + elsewhere)
    assert [result.text for result in found if isinstance(result, ClaimResult)] == [
        "A1+1",
        *(f"A{number}+1" for number in range(100)),
        "B1+1",
    ]
    assert [(room, len(texts)) for room, texts in side.requests] == [
        ("str_1", 1),
        ("str_2", 1),
        ("str_1", LARGEST_BATCH),
        ("str_1", 100 - LARGEST_BATCH),
    ]


async def test_each_comment_has_its_own_answer(batches: CommentBatches, side: OrderSide) -> None:
    side.is_open.set()
    found = await outcomes(ask(batches, "hello", "hello", "sold", "A1+1"))
    assert found[0] is found[1] is None
    assert isinstance(found[2], Conflict)
    assert found[3] == ClaimResult(text="A1+1")


async def test_one_that_is_refused_as_a_whole_does_not_fail_its_neighbours(
    batches: CommentBatches, side: OrderSide
) -> None:
    waiting = ask(batches, "first")
    await until(lambda: side.requests)
    waiting += ask(batches, "A1+1", "malformed", "A2+1")
    await until(lambda: batches_waiting(batches) == 3)
    side.is_open.set()
    found = await outcomes(waiting)
    assert found[1] == ClaimResult(text="A1+1")
    assert found[3] == ClaimResult(text="A2+1")
    assert isinstance(found[2], InvalidInput)
    assert [texts for _, texts in side.requests][2:] == [["A1+1"], ["malformed"], ["A2+1"]]


async def test_when_the_order_side_is_away_everybody_hears_of_it_and_may_ask_again(
    batches: CommentBatches, side: OrderSide
) -> None:
    side.is_open.set()
    assert [type(one) for one in await outcomes(ask(batches, "down", "A1+1"))] == [ConnectionError, ConnectionError]
    assert await outcomes(ask(batches, "A1+1")) == [ClaimResult(text="A1+1")]


async def test_who_has_given_up_is_not_asked_for(batches: CommentBatches, side: OrderSide) -> None:
    first = ask(batches, "first")
    await until(lambda: side.requests)
    gone, stays = ask(batches, "gone", "A1+1")
    await until(lambda: batches_waiting(batches) == 2)
    gone.cancel()
    side.is_open.set()
    assert await outcomes([*first, stays]) == [None, ClaimResult(text="A1+1")]
    assert side.requests[-1] == ("str_1", ["A1+1"])


async def test_only_so_many_wait(batches: CommentBatches, side: OrderSide, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comment_batches, "MOST_WAITING", 2)
    first = ask(batches, "first")
    await until(lambda: side.requests)
    waiting = ask(batches, "A1+1", "A2+1", "A3+1")
    await until(waiting[2].done)
    side.is_open.set()
    found = await outcomes(first + waiting)
    assert isinstance(found[3], Unavailable)
    assert all(not isinstance(one, Problem) for one in found[:3])


def batches_waiting(batches: CommentBatches) -> int:
    return len(batches._waiting["str_1"])
