"""A shop's orders as a file, one line of goods per row: for the packing table and the accountant.

Read and sent in portions, so that a long history neither fills the memory nor holds a database connection.
"""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, Final

from nightmarket.kernel.context import Context
from nightmarket.kernel.money import Money
from nightmarket.kernel.spreadsheet import MARK, csv_rows
from nightmarket.modules.orders import repository
from nightmarket.modules.orders.repository import OrderFilter
from nightmarket.modules.orders.service.read_orders import OrderView, order_views

PORTION: Final = 200
COLUMNS: Final = (
    "number",
    "state",
    "placed_at",
    "paid_at",
    "buyer",
    "recipient",
    "phone",
    "country",
    "postcode",
    "city",
    "district",
    "subdistrict",
    "line1",
    "line2",
    "code",
    "product",
    "options",
    "sku",
    "quantity",
    "unit_price",
    "line_total",
    "subtotal",
    "shipping",
    "discount",
    "total",
    "refunded",
    "currency",
    "payment_method",
    "tracking",
    "note",
)
_ADDRESS: Final = ("recipient", "phone", "country", "postcode", "city", "district", "subdistrict", "line1", "line2")


async def export_orders(ctx: Context, wanted: OrderFilter) -> AsyncIterator[str]:
    """The file in pieces, newest orders first. Sums of an order stand in its first row only, so that they add up."""
    yield MARK + csv_rows([COLUMNS])
    while True:
        async with ctx.reader() as session:
            rows = await repository.find(session, wanted, PORTION)
            views = await order_views(session, ctx, rows)
        if views:
            yield csv_rows([cells for view in views for cells in _rows(view)])
        if len(rows) < PORTION:
            return
        wanted = replace(wanted, before=rows[-1].id)


def _rows(view: OrderView) -> list[list[Any]]:
    row = view.row
    head = [
        row.number,
        row.state,
        row.placed_at.isoformat(),
        row.paid_at.isoformat() if row.paid_at else None,
        view.buyer.display_name if view.buyer else None,
        *(row.address.get(name) for name in _ADDRESS),
    ]
    sums = [
        *(_amount(minor, row.currency) for minor in (row.subtotal_minor, row.shipping_minor, row.discount_minor)),
        _amount(row.total_minor, row.currency),
        view.refunded.as_decimal(),
    ]
    tail = [
        row.currency,
        view.payments[-1].method if view.payments else None,
        " ".join(parcel.tracking_number for parcel in view.shipments) or None,
        row.note,
    ]
    rows: list[list[Any]] = []
    for line in view.lines:
        goods = [
            line.code,
            line.title,
            " / ".join(line.options.values()) or None,
            line.sku,
            line.units,
            _amount(line.unit_price_minor, row.currency),
            _amount(line.unit_price_minor * line.units, row.currency),
        ]
        rows.append([*head, *goods, *(sums if not rows else [None] * len(sums)), *tail])
    return rows


def _amount(minor: int, currency: str) -> Any:
    return Money(minor, currency).as_decimal()
