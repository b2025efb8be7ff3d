"""What a show costs, counted and asked; what a month would; and the way to switch it all on."""

import re
from pathlib import Path

import pytest

from nightmarket.entrypoints.cloudflare_setup import set_up
from nightmarket.entrypoints.startup import CannotStart
from nightmarket.integrations.cloudflare.costs import delivered_cents, estimate, stored_cents
from nightmarket.integrations.cloudflare.tasks import watch_shows
from nightmarket.kernel.context import Context
from support.accounts import sign_up
from support.cloudflare.serving import use_cloudflare

from .conftest import Stage

GUIDE = Path(__file__).resolve().parents[4] / "docs" / "guides" / "cloudflare.md"


def test_prices_are_whole_cents_rounded_up() -> None:
    assert [delivered_cents(minutes) for minutes in (0, 0.1, 10, 10.5, 1000)] == [0, 1, 1, 2, 100]
    assert [stored_cents(minutes) for minutes in (0, 0.5, 2, 3, 1000)] == [0, 1, 1, 2, 500]


def test_ten_thousand_viewers_of_one_hour_cost_six_hundred_dollars() -> None:
    assert estimate(viewers=10_000, minutes=60, shows=1).cents == 60_000 + 30


def test_table_of_the_guide_says_what_the_estimate_says() -> None:
    rows = re.findall(r"^\| \w+ \| ([\d,]+) \| (\d+) \| (\d+) \| \$([\d,]+) \|", GUIDE.read_text(), re.MULTILINE)
    assert len(rows) == 3
    for viewers, minutes, shows, dollars in rows:
        found = estimate(viewers=int(viewers.replace(",", "")), minutes=int(minutes), shows=int(shows))
        assert round(found.cents / 100) == int(dollars.replace(",", ""))


async def test_viewers_over_time_become_minutes_and_cents(stage: Stage) -> None:
    stream = await stage.go_live()
    path = f"/api/v1/streams/{stream['id']}/provider"
    stage.world.viewers = 600
    for _ in range(7):
        await watch_shows.function(stage.ctx)
        stage.clock.advance(seconds=10)
    shown = (await stage.api.get(path, headers=stage.headers)).json()
    assert (shown["provider"], shown["choices"]) == ("cloudflare", ["embedded", "cloudflare"])
    assert shown["use"] == {
        "minutes_delivered": 600.0,
        "minutes_stored": 0.0,
        "cents_delivered": 60,
        "cents_stored_per_month": 0,
        "is_estimate": True,
        "problem": None,
        "is_failing": False,
    }
    stage.clock.advance(hours=1)  # nobody knows what was watched in between
    await watch_shows.function(stage.ctx)
    assert (await stage.service.use(stream["id"])).minutes_delivered == 600
    stranger = await sign_up(stage.api, "stranger")
    assert (await stage.api.get(path, headers=stranger)).status_code == 403


async def test_cloudflare_is_asked_where_analytics_are_on(stage: Stage) -> None:
    stream = await stage.go_live()
    stage.world.minutes_viewed = 1234.5
    service = use_cloudflare(stage.ctx, stage.address, analytics=True)
    use = await service.use(stream["id"])
    assert (use.minutes_delivered, use.cents_delivered, use.is_estimate) == (1234.5, 124, False)


async def test_embedded_server_sends_no_bill(stage: Stage) -> None:
    stream = await stage.go_live()
    await stage.api.put(
        f"/api/v1/streams/{stream['id']}/provider", json={"provider": "embedded"}, headers=stage.headers
    )
    shown = (await stage.api.get(f"/api/v1/streams/{stream['id']}/provider", headers=stage.headers)).json()
    assert (shown["provider"], shown["use"]["cents_delivered"]) == ("embedded", 0)


async def test_set_up_subscribes_our_address_and_says_the_secrets(ctx: Context, stage: Stage) -> None:
    said: list[str] = []
    with pytest.raises(CannotStart, match="public https"):
        await set_up(ctx, said.append)
    http = ctx.settings.http.model_copy(update={"public_url": "https://shop.example/"})
    ctx.settings = ctx.settings.model_copy(update={"http": http})
    await set_up(ctx, said.append)
    assert said[1:] == [
        "NIGHTMARKET_CLOUDFLARE__WEBHOOK_SECRET=webhook-secret",
        "NIGHTMARKET_CLOUDFLARE__SIGNING_KEY_ID=key-1",
        "NIGHTMARKET_CLOUDFLARE__SIGNING_KEY_PEM=cGVt",
    ]
    assert ("PUT", "/webhook") in stage.world.calls
    stage.world.token = "another"
    with pytest.raises(CannotStart, match="Cloudflare answered 403"):
        await set_up(ctx, said.append)
    assert len(said) == 4
