"""What is on a shop's shelf, variant by variant, and how it came and went (L08)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_

from marketplace.accounts import queries as accounts
from marketplace.catalog.models import Product, ProductState, Stock, StockMove, Variant
from marketplace.kernel.access import Actor
from marketplace.kernel.db import rows
from marketplace.kernel.pages import Page, page, position
from marketplace.media.queries import Picture, pictures
from marketplace.sellers.policies import MANAGE, ROLE, SCOPE

SHELF_SIZE, MOVES_SIZE = 40, 50
_FREE = Stock.on_hand - Stock.reserved
_LOW = and_(~Product.made_to_order, Stock.low_at >= _FREE)
_OUT = and_(~Product.made_to_order, _FREE < 1)
SHELVES: dict[str, tuple[ColumnElement[bool], ...]] = {"": (), "low": (_LOW,), "out": (_OUT,)}
"""What the list can be narrowed to: what is at its low limit or below, and what is out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelved:
    """A variant on its seller's shelf."""

    variant_id: UUID
    product_id: UUID
    name: str
    variant: str
    sku: str
    unit: str
    state: str
    made_to_order: bool
    on_hand: int
    reserved: int
    low_at: int | None
    image: Picture | None

    @property
    def full_name(self) -> str:
        """Return the name with the variant's."""
        return f"{self.name}, {self.variant}" if self.variant else self.name

    @property
    def free(self) -> int:
        """Return how many can still be sold."""
        return self.on_hand - self.reserved

    @property
    def out(self) -> bool:
        """Tell whether nothing is left to sell."""
        return not self.made_to_order and self.free < 1

    @property
    def low(self) -> bool:
        """Tell whether so few are left as the seller wants to be warned of."""
        return not self.made_to_order and self.low_at is not None and self.free <= self.low_at


@dataclass(frozen=True, slots=True)
class Shelf:
    """A page of a shop's shelf by name; ``counts`` are of the whole shelf, by ``SHELVES``."""

    items: tuple[Shelved, ...]
    counts: dict[str, int]
    number: int
    pages: int


