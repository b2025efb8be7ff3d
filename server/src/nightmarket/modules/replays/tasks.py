"""Background work of replays and clips."""

from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import periodic
from nightmarket.modules.replays.service import clips, keep_rules, store_replay
from nightmarket.modules.replays.service.cut_clip import cut_clip
from nightmarket.modules.replays.service.place_replay import place_replay
from nightmarket.modules.replays.service.remove_replay import forget_footage, remove_object, remove_objects
from nightmarket.modules.replays.service.store_replay import release_footage
from nightmarket.modules.replays.service.store_replay import store_replay as store_one

__all__ = [
    "catch_up",
    "cut_clip",
    "forget_footage",
    "place_replay",
    "release_footage",
    "remove_expired",
    "remove_object",
    "remove_objects",
    "store_one",
]


@periodic("replays.catch_up.v1", queue="bulk", every=300)
async def catch_up(ctx: Context) -> None:
    """Store and cut what could not be for a while."""
    await store_replay.store_forgotten(ctx)
    await clips.cut_forgotten(ctx)


@periodic("replays.remove_expired.v1", queue="bulk", every=3600)
async def remove_expired(ctx: Context) -> None:
    """Remove what the shops' rules no longer keep."""
    await keep_rules.remove_expired(ctx)
