"""What the modules above may ask of orders."""

from nightmarket.modules.orders.service.place_order import Placed, PlaceOrder, place_order
from nightmarket.modules.orders.service.read_orders import OrderView, order_for, order_view, stream_ids
from nightmarket.modules.orders.states import State

__all__ = ["OrderView", "PlaceOrder", "Placed", "State", "order_for", "order_view", "place_order", "stream_ids"]
