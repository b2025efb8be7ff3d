"""How long replays and clips stay, and the sweep that removes those whose time is over."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.context import Context
from nightmarket.kernel.logging import get_logger
from nightmarket.kernel.settings import ReplaySettings
from nightmarket.kernel.unit import Unit
from nightmarket.modules.identity.public import Caller
from nightmarket.modules.replays import repository
from nightmarket.modules.replays.models import ReplayRule
from nightmarket.modules.replays.policy import EDITORS
from nightmarket.modules.replays.repository import Dated
from nightmarket.modules.replays.service.clips import drop_clip
from nightmarket.modules.replays.service.remove_replay import remove_replay
from nightmarket.modules.shops.public import require_role

log = get_logger(__name__)

_SHORTEST = timedelta(days=1)
_BATCH = 200


@dataclass(frozen=True, slots=True)
class Rules:
    """Days after which something goes; None: it stays."""

    replay_days: int | None
    clip_days: int | None


async def read_rules(session: AsyncSession, settings: ReplaySettings, shop_id: str) -> Rules:
    """What holds for a shop: what it says itself, or what the installation says."""
    row = await repository.rule(session, shop_id)
    if row is None:
        return Rules(settings.replay_days, settings.clip_days)
    return Rules(row.replay_days, row.clip_days)


async def set_rules(unit: Unit, caller: Caller, shop_id: str, rules: Rules) -> None:
    """The shop says how long."""
    await require_role(unit.session, shop_id, caller, *EDITORS)
    values = {"replay_days": rules.replay_days, "clip_days": rules.clip_days, "updated_at": unit.now}
    if not await unit.add_new(ReplayRule(shop_id=shop_id, **values)):
        await repository.change_rule(unit, shop_id, **values)


async def remove_expired(ctx: Context) -> None:
    """Remove what the rules no longer keep. Each removal is an event and a line in the log, and stays in the list."""
    defaults = ctx.settings.replays

    async def removed(dated: Dated) -> bool:
        return await ctx.transact(lambda unit: remove_replay(unit, dated.id, "retention"))

    async def dropped(dated: Dated) -> bool:
        return await ctx.transact(lambda unit: drop_clip(unit, dated.id))

    replays = await _sweep(ctx, repository.stored_with_rules, removed, default=defaults.replay_days)
    clips = await _sweep(ctx, repository.old_clips_with_rules, dropped, default=defaults.clip_days)
    if replays or clips:
        log.info("replays.swept", replays=replays, clips=clips)


async def _sweep(
    ctx: Context,
    find: Callable[..., Awaitable[list[Dated]]],
    remove: Callable[[Dated], Awaitable[bool]],
    *,
    default: int | None,
) -> int:
    """How many were removed, page by page."""
    now, count, after = ctx.clock(), 0, None
    while True:
        async with ctx.reader() as session:
            page = await find(session, before=now - _SHORTEST, after=after, limit=_BATCH)
        for dated in page:
            after = dated.id
            days = dated.days if dated.ruled_by else default
            if days is not None and dated.created_at < now - timedelta(days=days):
                count += await remove(dated)
        if len(page) < _BATCH:
            return count
