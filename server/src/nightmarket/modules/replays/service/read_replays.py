"""What the people of a shop see of its replays, and what viewers see of clips."""

from datetime import datetime, timedelta
from typing import Any

from nightmarket.kernel.context import Context
from nightmarket.kernel.problems import NotFound
from nightmarket.kernel.storage import PRIVATE
from nightmarket.kernel.unit import Unit
from nightmarket.modules.identity.public import Caller
from nightmarket.modules.replays import repository
from nightmarket.modules.replays.models import Clip, Replay
from nightmarket.modules.replays.policy import EDITORS
from nightmarket.modules.replays.service.find_replay import absolute
from nightmarket.modules.replays.service.keep_rules import read_rules
from nightmarket.modules.replays.service.remove_replay import remove_replay
from nightmarket.modules.replays.states import READY, REMOVED, STORED
from nightmarket.modules.shops.public import require_role, role_of
from nightmarket.modules.streams import public as streams
from nightmarket.modules.streams.ports import PublicBase

_GRANT = timedelta(hours=6)


async def list_replays(
    ctx: Context, caller: Caller, shop_id: str, *, before: str | None, limit: int
) -> tuple[list[dict[str, Any]], bool]:
    """Replays of a shop, latest show first, with those that were removed and why; whether more follow."""
    async with ctx.reader() as session:
        await require_role(session, shop_id, caller, *EDITORS)
        rules = await read_rules(session, ctx.settings.replays, shop_id)
        rows = await repository.shop_replays(session, shop_id, before=before, limit=limit + 1)
        shows = await streams.stream_views(session, [row.stream_id for row in rows])
    shapes = [
        _replay(row, rules.replay_days) | {"title": shows[row.stream_id].title}
        for row in rows[:limit]
        if row.stream_id in shows
    ]
    return shapes, len(rows) > limit


async def read_replay(ctx: Context, caller: Caller, stream_id: str) -> dict[str, Any]:
    """One replay, for its shop."""
    async with ctx.reader() as session:
        row = await repository.replay(session, stream_id)
        if row is None:
            raise NotFound
        await require_role(session, row.shop_id, caller, *EDITORS)
        rules = await read_rules(session, ctx.settings.replays, row.shop_id)
        show = await streams.stream_view(session, stream_id)
    return _replay(row, rules.replay_days) | {"title": show.title if show else ""}


async def keep_replay(unit: Unit, caller: Caller, stream_id: str, *, kept: bool) -> None:
    """Whether the rules leave this replay alone."""
    await _own_replay(unit, caller, stream_id)
    await repository.set_kept(unit, stream_id, kept=kept)


async def delete_replay(unit: Unit, caller: Caller, stream_id: str) -> None:
    """Take the replay away. Repeating it changes nothing."""
    await _own_replay(unit, caller, stream_id)
    await remove_replay(unit, stream_id, "asked")


async def list_clips(ctx: Context, caller: Caller | None, stream_id: str, *, base: PublicBase) -> list[dict[str, Any]]:
    """Clips of a show, newest first; those that are not ready only for its shop."""
    async with ctx.reader() as session:
        show = await streams.visible_stream(session, stream_id, caller)
        if show is None:
            raise NotFound
        is_staff = caller is not None and (
            "admin" in caller.roles or await role_of(session, show.shop_id, caller.id) is not None
        )
        rows = await repository.clips(session, stream_id, only_ready=not is_staff)
    return [_clip(ctx, row, base) for row in rows]


async def read_clip(ctx: Context, clip_id: str, *, base: PublicBase) -> dict[str, Any]:
    """One clip; the caller is known to be of its shop."""
    async with ctx.reader() as session:
        row = await repository.clip(session, clip_id)
    if row is None:
        raise NotFound
    return _clip(ctx, row, base)


async def _own_replay(unit: Unit, caller: Caller, stream_id: str) -> None:
    row = await repository.replay(unit.session, stream_id)
    if row is None:
        raise NotFound
    await require_role(unit.session, row.shop_id, caller, *EDITORS)


def _replay(row: Replay, days: int | None) -> dict[str, Any]:
    goes = row.state not in (REMOVED,) and not row.is_kept and days is not None
    return {
        "stream_id": row.stream_id,
        "state": row.state,
        "size_bytes": row.size_bytes if row.state in (STORED, REMOVED) else None,
        "keep": row.is_kept,
        "created_at": row.created_at,
        "stored_at": row.stored_at,
        "expires_at": row.created_at + timedelta(days=days) if goes and days is not None else None,
        "removed_at": row.removed_at,
        "removed_why": row.removed_why,
    }


def _clip(ctx: Context, row: Clip, base: PublicBase) -> dict[str, Any]:
    return {
        "id": row.id,
        "stream_id": row.stream_id,
        "title": row.title,
        "start": row.starts_ms / 1000,
        "end": row.ends_ms / 1000,
        "state": row.state,
        "url": _clip_url(ctx, row, base) if row.state == READY else None,
        "size_bytes": row.size_bytes,
        "keep": row.is_kept,
        "created_at": row.created_at,
    }


def _clip_url(ctx: Context, row: Clip, base: PublicBase) -> str:
    if not row.object_key.startswith(PRIVATE):
        return absolute(ctx, base, ctx.storage.url(row.object_key))
    until: datetime = ctx.clock() + _GRANT
    return absolute(ctx, base, ctx.storage.signed_url(row.object_key, expires_at=int(until.timestamp())))
