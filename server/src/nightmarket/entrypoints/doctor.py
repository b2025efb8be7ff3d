"""`nightmarket doctor`: what is configured, what answers, what is missing."""

import asyncio
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import imageio_ffmpeg
import sqlalchemy as sa
from kombu import Connection
from kombu.exceptions import ChannelError as BrokerRefusal
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError
from sqlalchemy.exc import DBAPIError

from nightmarket.entrypoints.api import REPOSITORY
from nightmarket.entrypoints.composition import build_context
from nightmarket.entrypoints.opening import opening_refusals
from nightmarket.integrations.cloudflare.client import CloudflareClient, NotThere
from nightmarket.integrations.facebook_live.pages import why_off
from nightmarket.kernel.context import Context
from nightmarket.kernel.problems import Problem, Unavailable
from nightmarket.kernel.schema import is_current
from nightmarket.kernel.settings import Settings
from nightmarket.kernel.storage import ObjectMissing
from nightmarket.modules.notifications.ports import Senders

State = Literal["ok", "off", "missing", "down"]
_LOW_DISK_BYTES = 2 * 2**30


@dataclass(frozen=True)
class Finding:
    """One line of the report."""

    what: str
    state: State
    note: str


async def examine(settings: Settings) -> list[Finding]:
    """Look at everything this installation needs."""
    with opening_refusals():
        ctx = build_context(settings)
    try:
        return [
            Finding("environment", "ok", settings.environment),
            await _database(ctx),
            await _redis(ctx),
            await asyncio.to_thread(_broker, settings),
            await _storage(ctx),
            _web_client(settings),
            _ffmpeg(),
            _disk(settings),
            _sandbox(settings),
            _facebook_live(settings),
            _messages(ctx),
            await _cloudflare(ctx),
            _public_url(settings),
        ]
    finally:
        await ctx.close()


async def _database(ctx: Context) -> Finding:
    where = ctx.db.url.render_as_string(hide_password=True)
    try:
        async with ctx.reader() as session:
            await session.execute(sa.text("SELECT 1"))
        current = await is_current(ctx.db)
    except (DBAPIError, OSError, Unavailable) as error:
        reason = error.__cause__ or error
        return Finding("database", "down", f"{where}: {reason.orig if isinstance(reason, DBAPIError) else reason}")
    note = where if current else f"{where}: run `nightmarket migrate`"
    return Finding("database", "ok" if current else "missing", note)


async def _redis(ctx: Context) -> Finding:
    if ctx.settings.redis_url is None:
        return Finding("redis", "ok", "in-process stand-in (one machine)")
    try:
        await ctx.redis.ping()
    except (RedisError, OSError) as error:
        return Finding("redis", "down", str(error))
    return Finding("redis", "ok", "answers")


def _broker(settings: Settings) -> Finding:
    if settings.broker_url is None:
        return Finding("broker", "ok", "none: jobs run in process from the outbox")
    try:
        with Connection(settings.broker_url, connect_timeout=3) as connection:
            connection.ensure_connection(max_retries=1)
    except (BrokerError, BrokerRefusal, OSError) as error:
        return Finding("broker", "down", str(error))
    return Finding("broker", "ok", "answers")


async def _storage(ctx: Context) -> Finding:
    kind = ctx.settings.storage.kind
    key = "doctor/probe.txt"
    try:
        await ctx.storage.put(key, b"ok", "text/plain")
        await ctx.storage.get(key)
        await ctx.storage.delete(key)
    except (OSError, Unavailable, ObjectMissing) as error:
        return Finding("storage", "down", f"{kind}: {error.__cause__ or error}")
    return Finding("storage", "ok", f"{kind}: writes, reads, deletes")


async def _cloudflare(ctx: Context) -> Finding:
    if not ctx.settings.cloudflare.is_on:
        return Finding("cloudflare stream", "off", "no account id, token and customer code")
    try:
        stored = await CloudflareClient(ctx).call("GET", "/storage-usage")
    except (Problem, NotThere) as error:
        return Finding("cloudflare stream", "down", str(error) or "no such account")
    missing = [
        name
        for name in ("webhook_secret", "notification_secret", "signing_key_pem")
        if getattr(ctx.settings.cloudflare, name) is None
    ]
    note = f"{stored.get('totalStorageMinutes')} of {stored.get('totalStorageMinutesLimit')} minutes stored"
    return Finding("cloudflare stream", "ok", note + (f"; not set: {', '.join(missing)}" if missing else ""))


def _facebook_live(settings: Settings) -> Finding:
    why = why_off(settings)
    if why is not None:
        return Finding("facebook live comments", "off", why)
    return Finding("facebook live comments", "ok", f"{len(settings.facebook.pages)} pages")


def _messages(ctx: Context) -> Finding:
    senders = ctx.port(Senders).by_channel
    note = ", ".join(f"{channel} by {sender.provider}" for channel, sender in senders.items())
    if "email" not in senders:
        return Finding("messages", "missing", f"no e-mail: set NIGHTMARKET_SMTP__HOST or a service ({note or 'none'})")
    return Finding("messages", "ok", note)


def _web_client(settings: Settings) -> Finding:
    folder = settings.http.web_dir or REPOSITORY / "web" / "dist"
    if (folder / "index.html").is_file():
        return Finding("web client", "ok", "built")
    return Finding("web client", "missing", "run `make setup`")


def _ffmpeg() -> Finding:
    try:
        path = Path(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as error:
        return Finding("ffmpeg", "missing", str(error))
    return Finding("ffmpeg", "ok", path.name)


def _disk(settings: Settings) -> Finding:
    free = shutil.disk_usage(settings.data_dir).free
    note = f"{free / 2**30:.1f} GiB free in the data folder"
    return Finding("disk", "ok" if free > _LOW_DISK_BYTES else "missing", note)


def _sandbox(settings: Settings) -> Finding:
    return Finding("sandbox payments", "ok" if settings.sandbox_enabled else "off", "pretend money, for trials")


def _public_url(settings: Settings) -> Finding:
    if settings.http.public_url:
        return Finding("public address", "ok", settings.http.public_url)
    return Finding("public address", "off", "links use the address of each request; set NIGHTMARKET_HTTP__PUBLIC_URL")
