"""Impatient clients send the same request many times at once, to one process or to two: one key, one answer.

First with a desk that does not look for a key before it says "sold out", to prove that the mix can be seen here.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import httpx2
import pytest
import sqlalchemy as sa

from nightmarket.entrypoints.api import context_lifespan, create_app
from nightmarket.entrypoints.composition import build_context
from nightmarket.kernel.context import Context
from nightmarket.kernel.groupcommit import Change, Script
from nightmarket.kernel.ids import key_of
from nightmarket.modules.claims.models import Claim
from nightmarket.modules.claims.service import settle_claims, settle_group
from nightmarket.modules.claims.service.goods_on_sale import sold_out_lately
from nightmarket.modules.claims.service.settle_group import Answer, Asked, _remembered
from nightmarket.modules.inventory import public as inventory
from nightmarket.modules.inventory.public import StockFacts
from support.accounts import Person
from support.catalog import with_key
from support.claims import Sale, crowd, open_sale

KEYS, COPIES, UNITS = 30, 6, 20


@pytest.fixture
async def second_api(ctx: Context) -> AsyncIterator[httpx2.AsyncClient]:
    """Another process on the same database: its own connections, its own committer."""
    other = build_context(ctx.settings)
    other.clock = ctx.clock
    app = create_app(other.settings, lifespan=context_lifespan(lambda: other))
    app.state.ctx = other
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://nightmarket.test") as client:
        yield client
    await other.close()


def careless(asked: Sequence[Asked], indices: Sequence[int]) -> Script[dict[int, Answer | Exception]]:
    """Looks only after a twin was met, not before saying "sold out"."""
    if isinstance(indices, range):
        return (yield from _remembered(asked, indices))
    return {}


async def storm(sale: Sale, apis: Sequence[httpx2.AsyncClient], buyers: Sequence[Person]) -> dict[str, set[str]]:
    """Every key's answers, of two waves of copies: the second comes when the goods are gone."""
    heard: dict[str, set[str]] = defaultdict(set)

    async def send(api: httpx2.AsyncClient, number: int) -> None:
        key = f"key-{number}"
        answer = await api.post(
            f"/api/v1/streams/{sale.stream_id}/claims",
            json={"item_id": sale.item_id, "quantity": 1, "waitlist": False},
            headers=with_key(buyers[number].headers, key),
        )
        heard[key].add(answer.json()["claim"]["id"] if answer.status_code == 201 else answer.json()["code"])

    for _ in range(2):
        copies = [(apis[copy % len(apis)], number) for number in range(KEYS) for copy in range(COPIES)]
        await asyncio.gather(*(send(api, number) for api, number in copies))
    return heard


@pytest.mark.parametrize("writers", [1, 2])
@pytest.mark.parametrize("is_careless", [True, False])
async def test_one_key_never_hears_two_things(
    ctx: Context,
    api: httpx2.AsyncClient,
    second_api: httpx2.AsyncClient,
    monkeypatch: pytest.MonkeyPatch,
    is_careless: bool,
    writers: int,
) -> None:
    sale = await open_sale(ctx, api, stock=UNITS)
    buyers = await crowd(ctx, KEYS)
    if is_careless:
        monkeypatch.setattr(settle_group, "_remembered", careless)
    heard = await storm(sale, [api, second_api][:writers], buyers)
    mixed = [answers for answers in heard.values() if len(answers) > 1]
    if is_careless:
        assert mixed
        return
    assert not mixed
    assert sum(1 for answers in heard.values() if answers != {"sold-out"}) == UNITS
    assert await sale.stock() == (UNITS, UNITS, 0)
    async with ctx.reader() as session:
        assert await session.scalar(sa.select(sa.func.count()).select_from(Claim)) == UNITS


@dataclass
class CarelessBook:
    """A stock book without locks and guards."""

    decisive_levels: Callable[..., Script[dict[str, StockFacts]]]
    hold_units: Callable[..., Script[None]]


def careless_stock() -> Callable[[Sequence[str]], Script[dict[str, StockFacts]]]:
    """Knows the stock by heart: read once, never looked at again."""
    known: dict[str, StockFacts] = {}

    def levels(variant_ids: Sequence[str]) -> Script[dict[str, StockFacts]]:
        if not known:
            known.update((yield from inventory.decisive_levels(variant_ids)))
        return {variant_id: replace(facts) for variant_id, facts in known.items()}

    return levels


def careless_hold(
    holds: Sequence[tuple[str, int, str]], facts: Mapping[str, StockFacts], _now: datetime
) -> Script[None]:
    """Writes what it thinks, whatever is there."""
    for variant_id, quantity, _ in holds:
        facts[variant_id].held += quantity
    for variant_id in {hold[0] for hold in holds}:
        yield Change(
            "UPDATE stock SET held = ? WHERE variant_id = ?", [facts[variant_id].held, key_of("var", variant_id)]
        )


@pytest.mark.parametrize("is_careless", [True, False])
async def test_two_processes_never_oversell(
    ctx: Context,
    api: httpx2.AsyncClient,
    second_api: httpx2.AsyncClient,
    monkeypatch: pytest.MonkeyPatch,
    is_careless: bool,
) -> None:
    sale = await open_sale(ctx, api, stock=UNITS, limit_per_buyer=2)
    if is_careless:
        monkeypatch.setattr(settle_claims, "inventory", CarelessBook(careless_stock(), careless_hold))
        monkeypatch.setattr(sold_out_lately, "knows", lambda *_: False)
    buyers = await crowd(ctx, 28)

    async def tap(api: httpx2.AsyncClient, buyer: Person) -> int:
        answer = await api.post(
            f"/api/v1/streams/{sale.stream_id}/claims",
            json={"item_id": sale.item_id, "quantity": 1, "waitlist": False},
            headers=with_key(buyer.headers),
        )
        return answer.status_code

    answers: list[int] = []
    for wave in (buyers[:14], buyers[14:]):
        answers += await asyncio.gather(*(tap(one, buyer) for buyer in wave for one in (api, second_api, api)))
    if is_careless:
        assert answers.count(201) > UNITS
        return
    assert answers.count(201) == UNITS
    assert await sale.stock() == (UNITS, UNITS, 0)
    async with ctx.reader() as session:
        mine = sa.select(sa.func.sum(Claim.quantity).label("units")).group_by(Claim.buyer_id).subquery()
        assert await session.scalar(sa.select(sa.func.max(mine.c.units))) == 2
