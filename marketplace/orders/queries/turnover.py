"""What shops took in a period by the public channel, as the tax laws count it: without any tax, less what went back."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from marketplace.kernel import clock
from marketplace.kernel.db import rows
from marketplace.kernel.money import Rupiah

COUNTS = text("orders_suborders.state NOT IN ('waiting_payment', 'cancelled')")
"""Which parts a shop's books count, word by word as the index ``ix_orders_suborders_sold`` has it."""

# What went back is counted apart, of the few parts it came from. PPN goes back with its goods, cumulative as on the
# credit notes, so that a part whose goods all went back counts nothing.
_SQL = """
SELECT seller_id, sum(amount)::bigint AS amount FROM (
 SELECT s.seller_id, sum(s.goods_idr - s.discount_idr - s.included_tax_idr + s.shipping_idr) AS amount
 FROM orders_suborders s WHERE ~COUNTED GROUP BY s.seller_id
 UNION ALL
 SELECT s.seller_id, sum(
  coalesce(div(s.included_tax_idr::numeric * b.goods, nullif(s.goods_idr - s.discount_idr, 0)), 0) - b.goods - b.shipping
 )
 FROM orders_suborders s CROSS JOIN LATERAL (
  SELECT sum(r.goods_idr) AS goods, sum(r.shipping_idr) AS shipping FROM orders_refunds r
  WHERE r.suborder_id = s.id AND r.undone_at IS NULL HAVING count(*) > 0
 ) b
 WHERE s.refunded_idr > 0 AND ~COUNTED GROUP BY s.seller_id
) AS sides GROUP BY seller_id ORDER BY seller_id
"""
_COUNTED = "s.sold_at >= :begins AND s.sold_at < :ends AND s.state NOT IN ('waiting_payment', 'cancelled')"
_OF_ONE = text(_SQL.replace("~COUNTED", f"{_COUNTED} AND s.seller_id = :seller"))
_OF_ALL = text(_SQL.replace("~COUNTED", _COUNTED))


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
    }
