"""`nightmarket cloudflare-setup`: tells Cloudflare where our webhook is, and makes a signing key."""

from collections.abc import Callable

from nightmarket.entrypoints.composition import build_context
from nightmarket.entrypoints.startup import CannotStart
from nightmarket.integrations.cloudflare.api import VIDEOS
from nightmarket.integrations.cloudflare.client import CloudflareClient, NotThere
from nightmarket.kernel.context import Context
from nightmarket.kernel.problems import Problem
from nightmarket.kernel.settings import Settings


async def run_setup(settings: Settings, say: Callable[[str], None]) -> None:
    """With connections of its own."""
    ctx = build_context(settings)
    try:
        await set_up(ctx, say)
    finally:
        await ctx.close()


async def set_up(ctx: Context, say: Callable[[str], None]) -> None:
    """Subscribe our address for finished videos; `say` gets the settings that follow, secrets among them."""
    settings = ctx.settings
    base = settings.http.public_url
    if not settings.cloudflare.is_on:
        raise CannotStart("Set NIGHTMARKET_CLOUDFLARE__ACCOUNT_ID, …__API_TOKEN and …__CUSTOMER_CODE first.")
    if base is None or not base.startswith("https://"):
        raise CannotStart("Cloudflare calls public https addresses only: set NIGHTMARKET_HTTP__PUBLIC_URL.")
    client = CloudflareClient(ctx)
    try:
        stored = await client.call("GET", "/storage-usage")
        hook = await client.call("PUT", "/webhook", {"notificationUrl": f"{base.rstrip('/')}/api/v1/webhooks/{VIDEOS}"})
        key = None if settings.cloudflare.signing_key_id else await client.call("POST", "/keys", repeatable=False)
    except NotThere as error:
        raise CannotStart("Cloudflare knows no such account.") from error
    except Problem as error:
        raise CannotStart(str(error)) from error
    minutes, limit = stored.get("totalStorageMinutes"), stored.get("totalStorageMinutesLimit")
    say(f"# {minutes} of {limit} stored minutes are in use; a full storage takes no new show")
    say(f"NIGHTMARKET_CLOUDFLARE__WEBHOOK_SECRET={hook['secret']}")
    if key is not None:
        say(f"NIGHTMARKET_CLOUDFLARE__SIGNING_KEY_ID={key['id']}")
        say(f"NIGHTMARKET_CLOUDFLARE__SIGNING_KEY_PEM={key['pem']}")
