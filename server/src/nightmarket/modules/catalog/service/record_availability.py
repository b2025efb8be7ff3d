"""The stock book says how many units of a variant are free: keep it for the in-stock filter."""

from nightmarket.kernel.unit import Unit
from nightmarket.modules.catalog import repository
from nightmarket.modules.catalog.service.list_cache import forget_lists


async def record_availability(unit: Unit, variant_id: str, available: int, *, version: int | None = None) -> None:
    """Older news than what is known (by `version`) is ignored: it may arrive late or twice.

    The product is locked first: two variants that sell out at once must see each other.
    """
    product_id = await repository.lock_product_of(unit, variant_id)
    if product_id is not None and await repository.note_availability(unit, variant_id, available, version):
        await repository.summarise_availability(unit, product_id)
        forget_lists(unit)
