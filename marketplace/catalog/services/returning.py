"""Goods of a sale that come back on the shelf, once (R4.3)."""

from collections.abc import Sequence
from typing import Literal

from sqlalchemy import text

from marketplace.catalog.events import StockChanged
from marketplace.catalog.services.stock import StockLine
from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import rows, transactional
from marketplace.kernel.ids import uuid7
from marketplace.kernel.outbox import emit

# One statement, as for taking: only what this reference took off the shelf comes back, never more than that, and the unique
# index lets the same goods come back once for a reason. The stock rows are locked in ascending key order.
PUT_BACK = text("""
WITH wanted AS (
    SELECT w.id, w.variant_id, w.qty
    FROM unnest(CAST(:ids AS uuid[]), CAST(:variants AS uuid[]), CAST(:quantities AS integer[])) AS w (id, variant_id, qty)
    JOIN catalog_reservations r ON r.variant_id = w.variant_id AND r.reference = :reference
    WHERE 'consumed' = r.state AND r.counted AND w.qty <= r.qty
), locked AS MATERIALIZED (
    SELECT s.variant_id FROM catalog_stock s JOIN wanted w ON w.variant_id = s.variant_id ORDER BY s.variant_id
    FOR UPDATE OF s
), written AS (
    INSERT INTO catalog_stock_moves (id, variant_id, delta, reason, reference, by, at)
    SELECT id, variant_id, qty, :reason, :reference, :by, :now FROM wanted WHERE (SELECT count(*) FROM locked) > 0
    ON CONFLICT (reference, variant_id, reason) WHERE reason IN ('cancelled', 'returned') DO NOTHING
    RETURNING variant_id, delta
), moved AS (
    UPDATE catalog_stock s SET on_hand = s.on_hand + w.delta FROM written w WHERE s.variant_id = w.variant_id
    RETURNING s.variant_id, w.delta, s.on_hand - s.reserved AS free
)
SELECT m.variant_id, m.delta, m.free, v.product_id, v.seller_id
FROM moved m JOIN catalog_variants v ON v.id = m.variant_id
""")


@transactional
def put_back(reference: str, lines: Sequence[StockLine], reason: Literal["cancelled", "returned"], *, by: Actor) -> int:
    """Put goods that a reference had taken back on the shelf; return how many variants came back.

    A second time for the same reason changes nothing, nor what was made to order or never taken. Each variant is named once.
    """
    if not lines:
        return 0
    came = rows(
        PUT_BACK,
        {
            "ids": [uuid7() for _line in lines],
            "variants": [line.variant_id for line in lines],
            "quantities": [line.qty for line in lines],
            "reference": reference,
            "reason": reason,
            "by": by.reference,
            "now": clock.now(),
        },
    )
    for row in came:
        if row.free == row.delta:
            emit(
                StockChanged(
                    variant_id=str(row.variant_id),
                    product_id=str(row.product_id),
                    seller_id=str(row.seller_id),
                    free=row.free,
                )
            )
    return len(came)
