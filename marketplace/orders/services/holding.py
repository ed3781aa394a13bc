"""What an order holds as long as it can be paid: its goods, and its places of the shops' days. Both come and go together."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, func, select, update

from marketplace.catalog import services as catalog
from marketplace.catalog.queries import OFFERS
from marketplace.catalog.services import StockLine
from marketplace.delivery import services as delivery
from marketplace.delivery.services import Made, Place
from marketplace.kernel import clock
from marketplace.kernel.db import rows, session
from marketplace.kernel.errors import Conflict
from marketplace.kernel.words import _
from marketplace.orders.models import Line, Order, Suborder
from marketplace.orders.queries.rebooking import Lost, lost_days

Agreed = Mapping[UUID, tuple[date | None, str]]
"""Days and slots that a buyer agreed to, by shop."""
_HELD = (
    select(
        Line.variant_id,
        Line.product_id,
        Line.qty,
        Suborder.seller_id,
        Suborder.promised_on,
        Suborder.slot,
        OFFERS.c.made_to_order,
        OFFERS.c.daily_units,
    )
    .join(Suborder, Suborder.id == Line.suborder_id)
    .outerjoin(OFFERS, OFFERS.c.variant_id == Line.variant_id)
    .where(Suborder.order_id == bindparam("order"))
)


def hold(reference: str, goods: Sequence[StockLine], places: Sequence[Place], until: datetime) -> None:
    """Hold goods and days for a reference, all or none; raises Conflict ``day_full`` or ``sold_out``.

    Days are locked before goods, here and wherever both are held or let go (R2.3).
    """
    delivery.book(reference, places)
    catalog.reserve(reference, goods, until=until)


def hold_again(order: Order, until: datetime, agreed: Agreed | None = None) -> None:
    """Let go of what an order still holds and take a new hold of all its lines and days; raises as ``hold`` does.

    A day that is gone (over, full, within a leave) gives way to the next that the same way has, if its buyer ``agreed`` to
    that one: else Conflict ``day_gone`` with ``changes``. Without ``agreed`` nobody can be asked, as the money is here.
    """
    before = order.hold_reference
    order.hold += 1
    # All days before all goods, as everywhere (R2.3).
    delivery.give_back(before, "renewed")
    _move_days(lost_days(order.id), agreed)
    found = rows(_HELD, {"order": order.id})
    delivery.book(order.hold_reference, _places(found))
    catalog.release(before, "renewed")
    goods = [StockLine(line.variant_id, line.qty) for line in found]
    catalog.reserve(order.hold_reference, goods, until=until)


def _move_days(lost: Sequence[Lost], agreed: Agreed | None) -> None:
    if any(one.next is None for one in lost):
        shops = ", ".join(one.seller_name for one in lost if one.next is None)
        raise Conflict("day_full", _("%(shops)s has no free day in the next weeks.", shops=shops), full=[])
    moved = [(one, one.next) for one in lost if one.next is not None]
    if agreed is not None and any(agreed.get(one.seller_id) != (time.day.on, time.slot) for one, time in moved):
        changes = [
            {
                "seller_id": str(one.seller_id),
                "seller": one.seller_name,
                "old": f"{one.way} {one.day} {one.slot}".strip(),
                "new": f"{one.way} {time.key}",
                "antar": f"{one.seller_id} {time.day.on} {time.slot or '-'} {one.way}",
            }
            for one, time in moved
        ]
        said = _("The day that you had chosen cannot be kept any more. Look at the next free one before you pay.")
        raise Conflict("day_gone", said, changes=changes)
    for one, time in moved:
        told = {"promised_on": time.day.on, "slot": time.slot, "arrives_by": time.day.arrives[1]}
        first = func.coalesce(Suborder.day_before, one.day)
        statement = update(Suborder).where(Suborder.id == one.part_id).values(**told, day_before=first)
        session.execute(statement.execution_options(synchronize_session="fetch"))


def _places(found: Sequence[Row[Any]]) -> list[Place]:
    today, units, made = clock.today(), dict[UUID, int](), dict[UUID, list[tuple[UUID, int, int | None]]]()
    for line in found:
        units[line.seller_id] = units.get(line.seller_id, 0) + line.qty
        if line.made_to_order:
            made.setdefault(line.seller_id, []).append((line.product_id, line.qty, line.daily_units))
    days = {line.seller_id: (line.promised_on, line.slot) for line in found}
    return [
        Place(seller_id, day, slot, units[seller_id], made_of(made.get(seller_id, ())))
        for seller_id, (day, slot) in days.items()
        if day is not None and day >= today
    ]


def made_of(lines: Iterable[tuple[UUID, int, int | None]]) -> tuple[Made, ...]:
    """Return what is made to order of some lines (product, pieces, how many the shop makes for a day), each product once."""
    units, most = Counter[UUID](), dict[UUID, int | None]()
    for product_id, qty, limit in lines:
        units[product_id] += qty
        most[product_id] = limit
    return tuple(Made(product_id, qty, most[product_id]) for product_id, qty in units.items())


def let_go_of(reference: str, cause: str) -> None:
    """Give back what a reference holds, for a cause such as ``cancelled``; nothing when it holds nothing any more."""
    delivery.give_back(reference, cause)
    catalog.release(reference, cause)


def use_up(reference: str) -> bool:
    """Give the goods held for a reference away for good and keep its days; False when they were let go before."""
    if not catalog.consume(reference):
        return False
    delivery.keep(reference)
    return True
