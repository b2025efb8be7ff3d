"""The lane and the route behind it answer the same requests in the same way."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.modules.claims.lane import ClaimLane
from nightmarket.modules.claims.service import tap_claim
from support.accounts import Person
from support.application import application
from support.catalog import variant
from support.claims import Sale, crowd, open_sale

OTHERWISE = {"id", "created_at", "request_id", "hold_expires_at", "item_id", "stream_id"}


@pytest.fixture
async def route(ctx: Context) -> AsyncIterator[httpx2.AsyncClient]:
    """The application without lanes."""
    transport = httpx2.ASGITransport(app=application(ctx, with_lanes=False))
    async with httpx2.AsyncClient(transport=transport, base_url="http://nightmarket.test") as client:
        yield client


@pytest.fixture
def answered_by_lane(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The statuses the lane has answered with."""
    seen: list[int] = []
    record = ClaimLane._record

    def note(self: ClaimLane, status: int, seconds: float) -> None:
        seen.append(status)
        record(self, status, seconds)

    monkeypatch.setattr(ClaimLane, "_record", note)
    return seen


def plain(answer: httpx2.Response) -> Any:
    """What must be the same: status, body without what differs by claim, and the headers by name."""
    body = answer.json()
    claim = body.get("claim")
    if claim is not None:
        body["claim"] = {name: type(value) if name in OTHERWISE else value for name, value in claim.items()}
    body.pop("request_id", None)
    differing = {"x-request-id", "content-length"}
    headers = sorted(f"{name}: {value}" for name, value in answer.headers.items() if name not in differing)
    return answer.status_code, body, headers


CASES: list[tuple[str, dict[str, Any], dict[str, str], bool]] = [
    ("held", {}, {}, True),
    ("held, several", {"quantity": 2, "waitlist": True, "variant_id": None}, {}, True),
    ("too many", {"quantity": 99, "waitlist": False}, {}, True),
    ("sold out", {"quantity": 6}, {}, True),
    ("over the limit", {"quantity": 9}, {}, True),
    ("no key", {}, {"Idempotency-Key": ""}, False),
    ("long key", {}, {"Idempotency-Key": "k" * 121}, False),
    ("no such item", {"item_id": "itm_" + "0" * 26}, {}, True),
    ("malformed item", {"item_id": "itm_x"}, {}, False),
    ("no item", {"item_id": None}, {}, False),
    ("text as number", {"quantity": "1"}, {}, False),
    ("fraction", {"quantity": 1.0}, {}, False),
    ("nothing", {"quantity": 0}, {}, False),
    ("flag as number", {"waitlist": 1}, {}, False),
    ("unknown field", {"surprise": True}, {}, False),
    ("unknown variant", {"variant_id": "var_" + "0" * 26}, {}, True),
    ("malformed variant", {"variant_id": "var_"}, {}, False),
    ("stranger", {}, {"Authorization": ""}, False),
    ("bad token", {}, {"Authorization": "Bearer x.y.z"}, False),
    ("another scheme", {}, {"Authorization": "Basic eDp5"}, False),
    ("for somebody else", {"buyer_id": "usr_" + "0" * 26}, {}, False),
]


@pytest.mark.parametrize(("body", "headers", "by_lane"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
async def test_same_answer(
    ctx: Context,
    api: httpx2.AsyncClient,
    route: httpx2.AsyncClient,
    answered_by_lane: list[int],
    body: dict[str, Any],
    headers: dict[str, str],
    by_lane: bool,
) -> None:
    sale = await open_sale(ctx, api, stock=20, limit_per_buyer=8)
    path = f"/api/v1/streams/{sale.stream_id}/claims"
    answers = []
    for client, buyer in zip((api, route), await crowd(ctx, 2), strict=True):
        sent = {"Idempotency-Key": new_id("key"), **buyer.headers, **headers}
        sent = {name: value for name, value in sent.items() if value}
        answers.append(await client.post(path, json={"item_id": sale.item_id} | body, headers=sent))
    assert plain(answers[0]) == plain(answers[1])
    assert answered_by_lane == ([answers[0].status_code] if by_lane else [])
    assert answers[0].headers["x-request-id"]


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b"\xff", b'{"item_id": "' + b"x" * 20_000 + b'"}', b"[" * 5000]
)
async def test_same_refusal_of_what_cannot_be_read(
    ctx: Context, api: httpx2.AsyncClient, route: httpx2.AsyncClient, content: bytes
) -> None:
    sale = await open_sale(ctx, api)
    buyer = await sale.buyer()
    headers = {**buyer.headers, "Idempotency-Key": "k", "Content-Type": "application/json"}
    path = f"/api/v1/streams/{sale.stream_id}/claims"
    answers = [await client.post(path, content=content, headers=headers) for client in (api, route)]
    assert plain(answers[0]) == plain(answers[1])
    assert answers[0].status_code in {400, 422}


