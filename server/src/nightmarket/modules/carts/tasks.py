"""Background work of carts."""

from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import periodic
from nightmarket.modules.carts.service.find_abandoned import find_abandoned
from nightmarket.modules.carts.service.tell_cart import tell_cart

__all__ = ["announce_abandoned", "tell_cart"]


@periodic("carts.announce_abandoned.v1", queue="bulk", every=600)
async def announce_abandoned(ctx: Context) -> None:
    """Find bags that were left behind."""
    await find_abandoned(ctx)
