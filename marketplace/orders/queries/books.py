"""The books of orders: what ``jkp verify`` and ``jkp facts`` read, and which holds can still be paid."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select

from marketplace.catalog.queries.checks import reservation_facts
from marketplace.kernel.db import rows
from marketplace.kernel.models import Delivery as Sent
from marketplace.kernel.models import StoredEvent
from marketplace.kernel.money import Rupiah
from marketplace.orders.models import Line, Order, OrderState, PartState, Suborder
from marketplace.orders.queries.part_books import lives, part_money
from marketplace.payments import queries as payments
from marketplace.payments.events import PaymentSettled


def payable(references: Sequence[str]) -> frozenset[str]:
    """Return those holds whose order has a charge that can still be paid (R4.4)."""
    by_order: dict[str, list[str]] = {}
    for reference in references:
        by_order.setdefault(reference.partition(".")[0], []).append(reference)
    still = payments.payable(list(by_order))
    return frozenset(hold for order_id in still for hold in by_order[order_id])


def broken() -> Iterator[str]:
    """Yield a sentence for each broken invariant of orders (R26.1)."""
    yield from _sums()
    yield from _states()
    yield from _money()
    yield from _holds()
    yield from _ledger()
    yield from lives()


def _sums() -> Iterator[str]:
    parts = (
        select(
            Suborder.order_id,
            func.sum(Suborder.goods_idr).label("goods"),
            func.sum(Suborder.total_idr).label("total"),
        )
        .group_by(Suborder.order_id)
        .subquery()
    )
    wrong = (
        select(Order.id)
        .outerjoin(parts, parts.c.order_id == Order.id)
        .where((func.coalesce(parts.c.total, -1) != Order.total_idr) | (parts.c.goods != Order.goods_idr))
    )
    for row in rows(wrong):
        yield f"orders: the parts of the order {row.id} do not add up to it"
    lines = select(Line.suborder_id, func.sum(Line.total_idr).label("total")).group_by(Line.suborder_id).subquery()
    wrong_parts = (
        select(Suborder.id)
        .outerjoin(lines, lines.c.suborder_id == Suborder.id)
        .where(func.coalesce(lines.c.total, -1) != Suborder.goods_idr)
    )
    for row in rows(wrong_parts):
        yield f"orders: the lines of the part {row.id} do not add up to it"


def _states() -> Iterator[str]:
    unpaid = (PartState.WAITING_PAYMENT, PartState.CANCELLED)
    joined = select(Suborder.id, Suborder.state, Order.state.label("order_state")).join(
        Order, Order.id == Suborder.order_id
    )
    for row in rows(joined.where((Order.state == OrderState.PAID) & (Suborder.state == PartState.WAITING_PAYMENT))):
        yield f"orders: the part {row.id} is {row.state}, but its order is paid"
    early = Order.state.in_((OrderState.PLACED, OrderState.CANCELLED)) & Suborder.state.not_in(unpaid)
    for row in rows(joined.where(early)):
        yield f"orders: the part {row.id} is {row.state}, but its order is {row.order_state}"


def _money() -> Iterator[str]:
    settled = payments.settled_amounts()
    told = {row.reference for row in rows(_untold)}
    columns = select(Order.id, Order.state, Order.total_idr, Order.paid_at).order_by(Order.id)
    for row in rows(columns):
        paid = settled.get(str(row.id))
        if row.state == OrderState.PAID and paid != row.total_idr:
            yield f"orders: the order {row.id} is paid without a payment of its total"
        if row.state in (OrderState.PLACED, OrderState.CANCELLED) and paid is not None and str(row.id) not in told:
            yield f"orders: the order {row.id} was paid, but it stays {row.state}"
        if (row.state == OrderState.PAID) != (row.paid_at is not None) and row.state != OrderState.REVIEW:
            yield f"orders: the order {row.id} has no time of payment, or one without being paid"


def _holds() -> Iterator[str]:
    """Compare what the catalogue holds and has given away for orders with what the orders say."""
    orders = {str(row.id): row.state for row in rows(select(Order.id, Order.state))}
    wanted = select(Suborder.order_id, func.sum(Line.qty).label("qty")).join(Line, Line.suborder_id == Suborder.id)
    bought = {str(row.order_id): row.qty for row in rows(wanted.group_by(Suborder.order_id))}
    amounts: Counter[tuple[str, str]] = Counter()
    for reservation in reservation_facts():
        amounts[str(reservation["order_id"]).partition(".")[0], str(reservation["state"])] += reservation["qty"]
    payable_now = payments.payable(list(orders))
    for order_id, state in orders.items():
        consumed, held = amounts[order_id, "consumed"], amounts[order_id, "held"]
        if consumed != (bought.get(order_id, 0) if state == OrderState.PAID else 0):
            yield f"orders: {consumed} pieces were given away for the order {order_id}, which is {state}"
        if held and state in (OrderState.PAID, OrderState.CANCELLED):
            yield f"orders: {held} pieces are held for the order {order_id}, which is {state}"
        if state == OrderState.PLACED and order_id in payable_now and held != bought.get(order_id, 0):
            yield f"orders: the order {order_id} can be paid, but {held} pieces are held for it"


MONEY = (
    Suborder.id,
    Suborder.order_id,
    Suborder.seller_id,
    Suborder.goods_idr,
    Suborder.discount_idr,
    Suborder.shipping_idr,
    Suborder.tax_idr,
)
"""What ``shares`` needs of a part."""


def shares(part: Row[Any] | Suborder) -> tuple[tuple[str, Rupiah], ...]:
    """Return what a part gets of its order's money, by the kind of the ledger's entry."""
    goods = part.goods_idr - part.discount_idr
    return ("goods", goods), ("shipping", part.shipping_idr), ("tax", part.tax_idr)


def _ledger() -> Iterator[str]:
    """Compare what the ledger gave to parts with the orders that are paid (R8.2, R26.1)."""
    paid = select(*MONEY).join(Order, Order.id == Suborder.order_id).where(Order.state == OrderState.PAID)
    expected: dict[str, payments.Moved] = {}
    held: dict[UUID, Rupiah] = {}
    for part in rows(paid):
        source, own = f"ref:{part.order_id}", f"held:{part.id}"
        for kind, amount in shares(part):
            if amount:
                expected[f"pay:{part.order_id}:{part.seller_id}:{kind}"] = payments.Moved(source, own, amount)
                held[part.id] = held.get(part.id, Rupiah(0)) + amount
    yield from payments.unlike(expected, ("goods", "shipping", "tax"))
    yield from part_money(held)
    on_reference, surplus = payments.balances("ref"), payments.surplus_left()
    for row in rows(select(Order.id).where(Order.state == OrderState.PAID)):
        left = on_reference.get(f"ref:{row.id}", Rupiah(0)) - surplus.get(str(row.id), Rupiah(0))
        if left:
            yield f"orders: {left.amount} rupiah of the paid order {row.id} are given to nobody"


# Payments told of but not heard yet: the order will follow. Where the delivery was set aside it will not.
_untold = (
    select(StoredEvent.payload["reference"].astext.label("reference"))
    .join(Sent, Sent.event_id == StoredEvent.id)
    .where(StoredEvent.name == PaymentSettled.name(), Sent.state == "waiting")
)


def order_facts() -> Iterator[Mapping[str, Any]]:
    """Yield the rows of ``orders`` for ``jkp facts``."""
    for row in rows(select(Order.__table__).order_by(Order.id)):
        yield {
            "id": str(row.id),
            "buyer_id": str(row.person_id) if row.person_id else "guest",
            "placed_at": _instant(row.placed_at),
            "state": row.state,
            "total_idr": row.total_idr.amount,
            "currency": row.currency,
            "campaign_id": None,
            "channel": row.channel,
        }


def suborder_facts() -> Iterator[Mapping[str, Any]]:
    """Yield the rows of ``suborders`` for ``jkp facts``."""
    for row in rows(select(Suborder.__table__).order_by(Suborder.id)):
        yield {
            "id": str(row.id),
            "order_id": str(row.order_id),
            "seller_id": str(row.seller_id),
            "goods_idr": row.goods_idr.amount,
            "discount_idr": row.discount_idr.amount,
            "shipping_idr": row.shipping_idr.amount,
            "tax_idr": row.tax_idr.amount,
            "total_idr": row.total_idr.amount,
            "state": row.state,
        }


def line_facts() -> Iterator[Mapping[str, Any]]:
    """Yield the rows of ``lines`` for ``jkp facts``."""
    for row in rows(select(Line.__table__).order_by(Line.id)):
        yield {
            "id": str(row.id),
            "suborder_id": str(row.suborder_id),
            "sku": row.sku,
            "qty": row.qty,
            "unit_price_idr": row.unit_price_idr.amount,
            "discount_idr": row.discount_idr.amount,
            "tax_idr": row.tax_idr.amount,
            "campaign_id": None,
        }


def _instant(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