async def test_a_key_used_on_one_is_known_on_the_other(
    ctx: Context, api: httpx2.AsyncClient, route: httpx2.AsyncClient
) -> None:
    sale = await open_sale(ctx, api)
    buyer = await sale.buyer()
    headers = {**buyer.headers, "Idempotency-Key": "once"}
    path = f"/api/v1/streams/{sale.stream_id}/claims"
    first = await api.post(path, content=f'{{"item_id":"{sale.item_id}","quantity":2}}', headers=headers)
    again = await route.post(path, json={"quantity": 2, "item_id": sale.item_id}, headers=headers)
    assert first.json() == again.json()
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    other = [await client.post(path, json={"item_id": sale.item_id}, headers=headers) for client in (api, route)]
    assert {(one.status_code, one.json()["code"]) for one in other} == {(422, "idempotency-key-reused")}
    assert await sale.stock() == (5, 2, 3)


async def test_variant_has_to_be_chosen_on_both(
    ctx: Context, api: httpx2.AsyncClient, route: httpx2.AsyncClient
) -> None:
    sizes = [variant(2, options={"size": "S"}), variant(0, options={"size": "M"})]
    sale = await open_sale(ctx, api, variants=sizes)
    answers = [await ask(sale, client, await sale.buyer()) for client in (api, route)]
    assert plain(answers[0]) == plain(answers[1])
    assert (answers[0].status_code, answers[0].json()["code"]) == (422, "variant-required")


async def test_log_out_is_seen_at_once(ctx: Context, api: httpx2.AsyncClient) -> None:
    sale = await open_sale(ctx, api)
    buyer = await sale.buyer()
    assert (await ask(sale, api, buyer)).status_code == 201
    assert (await api.post("/api/v1/auth/logout-all", headers=buyer.headers)).status_code in {200, 204}
    assert (await ask(sale, api, buyer)).status_code == 401


async def test_our_bugs_are_told_with_the_id_of_the_log(
    ctx: Context, api: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    sale = await open_sale(ctx, api)
    buyer = await sale.buyer()

    def fail(*_args: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(tap_claim, "choose_variant", fail)
    answer = await ask(sale, api, buyer, **{"X-Request-ID": "given-by-me-1"})
    assert (answer.status_code, answer.json()["code"]) == (500, "internal-error")
    assert answer.json()["request_id"] == answer.headers["x-request-id"] == "given-by-me-1"


async def test_what_a_buyer_does_not_wait_for_is_done_all_the_same(ctx: Context, api: httpx2.AsyncClient) -> None:
    """A phone that loses its connection: the claim is made, and a repeat gets it."""
    sale = await open_sale(ctx, api)
    buyer = await sale.buyer()
    impatient = asyncio.create_task(ask(sale, api, buyer, **{"Idempotency-Key": "lost"}))
    await asyncio.sleep(0)
    patient = asyncio.create_task(ask(sale, api, buyer, **{"Idempotency-Key": "lost"}))
    while not impatient.done() and not patient.done():
        impatient.cancel()
        await asyncio.sleep(0)
    answer = await patient
    assert answer.status_code == 201
    assert await sale.stock() == (5, 1, 4)


async def ask(sale: Sale, client: httpx2.AsyncClient, buyer: Person, **headers: str) -> httpx2.Response:
    """A tap on one of the two."""
    return await client.post(
        f"/api/v1/streams/{sale.stream_id}/claims",
        json={"item_id": sale.item_id},
        headers={"Idempotency-Key": new_id("key"), **buyer.headers, **headers},
    )
