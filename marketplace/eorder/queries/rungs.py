"""The rung of local content on which a product stands: one function, which the issue of local content (P3DN) replaces."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam, select

from marketplace.catalog.queries import OFFERS
from marketplace.kernel.db import rows
from marketplace.kernel.words import Words, _

DOMESTIC, UNKNOWN = "domestic", "unknown"
LADDER = (DOMESTIC, UNKNOWN)
"""The best first; offices take the higher rung first, and the lower one where there is none."""
_FLAGS = (
    select(OFFERS.c.product_id, OFFERS.c.domestic)
    .where(OFFERS.c.product_id == any_(bindparam("products", type_=ARRAY(Uuid))))
    .distinct()
)
NAMES = {DOMESTIC: _("Domestic product (PDN)"), UNKNOWN: _("Origin not stated")}


def rung(product_id: UUID) -> str:
    """Return the rung of a product."""
    return rungs([product_id])[product_id]


def rungs(product_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return the rungs of products, in one statement; of what is not known it is the lowest."""
    if not product_ids:
        return {}
    flags = {row.product_id: row.domestic for row in rows(_FLAGS, {"products": list(product_ids)})}
    return {one: DOMESTIC if flags.get(one) else UNKNOWN for one in product_ids}


def rung_name(key: str) -> Words:
    """Return what a rung is called."""
    return NAMES[key]
