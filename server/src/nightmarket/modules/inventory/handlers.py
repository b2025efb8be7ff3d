"""What the catalog hears of the stock book."""

from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import handles
from nightmarket.kernel.unit import Unit
from nightmarket.modules.catalog.public import record_availability
from nightmarket.modules.inventory.events import StockChanged


@handles(StockChanged, name="inventory.tell_catalog.v1", queue="realtime")
async def tell_catalog(unit: Unit, _ctx: Context, event: StockChanged) -> None:
    """Keep the in-stock filter of the product list up to date."""
    await record_availability(unit, event.variant_id, event.available, version=event.version)
