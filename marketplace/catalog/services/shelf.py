"""A seller goes along the shelf: counts, and from which count on to be warned."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import text

from marketplace.catalog.services.counting import Count, stock_set
from marketplace.kernel.access import Actor
from marketplace.kernel.db import session, transactional

LIMITS = text("""
UPDATE catalog_stock s SET low_at = l.low_at
FROM unnest(CAST(:variants AS uuid[]), CAST(:limits AS integer[])) AS l (variant_id, low_at)
WHERE s.variant_id = l.variant_id
""")


@transactional
def set_shelf(seller_id: UUID, counts: Sequence[Count], limits: Mapping[UUID, int | None], *, by: Actor) -> None:
    """Write counts as ``stock_set`` does, with what it raises, and low limits (None: no warning) of variants among them.

    All of it or nothing. The counts come first: they say whose the variants are, and lock them in the order in which buyers
    take them.
    """
    stock_set(seller_id, counts, by=by)
    counted = {one.variant_id for one in counts}
    told = {variant_id: limit for variant_id, limit in limits.items() if variant_id in counted}
    if told:
        session.execute(LIMITS, {"variants": list(told), "limits": list(told.values())})
