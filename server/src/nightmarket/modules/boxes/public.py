"""What other modules may ask of boxes."""

from nightmarket.modules.boxes.policy import ParcelPrice
from nightmarket.modules.boxes.repository import boxed_among
from nightmarket.modules.boxes.service.fill_parcel import (
    Parcel,
    close_parcel,
    current_parcel,
    current_parcels,
    parcel_without,
    put_order,
    take_order_out,
    waiting_orders,
)
from nightmarket.modules.boxes.service.read_boxes import BoxBrief, BoxView, box_brief, box_for

__all__ = [
    "BoxBrief",
    "BoxView",
    "Parcel",
    "ParcelPrice",
    "box_brief",
    "box_for",
    "boxed_among",
    "close_parcel",
    "current_parcel",
    "current_parcels",
    "parcel_without",
    "put_order",
    "take_order_out",
    "waiting_orders",
]
