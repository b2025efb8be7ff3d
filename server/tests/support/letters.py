"""The mail an account would get: what was announced, and the secret links in it."""

from typing import Any

import sqlalchemy as sa

from nightmarket.kernel.context import Context
from nightmarket.kernel.outbox import OutboxRow
from nightmarket.modules.identity.public import Letter, letter


async def announced(ctx: Context, topic: str) -> list[dict[str, Any]]:
    """What was said about a topic, oldest first."""
    async with ctx.reader() as session:
        query = sa.select(OutboxRow.payload).where(OutboxRow.name == topic).order_by(OutboxRow.id)
        return list(await session.scalars(query))


async def letters(ctx: Context, purpose: str) -> list[Letter]:
    """The letters of a kind whose links are still good, oldest first."""
    asked = [one["ticket_id"] for one in await announced(ctx, "identity.letter_asked") if one["purpose"] == purpose]
    async with ctx.reader() as session:
        found = [await letter(session, ctx, ticket_id) for ticket_id in asked]
    return [one for one in found if one is not None]


async def notices(ctx: Context) -> list[str]:
    """What owners of accounts were warned of, oldest first."""
    return [one["what"] for one in await announced(ctx, "identity.security_notice")]
