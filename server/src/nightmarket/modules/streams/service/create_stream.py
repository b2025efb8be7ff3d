"""A seller plans a show."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.kernel.problems import InvalidInput
from nightmarket.kernel.unit import Unit
from nightmarket.modules.identity.public import Caller
from nightmarket.modules.shops.public import require_role
from nightmarket.modules.streams.events import StreamScheduled
from nightmarket.modules.streams.models import Stream
from nightmarket.modules.streams.policy import RUNNERS
from nightmarket.modules.streams.service.choose_provider import provider_named, usual_provider
from nightmarket.modules.streams.service.keep_keys import make_key
from nightmarket.modules.streams.service.tell_provider import prepare_media
from nightmarket.modules.streams.states import DRAFT, EMBEDDED, SCHEDULED, ClaimsFor, ProviderName

LATENESS = timedelta(minutes=10)
HORIZON = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class PlanStream:
    """What a seller says about a new show."""

    shop_id: str
    title: str
    description: str = ""
    language: str | None = None
    scheduled_at: datetime | None = None
    auto_start: bool = True
    viewer_limit: int | None = None
    hold_seconds: int | None = None
    claims_for: ClaimsFor = "everyone"
    limit_per_buyer_show: int | None = None
    is_private: bool = False
    provider: ProviderName | None = None
    """Who carries the picture; None: as installation and shop say."""


async def create_stream(unit: Unit, ctx: Context, caller: Caller, plan: PlanStream) -> str:
    """A draft, or a scheduled show when it has a date; with a key of its own. Returns its id."""
    shop = await require_role(unit.session, plan.shop_id, caller, *RUNNERS)
    check_date(plan.scheduled_at, unit.now)
    provider = plan.provider or usual_provider(ctx.settings, shop.slug)
    provider_named(ctx, provider)
    stream = Stream(
        id=new_id("str"),
        shop_id=shop.id,
        host_id=caller.id,
        title=plan.title,
        description=plan.description,
        language=plan.language,
        currency=shop.currency,
        state=SCHEDULED if plan.scheduled_at else DRAFT,
        is_private=plan.is_private,
        auto_start=plan.auto_start,
        scheduled_at=plan.scheduled_at,
        has_signal=False,
        dark_ms=0,
        peak_viewer_count=0,
        viewer_limit=plan.viewer_limit,
        hold_seconds=plan.hold_seconds,
        claims_for=plan.claims_for,
        limit_per_buyer_show=plan.limit_per_buyer_show,
        has_recording=False,
        provider=provider,
        created_at=unit.now,
    )
    await unit.add(stream)
    await make_key(unit, ctx, stream.id)
    if provider != EMBEDDED:
        unit.enqueue(prepare_media, stream.id)
    if plan.scheduled_at:
        unit.announce(StreamScheduled(stream.id, shop.id))
    return stream.id


def check_date(scheduled_at: datetime | None, now: datetime) -> None:
    """A show is planned for the future, and not for another decade."""
    if scheduled_at is not None and not now - LATENESS <= scheduled_at <= now + HORIZON:
        raise InvalidInput("scheduled_at must lie between now and 400 days ahead.")
