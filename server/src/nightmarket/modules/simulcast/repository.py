"""Every SQL statement about outputs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.unit import Unit
from nightmarket.modules.simulcast.models import Output
from nightmarket.modules.simulcast.states import IDLE, OutputState


async def output(session: AsyncSession, output_id: str) -> Output | None:
    """One output."""
    query = sa.select(Output).where(Output.id == output_id)
    return await session.scalar(query.execution_options(populate_existing=True))


async def outputs(session: AsyncSession, stream_id: str) -> Sequence[Output]:
    """The outputs of a show in the order they were made."""
    query = sa.select(Output).where(Output.stream_id == stream_id).order_by(Output.id)
    return (await session.scalars(query.execution_options(populate_existing=True))).all()


async def change(unit: Unit, output_id: str, **values: Any) -> None:
    """Set what its shop may set."""
    await unit.changed(sa.update(Output).where(Output.id == output_id).values(**values))


async def report(unit: Unit, output_id: str, state: OutputState, reason: str | None, at: datetime) -> bool:
    """What the relay says, unless something newer is known."""
    return await unit.changed_one(
        sa.update(Output)
        .where(Output.id == output_id, Output.state_at <= at)
        .values(state=state, reason=reason, state_at=at)
    )


async def delete(unit: Unit, output_id: str) -> None:
    """Remove one output."""
    await unit.changed(sa.delete(Output).where(Output.id == output_id))


async def delete_all(unit: Unit, stream_id: str) -> None:
    """The show is gone, and so are the keys."""
    await unit.changed(sa.delete(Output).where(Output.stream_id == stream_id))


async def rest(unit: Unit, stream_id: str) -> None:
    """The show is over: nothing is sent any more."""
    await unit.changed(
        sa.update(Output).where(Output.stream_id == stream_id).values(state=IDLE, reason=None, state_at=unit.now)
    )
