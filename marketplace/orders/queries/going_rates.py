"""What the public paid lately: the measure that an office holds against what it is offered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, bindparam, text

from marketplace.kernel.db import rows
from marketplace.kernel.money import Rupiah

LAST = 20
"""So many of the newest sales of a variant count."""
_NEWEST = text("""
SELECT wanted.id, sold.median, sold.many FROM unnest(:variants) AS wanted(id) CROSS JOIN LATERAL (
 SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY newest.unit_price_idr) AS median, count(*) AS many FROM (
  SELECT l.unit_price_idr FROM orders_lines l JOIN orders_suborders s ON s.id = l.suborder_id
  WHERE l.variant_id = wanted.id AND s.sold_at IS NOT NULL AND s.state NOT IN ('waiting_payment', 'cancelled')
  ORDER BY l.id DESC LIMIT :last
 ) newest
) sold WHERE sold.many > 0
""").bindparams(bindparam("variants", type_=ARRAY(Uuid)))


@dataclass(frozen=True)
class GoingRate:
    """What a piece went for: the median price of so many public sales, the newest ones."""

    median: Rupiah
    sales: int


def going_rates(variant_ids: Sequence[UUID]) -> Mapping[UUID, GoingRate]:
    """Return by variant what the public paid for a piece in its newest sales, at most ``LAST``; without any it is left out."""
    if not variant_ids:
        return {}
    found = rows(_NEWEST, {"variants": list(variant_ids), "last": LAST})
    return {row.id: GoingRate(Rupiah(int(row.median)), row.many) for row in found}
