"""The composition root: which adapters stand behind which ports, and all the background work there is."""

import importlib
import importlib.util
import pkgutil
from types import ModuleType

import nightmarket.modules
from nightmarket.entrypoints import tables
from nightmarket.integrations.cloudflare import tasks as cloudflare_tasks
from nightmarket.integrations.cloudflare.provider import CloudflareStream
from nightmarket.integrations.embedded_media import EmbeddedMedia, EmbeddedRecordings, EmbeddedRelay
from nightmarket.integrations.facebook_live import handlers as facebook_live_handlers
from nightmarket.integrations.facebook_live import tasks as facebook_live_tasks
from nightmarket.integrations.ffmpeg.cutter import FfmpegCutter
from nightmarket.integrations.line import tasks as line_tasks
from nightmarket.integrations.message_services import connect_channels
from nightmarket.integrations.postbox import tasks as postbox_tasks
from nightmarket.integrations.sandbox import tasks as sandbox_tasks
from nightmarket.integrations.sandbox.gateway import SandboxGateway
from nightmarket.integrations.sendgrid import tasks as sendgrid_tasks
from nightmarket.kernel import tasks as kernel_tasks
from nightmarket.kernel.context import Context
from nightmarket.kernel.db import Database
from nightmarket.kernel.http import new_http_client
from nightmarket.kernel.jobs import JobRegistry
from nightmarket.kernel.redis import connect_redis
from nightmarket.kernel.security import Signer
from nightmarket.kernel.settings import Settings
from nightmarket.kernel.storage import LocalStorage, S3Storage, Storage
from nightmarket.modules.catalog.ports import StockBook
from nightmarket.modules.claims.public import ClaimDesk, ClaimsHoldUnits, RoomCommentOrders
from nightmarket.modules.identity.ports import Obligations
from nightmarket.modules.inventory.ports import Holders
from nightmarket.modules.inventory.public import CatalogStockBook
from nightmarket.modules.orders.public import OrdersHoldUnits
from nightmarket.modules.payments.ports import Gateways
from nightmarket.modules.replays.ports import RecordingSource, VideoCutter
from nightmarket.modules.replays.public import StoredReplays
from nightmarket.modules.rooms.ports import CommentOrders
from nightmarket.modules.shops.public import OwnsShop
from nightmarket.modules.simulcast.ports import OutputRelay
from nightmarket.modules.streams.ports import ReplayShelf, StreamProvider, VideoServices


def build_context(settings: Settings) -> Context:
    """Connections of a process that talks to the database. Call it on the event loop that will use it."""
    assert tables.ALL_TABLES  # the mapper must know every table before the first query
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    secret = settings.secret()
    ctx = Context(
        settings=settings,
        db=Database(settings.database_url, pool_size=settings.database.pool_size),
        redis=connect_redis(settings.redis_url),
        storage=_storage(settings, secret),
        http=new_http_client(),
        secret=secret,
    )
    _choose_adapters(ctx)
    return ctx


def build_registry() -> JobRegistry:
    """All jobs, handlers and periodic work of all modules."""
    adapters = [
        cloudflare_tasks,
        sandbox_tasks,
        facebook_live_tasks,
        facebook_live_handlers,
        line_tasks,
        postbox_tasks,
        sendgrid_tasks,
    ]
    return JobRegistry([kernel_tasks, *_all("tasks"), *_all("handlers"), *adapters])


def _storage(settings: Settings, secret: str) -> Storage:
    if settings.storage.kind == "s3":
        return S3Storage(settings.storage)
    return LocalStorage(settings.data_dir / "files", Signer(secret, "upload"))


def _choose_adapters(ctx: Context) -> None:
    """The adapters for this process; each module's ports say what they promise."""
    ctx.ports[Obligations] = Obligations([OwnsShop()])
    ctx.ports[StockBook] = CatalogStockBook()
    ctx.ports[Holders] = Holders([ClaimsHoldUnits(), OrdersHoldUnits()])
    desk = ClaimDesk(ctx)
    ctx.ports[ClaimDesk] = desk
    ctx.closing.append(desk.close)
    ctx.ports[CommentOrders] = RoomCommentOrders()
    ctx.ports[Gateways] = Gateways([SandboxGateway(ctx)] if ctx.settings.sandbox_enabled else [])
    ctx.ports[StreamProvider] = EmbeddedMedia(ctx)
    services = {"cloudflare": CloudflareStream(ctx)} if ctx.settings.cloudflare.is_on else {}
    ctx.ports[VideoServices] = VideoServices(services)
    connect_channels(ctx)
    ctx.ports[ReplayShelf] = StoredReplays(ctx)
    ctx.ports[RecordingSource] = EmbeddedRecordings(ctx)
    ctx.ports[VideoCutter] = FfmpegCutter()
    ctx.ports[OutputRelay] = EmbeddedRelay(ctx)


def _all(file: str) -> list[ModuleType]:
    """The file of this name in every module that has one."""
    found = []
    for module in pkgutil.iter_modules(nightmarket.modules.__path__, "nightmarket.modules."):
        name = f"{module.name}.{file}"
        if importlib.util.find_spec(name) is not None:
            found.append(importlib.import_module(name))
    return found
