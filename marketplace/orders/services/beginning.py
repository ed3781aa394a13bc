"""All parts of an order at once: their sellers begin as its money is there or promised, or it is given up unpaid."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, Row, bindparam, select, text, type_coerce

from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM, Actor
from marketplace.kernel.db import rows
from marketplace.kernel.errors import Conflict
from marketplace.kernel.machine import record_move
from marketplace.kernel.money import Rupiah
from marketplace.kernel.outbox import emit
from marketplace.kernel.words import _
from marketplace.orders import queries
from marketplace.orders.events import OrderPromised, PartMoved
from marketplace.orders.models import Order, OrderState, PartState, Suborder
from marketplace.orders.queries.deadlines import due
from marketplace.orders.services.holding import use_up
from marketplace.payments import services as payments

PROMISED = "promised"
"""Why a part may begin though nobody has paid."""
LOCK = select(Order).where(Order.id == bindparam("order")).with_for_update()


def promise(order: Order) -> None:
    """Let the seller of a locked order begin, whose buyer pays as the goods are handed over; its goods are held by now."""
    use_up(order.hold_reference)
    order.move(OrderState.PROMISED, by=SYSTEM)
    move_parts(order, PartState.NEW, by=SYSTEM, why=PROMISED)
    emit(OrderPromised(order_id=str(order.id), code=order.code, total_idr=order.total_idr.amount))


# All parts of an order in one statement, but those that are there already; each one's state stands in its WHERE (R2.6).
MOVE_PARTS = text("""
WITH parts AS (
    SELECT id, number, seller_id, state AS was, state = ANY(:from) AS may,
           goods_idr - discount_idr AS goods, shipping_idr AS shipping, tax_idr AS tax
    FROM orders_suborders
    WHERE order_id = :order AND state <> :to ORDER BY id FOR UPDATE
), moved AS (
    UPDATE orders_suborders s SET state = :to, due_at = :due_at, due_what = :due_what,
        paid_at = :paid_at, sold_at = :sold_at FROM parts
    WHERE parts.may AND (s.id, s.state) = (parts.id, parts.was) RETURNING s.id
)
SELECT parts.*, moved.id IS NOT NULL AS moved
FROM parts LEFT JOIN moved ON moved.id = parts.id ORDER BY number
""")


NOT_BEGUN = (PartState.WAITING_PAYMENT, PartState.CANCELLED)


def move_parts(order: Order, to: PartState, *, by: Actor, why: str = "") -> Sequence[Row[Any]]:
    """Move all parts of a locked order, tell of each, and return them with their money.

    Raises Conflict ``state`` when one of them may not go there.

    Parts that are there already stay so, and nothing is told of them: an order in review may have been cancelled before.
    """
    now = clock.now()
    # Those of a paid order are called off one by one, with their money and goods (see calling_off).
    before = [str(state) for state in NOT_BEGUN if Suborder.machine.allows(state, to)]
    deadline = due(to, now=now)
    wanted = {
        "order": order.id,
        "from": before,
        "to": str(to),
        "due_at": deadline.at if deadline else None,
        "due_what": str(deadline.what) if deadline else None,
        "paid_at": now if to is PartState.NEW else None,
        "sold_at": order.paid_at if to is PartState.NEW else None,
    }
    parts = rows(MOVE_PARTS, wanted)
    if not all(part.moved for part in parts):
        raise Conflict("state", _("A part of this order was changed meanwhile."), state=order.state)
    for part in parts:
        record_move(Suborder.__tablename__, part.id, part.was, str(to), by=by, why=why)
        emit(
            PartMoved(
                order_id=str(order.id), suborder_id=str(part.id), seller_id=str(part.seller_id), state=str(to)
            )
        )  # fmt: skip
    return parts


def post_parts(order: Order, parts: Sequence[Row[Any]]) -> None:
    """Give the parts of a locked order that was just paid their shares of the money: they wait there until the end (R8.1)."""
    for part in parts:
        for kind in queries.SHARES:
            payments.post(
                payments.Posting(
                    id=f"pay:{order.id}:{part.seller_id}:{kind}",
                    debit=f"ref:{order.reference}",
                    credit=f"held:{part.id}",
                    amount=Rupiah(getattr(part, kind)),
                    kind=kind,
                    ref=order.reference,
                    label=order.code,
                )
            )


# What the parts of an order get of its money, as ``MOVE_PARTS`` gives it.
MONEY = select(
    Suborder.id,
    Suborder.seller_id,
    type_coerce(Suborder.goods_idr - Suborder.discount_idr, BigInteger).label("goods"),
    type_coerce(Suborder.shipping_idr, BigInteger).label("shipping"),
    type_coerce(Suborder.tax_idr, BigInteger).label("tax"),
).where(Suborder.order_id == bindparam("order"))
