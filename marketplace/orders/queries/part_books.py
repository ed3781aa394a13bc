"""The books of parts: refunds, completions, goods that came back and deadlines, recounted for ``jkp verify``."""

from collections.abc import Iterator, Mapping
from uuid import UUID

from sqlalchemy import func, select, text

from marketplace.kernel.db import rows
from marketplace.kernel.money import Rupiah
from marketplace.orders.models import Due, Order, OrderState, PartRefund, PartState, Suborder
from marketplace.orders.queries.bearing import borne_entries
from marketplace.payments import queries as payments

KINDS = ("goods", "shipping", "tax")
TAKEN = {"fee": "fee", "feetax": "fee_tax", "gwfee": "gateway_fee"}
"""How the entries of what a completion takes begin, and to which account it goes."""
WAITS_FOR: Mapping[str, tuple[Due, ...]] = {
    PartState.NEW: (Due.ANSWER,),
    PartState.ACCEPTED: (Due.SEND,),
    PartState.READY: (Due.SEND, Due.FETCH),
    PartState.SHIPPED: (Due.ARRIVE, Due.COLLECT),
    PartState.UNDELIVERED: (Due.DECIDE,),
    PartState.RECEIVED: (Due.SETTLE,),
}
"""What a part waits for in each state; in the others for nothing."""

