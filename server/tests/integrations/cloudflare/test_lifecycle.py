"""A show at Cloudflare from its plan to its deletion, over a network that loses, repeats, delays and forges."""

import asyncio
import json
from typing import Any

import sqlalchemy as sa

from nightmarket.integrations.cloudflare.models import CloudflareInputRow, CloudflareVideoRow
from nightmarket.integrations.cloudflare.tasks import settle_recordings, tidy_inputs, watch_shows
from nightmarket.kernel.inbox import InboxRow
from nightmarket.modules.streams.service.tell_provider import prepare_media

from .conftest import Stage


async def inbox_rows(stage: Stage) -> list[InboxRow]:
    """What was remembered."""
    async with stage.ctx.reader() as session:
        return list(await session.scalars(sa.select(InboxRow).order_by(InboxRow.id)))


async def input_row(stage: Stage) -> CloudflareInputRow:
    """Our book about the one input."""
    async with stage.ctx.reader() as session:
        return (await session.scalars(sa.select(CloudflareInputRow))).one()


async def test_show_from_plan_to_deletion(stage: Stage) -> None:  # noqa: PLR0915  (one evening)
    stream = await stage.plan(title="Night market")
    path = f"/api/v1/streams/{stream['id']}"
    one = stage.input()
    assert one.body["meta"] == {"name": "Night market", "nightmarket_stream": stream["id"]}
    assert one.body["recording"] == {"mode": "automatic", "requireSignedURLs": False, "timeoutSeconds": 120}
    assert one.body["defaultCreator"] == stage.shop["id"]
    ingest = await stage.api.get(f"{path}/ingest", headers=stage.headers)
    assert ingest.headers["cache-control"] == "no-store"
    assert ingest.json() == {
        "rtmp": {"url": "rtmps://live.cloudflare.test:443/live/", "key": one.key},
        "rtmps": {"url": "rtmps://live.cloudflare.test:443/live/", "key": one.key},
        "srt": {"url": "srt://live.cloudflare.test:778", "stream_id": one.uid, "passphrase": "pass-1"},
    }
    assert (await stage.playback(stream["id"]))["hls"] is None

    stage.publish()
    first = one.video
    assert await stage.deliver() == 204
    assert (await stage.shown(stream["id"]))["state"] == "draft"  # remembered, not acted on before the answer
    await stage.drain()
    assert (await stage.shown(stream["id"]))["state"] == "live"
    played = await stage.playback(stream["id"])
    assert played["hls"] == f"{stage.address}/{one.uid}/manifest/video.m3u8"
    assert played["dash"] == f"{stage.address}/{one.uid}/manifest/video.mpd"
    assert (played["iframe"], played["whep"]) == (f"{stage.address}/{one.uid}/iframe", None)
    stage.service._seen.clear()
    assert (await stage.playback(stream["id"]))["dvr"] == f"{stage.address}/{first}/manifest/video.m3u8?dvrEnabled=true"

    stage.clock.advance(seconds=30)
    stage.world.disconnect(one.uid, stage.now)
    await stage.deliver()
    await stage.drain()
    assert (await stage.shown(stream["id"]))["state"] == "interrupted"
    stage.clock.advance(seconds=20)
    stage.publish()
    await stage.deliver()
    await stage.drain()
    assert ((await stage.shown(stream["id"]))["state"], one.video) == ("live", first)

    stage.clock.advance(seconds=40)
    assert (await stage.api.post(f"{path}/end", headers=stage.headers)).json()["state"] == "ended"
    await stage.drain()
    assert not one.enabled
    assert not stage.world.publish(one.uid, one.key, stage.now)
    video = stage.world.finish(one.uid, 90.5, stage.now)
    assert await stage.deliver() == 204
    await stage.drain()
    stage.service._seen.clear()
    replay = await stage.playback(stream["id"])
    assert replay["hls"] == replay["dvr"] == f"{stage.address}/{video}/manifest/video.m3u8"
    assert (replay["recording"], replay["recording_seconds"]) == (None, 90.5)
    assert replay["latency_class"] == "replay"
    stage.world.videos[video].download = "ready"
    await settle_recordings.function(stage.ctx)
    assert (await stage.playback(stream["id"]))["recording"] == f"{stage.address}/{video}/downloads/default.mp4"
    assert all(row.handled_at is not None for row in await inbox_rows(stage))

    stage.clock.advance(days=6)
    await tidy_inputs.function(stage.ctx)
    assert one.uid in stage.world.inputs
    stage.clock.advance(days=2)
    await tidy_inputs.function(stage.ctx)
    assert one.uid not in stage.world.inputs
    before = len(stage.world.calls)
    await tidy_inputs.function(stage.ctx)
    assert len(stage.world.calls) == before
    assert (await stage.playback(stream["id"], to_all=True))["recording"] is not None


