"""The rules of a room as they stand: what everybody may know of them, and what the edges need besides."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.clock import unix_ms
from nightmarket.modules.buyers.public import blocked_in, standing_of
from nightmarket.modules.rooms import moderation_repository as repository
from nightmarket.modules.rooms.models import RoomRestriction, RoomSettingsRow
from nightmarket.modules.streams.public import StreamView


def public_rules(settings: RoomSettingsRow | None, *, now: datetime) -> dict[str, Any]:
    """Everything that limits who may write what."""
    if settings is None:
        return {
            "slow_mode_seconds": 0,
            "followers_only_minutes": None,
            "links": "mask",
            "contacts": "mask",
            "raid_until": None,
        }
    raid = settings.raid_until
    return {
        "slow_mode_seconds": settings.slow_mode_seconds,
        "followers_only_minutes": settings.followers_only_minutes,
        "links": settings.links,
        "contacts": settings.contacts,
        "raid_until": None if raid is None or raid <= now else unix_ms(raid),
    }


def edge_rules(settings: RoomSettingsRow | None, *, now: datetime) -> dict[str, Any]:
    """The same for the edges, who must also know since when a raid mode is on."""
    rules = public_rules(settings, now=now)
    since = None if settings is None else settings.raid_since
    is_on = rules["raid_until"] is not None and since is not None
    return rules | {"raid_since": unix_ms(since) if is_on and since is not None else None}


async def load_words(session: AsyncSession, shop_id: str) -> dict[str, Any]:
    """The words of a shop, and the ready-made lists it has switched on."""
    rows = await repository.words(session, shop_id)
    return {
        "words": [{"text": row.text, "effect": row.effect} for row in rows],
        "presets": await repository.presets(session, shop_id),
    }


async def is_silent(session: AsyncSession, stream_id: str, shop_id: str, user_id: str, *, now: datetime) -> bool:
    """Whether this person was muted in the room and knows of it, or the shop does not sell to them at all."""
    mute = await repository.restriction(session, stream_id, "mute", user_id)
    if mute is not None and not mute.shadow and (mute.until is None or mute.until > now):
        return True
    return (await standing_of(session, shop_id, user_id)).is_blocked


async def _silent(
    session: AsyncSession, stream: StreamView, restrictions: Sequence[RoomRestriction]
) -> dict[str, int | None]:
    """Who was muted in this room, and whom the shop does not sell to at all."""
    muted = {row.user_id: _seconds(row.until) for row in restrictions if row.kind == "mute" and not row.shadow}
    return muted | dict.fromkeys(await blocked_in(session, stream.shop_id))


async def load_moderation(
    session: AsyncSession, stream: StreamView, settings: RoomSettingsRow | None, *, now: datetime
) -> dict[str, Any]:
    """What edges enforce: in every snapshot, so that it survives restarts and lost control messages."""
    restrictions = await repository.restrictions(session, stream.id, now=now)
    banned = {row.user_id: _seconds(row.until) for row in restrictions if row.kind == "ban"}
    for device, until in await repository.banned_devices(session, stream.id, now=now):
        banned[device] = _later(banned.get(device, 0), _seconds(until))
    return {
        **edge_rules(settings, now=now),
        "muted": await _silent(session, stream, restrictions),
        "shadowed": {row.user_id: _seconds(row.until) for row in restrictions if row.kind == "mute" and row.shadow},
        "banned": banned,
        **await load_words(session, stream.shop_id),
    }


def _seconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())


def _later(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else max(one, other)
