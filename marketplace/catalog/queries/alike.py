"""What may stand in for a product that cannot be had: of its own kind, nearest to its price first."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ARRAY, Integer, Uuid, any_, bindparam, func, not_, select, true
from sqlalchemy.orm import aliased

from marketplace.catalog.models import Product, ProductState
from marketplace.catalog.queries.cards import Card, as_cards, by_ids, in_order
from marketplace.kernel.db import rows

SPARE = 4
"""So many times what is wanted is looked at, since some of it may be sold out itself."""

_missing = aliased(Product, name="missing")
_ids = bindparam("ids", type_=ARRAY(Uuid))
_near = (
    select(Product.id, func.abs(Product.price_idr - _missing.price_idr).label("apart"))
    .where(
        Product.category_id == _missing.category_id,
        Product.state == ProductState.PUBLISHED,
        Product.open,
        not_(Product.id == any_(_ids)),
    )
    .order_by("apart", Product.id)
    .limit(bindparam("size", type_=Integer))
    .lateral("near")
)
ALIKE = (
    select(_missing.id.label("missing_id"), _near.c.id.label("near_id"))
    .join(_near, true())
    .where(_missing.id == any_(_ids))
    .order_by(_missing.id, _near.c.apart, _near.c.id)
)


def alike(product_ids: Sequence[UUID], size: int) -> dict[UUID, list[Card]]:
    """Return for each of these products up to ``size`` others that can be bought now; two statements for all of them.

    A product that is not known has none, as has one whose category sells nothing else.
    """
    if not product_ids:
        return {}
    asked: dict[UUID, list[UUID]] = {}
    for row in rows(ALIKE, {"ids": list(product_ids), "size": size * SPARE}):
        asked.setdefault(row.missing_id, []).append(row.near_id)
    shown = by_ids([near for found in asked.values() for near in found])
    there = {
        key: [card for card in as_cards(in_order(found, shown)) if not card.sold_out] for key, found in asked.items()
    }
    return {key: found[:size] for key, found in there.items() if found}
