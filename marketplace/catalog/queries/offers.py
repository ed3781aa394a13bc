"""What can be bought of a variant right now, for carts, orders and offers: many at once, in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    Uuid,
    and_,
    any_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    select,
)
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
    daily_units: int | None
    """How many pieces of the product, all variants together, can be made for one day; None is no limit."""
    weight_g: int
    volume_ml: int
    image_id: UUID | None
    on_sale: bool
    domestic: bool
    halal: str
    pirt: str | None
    """The number of the licence for food made at home, as the shop stated it."""
    cloth: str
    tax_kind: str
    food: bool

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


_FREE = Stock.on_hand - Stock.reserved
_MOST: ColumnElement[int] = literal_column(str(MOST_AT_ONCE), Integer)
# Past the range of int4: ten metres each way are a billion cubic millimetres a thousand times over.
_CUBIC_MM = cast(Variant.length_mm, BigInteger) * Variant.width_mm * Variant.height_mm
_COLUMNS = {
    "variant_id": Variant.id,
    "product_id": Variant.product_id,
    "code": Product.code,
    "slug": Product.slug,
    "name": Product.name,
    "variant": Variant.name,
    "sku": Variant.sku,
    "price": Variant.price_idr,
    "unit": Product.unit,
    "seller_id": Product.seller_id,
    "min_order": Product.min_order,
    "max_order": case((Product.made_to_order, _MOST), else_=func.least(_FREE, _MOST)),
    "available": case((Product.made_to_order, _MOST), else_=_FREE),
    "made_to_order": Product.made_to_order,
    "lead_days": Product.lead_days,
    "daily_units": case((Product.made_to_order, Product.daily_units)),
    "weight_g": Variant.weight_g,
    "volume_ml": (_CUBIC_MM + 999) // literal_column("1000", BigInteger),
    "image_id": Product.cover_id,
    "on_sale": and_(Product.state == literal_column(f"'{ProductState.PUBLISHED}'"), Product.open, Variant.active),
    "domestic": Product.domestic,
    "halal": Product.halal,
    "pirt": Product.pirt,
    "cloth": func.coalesce(UPPER.slug, Category.slug),
    "tax_kind": Category.tax_kind,
    "food": Category.food,
}
OFFERS: FromClause = (
    select(*(column.label(name) for name, column in _COLUMNS.items()))
    .join(Product, Product.id == Variant.product_id)
    .join(Stock, Stock.variant_id == Variant.id)
    .join(Category, Category.id == Product.category_id)
    .outerjoin(UPPER, UPPER.id == Category.parent_id)
    .subquery("offers")
)
"""Offers as something to be joined by those above: a column for each field of ``Offer``."""
GOODS: FromClause = select(
    Product.id,
    Product.code,
    Product.slug,
    Product.name,
    Product.seller_id,
    Product.category_id,
    Product.domestic,
    Product.state,
    and_(Product.state == literal_column(f"'{ProductState.PUBLISHED}'"), Product.open).label("on_show"),
).subquery("goods")
"""Products, whatever their state, as something to be joined by those above."""
_BY_VARIANTS = select(OFFERS).where(OFFERS.c.variant_id == any_(bindparam("variants", type_=ARRAY(Uuid))))


def offers(variant_ids: Sequence[UUID]) -> dict[UUID, Offer]:
    """Return the offers by variant, also of what is not on sale any more (``on_sale`` says so); unknown ones are left out."""
    if not variant_ids:
        return {}
    return {row.variant_id: offer_in(row) for row in rows(_BY_VARIANTS, {"variants": list(variant_ids)})}


def offer_in(columns: Sequence[Any]) -> Offer:
    """Return the offer that stands in the columns of ``OFFERS``, in their order."""
    return Offer(**dict(zip(_COLUMNS, columns, strict=True)))
