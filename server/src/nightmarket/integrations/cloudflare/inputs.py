"""The live input of a show: made once, whatever happens in between.

Always true here: before the call that makes an input there is a row that says somebody makes it. Whoever finds such a
row left behind looks for an input with this show's id in its `meta` before making another.
"""

from typing import Any, Final

from nightmarket.integrations.cloudflare import repository
from nightmarket.integrations.cloudflare.client import CloudflareClient, NotThere
from nightmarket.integrations.cloudflare.models import CloudflareInputRow
from nightmarket.kernel.context import Context
from nightmarket.kernel.logging import get_logger
from nightmarket.kernel.problems import Problem, Unavailable
from nightmarket.kernel.settings import CloudflareSettings
from nightmarket.modules.streams.errors import VideoServiceRefused
from nightmarket.modules.streams.ports import ShowFacts

log = get_logger(__name__)

META: Final = "nightmarket_stream"
"""Where our id stands in what Cloudflare keeps for us."""
_GRACE_SECONDS: Final = 120


async def ensure_input(ctx: Context, client: CloudflareClient, show: ShowFacts) -> CloudflareInputRow:
    """The show's input, made if there is none yet."""
    settings = ctx.settings.cloudflare
    is_signed = show.is_protected and bool(settings.signing_key_id)
    if show.is_private and not is_signed:
        raise VideoServiceRefused("A private show needs a signing key.", service="cloudflare")
    async with ctx.reader() as session:
        row = await repository.input_of(session, show.stream_id)
    if row is None or row.input_uid is None:
        row = await _make(ctx, client, show, is_signed=is_signed)
    return row


async def find_input(client: CloudflareClient, stream_id: str) -> str | None:
    """The id of an input that was made for this show, by its `meta`."""
    result = await client.call("GET", "/live_inputs")
    listed = result.get("liveInputs") if isinstance(result, dict) else result
    for one in listed if isinstance(listed, list) else []:
        meta = one.get("meta") if isinstance(one, dict) else None
        if isinstance(meta, dict) and meta.get(META) == stream_id:
            return str(one["uid"])
    return None


def input_body(settings: CloudflareSettings, show: ShowFacts, *, is_signed: bool) -> dict[str, Any]:
    """What an input is made with, and set to again: an update replaces `meta` and `recording` as a whole."""
    recording: dict[str, Any] = {
        "mode": "automatic",
        "requireSignedURLs": is_signed,
        "timeoutSeconds": _GRACE_SECONDS,
    }
    if settings.allowed_origins:
        recording["allowedOrigins"] = list(settings.allowed_origins)
    body: dict[str, Any] = {
        "meta": {"name": show.title, META: show.stream_id},
        "defaultCreator": show.shop_id,
        "enabled": True,
        "preferLowLatency": settings.low_latency,
        "recording": recording,
    }
    if settings.delete_recordings_after_days is not None:
        body["deleteRecordingAfterDays"] = settings.delete_recordings_after_days
    return body


async def _make(ctx: Context, client: CloudflareClient, show: ShowFacts, *, is_signed: bool) -> CloudflareInputRow:
    stream_id = show.stream_id
    is_first = await ctx.transact(lambda unit: repository.claim_new(unit, stream_id, is_signed=is_signed))
    if not is_first and not await ctx.transact(lambda unit: repository.claim_again(unit, stream_id)):
        async with ctx.reader() as session:
            row = await repository.input_of(session, stream_id)
        if row is not None and row.input_uid is not None:
            return row
        raise Unavailable("The live input is being made.", retry_after=2)
    try:
        uid = None if is_first else await find_input(client, stream_id)
        if uid is None:
            body = input_body(ctx.settings.cloudflare, show, is_signed=is_signed)
            made = await client.call("POST", "/live_inputs", body, key=stream_id, repeatable=False)
            uid = str(made["uid"])
    except NotThere as error:
        await ctx.transact(lambda unit: repository.give_up_claim(unit, stream_id))
        raise VideoServiceRefused("Cloudflare knows no such account.", service="cloudflare") from error
    except Problem:
        await ctx.transact(lambda unit: repository.give_up_claim(unit, stream_id))
        raise
    log.info("cloudflare.input_made", stream_id=stream_id, input_uid=uid)
    await ctx.transact(lambda unit: repository.change(unit, stream_id, input_uid=uid, is_signed=is_signed))
    async with ctx.reader() as session:
        row = await repository.input_of(session, stream_id)
    if row is None:
        raise Unavailable("The show has gone.")
    return row
