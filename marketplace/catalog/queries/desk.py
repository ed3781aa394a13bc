"""Products as their sellers and their reviewers see them, drafts and all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, func, select, true
from sqlalchemy.orm import aliased

from marketplace.catalog.models import Category, Image, Product, ProductState, Stock, Variant
from marketplace.catalog.policies import REVIEW
from marketplace.catalog.queries.addresses import pattern_address, product_address
from marketplace.kernel.access import Actor
from marketplace.kernel.db import rows
from marketplace.kernel.money import Rupiah
from marketplace.kernel.pages import Page, page, position
from marketplace.media.queries import Picture, pictures
from marketplace.sellers.policies import ROLE, SCOPE
from marketplace.sellers.queries import sellers

MOST = 500
PAGE_SIZE = 50
UPPER = aliased(Category)
COUNTS = (
    select(
        func.coalesce(func.sum(Stock.on_hand - Stock.reserved), 0).label("free"),
        func.coalesce(func.sum(Stock.reserved), 0).label("reserved"),
        func.count().label("variants"),
    )
    .join(Variant, Variant.id == Stock.variant_id)
    .where(Variant.product_id == Product.id, Variant.active)
    .lateral("counts")
)
"""Stock over all variants of a product."""
STATES: dict[str, tuple[ColumnElement[bool], ...]] = {
    **{str(state): (Product.state == state,) for state in ProductState},
    "sold_out": (Product.state == ProductState.PUBLISHED, ~Product.made_to_order, COUNTS.c.free < 1),
}
"""What a seller's list can be narrowed to: a state, or what is published and has nothing left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A product in its seller's or the reviewer's list; stock is over all its variants."""

    id: UUID
    code: str
    name: str
    state: str
    reason: str
    price: Rupiah
    unit: str
    category: str
    halal: str
    halal_number: str | None
    pirt: str | None
    description: str
    made_to_order: bool
    free: int
    reserved: int
    variants: int
    changed_at: datetime
    seller_id: UUID
    seller_name: str
    image: Picture | None
    pattern_url: str
    url: str

    @property
    def sold_out(self) -> bool:
        """Tell whether nothing is left to sell."""
        return not self.made_to_order and self.free < 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedVariant:
    """A variant as its seller edits it."""

    id: UUID
    sku: str
    name: str
    price: Rupiah
    weight_g: int
    on_hand: int
    reserved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """A product as its seller edits it, field by field as in ``forms.ProductIn``."""

    id: UUID
    code: str
    seller_id: UUID
    state: str
    reason: str
    name: str
    category: str
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
    variants: tuple[ListedVariant, ...]
    images: tuple[Picture, ...]
    url: str


def _listed(statement: Select[Any]) -> Sequence[Row[Any]]:
    columns = (
        Product.__table__,
        Category.slug.label("category"),
        func.coalesce(UPPER.slug, Category.slug).label("cloth"),
        COUNTS.c.free,
        COUNTS.c.reserved,
        COUNTS.c.variants,
    )
    joined = statement.add_columns(*columns).select_from(Product).join(Category, Category.id == Product.category_id)
    return rows(joined.outerjoin(UPPER, UPPER.id == Category.parent_id).join(COUNTS, true()))


def _listings(found: Sequence[Row[Any]]) -> tuple[Listing, ...]:
    shops = sellers({row.seller_id for row in found})
    shown = pictures({row.cover_id for row in found if row.cover_id})
    return tuple(
        Listing(
            id=row.id,
            code=row.code,
            name=row.name,
            state=row.state,
            reason=row.reason,
            price=row.price_idr,
            unit=row.unit,
            category=row.category,
            halal=row.halal,
            halal_number=row.halal_number,
            pirt=row.pirt,
            description=row.description,
            made_to_order=row.made_to_order,
            free=row.free,
            reserved=row.reserved,
            variants=row.variants,
            changed_at=row.changed_at,
            seller_id=row.seller_id,
            seller_name=shops[row.seller_id].name,
            image=shown.get(row.cover_id) if row.cover_id else None,
            pattern_url=pattern_address(row.cloth, row.code),
            url=product_address(row.code, row.slug),
        )
        for row in found
    )


