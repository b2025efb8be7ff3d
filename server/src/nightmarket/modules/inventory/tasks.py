"""Background work of the stock book."""

from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import periodic
from nightmarket.modules.inventory.service.check_books import check_recent_books


@periodic("inventory.check_books.v1", queue="bulk", every=300)
async def check_books(ctx: Context) -> None:
    """Compare counters and ledger of what changed lately."""
    await check_recent_books(ctx)