BACK = text("""
SELECT s.id, r.variant_id, r.qty, coalesce(m.delta, 0) AS came, s.state FROM orders_suborders s
JOIN orders_orders o ON o.id = s.order_id AND o.state IN ('paid', 'promised', 'cancelled')
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
    borne: dict[str, payments.Moved] = {}
    undone: dict[str, payments.Moved] = {}
    refunds = select(PartRefund.__table__, Suborder.order_id, Suborder.seller_id)
    for row in rows(refunds.join(Suborder, Suborder.id == PartRefund.suborder_id)):
        waits, own, source = f"held:{row.suborder_id}", f"payable:{row.seller_id}", f"ref:{row.order_id}"
        entries = {
            f"refund:{row.refund_id}:{row.suborder_id}:{kind}": went(
                own if row.from_payable else waits, source, getattr(row, f"{kind}_idr")
            )
            for kind in KINDS
        }
        fees = {
            f"{name}:{row.refund_id}:{row.suborder_id}": went(account, own, getattr(row, f"{account}_idr"))
            for name, account in (("feeback", "fee"), ("feetaxback", "fee_tax"))
        }
        amount = Rupiah.total([one.amount for one in entries.values()])
        if row.borne_of:
            entries = borne_entries(
                row.borne_as,
                row.borne_of,
                row.suborder_id,
                source=own if row.from_payable else waits,
                own=own,
                within=amount,
                beyond=row.beyond_idr,
            )
            borne |= entries
            expected |= fees
        else:
            expected |= entries | fees
        if row.undone_at:
            later = own if row.into_payable else None
            undone |= {f"undo:{key}": went(one.credit, later or one.debit, one.amount) for key, one in entries.items()}
            undone |= {f"undo:{key}": went(own, one.debit, one.amount) for key, one in fees.items()}
        else:
            taken[row.suborder_id] = taken.get(row.suborder_id, Rupiah(0)) + amount
        # What failed after the completion went to the seller: it is no more in what waits.
        if not row.from_payable and (not row.undone_at or row.into_payable):
            left[row.suborder_id] = left.get(row.suborder_id, Rupiah(0)) - amount
    yield from payments.unlike(_some(expected), ("part_refund", "fee_back"))
    yield from payments.unlike(_some(borne), ("dispute_lost", "assigned"), but_from="loss")
    yield from payments.unlike(_some(undone), ("part_refund_undone",))
    yield from _ends(left, taken)
    on_parts = payments.balances("held")
    should = {f"held:{part}": amount for part, amount in left.items() if amount}
    for key in sorted(should.keys() | on_parts.keys()):
        if should.get(key) != on_parts.get(key):
            yield f"orders: the account {key} should have {should.get(key, Rupiah(0)).amount} rupiah"
    yield from _lines_back()


def _some(entries: Mapping[str, payments.Moved]) -> dict[str, payments.Moved]:
    return {key: one for key, one in entries.items() if one.amount}


def _ends(left: dict[UUID, Rupiah], taken: Mapping[UUID, Rupiah]) -> Iterator[str]:
    """Compare what was given to sellers and what was taken of it; ``left`` loses what a completion took from it."""
    went = payments.Moved
    expected: dict[str, payments.Moved] = {}
    columns = (
        "id",
        "seller_id",
        "state",
        "refunded_idr",
        "total_idr",
        *(f"{account}_taken_idr" for account in TAKEN.values()),
    )
    parts = select(*(getattr(Suborder, name) for name in columns), Order.gateway)
    for part in rows(parts.join(Order, Order.id == Suborder.order_id).order_by(Suborder.id)):
        if part.refunded_idr != taken.get(part.id, Rupiah(0)):
            yield f"orders: the refunds of the part {part.id} do not add up to what is noted there"
        own = f"payable:{part.seller_id}"
        if part.state == PartState.COMPLETED:
            if payments.on_receipt(part.gateway):
                there = f"at:{payments.place(part.gateway)}"
                expected[f"cod:{part.id}"] = went(own, there, part.total_idr)
            expected[f"release:{part.id}"] = went(f"held:{part.id}", own, left.pop(part.id, Rupiah(0)))
        for name, account in TAKEN.items():
            expected[f"{name}:{part.id}"] = went(own, account, getattr(part, f"{account}_taken_idr"))
    yield from payments.unlike(_some(expected), ("release", "cash_kept", *TAKEN.values()))


# What each refund says of lines, and what lines say of refunds; a refund's goods and tax are its lines'.
LINES_BACK = text("""
SELECT l.id FROM orders_lines l
LEFT JOIN (
    SELECT b.line_id, sum(b.qty) AS qty, sum(b.goods_idr + b.tax_idr) AS amount FROM orders_refund_lines b
    JOIN orders_refunds r ON r.refund_id = b.refund_id AND r.undone_at IS NULL GROUP BY b.line_id
) b ON b.line_id = l.id
WHERE (l.refunded_qty, l.refunded_idr) <> (coalesce(b.qty, 0), coalesce(b.amount, 0)) ORDER BY l.id
""")
WITHOUT_LINES = text("""
SELECT r.refund_id FROM orders_refunds r LEFT JOIN orders_refund_lines b ON b.refund_id = r.refund_id
GROUP BY r.refund_id HAVING (r.goods_idr, r.tax_idr) <> (coalesce(sum(b.goods_idr), 0), coalesce(sum(b.tax_idr), 0))
ORDER BY r.refund_id
""")


def _lines_back() -> Iterator[str]:
    for row in rows(LINES_BACK):
        yield f"orders: the refunds of the line {row.id} do not add up to what is noted there"
    for row in rows(WITHOUT_LINES):
        yield f"orders: the lines of the refund {row.refund_id} do not add up to it"


def lives() -> Iterator[str]:
    """Yield a sentence for each part that was not paid back, whose goods are elsewhere, or that waits for the wrong thing."""
    columns = (Suborder.id, Suborder.total_idr, Suborder.refunded_idr)
    called_off = select(*columns).join(Order, Order.id == Suborder.order_id)
    wanted = (Order.state == OrderState.PAID, Suborder.state == PartState.CANCELLED)
    for row in rows(called_off.where(*wanted, Suborder.refunded_idr < Suborder.total_idr).order_by(Suborder.id)):
        owed = row.total_idr - row.refunded_idr
        yield f"orders: the part {row.id} was called off, and {owed.amount} rupiah of it are not paid back"
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
