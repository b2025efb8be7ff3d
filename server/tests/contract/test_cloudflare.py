"""Every call to Cloudflare against the vendor's document, served by Prism: what we send is allowed."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from cloudflare import AsyncCloudflare

from nightmarket.integrations.cloudflare.client import CloudflareClient, NotThere
from nightmarket.integrations.cloudflare.inputs import META, find_input, input_body
from nightmarket.integrations.cloudflare.truth import input_state
from nightmarket.kernel.context import Context
from nightmarket.modules.streams.errors import VideoServiceRefused
from nightmarket.modules.streams.ports import ShowFacts
from support.cloudflare.document import PATH
from support.cloudflare.serving import ACCOUNT, pretend_cloudflare, use_cloudflare

TESTS = Path(__file__).resolve().parents[1]
WEB = TESTS.parents[1] / "web"
PRISM = WEB / "node_modules" / "@stoplight" / "prism-cli" / "dist" / "index.js"
UID = "66be4bf738797e01e1fca35a7bdecdcd"
SHOW = ShowFacts("str_0001", "shp_0001", "Night market", is_protected=True)
OUTPUT = {"url": "rtmps://live-api-s.facebook.com:443/rtmp/", "streamKey": "key", "enabled": True}
CLIP = {"clippedFromVideoUID": UID, "startTimeSeconds": 1, "endTimeSeconds": 20}


@pytest.fixture(scope="module")
def prism() -> Iterator[str]:
    """The vendor's document as a server."""
    if not PRISM.is_file():
        pytest.fail("Prism is missing: run `npm ci` in web/")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = ["node", str(PRISM), "mock", "-h", "127.0.0.1", "-p", str(port), "--errors", str(PATH)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        _wait(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(10)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + 60
    while time.monotonic() < give_up and process.poll() is None:
        try:
            httpx2.get(f"http://127.0.0.1:{port}/", trust_env=False, timeout=2)
        except httpx2.HTTPError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("Prism does not start")


@pytest.fixture
def client(ctx: Context, prism: str) -> CloudflareClient:
    """Our client, pointed at Prism."""
    service = use_cloudflare(ctx, prism, signing_key_id="", allowed_origins=("shop.example",), low_latency=True)
    return service.client


CALLS: list[tuple[str, str, Any]] = [
    ("GET", "/live_inputs", None),
    ("GET", f"/live_inputs/{UID}", None),
    ("GET", f"/live_inputs/{UID}/videos", None),
    ("POST", f"/live_inputs/{UID}/rotate_keys", None),
    ("DELETE", f"/live_inputs/{UID}", None),
    ("GET", f"/live_inputs/{UID}/outputs", None),
    ("POST", f"/live_inputs/{UID}/outputs", OUTPUT),
    ("PUT", f"/live_inputs/{UID}/outputs/{UID}", {"enabled": False}),
    ("DELETE", f"/live_inputs/{UID}/outputs/{UID}", None),
    ("GET", f"/{UID}", None),
    ("POST", f"/{UID}", {"uid": UID, "requireSignedURLs": True}),
    ("DELETE", f"/{UID}", None),
    ("GET", f"/{UID}/downloads", None),
    ("POST", f"/{UID}/downloads", None),
    ("POST", "/clip", CLIP),
    ("GET", "/storage-usage", None),
    ("PUT", "/webhook", {"notificationUrl": "https://shop.example/api/v1/webhooks/cloudflare-stream"}),
]


async def test_document_takes_every_call_we_make(client: CloudflareClient) -> None:
    for method, path, body in CALLS:
        result = await client.call(method, path, body)
        assert (result is None) == (method == "DELETE"), (method, path)


async def test_document_takes_the_inputs_we_make_and_we_read_its_answer(client: CloudflareClient, ctx: Context) -> None:
    body = input_body(ctx.settings.cloudflare, SHOW, is_signed=True)
    made = await client.call("POST", "/live_inputs", body, key=SHOW.stream_id, repeatable=False)
    assert len(made["uid"]) == 32
    assert made["rtmps"]["url"].startswith("rtmps://")
    assert made["rtmps"]["streamKey"]
    assert made["srt"]["passphrase"]
    assert made["webRTC"]["url"].startswith("https://")
    assert input_state(made.get("status")) in {None, "connected", "disconnected"}
    set_again = await client.call("PUT", f"/live_inputs/{UID}", body | {"enabled": False})
    assert len(set_again["uid"]) == 32
    assert await find_input(client, "str_unknown") is None


async def test_document_refuses_what_is_wrong_and_so_do_we(client: CloudflareClient, prism: str) -> None:
    with pytest.raises(VideoServiceRefused):
        await client.call("POST", f"/live_inputs/{UID}/outputs", {"url": 5})
    with pytest.raises(VideoServiceRefused):
        await client.call("POST", "/live_inputs", {"recording": {"mode": "sometimes"}})
    with pytest.raises(NotThere):
        await client.call("GET", "/no/such/thing/at/all")
    async with httpx2.AsyncClient(trust_env=False) as plain:
        bare = await plain.get(f"{prism}/accounts/{ACCOUNT}/stream/live_inputs")
    assert bare.status_code == 401


async def test_vendors_own_client_and_ours_send_the_same(ctx: Context) -> None:
    async with pretend_cloudflare() as (world, address):
        ours = use_cloudflare(ctx, address).client
        body = input_body(ctx.settings.cloudflare, SHOW, is_signed=True)
        made = await ours.call("POST", "/live_inputs", body, key=SHOW.stream_id, repeatable=False)
        async with AsyncCloudflare(api_token="token", base_url=address, max_retries=0) as theirs:
            inputs = theirs.stream.live_inputs
            twin = await inputs.create(
                account_id=ACCOUNT,
                meta={"name": SHOW.title, META: SHOW.stream_id},
                default_creator=SHOW.shop_id,
                enabled=True,
                prefer_low_latency=False,
                recording={"mode": "automatic", "require_signed_urls": True, "timeout_seconds": 120},
            )
            assert twin is not None
            assert twin.uid is not None
            assert world.inputs[made["uid"]].body == world.inputs[twin.uid].body
            read = await inputs.get(made["uid"], account_id=ACCOUNT)
            assert read is not None
            assert read.rtmps is not None
            assert read.rtmps.stream_key == made["rtmps"]["streamKey"]
            listed = await inputs.list(account_id=ACCOUNT)
            assert listed is not None
            assert listed.total == 2
            await inputs.delete(twin.uid, account_id=ACCOUNT)
        assert list(world.inputs) == [made["uid"]]
        assert await find_input(ours, SHOW.stream_id) == made["uid"]


async def test_pretend_cloudflare_runs_as_a_program(ctx: Context) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "support.cloudflare", "--port", "0",
        cwd=TESTS, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        address = (await asyncio.wait_for(process.stdout.readline(), 30)).decode().strip()
        client = use_cloudflare(ctx, address).client
        made = await client.call("POST", "/live_inputs", {"meta": {"name": "x"}})
        answer = await ctx.http.post(f"{address}/_world/publish", json={
            "input_uid": made["uid"], "key": made["rtmps"]["streamKey"], "at": 1,
        })  # fmt: skip
        assert answer.json() == {"result": True}
        assert (await client.look(f"/{made['uid']}/lifecycle"))["live"] is True
    finally:
        process.terminate()
        await process.wait()
