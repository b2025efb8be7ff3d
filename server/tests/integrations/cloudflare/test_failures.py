"""Cloudflare refuses, limits, breaks, is silent: bounded tries, stable errors, nothing leaked."""

from typing import Any

import pytest
from joserfc.jwk import RSAKey
from pydantic import SecretStr

from nightmarket.integrations.cloudflare.client import TRIES, CloudflareClient
from nightmarket.integrations.cloudflare.tasks import settle_recordings
from nightmarket.kernel.context import Context
from nightmarket.kernel.http import new_http_client
from nightmarket.kernel.problems import Unavailable
from nightmarket.kernel.settings import CloudflareSettings, Settings, StreamSettings
from nightmarket.modules.streams.errors import VideoServiceRefused
from nightmarket.modules.streams.ports import PublicBase, ShowFacts
from support.cloudflare.serving import ACCOUNT, use_cloudflare
from support.cloudflare.world import World
from support.streams import make_stream

from .conftest import Stage

BASE = PublicBase("http", "nightmarket.test")


@pytest.fixture
def client(ctx: Context, vendor: tuple[World, str]) -> tuple[CloudflareClient, World, list[float]]:
    """A client of the pretend Cloudflare that notes its waits instead of waiting."""
    waits: list[float] = []
    return use_cloudflare(ctx, vendor[1], waits=waits).client, vendor[0], waits


async def test_what_may_pass_is_tried_again_with_jitter_and_not_for_ever(
    client: tuple[CloudflareClient, World, list[float]],
) -> None:
    calls, world, waits = client
    world.answers = [{"status": 500}, {"status": 429, "headers": {"Retry-After": "1"}}]
    assert (await calls.call("GET", "/live_inputs"))["liveInputs"] == []
    assert 0.125 <= waits[0] <= 0.25
    assert 1.25 <= waits[1] <= 1.5
    world.answers = [{"status": 503}] * 5
    before = len(world.calls)
    with pytest.raises(Unavailable):
        await calls.call("GET", "/live_inputs")
    assert len(world.calls) - before == TRIES
    world.answers.clear()


async def test_what_may_have_worked_is_not_done_twice(client: tuple[CloudflareClient, World, list[float]]) -> None:
    calls, world, _ = client
    world.answers = [{"status": 500}]
    with pytest.raises(Unavailable):
        await calls.call("POST", "/live_inputs", {}, key="str_1", repeatable=False)
    assert world.calls == [("POST", "/live_inputs")]


async def test_over_the_limit_nobody_calls(
    client: tuple[CloudflareClient, World, list[float]],
) -> None:
    calls, world, waits = client
    world.answers = [{"status": 429, "headers": {"Retry-After": "300"}}]
    with pytest.raises(Unavailable) as first:
        await calls.call("GET", "/live_inputs")
    assert (first.value.members["retry_after"], waits) == (300, [])
    with pytest.raises(Unavailable) as second:
        await CloudflareClient(calls._ctx).call("GET", "/live_inputs")
    assert second.value.members["retry_after"] == 300
    assert len(world.calls) == 1
    calls._ctx.clock.advance(seconds=301)  # type: ignore[attr-defined]
    await calls.call("GET", "/live_inputs")


async def test_refusals_have_one_code_and_are_not_repeated(client: tuple[CloudflareClient, World, list[float]]) -> None:
    calls, world, _ = client
    world.token = "another"
    with pytest.raises(VideoServiceRefused) as refused:
        await calls.call("GET", "/live_inputs")
    assert refused.value.code == "video-service-refused"
    assert "token" not in (refused.value.detail or "")
    world.answers = [{"status": 200, "body": '{"success": false, "errors": [{"code": 10005, "message": "no"}]}'}]
    with pytest.raises(VideoServiceRefused, match="10005 no"):
        await calls.call("GET", "/live_inputs")
    assert len(world.calls) == 2


@pytest.mark.parametrize("body", ["<html>", "[" * 100_000, ""])
async def test_answers_that_cannot_be_read_are_no_answers(
    client: tuple[CloudflareClient, World, list[float]], body: str
) -> None:
    calls, world, _ = client
    world.answers = [{"status": 200, "body": body}]
    if body:
        with pytest.raises(Unavailable):
            await calls.call("GET", "/live_inputs")
    else:
        assert await calls.call("GET", "/live_inputs") is None


async def test_silence_ends(ctx: Context, vendor: tuple[World, str]) -> None:
    service = use_cloudflare(ctx, vendor[1])
    await ctx.http.aclose()
    ctx.http = new_http_client(timeout=0.2)
    vendor[0].answers = [{"status": 200, "delay": 1}] * TRIES
    with pytest.raises(Unavailable):
        await service.client.call("GET", "/live_inputs")
    assert len(vendor[0].calls) == TRIES


