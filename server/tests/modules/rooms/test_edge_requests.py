"""The edge as a process of its own: it asks the api over HTTP, signed, and means the same as in process."""

import asyncio
import json
from typing import Any

import httpx2
import pytest

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.kernel.problems import Conflict, Problem
from nightmarket.kernel.security import BodySignature
from nightmarket.modules.rooms.ports import CommentOrders
from nightmarket.modules.rooms.public import ClaimResult, InProcessBackend
from nightmarket.modules.rooms.realtime.backend_http import HttpBackend, edge_signature
from nightmarket.modules.rooms.realtime.kinds.replies import QueueAnswer
from nightmarket.modules.rooms.realtime.tickets import Ticket
from support.accounts import Person
from support.clock import FrozenClock

from .conftest import Show


class Orders:
    """Says a word about every comment."""

    async def submit(self, ctx: Context, *, text: str, **about: str) -> ClaimResult | None:
        del ctx
        if text == "sold":
            raise Conflict(available=0)
        return ClaimResult(text=text, message_id=about["message_id"]) if text != "hello" else None


@pytest.fixture
def remote(ctx: Context, api: httpx2.AsyncClient) -> HttpBackend:
    """The api as another process sees it."""
    ctx.ports[CommentOrders] = Orders()
    return HttpBackend(api, "http://nightmarket.test/", ctx.secret, clock=ctx.clock)


def ticket_of(show: Show, who: Person | None, role: str = "buyer") -> Ticket:
    user = None if who is None else who.id
    return Ticket(room=show.id, viewer="vwr_1", device="dev_1", user=user, name="Ann", role=role)


async def test_both_backends_see_the_same_room(ctx: Context, remote: HttpBackend, show: Show) -> None:
    here, there = await InProcessBackend(ctx).snapshot(show.id), await remote.snapshot(show.id)
    assert json.loads(json.dumps(here)) == there
    assert there is not None
    open_rules = {
        "slow_mode_seconds": 0,
        "followers_only_minutes": None,
        "links": "mask",
        "contacts": "mask",
        "raid_until": None,
    }
    assert there["rules"] == open_rules
    nobody = {"muted": {}, "shadowed": {}, "banned": {}, "hidden": []}
    assert there["moderation"] == open_rules | nobody | {"raid_since": None, "words": [], "presets": []}
    assert await remote.snapshot(new_id("str")) is None


async def test_comments_travel(remote: HttpBackend, show: Show, buyer: Person) -> None:
    message = new_id("cht")
    viewer = ticket_of(show, buyer)
    result = await remote.comment(show.id, viewer, message, "เอา A1")
    assert result == ClaimResult(text="เอา A1", message_id=message)
    assert await remote.comment(show.id, viewer, message, "hello") is None
    with pytest.raises(Problem) as refused:
        await remote.comment(show.id, viewer, message, "sold")
    assert (refused.value.document()["code"], refused.value.document()["available"]) == ("conflict", 0)


async def test_comments_travel_together_and_each_is_answered(
    ctx: Context,
    api: httpx2.AsyncClient,
    remote: HttpBackend,
    show: Show,
    buyer: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    requests: list[str] = []
    post = api.post

    async def counted(url: str, **options: Any) -> httpx2.Response:
        requests.append(url)
        return await post(url, **options)

    class Fallible(Orders):
        async def submit(self, ctx: Context, *, text: str, **about: str) -> ClaimResult | None:
            if text == "bug":
                raise RuntimeError("ours")
            return await super().submit(ctx, text=text, **about)

    ctx.ports[CommentOrders] = Fallible()
    monkeypatch.setattr(api, "post", counted)
    viewer = ticket_of(show, buyer)
    texts = ["first", "sold", "hello", "A1+1", "bug"]
    answers = await asyncio.gather(
        *(remote.comment(show.id, viewer, new_id("cht"), text) for text in texts), return_exceptions=True
    )
    first, sold, hello, claimed, bug = answers
    assert isinstance(first, ClaimResult)
    assert isinstance(claimed, ClaimResult)
    assert (first.text, claimed.text, hello) == ("first", "A1+1", None)
    assert isinstance(sold, Problem)
    assert sold.document()["code"] == "conflict"
    assert isinstance(bug, Problem)
    assert bug.status == 503
    assert len(requests) == 1


async def test_what_one_person_writes_is_read_in_that_order(
    ctx: Context, remote: HttpBackend, show: Show, buyer: Person
) -> None:
    heard: list[str] = []

    class Slow(Orders):
        async def submit(self, ctx: Context, *, text: str, **about: str) -> ClaimResult | None:
            del ctx, about
            for _ in range(10 if text == "A1+1" else 1):
                await asyncio.sleep(0)
            heard.append(text)
            return None

    ctx.ports[CommentOrders] = Slow()
    viewer = ticket_of(show, buyer)
    await asyncio.gather(*(remote.comment(show.id, viewer, new_id("cht"), text) for text in ("A1+1", "A1-1", "A2+1")))
    assert heard == ["A1+1", "A1-1", "A2+1"]


async def test_the_host_s_wish_travels_and_is_checked_again(remote: HttpBackend, show: Show, buyer: Person) -> None:
    with pytest.raises(Problem) as refused:
        await remote.spotlight(show.id, ticket_of(show, buyer, role="host"), show.item["id"], None)
    assert refused.value.document()["code"] == "not-allowed"


async def test_the_line_travels(remote: HttpBackend, show: Show, buyer: Person) -> None:
    viewer = ticket_of(show, buyer)
    assert await remote.queue(show.id, viewer, None, leave=False) == QueueAnswer(1)
    assert await remote.queue(show.id, viewer, None, leave=True) == QueueAnswer()


async def test_a_server_that_is_down_is_not_a_refusal(ctx: Context, show: Show, buyer: Person) -> None:
    def broken(_request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(502, text="bad gateway")

    async with httpx2.AsyncClient(transport=httpx2.MockTransport(broken)) as client:
        remote = HttpBackend(client, "http://nightmarket.test", ctx.secret, clock=ctx.clock)
        with pytest.raises(Problem) as refused:
            await remote.comment(show.id, ticket_of(show, buyer), new_id("cht"), "A1+1")
    assert refused.value.status == 503


async def test_unsigned_and_turned_requests_are_refused(
    ctx: Context, api: httpx2.AsyncClient, show: Show, clock: FrozenClock
) -> None:
    body = json.dumps({"room": show.id}).encode()
    now = int(clock().timestamp())
    good = edge_signature(ctx.secret).sign(body, now=now)
    path, other = f"/internal/rooms/{show.id}/snapshot", f"/internal/rooms/{new_id('str')}/snapshot"
    attempts = [
        (path, body, "", 401),
        (path, body, "t=1,v1=00", 401),
        (path, body + b" ", good, 401),
        (path, body, edge_signature("another secret").sign(body, now=now), 401),
        (path, body, edge_signature(ctx.secret).sign(body, now=now - 3600), 401),
        (other, body, good, 404),
        (path, b"nonsense", edge_signature(ctx.secret).sign(b"nonsense", now=now), 422),
        (path, body, good, 200),
    ]
    for where, sent, signature, status in attempts:
        answer = await api.post(where, content=sent, headers={BodySignature.header: signature})
        assert answer.status_code == status, (where, sent, signature)