async def test_every_webhook_is_lost_and_the_poll_finds_out(stage: Stage) -> None:
    stream = await stage.plan()
    stage.publish()
    await watch_shows.function(stage.ctx)
    assert (await stage.shown(stream["id"]))["state"] == "live"
    stage.clock.advance(seconds=10)
    stage.world.disconnect(stage.input().uid, stage.now)
    await watch_shows.function(stage.ctx)
    assert (await stage.shown(stream["id"]))["state"] == "interrupted"
    stage.clock.advance(seconds=10)
    stage.publish()
    await watch_shows.function(stage.ctx)
    assert (await stage.shown(stream["id"]))["state"] == "live"
    await stage.api.post(f"/api/v1/streams/{stream['id']}/end", headers=stage.headers)
    await stage.drain()
    await settle_recordings.function(stage.ctx)
    assert (await stage.shown(stream["id"]))["has_recording"] is False
    stage.world.finish(stage.input().uid, 20, stage.now)
    await settle_recordings.function(stage.ctx)
    assert (await stage.shown(stream["id"]))["has_recording"] is True
    assert await inbox_rows(stage) == []


async def test_news_twice_and_late_have_one_effect(stage: Stage) -> None:
    stream = await stage.plan()
    stage.publish()
    connected = stage.world.news[0]
    assert [await stage.deliver(news=connected) for _ in range(3)] == [204, 204, 204]
    ran = await stage.drain()
    assert ran.count("cloudflare.take_live_news.v1") == 1
    assert ran.count("streams.started") == 1
    stage.world.news.clear()

    stage.clock.advance(seconds=10)
    stage.world.disconnect(stage.input().uid, stage.now)
    stage.clock.advance(seconds=10)
    stage.publish()
    went, came = stage.world.news
    await stage.deliver(news=came)
    await stage.deliver(news=went)  # overtaken: the encoder is back already
    stage.clock.advance(seconds=25)
    ran = await stage.drain()
    assert "streams.interrupted" not in ran
    assert (await stage.shown(stream["id"]))["state"] == "live"
    assert all(row.handled_at is not None for row in await inbox_rows(stage))


async def test_forged_and_stale_news_change_nothing(stage: Stage) -> None:
    stream = await stage.plan()
    stage.world.notify(stage.input().uid, "live_input.connected", stage.now)
    true = stage.world.news.pop()
    for auth in ("", "guess", "notification-secret-of-some-lengtx"):
        assert await stage.deliver(news=true | {"headers": {"cf-webhook-auth": auth}}) == 401
    assert await stage.deliver(news=true | {"headers": {}}) == 401
    old = json.loads(true["body"]) | {"ts": stage.now - 7200}
    assert await stage.deliver(news=true | {"body": json.dumps(old)}) == 204
    hello = true | {"body": json.dumps({"text": "Hello World! This is a test."})}
    assert await stage.deliver(news=hello) == 204
    assert await stage.deliver(news=true | {"body": "{"}) == 400

    stage.publish()
    stage.world.finish(stage.input().uid, 5, stage.now)
    video = stage.world.news[-1]
    forged = video["body"].replace("5", "6", 1)
    assert await stage.deliver(news=video | {"body": forged}) == 401
    assert await stage.deliver(news=video | {"headers": {}}) == 401
    stage.clock.advance(seconds=301)
    assert await stage.deliver(news=video) == 401
    assert await inbox_rows(stage) == []
    assert "streams.started" not in await stage.drain()
    assert (await stage.shown(stream["id"]))["state"] == "draft"


async def test_true_signature_over_a_lie_is_not_believed(stage: Stage) -> None:
    """The secret leaked: what the notification says is asked for, and is not so."""
    stream = await stage.plan()
    stage.world.notify(stage.input().uid, "live_input.connected", stage.now)
    await stage.deliver()
    stage.clock.advance(seconds=30)
    await stage.drain()
    assert (await stage.shown(stream["id"]))["state"] == "draft"
    assert [row.handled_at is not None for row in await inbox_rows(stage)] == [True]


async def test_news_ahead_of_the_status_are_asked_about_again(stage: Stage) -> None:
    stream = await stage.plan()
    stage.world.notify(stage.input().uid, "live_input.connected", stage.now)
    await stage.deliver()
    await stage.drain()
    assert [row.handled_at for row in await inbox_rows(stage)] == [None]
    stage.publish()
    stage.clock.advance(seconds=5)
    await stage.drain()
    assert (await stage.shown(stream["id"]))["state"] == "live"
    assert [row.handled_at is not None for row in await inbox_rows(stage)] == [True]


async def test_status_of_the_api_serves_while_the_playback_host_is_silent(stage: Stage) -> None:
    stream = await stage.plan()
    stage.publish()
    stage.ctx.settings = stage.ctx.settings.model_copy(
        update={"cloudflare": stage.ctx.settings.cloudflare.model_copy(update={"playback_url": "http://127.0.0.1:9"})}
    )
    await watch_shows.function(stage.ctx)
    assert (await stage.shown(stream["id"]))["state"] == "live"


async def test_what_is_wrong_with_the_picture_reaches_the_books(stage: Stage) -> None:
    stream = await stage.go_live()
    wrong: dict[str, Any] = {"error": {"code": "ERR_GOP_OUT_OF_RANGE", "message": "…"}, "video_codec": ""}
    stage.world.notify(stage.input().uid, "live_input.errored", stage.now, live_input_errored=wrong)
    await stage.deliver()
    await stage.drain()
    assert (await stage.service.use(stream["id"])).problem == "ERR_GOP_OUT_OF_RANGE"
    assert (await stage.shown(stream["id"]))["state"] == "live"