async def test_seller_sees_a_stable_error_and_the_show_goes_on_being_planned(stage: Stage) -> None:
    stage.world.token = "changed"
    stream = await make_stream(stage.api, stage.headers, stage.shop["id"], provider="cloudflare")
    ran = await stage.drain()
    assert ran.count("streams.prepare_media.v1") == 1
    answer = await stage.api.get(f"/api/v1/streams/{stream['id']}/ingest", headers=stage.headers)
    assert (answer.status_code, answer.json()["code"]) == (503, "video-service-refused")
    stage.world.token = "token"
    answer = await stage.api.get(f"/api/v1/streams/{stream['id']}/ingest", headers=stage.headers)
    assert (answer.status_code, len(stage.world.inputs)) == (200, 1)


async def test_private_show_plays_by_tokens_alone(ctx: Context, stage: Stage, signing_key: RSAKey) -> None:
    stream = await stage.plan()
    facts = ShowFacts(stream["id"], stage.shop["id"], "x", is_protected=True, is_private=True)
    with pytest.raises(VideoServiceRefused):
        await stage.service.prepare(facts)
    pem = SecretStr(signing_key.as_pem(private=True).decode())
    service = use_cloudflare(ctx, stage.address, signing_key_id="key-1", signing_key_pem=pem)
    await service.prepare(facts)
    uid = stage.input().uid
    assert stage.input().body["recording"]["requireSignedURLs"] is True
    urls = await service.playback(stream["id"], BASE)
    until = ctx.clock().replace(year=2030)
    for url in (urls.hls, urls.dash, urls.iframe, urls.poster):
        token = service.signed(stream["id"], url or "", until).removeprefix(f"{stage.address}/").split("/")[0]
        assert token.count(".") == 2
        assert uid not in service.signed(stream["id"], url or "", until)
    await service.protect(stream["id"], on=False)
    assert stage.input().body["recording"]["requireSignedURLs"] is False
    assert stage.input().enabled


async def test_videos_are_shut_though_the_first_try_is_cut_off(
    ctx: Context, stage: Stage, signing_key: RSAKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = await stage.go_live()
    video = stage.world.finish(stage.input().uid, 600, stage.now)
    await stage.api.post(f"/api/v1/streams/{stream['id']}/end", headers=stage.headers)
    await stage.drain()
    await settle_recordings.function(ctx)
    pem = SecretStr(signing_key.as_pem(private=True).decode())
    service = use_cloudflare(ctx, stage.address, signing_key_id="key-1", signing_key_pem=pem)
    call = service.client.call

    async def cut_off(method: str, path: str, *rest: Any, **more: Any) -> Any:
        if path == f"/{video}":
            raise Unavailable
        return await call(method, path, *rest, **more)

    with monkeypatch.context() as patch:
        patch.setattr(service.client, "call", cut_off)
        with pytest.raises(Unavailable):
            await service.protect(stream["id"], on=True)
    await service.protect(stream["id"], on=True)
    assert stage.world.videos[video].signed
    assert stage.input().body["recording"]["requireSignedURLs"] is True


def test_settings_say_what_is_missing() -> None:
    with pytest.raises(ValueError, match="NIGHTMARKET_CLOUDFLARE__ACCOUNT_ID"):
        Settings(stream=StreamSettings(provider="cloudflare"))
    with pytest.raises(ValueError, match="SIGNING_KEY_PEM belong together"):
        Settings(cloudflare=CloudflareSettings(signing_key_id="key"))
    whole = CloudflareSettings(account_id=ACCOUNT, api_token=SecretStr("t"), customer_code="c")
    assert Settings(stream=StreamSettings(provider="cloudflare"), cloudflare=whole).cloudflare.is_on


async def test_shows_of_a_shop_go_where_its_setting_says(ctx: Context, stage: Stage) -> None:
    chosen = StreamSettings(shops={stage.shop["slug"]: "cloudflare"})
    ctx.settings = ctx.settings.model_copy(update={"stream": chosen})
    asked: dict[str, Any] = {"shop_id": stage.shop["id"], "title": "x"}
    made = await stage.api.post("/api/v1/streams", json=asked, headers=stage.headers)
    assert made.json()["provider"] == "cloudflare"
    other = await stage.api.post("/api/v1/streams", json=asked | {"provider": "embedded"}, headers=stage.headers)
    assert other.json()["provider"] == "embedded"


async def test_doors_are_shut_without_their_secrets(ctx: Context, stage: Stage) -> None:
    off = stage.ctx.settings.cloudflare.model_copy(update={"webhook_secret": None, "notification_secret": None})
    ctx.settings = ctx.settings.model_copy(update={"cloudflare": off})
    for door in ("cloudflare-stream", "cloudflare-live"):
        answer = await stage.api.post(f"/api/v1/webhooks/{door}", json={})
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