def shelf(
    seller_id: UUID,
    actor: Actor,
    *,
    shown: str = "",
    words: str = "",
    number: int = 1,
    only: Sequence[UUID] = (),
) -> Shelf:
    """Return a page of the shelf to the shop's team, narrowed to one of ``SHELVES`` and to names or SKUs with ``words``.

    With ``only`` it holds those variants, wherever they would stand. To others it is empty. Three statements, however long
    the shelf; a page past the end is the last one.
    """
    if not MANAGE.allows(actor, seller_id):
        return Shelf((), dict.fromkeys(SHELVES, 0), 1, 1)
    meant = (Product.seller_id == seller_id, Variant.active, *_named(words))
    each = [func.count().filter(*condition).label(name or "all") for name, condition in SHELVES.items() if name]
    joined = select(func.count().label("all"), *each).select_from(Product).join(Variant).join(Stock)
    counted = rows(joined.where(*meant))[0]
    counts = {name: getattr(counted, name or "all") for name in SHELVES}
    pages = max(1, -(-counts[shown] // SHELF_SIZE))
    here = min(max(number, 1), pages)
    listed = (
        select(
            Variant.id.label("variant_id"),
            Variant.product_id,
            Product.name,
            Variant.name.label("variant"),
            Variant.sku,
            Product.unit,
            Product.state,
            Product.made_to_order,
            Product.cover_id,
            Stock.on_hand,
            Stock.reserved,
            Stock.low_at,
        )
        .select_from(Product)
        .join(Variant)
        .join(Stock)
        .order_by(Product.name_normal, Product.id, Variant.position, Variant.id)
    )
    if only:
        listed = listed.where(Product.seller_id == seller_id, Variant.id.in_(only))
    else:
        listed = listed.where(*meant, *SHELVES[shown]).limit(SHELF_SIZE).offset((here - 1) * SHELF_SIZE)
    return Shelf(_shelved(rows(listed)), counts, here, pages)


def _named(words: str) -> tuple[ColumnElement[bool], ...]:
    bare = " ".join(words.casefold().split())
    if not bare:
        return ()
    return (
        or_(
            Product.name_normal.contains(bare, autoescape=True),
            func.lower(Variant.name).contains(bare, autoescape=True),
            func.lower(Variant.sku).contains(bare, autoescape=True),
        ),
    )


def _shelved(found: Sequence[Any]) -> tuple[Shelved, ...]:
    shown = pictures({row.cover_id for row in found if row.cover_id})
    return tuple(
        Shelved(
            variant_id=row.variant_id,
            product_id=row.product_id,
            name=row.name,
            variant=row.variant,
            sku=row.sku,
            unit=row.unit,
            state=row.state,
            made_to_order=row.made_to_order,
            on_hand=row.on_hand,
            reserved=row.reserved,
            low_at=row.low_at,
            image=shown.get(row.cover_id) if row.cover_id else None,
        )
        for row in found
    )


def low_count(actor: Actor) -> int:
    """Count the variants on sale in the actor's shops that are at their low limit or below, but not out."""
    shops = [UUID(one) for one in actor.scopes(ROLE, SCOPE)]
    if not shops:
        return 0
    counted = select(func.count()).select_from(Product).join(Variant).join(Stock)
    on_sale = (Product.seller_id.in_(shops), Product.state == ProductState.PUBLISHED, Variant.active)
    return int(rows(counted.where(*on_sale, _LOW, _FREE > 0))[0][0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A change of a variant's count: why, by whom (empty: the house), and how many there were after it."""

    id: UUID
    at: datetime
    delta: int
    reason: str
    by: str
    mine: bool
    after: int


@dataclass(frozen=True, slots=True)
class History:
    """How a variant's count came about, the last change first."""

    item: Shelved
    moves: Page[Moved]


def history(variant_id: UUID, seller_ids: Sequence[UUID], actor: Actor, cursor: str | None = None) -> History | None:
    """Return the moves of a variant of these shops, a page at a time; None for one of others, as if there were none."""
    found = rows(
        select(
            Variant.id.label("variant_id"),
            Variant.product_id,
            Product.name,
            Variant.name.label("variant"),
            Variant.sku,
            Product.unit,
            Product.state,
            Product.made_to_order,
            Product.cover_id,
            Stock.on_hand,
            Stock.reserved,
            Stock.low_at,
        )
        .select_from(Variant)
        .join(Product)
        .join(Stock)
        .where(Variant.id == variant_id, Variant.seller_id.in_(seller_ids))
    )
    if not found:
        return None
    in_time = (StockMove.at, StockMove.id)
    summed = (
        select(
            StockMove.id,
            StockMove.at,
            StockMove.delta,
            StockMove.reason,
            StockMove.by,
            func.sum(StockMove.delta).over(order_by=in_time).label("after"),
        )
        .where(StockMove.variant_id == variant_id)
        .subquery("summed")
    )
    wanted = select(summed)
    if (after := position(cursor)) is not None:
        wanted = wanted.where(tuple_(summed.c.at, summed.c.id) < after)
    moves = rows(wanted.order_by(summed.c.at.desc(), summed.c.id.desc()).limit(MOVES_SIZE + 1))
    people = {UUID(row.by.removeprefix("person:")) for row in moves if row.by.startswith("person:")}
    names = {f"person:{key}": one.name for key, one in accounts.person_contacts(people).items()} if people else {}
    told = [
        Moved(
            id=row.id,
            at=row.at,
            delta=row.delta,
            reason=row.reason,
            by=names.get(row.by, ""),
            mine=row.by == actor.reference,
            after=int(row.after),
        )
        for row in moves
    ]
    return History(_shelved(found)[0], page(told, MOVES_SIZE, lambda one: (one.at, one.id)))
