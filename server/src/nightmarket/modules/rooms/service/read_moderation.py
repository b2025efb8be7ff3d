"""The moderators' desk: the rules, the words, who is restricted, and what was done."""

from collections.abc import Iterable
from typing import Any

from nightmarket.kernel.context import Context
from nightmarket.modules.identity.public import UserCard, users_by_id
from nightmarket.modules.rooms import moderation_repository as repository
from nightmarket.modules.rooms.models import ModerationEntry
from nightmarket.modules.rooms.service.keep_order import Moderator
from nightmarket.modules.rooms.service.load_rules import load_words, public_rules


async def read_desk(moderator: Moderator) -> dict[str, Any]:
    """How the room is kept in order at the moment."""
    ctx, stream_id = moderator.ctx, moderator.stream_id
    now = ctx.clock()
    async with ctx.reader() as session:
        rows = await repository.restrictions(session, stream_id, now=now)
        people = await users_by_id(session, {row.user_id for row in rows} | {row.set_by for row in rows})
        return {
            "rules": public_rules(await repository.settings(session, stream_id), now=now),
            **await load_words(session, moderator.shop_id),
            "restrictions": [
                {
                    "kind": row.kind,
                    "shadow": row.shadow,
                    "user": _person(people, row.user_id),
                    "until": row.until,
                    "set_by": _person(people, row.set_by),
                    "set_at": row.set_at,
                }
                for row in rows
            ],
        }


async def read_log(
    ctx: Context, stream_id: str, *, before: str | None, limit: int
) -> tuple[list[dict[str, Any]], bool]:
    """A page of the trail, newest first, and whether there is more."""
    async with ctx.reader() as session:
        rows = await repository.entries(session, stream_id, before=before, limit=limit + 1)
    return list(_entries(rows[:limit])), len(rows) > limit


def _entries(rows: Iterable[ModerationEntry]) -> Iterable[dict[str, Any]]:
    for row in rows:
        yield {
            "id": row.id,
            "action": row.action,
            "by": None if row.by_id is None else {"id": row.by_id, "name": row.by_name},
            "subject": None if row.subject_id is None else {"id": row.subject_id, "name": row.subject_name or ""},
            "message": None if row.message_id is None else {"id": row.message_id, "text": row.message_text or ""},
            "detail": row.detail,
            "at": row.at,
        }


def _person(people: dict[str, UserCard], user_id: str) -> dict[str, str]:
    known = people.get(user_id)
    return {"id": user_id, "name": "" if known is None else known.display_name}
