"""What other modules may ask of boxes."""

from nightmarket.modules.boxes.policy import ParcelPrice
from nightmarket.modules.boxes.service.fill_parcel import (
    Parcel,
    close_parcel,
    current_parcel,
    current_parcels,
    parcel_without,
    put_order,
    take_order_out,
)
from nightmarket.modules.boxes.service.read_boxes import BoxView, box_for

__all__ = [
    "BoxView",
    "Parcel",
    "ParcelPrice",
    "box_for",
    "close_parcel",
    "current_parcel",
    "current_parcels",
    "parcel_without",
    "put_order",
    "take_order_out",
]
