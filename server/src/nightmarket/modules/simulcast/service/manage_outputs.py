"""Those who run a show say where else it goes."""

from dataclasses import dataclass, field
from typing import Any

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.kernel.problems import NotFound
from nightmarket.kernel.unit import Unit
from nightmarket.modules.identity.public import Caller
from nightmarket.modules.shops.public import require_role
from nightmarket.modules.simulcast import repository
from nightmarket.modules.simulcast.errors import OutputRefused, TooManyOutputs
from nightmarket.modules.simulcast.models import Output
from nightmarket.modules.simulcast.policy import MAX_OUTPUTS, RUNNERS
from nightmarket.modules.simulcast.ports import OutputRelay
from nightmarket.modules.simulcast.service.tell_relay import sealer, tell_relay
from nightmarket.modules.simulcast.states import IDLE
from nightmarket.modules.streams import public as streams
from nightmarket.modules.streams.errors import StreamOver


@dataclass(frozen=True, slots=True)
class NewOutput:
    """A place to send the show to."""

    name: str
    url: str
    key: str = field(repr=False)
    is_enabled: bool = True


async def list_outputs(ctx: Context, caller: Caller, stream_id: str) -> list[dict[str, Any]]:
    """All of a show, without keys."""
    async with ctx.reader() as session:
        stream = await streams.visible_stream(session, stream_id, caller)
        if stream is None:
            raise NotFound
        await require_role(session, stream.shop_id, caller, *RUNNERS)
        return [shape(row) for row in await repository.outputs(session, stream_id)]


async def read_output(ctx: Context, output_id: str) -> dict[str, Any]:
    """One; the caller is known to run its show."""
    async with ctx.reader() as session:
        row = await repository.output(session, output_id)
    if row is None:
        raise NotFound
    return shape(row)


async def add_output(ctx: Context, caller: Caller, stream_id: str, new: NewOutput) -> str:
    """Send the show there, too."""
    reason = await ctx.port(OutputRelay).refusal(new.url)
    if reason is not None:
        raise OutputRefused(reason=reason)
    output_id = new_id("out")

    async def work(unit: Unit) -> None:
        stream = await streams.locked_stream(unit, stream_id)
        if stream is None or await streams.visible_stream(unit.session, stream_id, caller) is None:
            raise NotFound
        await require_role(unit.session, stream.shop_id, caller, *RUNNERS)
        if stream.state == streams.ENDED:
            raise StreamOver
        if len(await repository.outputs(unit.session, stream_id)) >= MAX_OUTPUTS:
            raise TooManyOutputs(limit=MAX_OUTPUTS)
        await unit.add(
            Output(
                id=output_id,
                stream_id=stream_id,
                shop_id=stream.shop_id,
                name=new.name,
                url=new.url,
                sealed_key=sealer(ctx).seal(output_id, new.key),
                is_enabled=new.is_enabled,
                state=IDLE,
                reason=None,
                state_at=unit.now,
                created_at=unit.now,
            )
        )
        unit.enqueue(tell_relay, stream_id)

    await ctx.transact(work)
    return output_id


async def change_output(unit: Unit, caller: Caller, stream_id: str, output_id: str, changes: dict[str, Any]) -> None:
    """Another name; on or off, also while the show runs."""
    await _own(unit, caller, stream_id, output_id)
    if changes:
        await repository.change(unit, output_id, **changes)
        unit.enqueue(tell_relay, stream_id)


async def delete_output(unit: Unit, caller: Caller, stream_id: str, output_id: str) -> None:
    """Send the show there no more, and forget the key."""
    await _own(unit, caller, stream_id, output_id)
    await repository.delete(unit, output_id)
    unit.enqueue(tell_relay, stream_id)


def shape(row: Output) -> dict[str, Any]:
    """What the API shows; never the key."""
    return {
        "id": row.id,
        "stream_id": row.stream_id,
        "name": row.name,
        "url": row.url,
        "enabled": row.is_enabled,
        "state": row.state,
        "reason": row.reason,
        "since": row.state_at,
    }


async def _own(unit: Unit, caller: Caller, stream_id: str, output_id: str) -> None:
    row = await repository.output(unit.session, output_id)
    if row is None or row.stream_id != stream_id:
        raise NotFound
    await require_role(unit.session, row.shop_id, caller, *RUNNERS)
