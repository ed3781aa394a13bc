"""The books of parts: refunds, completions, goods that came back and deadlines, recounted for ``jkp verify``."""

from collections.abc import Iterator, Mapping
from uuid import UUID

from sqlalchemy import func, select, text

from marketplace.kernel.db import rows
from marketplace.kernel.money import Rupiah
from marketplace.orders.models import Due, Order, OrderState, PartRefund, PartState, Suborder
from marketplace.payments import queries as payments

KINDS = ("goods", "shipping", "tax")
WAITS_FOR: Mapping[str, tuple[Due, ...]] = {
    PartState.NEW: (Due.ANSWER,),
    PartState.ACCEPTED: (Due.SEND,),
    PartState.READY: (Due.SEND, Due.FETCH),
    PartState.SHIPPED: (Due.ARRIVE,),
    PartState.UNDELIVERED: (Due.DECIDE,),
    PartState.RECEIVED: (Due.SETTLE,),
}
"""What a part waits for in each state; in the others for nothing."""

BACK = text("""
SELECT s.id, r.variant_id, r.qty, coalesce(m.delta, 0) AS came, s.state FROM orders_suborders s
JOIN orders_orders o ON o.id = s.order_id AND 'paid' = o.state
JOIN orders_lines l ON l.suborder_id = s.id
JOIN catalog_reservations r ON r.variant_id = l.variant_id AND r.counted AND 'consumed' = r.state
 AND r.reference = CASE o.hold WHEN 1 THEN o.id::text ELSE o.id || '.' || o.hold END
LEFT JOIN catalog_stock_moves m
 ON m.reference = r.reference AND m.variant_id = r.variant_id AND m.reason = 'cancelled'
WHERE coalesce(m.delta, 0) <> CASE s.state WHEN 'cancelled' THEN r.qty ELSE 0 END
ORDER BY s.id, r.variant_id
""")


def part_money(held: Mapping[UUID, Rupiah]) -> Iterator[str]:
    """Compare what left the account of each part with its refunds and its end; ``held`` is what it got."""
    went = payments.Moved
    left = dict(held)
    taken: dict[UUID, Rupiah] = {}
    expected: dict[str, payments.Moved] = {}
    undone: dict[str, payments.Moved] = {}
    refunds = select(PartRefund.__table__, Suborder.order_id).join(Suborder, Suborder.id == PartRefund.suborder_id)
    for row in rows(refunds):
        own, source = f"held:{row.suborder_id}", f"ref:{row.order_id}"
        for kind in KINDS:
            amount = getattr(row, f"{kind}_idr")
            if not amount:
                continue
            entry = f"refund:{row.refund_id}:{row.suborder_id}:{kind}"
            expected[entry] = went(own, source, amount)
            if row.undone_at:
                undone[f"undo:{entry}"] = went(source, own, amount)
            else:
                left[row.suborder_id] = left.get(row.suborder_id, Rupiah(0)) - amount
                taken[row.suborder_id] = taken.get(row.suborder_id, Rupiah(0)) + amount
    yield from payments.unlike(expected, ("part_refund",))
    yield from payments.unlike(undone, ("part_refund_undone",))
    released: dict[str, payments.Moved] = {}
    parts = select(Suborder.id, Suborder.seller_id, Suborder.state, Suborder.total_idr, Suborder.refunded_idr)
    for part in rows(parts.order_by(Suborder.id)):
        if part.refunded_idr != taken.get(part.id, Rupiah(0)):
            yield f"orders: the refunds of the part {part.id} do not add up to what is noted there"
        if part.state == PartState.COMPLETED and left.get(part.id):
            released[f"release:{part.id}"] = went(f"held:{part.id}", f"payable:{part.seller_id}", left.pop(part.id))
    yield from payments.unlike(released, ("release",))
    on_parts = payments.balances("held")
    should = {f"held:{part}": amount for part, amount in left.items() if amount}
    for key in sorted(should.keys() | on_parts.keys()):
        if should.get(key) != on_parts.get(key):
            yield f"orders: the account {key} should have {should.get(key, Rupiah(0)).amount} rupiah"


def lives() -> Iterator[str]:
    """Yield a sentence for each part that was not paid back, whose goods are elsewhere, or that waits for the wrong thing."""
    called_off = select(Suborder.id, (Suborder.total_idr - Suborder.refunded_idr).label("owed")).join(
        Order, Order.id == Suborder.order_id
    )
    wanted = (Order.state == OrderState.PAID, Suborder.state == PartState.CANCELLED)
    for row in rows(called_off.where(*wanted, Suborder.refunded_idr < Suborder.total_idr).order_by(Suborder.id)):
        yield f"orders: the part {row.id} was called off, and {row.owed.amount} rupiah of it are not paid back"
    for row in rows(BACK):
        yield f"orders: {row.came} of {row.qty} of {row.variant_id} are back on the shelf, but the part {row.id} is {row.state}"
    waiting = select(Suborder.id, Suborder.state, Suborder.due_what).where(
        (Suborder.due_what.is_not(None)) | Suborder.state.in_(tuple(WAITS_FOR))
    )
    for row in rows(waiting.order_by(Suborder.id)):
        if row.due_what not in WAITS_FOR.get(row.state, ()):
            yield f"orders: the part {row.id} is {row.state} and waits for {row.due_what or 'nothing'}"
    unpaid = select(func.count()).where(Suborder.paid_at.is_(None), Suborder.state.in_(tuple(WAITS_FOR)))
    if count := rows(unpaid)[0][0]:
        yield f"orders: {count} parts are under way without a time of payment"