def listings(seller_ids: Sequence[UUID], state: str = "", cursor: str | None = None) -> Page[Listing]:
    """Return the products of these shops, last changed first; of one of ``STATES`` if it is named."""
    wanted = select().where(Product.seller_id.in_(seller_ids), *(STATES[state] if state else ()))
    if (after := position(cursor)) is not None:
        wanted = wanted.where((Product.changed_at, Product.id) < after)  # type: ignore[operator] # a row of columns, compared as one
    found = _listed(wanted.order_by(Product.changed_at.desc(), Product.id.desc()).limit(PAGE_SIZE + 1))
    paged = page(found, PAGE_SIZE, lambda row: (row.changed_at, row.id))
    return Page(_listings(paged.items), paged.next)


def listing_counts(seller_ids: Sequence[UUID]) -> dict[str, int]:
    """Count the products of these shops by state."""
    counted = (
        select(Product.state, func.count().label("products"))
        .where(Product.seller_id.in_(seller_ids))
        .group_by(Product.state)
    )
    return {row.state: row.products for row in rows(counted)}


def listing(product_id: UUID) -> Edited | None:
    """Return a product to be edited, or None; the caller asks for the right by its ``seller_id``."""
    found = rows(
        select(Product.__table__, Category.slug.label("category"))
        .join(Category, Category.id == Product.category_id)
        .where(Product.id == product_id)
    )
    if not found:
        return None
    row = found[0]
    media = rows(select(Image.media_id).where(Image.product_id == product_id).order_by(Image.position, Image.id))
    shown = pictures({one.media_id for one in media})
    variants = rows(
        select(
            Variant.id,
            Variant.sku,
            Variant.name,
            Variant.price_idr,
            Variant.weight_g,
            Stock.on_hand,
            Stock.reserved,
        )
        .join(Stock, Stock.variant_id == Variant.id)
        .where(Variant.product_id == product_id, Variant.active)
        .order_by(Variant.position, Variant.id)
    )
    return Edited(
        id=row.id,
        code=row.code,
        seller_id=row.seller_id,
        state=row.state,
        reason=row.reason,
        name=row.name,
        category=row.category,
        description=row.description,
        unit=row.unit,
        min_order=row.min_order,
        made_to_order=row.made_to_order,
        lead_days=row.lead_days,
        daily_units=row.daily_units,
        halal=row.halal,
        halal_number=row.halal_number,
        pirt=row.pirt,
        domestic=row.domestic,
        variants=tuple(
            ListedVariant(
                id=one.id,
                sku=one.sku,
                name=one.name,
                price=one.price_idr,
                weight_g=one.weight_g,
                on_hand=one.on_hand,
                reserved=one.reserved,
            )
            for one in variants
        ),
        images=tuple(shown[one.media_id] for one in media if one.media_id in shown),
        url=product_address(row.code, row.slug),
    )


def waiting(actor: Actor) -> tuple[Listing, ...]:
    """Return what waits for a reviewer, the longest waiting first, at most 500; nothing to those who do not review."""
    if not REVIEW.allows(actor, None):
        return ()
    wanted = select().where(Product.state == ProductState.WAITING)
    return _listings(_listed(wanted.order_by(Product.changed_at, Product.id).limit(MOST)))


def waiting_count(actor: Actor) -> int:
    """Count what waits for a reviewer."""
    if not REVIEW.allows(actor, None):
        return 0
    return int(rows(select(func.count()).where(Product.state == ProductState.WAITING))[0][0])


def rejected_count(actor: Actor) -> int:
    """Count the products that came back to the actor's shops with a reason."""
    shops = [UUID(one) for one in actor.scopes(ROLE, SCOPE)]
    return listing_counts(shops).get(ProductState.REJECTED, 0) if shops else 0


def sold_out_count(actor: Actor) -> int:
    """Count the published products of the actor's shops of which nothing is left."""
    shops = [UUID(one) for one in actor.scopes(ROLE, SCOPE)]
    if not shops:
        return 0
    free = (
        select(func.sum(Stock.on_hand - Stock.reserved))
        .join(Variant, Variant.id == Stock.variant_id)
        .where(Variant.product_id == Product.id, Variant.active)
        .scalar_subquery()
    )
    gone = select(func.count()).where(
        Product.seller_id.in_(shops),
        Product.state == ProductState.PUBLISHED,
        ~Product.made_to_order,
        func.coalesce(free, 0) < 1,
    )
    return int(rows(gone)[0][0])
