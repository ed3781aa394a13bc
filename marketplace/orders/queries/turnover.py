"""What shops took in a period by the public channel, as the tax laws count it: without any tax, less what went back."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text

from marketplace.kernel import clock
from marketplace.kernel.db import rows
from marketplace.kernel.money import Rupiah
from marketplace.orders.models import PartState

UNCOUNTED = (PartState.WAITING_PAYMENT, PartState.CANCELLED)

# PPN goes back with its goods, cumulative as on the credit notes, so that a part whose goods all went back counts nothing.
_SQL = """
SELECT s.seller_id, sum(
 s.goods_idr - s.discount_idr - s.included_tax_idr + s.shipping_idr - coalesce(b.goods, 0) - coalesce(b.shipping, 0)
 + coalesce(div(s.included_tax_idr::numeric * b.goods, nullif(s.goods_idr - s.discount_idr, 0)), 0)
)::bigint AS amount
FROM orders_suborders s JOIN orders_orders o ON o.id = s.order_id
LEFT JOIN LATERAL (
 SELECT sum(r.goods_idr) AS goods, sum(r.shipping_idr) AS shipping FROM orders_refunds r
 WHERE r.suborder_id = s.id AND r.undone_at IS NULL AND s.refunded_idr > 0
) b ON true
WHERE o.paid_at >= :begins AND o.paid_at < :ends AND s.state NOT IN :uncounted
"""
_OF_ONE = text(f"{_SQL} AND s.seller_id = :seller GROUP BY s.seller_id").bindparams(
    bindparam("uncounted", expanding=True)
)
_OF_ALL = text(f"{_SQL} GROUP BY s.seller_id ORDER BY s.seller_id").bindparams(bindparam("uncounted", expanding=True))


def sold(seller_id: UUID, first: date, last: date) -> Rupiah:
    """Return a shop's turnover of parts paid in these days, both included: goods and delivery, see above."""
    found = rows(_OF_ONE, {**_period(first, last), "seller": seller_id})
    return Rupiah(found[0].amount) if found else Rupiah(0)


def turnovers(first: date, last: date) -> dict[UUID, Rupiah]:
    """Return the turnover of every shop that sold something in these days, in one statement."""
    return {row.seller_id: Rupiah(row.amount) for row in rows(_OF_ALL, _period(first, last))}


def _period(first: date, last: date) -> dict[str, Any]:
    return {
        "begins": datetime.combine(first, time.min, clock.JAKARTA),
        "ends": datetime.combine(last + timedelta(days=1), time.min, clock.JAKARTA),
        "uncounted": [str(state) for state in UNCOUNTED],
    }
