"""One product, as its page shows it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select, true
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased

from marketplace.catalog.models import Category, Halal, Image, Price, Product, ProductState, Stock, Variant
from marketplace.catalog.queries.addresses import category_address, pattern_address, product_address
from marketplace.catalog.queries.cards import Card, as_cards, like
from marketplace.catalog.queries.offers import MOST_AT_ONCE
from marketplace.kernel import clock
from marketplace.kernel.db import UtcDateTime, rows
from marketplace.kernel.ids import CODE_LENGTH
from marketplace.kernel.money import Rupiah
from marketplace.media.queries import Picture, pictures
from marketplace.sellers.queries import SHOPS, SellerCard, card_in

HISTORY = timedelta(days=90)
SIMILAR = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantView:
    """A variant to choose, with the lowest and highest price of the last ninety days."""

    id: UUID
    name: str
    sku: str
    price: Rupiah
    weight_g: int
    free: int
    lowest: Rupiah
    highest: Rupiah

    @property
    def moved(self) -> bool:
        """Tell whether the price has been another in that time."""
        return self.lowest != self.highest


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductView:
    """All that the page says of a product. ``on_sale`` is false for one that was taken off: the page then says so."""

    id: UUID
    code: str
    slug: str
    name: str
    description: str
    unit: str
    min_order: int
    made_to_order: bool
    lead_days: int
    daily_units: int | None
    halal: str
    halal_number: str | None
    pirt: str | None
    domestic: bool
    on_sale: bool
    category: str
    trail: tuple[tuple[str, str, str], ...]
    """From the top: name, English name, address."""
    variants: tuple[VariantView, ...]
    seller: SellerCard
    images: tuple[Picture, ...]
    pattern_url: str
    similar: tuple[Card, ...]

    @property
    def url(self) -> str:
        """Return the address of this page."""
        return product_address(self.code, self.slug)

    @property
    def chosen(self) -> VariantView:
        """Return the variant chosen at first: the first that is there, else the first."""
        return next((one for one in self.variants if self.most(one) >= self.min_order), self.variants[0])

    def most(self, variant: VariantView) -> int:
        """Return the most that can be taken of a variant now."""
        return MOST_AT_ONCE if self.made_to_order else min(variant.free, MOST_AT_ONCE)

    @property
    def sold_out(self) -> bool:
        """Tell whether no variant is there in the quantity that must be taken at least."""
        return all(self.most(one) < self.min_order for one in self.variants)

    @property
    def certified(self) -> bool:
        """Tell whether it has a halal certificate."""
        return self.halal == Halal.CERTIFIED

    @property
    def not_halal(self) -> bool:
        """Tell whether it is declared as not halal, which must be seen (domain 5.2)."""
        return self.halal == Halal.NON_HALAL_DECLARED


UPPER = aliased(Category)
BEFORE = aliased(Price)


# Made once: building a statement costs as much as running it.
ONE = (
    select(
        Product.__table__,
        Category.slug.label("category"),
        Category.name.label("category_name"),
        Category.name_en.label("category_name_en"),
        UPPER.slug.label("upper"),
        UPPER.name.label("upper_name"),
        UPPER.name_en.label("upper_name_en"),
        select(func.array_agg(aggregate_order_by(Image.media_id, Image.position, Image.id)))
        .where(Image.product_id == Product.id)
        .scalar_subquery()
        .label("images"),
        *(column.label(f"shop_{column.name}") for column in SHOPS.c),
    )
    .join(Category, Category.id == Product.category_id)
    .outerjoin(UPPER, UPPER.id == Category.parent_id)
    .join(SHOPS, SHOPS.c.id == Product.seller_id)
    .where(Product.code == bindparam("code"))
)
_SHOP = slice(-len(SHOPS.c), None)
# What held ninety days ago counts too, until the first change after it.
LATELY = (
    select(func.min(Price.price_idr).label("lowest"), func.max(Price.price_idr).label("highest"))
    .where(
        Price.variant_id == Variant.id,
        Price.since
        >= func.coalesce(
            select(func.max(BEFORE.since))
            .where(BEFORE.variant_id == Variant.id, BEFORE.since <= bindparam("start", type_=UtcDateTime()))
            .correlate(Variant)
            .scalar_subquery(),
            bindparam("start", type_=UtcDateTime()),
        ),
    )
    .lateral("lately")
)
VARIANTS = (
    select(
        Variant.id,
        Variant.name,
        Variant.sku,
        Variant.price_idr,
        Variant.weight_g,
        (Stock.on_hand - Stock.reserved).label("free"),
        LATELY.c.lowest,
        LATELY.c.highest,
    )
    .join(Stock, Stock.variant_id == Variant.id)
    .outerjoin(LATELY, true())
    .where(Variant.product_id == bindparam("product"), Variant.active)
    .order_by(Variant.position, Variant.id)
)


def product_page(code: str) -> ProductView | None:
    """Return a product that is or was on show, by its code; None for any other, as if there were none (R15.2)."""
    if not (len(code) == CODE_LENGTH and code.isascii() and code.isalnum()):
        return None
    found = rows(ONE, {"code": code})
    if not found or found[0].published_at is None or found[0].state in (ProductState.WAITING, ProductState.REJECTED):
        return None
    row = found[0]
    variants = _variants(row.id)
    near = like(row.category_id, row.id, size=SIMILAR)
    seller = card_in(row[_SHOP])
    shown = pictures(row.images or ())
    return ProductView(
        id=row.id,
        code=row.code,
        slug=row.slug,
        name=row.name,
        description=row.description,
        unit=row.unit,
        min_order=row.min_order,
        made_to_order=row.made_to_order,
        lead_days=row.lead_days,
        daily_units=row.daily_units if row.made_to_order else None,
        halal=row.halal,
        halal_number=row.halal_number,
        pirt=row.pirt,
        domestic=row.domestic,
        on_sale=row.state == ProductState.PUBLISHED and seller.sells and bool(variants),
        category=row.category,
        trail=_trail(row),
        variants=variants,
        seller=seller,
        images=tuple(shown[one] for one in row.images or () if one in shown),
        pattern_url=pattern_address(row.upper or row.category, row.code),
        similar=tuple(as_cards(near)),
    )


def _trail(row: Any) -> tuple[tuple[str, str, str], ...]:  # noqa: ANN401 - a row
    own = (row.category_name, row.category_name_en, category_address(row.category, row.upper))
    return ((row.upper_name, row.upper_name_en, category_address(row.upper)), own) if row.upper else (own,)


def _variants(product_id: UUID) -> tuple[VariantView, ...]:
    found = rows(VARIANTS, {"product": product_id, "start": clock.now() - HISTORY})
    return tuple(
        VariantView(
            id=row.id,
            name=row.name,
            sku=row.sku,
            price=row.price_idr,
            weight_g=row.weight_g,
            free=row.free,
            lowest=row.lowest or row.price_idr,
            highest=row.highest or row.price_idr,
        )
        for row in found
    )
