"""What can be bought of a variant right now, for carts, orders and offers: many at once, in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from marketplace.catalog.models import Category, Product, ProductState, Stock, Variant
from marketplace.catalog.queries.addresses import pattern_address, product_address
from marketplace.kernel.db import rows
from marketplace.kernel.money import Rupiah

MOST_AT_ONCE = 1_000
"""The most of one thing in one order when no stock limits it."""
UPPER = aliased(Category)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A variant as it can be bought now; ``available`` is what is free, or MOST_AT_ONCE when it is made to order."""

    variant_id: UUID
    product_id: UUID
    code: str
    slug: str
    name: str
    variant: str
    sku: str
    price: Rupiah
    unit: str
    seller_id: UUID
    min_order: int
    max_order: int
    available: int
    made_to_order: bool
    lead_days: int
    weight_g: int
    image_id: UUID | None
    on_sale: bool
    domestic: bool
    halal: str
    cloth: str

    @property
    def full_name(self) -> str:
        """Return the name with the variant's."""
        return f"{self.name}, {self.variant}" if self.variant else self.name

    @property
    def url(self) -> str:
        """Return the address of the product's page."""
        return product_address(self.code, self.slug)

    @property
    def pattern_url(self) -> str:
        """Return the address of the picture that stands in for a missing one."""
        return pattern_address(self.cloth, self.code)


def offers(variant_ids: Sequence[UUID]) -> dict[UUID, Offer]:
    """Return the offers by variant, also of what is not on sale any more (``on_sale`` says so); unknown ones are left out."""
    if not variant_ids:
        return {}
    found = rows(
        select(
            Variant.id,
            Variant.product_id,
            Product.code,
            Product.slug,
            Product.name,
            Variant.name.label("variant"),
            Variant.sku,
            Variant.price_idr,
            Product.unit,
            Product.seller_id,
            Product.min_order,
            (Stock.on_hand - Stock.reserved).label("free"),
            Product.made_to_order,
            Product.lead_days,
            Variant.weight_g,
            Product.cover_id,
            Product.state,
            Product.open,
            Variant.active,
            Product.domestic,
            Product.halal,
            func.coalesce(UPPER.slug, Category.slug).label("cloth"),
        )
        .join(Product, Product.id == Variant.product_id)
        .join(Stock, Stock.variant_id == Variant.id)
        .join(Category, Category.id == Product.category_id)
        .outerjoin(UPPER, UPPER.id == Category.parent_id)
        .where(Variant.id.in_(variant_ids))
    )
    return {
        row.id: Offer(
            variant_id=row.id,
            product_id=row.product_id,
            code=row.code,
            slug=row.slug,
            name=row.name,
            variant=row.variant,
            sku=row.sku,
            price=row.price_idr,
            unit=row.unit,
            seller_id=row.seller_id,
            min_order=row.min_order,
            max_order=MOST_AT_ONCE if row.made_to_order else min(row.free, MOST_AT_ONCE),
            available=MOST_AT_ONCE if row.made_to_order else row.free,
            made_to_order=row.made_to_order,
            lead_days=row.lead_days,
            weight_g=row.weight_g,
            image_id=row.cover_id,
            on_sale=row.state == ProductState.PUBLISHED and row.open and row.active,
            domestic=row.domestic,
            halal=row.halal,
            cloth=row.cloth,
        )
        for row in found
    }
