"""Background work of boxes."""

from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import periodic
from nightmarket.modules.boxes.service.end_boxes import catch_up, expire_box, warn_of_end

__all__ = ["expire_box", "sweep_boxes", "warn_of_end"]


@periodic("boxes.sweep.v1", queue="orders", every=60)
async def sweep_boxes(ctx: Context) -> None:
    """End boxes and warn their owners where the timers were missed."""
    await catch_up(ctx)