async def test_input_is_made_once_though_everybody_asks_at_once(stage: Stage) -> None:
    stream = await stage.plan()
    stage.world.inputs.clear()
    async with stage.ctx.unit() as unit:
        await unit.changed(sa.delete(CloudflareInputRow))
    await asyncio.gather(*(prepare_media(stage.ctx, stream["id"]) for _ in range(5)), return_exceptions=True)
    await prepare_media(stage.ctx, stream["id"])
    assert len(stage.world.inputs) == 1
    assert (await input_row(stage)).input_uid == stage.input().uid


async def test_input_made_before_the_process_died_is_found_again(stage: Stage) -> None:
    stream = await stage.plan()
    uid = stage.input().uid
    async with stage.ctx.unit() as unit:
        await unit.changed(sa.update(CloudflareInputRow).values(input_uid=None))
    early = await stage.api.get(f"/api/v1/streams/{stream['id']}/ingest", headers=stage.headers)
    assert (early.status_code, early.json()["code"]) == (503, "unavailable")  # somebody may be at it
    stage.clock.advance(seconds=61)
    assert (await stage.api.get(f"/api/v1/streams/{stream['id']}/ingest", headers=stage.headers)).status_code == 200
    assert (list(stage.world.inputs), (await input_row(stage)).input_uid) == ([uid], uid)


async def test_answer_lost_after_the_input_was_made_makes_no_second_one(stage: Stage) -> None:
    stage.world.answers = [{"status": 502, "acts": True}]
    stream = await stage.plan()
    assert len(stage.world.inputs) == 1
    stage.clock.advance(seconds=5)
    await stage.drain()
    answer = await stage.api.get(f"/api/v1/streams/{stream['id']}/ingest", headers=stage.headers)
    assert (answer.status_code, len(stage.world.inputs)) == (200, 1)


async def test_input_deleted_by_hand_is_made_again(stage: Stage) -> None:
    stream = await stage.plan()
    stage.world.inputs.clear()
    answer = await stage.api.get(f"/api/v1/streams/{stream['id']}/ingest", headers=stage.headers)
    assert (answer.status_code, answer.json()["rtmp"]["key"]) == (200, stage.input().key)


async def test_rotation_revokes_at_cloudflare_and_shows_the_new_key(stage: Stage) -> None:
    stream = await stage.go_live()
    old = stage.input().key
    rotated = await stage.api.post(f"/api/v1/streams/{stream['id']}/ingest/rotate", headers=stage.headers)
    assert rotated.json()["rtmp"]["key"] == stage.input().key != old
    assert not stage.world.publish(stage.input().uid, old, stage.now)


async def test_show_that_never_started_leaves_nothing_at_cloudflare(stage: Stage) -> None:
    stream = await stage.plan(auto_start=False)
    stage.publish()
    await watch_shows.function(stage.ctx)
    stage.world.finish(stage.input().uid, 9, stage.now)
    assert (await stage.shown(stream["id"]))["has_signal"] is True
    await stage.api.delete(f"/api/v1/streams/{stream['id']}", headers=stage.headers)
    await stage.drain()
    assert (stage.world.inputs, stage.world.videos) == ({}, {})
    async with stage.ctx.reader() as session:
        assert list(await session.scalars(sa.select(CloudflareInputRow))) == []
    assert await stage.deliver() == 204
    await stage.drain()


async def test_longest_of_several_videos_is_the_replay_and_all_are_stored(stage: Stage) -> None:
    stream = await stage.go_live()
    first = stage.world.finish(stage.input().uid, 600, stage.now)
    stage.clock.advance(minutes=5)
    stage.publish()
    await stage.api.post(f"/api/v1/streams/{stream['id']}/end", headers=stage.headers)
    await stage.drain()
    await settle_recordings.function(stage.ctx)
    assert (await stage.shown(stream["id"]))["has_recording"] is False  # the second is not finished
    stage.world.finish(stage.input().uid, 60, stage.now)
    await settle_recordings.function(stage.ctx)
    stage.service._seen.clear()
    assert f"/{first}/" in (await stage.playback(stream["id"]))["hls"]
    async with stage.ctx.reader() as session:
        assert len(list(await session.scalars(sa.select(CloudflareVideoRow)))) == 2
    assert (await stage.service.use(stream["id"])).minutes_stored == 11


async def test_show_without_a_video_ends_without_a_replay(stage: Stage) -> None:
    stream = await stage.go_live()
    stage.world.videos.clear()
    await stage.api.post(f"/api/v1/streams/{stream['id']}/end", headers=stage.headers)
    await stage.drain()
    for pause in (60, 3600, 86_400):
        stage.clock.advance(seconds=pause)
        await settle_recordings.function(stage.ctx)
    assert (await stage.shown(stream["id"], to_all=True))["has_recording"] is False
    before = len(stage.world.calls)
    await settle_recordings.function(stage.ctx)
    assert len(stage.world.calls) == before
