"""What Cloudflare Stream costs, in US cents: 1 USD per 1,000 minutes delivered, 5 USD per 1,000 stored a month.

Whole cents, rounded up: a figure here is never below the bill for what it counts.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from nightmarket.integrations.cloudflare import repository
from nightmarket.integrations.cloudflare.client import CloudflareClient
from nightmarket.kernel.context import Context
from nightmarket.kernel.problems import Problem
from nightmarket.modules.streams.ports import VideoUse

MINUTES_PER_DELIVERED_CENT: Final = 10
MINUTES_PER_STORED_CENT: Final = 2
_LONGEST_QUERY: Final = timedelta(days=31)
_QUERY: Final = """query($account: string!, $since: Date, $until: Date, $uids: [string!]) {
 viewer { accounts(filter: {accountTag: $account}) {
  streamMinutesViewedAdaptiveGroups(filter: {date_geq: $since, date_leq: $until, uid_in: $uids}, limit: 100) {
   sum { minutesViewed } dimensions { uid } } } } }"""


@dataclass(frozen=True, slots=True)
class Estimate:
    """The bill of a month of shows."""

    minutes_delivered: int
    minutes_stored: int
    cents: int


def estimate(*, viewers: int, minutes: int, shows: int) -> Estimate:
    """A month in which every viewer of every show watches all of it, and every show is kept."""
    delivered, stored = viewers * minutes * shows, minutes * shows
    return Estimate(delivered, stored, delivered_cents(delivered) + stored_cents(stored))


def delivered_cents(minutes: float) -> int:
    """What delivering so many minutes costs."""
    return _up(minutes, MINUTES_PER_DELIVERED_CENT)


def stored_cents(minutes: float) -> int:
    """What keeping so many minutes costs each month."""
    return _up(minutes, MINUTES_PER_STORED_CENT)


async def video_use(ctx: Context, client: CloudflareClient, stream_id: str) -> VideoUse:
    """A show's minutes: delivered as Cloudflare says or as we have counted viewers, stored as its videos are long."""
    async with ctx.reader() as session:
        row = await repository.input_of(session, stream_id)
        videos = await repository.videos(session, stream_id)
    if row is None:
        return VideoUse(0, 0, 0, 0, is_estimate=False)
    delivered: float | None = None
    if ctx.settings.cloudflare.analytics:
        uids = {uid for uid in (row.input_uid, row.video_uid, *(one.video_uid for one in videos)) if uid}
        delivered = await _minutes_viewed(client, ctx.settings.cloudflare.account_id, uids, row.created_at, ctx.clock())
    is_estimate = delivered is None
    minutes = row.viewer_seconds / 60 if delivered is None else delivered
    stored = sum(one.duration_ms for one in videos) / 60_000
    return VideoUse(
        minutes_delivered=round(minutes, 1),
        minutes_stored=round(stored, 1),
        cents_delivered=delivered_cents(minutes),
        cents_stored_per_month=stored_cents(stored),
        is_estimate=is_estimate,
        problem=row.problem,
        is_failing=row.failing_since is not None,
    )


async def _minutes_viewed(
    client: CloudflareClient, account: str, uids: set[str], since: datetime, until: datetime
) -> float | None:
    """None when Cloudflare does not say."""
    since = max(since, until - _LONGEST_QUERY)
    variables = {
        "account": account,
        "since": since.date().isoformat(),
        "until": until.date().isoformat(),
        "uids": sorted(uids),
    }
    try:
        data = await client.graphql(_QUERY, variables)
    except Problem:
        return None
    return _sum(data)


def _sum(data: Any) -> float | None:
    try:
        [account] = data["viewer"]["accounts"]
        groups = account["streamMinutesViewedAdaptiveGroups"]
        return float(sum(group["sum"]["minutesViewed"] for group in groups))
    except (KeyError, TypeError, ValueError):
        return None


def _up(minutes: float, per_cent: int) -> int:
    """Whole minutes first, so that no fraction of one is free."""
    whole = -int(-minutes // 1)
    return -(-whole // per_cent)
