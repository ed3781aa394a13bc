"""How products and their prices came about, for those who ask whether a price is a fair one."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, func, select, type_coerce

from marketplace.catalog.models import Price, Product, ProductState, Variant
from marketplace.kernel.db import rows
from marketplace.kernel.money import Rupiah

FEWEST = 5
"""A median of fewer offers says nothing."""


@dataclass(frozen=True, slots=True)
class PriceSince:
    """A price of a variant and since when it holds."""

    variant_id: UUID
    price: Rupiah
    since: datetime


def published_since(product_ids: Collection[UUID], moment: datetime) -> dict[UUID, datetime]:
    """Return those of these products that appeared after a moment, and when."""
    wanted = select(Product.id, Product.published_at).where(Product.id.in_(product_ids), Product.published_at > moment)
    return {row.id: row.published_at for row in rows(wanted)} if product_ids else {}


def prices_of(variant_ids: Collection[UUID]) -> dict[UUID, tuple[PriceSince, ...]]:
    """Return all prices that these variants ever had, the first first."""
    found: dict[UUID, tuple[PriceSince, ...]] = {}
    wanted = select(Price.variant_id, Price.price_idr, Price.since).where(Price.variant_id.in_(variant_ids))
    for row in rows(wanted.order_by(Price.variant_id, Price.since, Price.id)) if variant_ids else ():
        found[row.variant_id] = (
            *found.get(row.variant_id, ()),
            PriceSince(row.variant_id, row.price_idr, row.since),
        )
    return found


def descriptions(product_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return how shops describe these products today, in their own words; empty where they say nothing."""
    wanted = select(Product.id, Product.description).where(Product.id.in_(product_ids))
    return {row.id: row.description for row in rows(wanted)} if product_ids else {}


def median_price(product_id: UUID) -> Rupiah | None:
    """Return the median price of what is on sale in the same category in the same unit, of other shops; None for too few."""
    own = select(Product.category_id, Product.unit, Product.seller_id).where(Product.id == product_id).subquery()
    middle = func.percentile_disc(0.5).within_group(type_coerce(Variant.price_idr, BigInteger))
    wanted = (
        select(middle.label("median"), func.count().label("many"))
        .select_from(Variant)
        .join(Product, Product.id == Variant.product_id)
        .join(own, (own.c.category_id == Product.category_id) & (own.c.unit == Product.unit))
        .where(
            Product.state == ProductState.PUBLISHED, Product.open, Variant.active, Product.seller_id != own.c.seller_id
        )
    )
    found = rows(wanted)[0]
    return Rupiah(int(found.median)) if found.many >= FEWEST else None
