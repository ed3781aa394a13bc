"""What an owner keeps, and what became of it since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam, select, tuple_

from marketplace.catalog import queries as catalog
from marketplace.catalog.queries import OFFERS, Card
from marketplace.kernel.access import Actor
from marketplace.kernel.db import rows
from marketplace.kernel.money import Rupiah
from marketplace.kernel.pages import Page, page, position
from marketplace.wishlist.models import Wish

PAGE_SIZE = 24


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A product that is kept. ``card`` is None when it is not on show; ``variant_id`` where there is nothing to choose."""

    id: UUID
    product_id: UUID
    at: datetime
    seen: Rupiah
    card: Card | None
    variant_id: UUID | None
    min_order: int
    there: bool

    @property
    def cheaper(self) -> bool:
        """Tell whether it costs less than what its owner saw."""
        return self.card is not None and self.card.price < self.seen

    @property
    def dearer(self) -> bool:
        """Tell whether it costs more than what its owner saw."""
        return self.card is not None and self.card.price > self.seen


def owner(actor: Actor) -> str:
    """Return under which name an actor's wishes and alerts are kept."""
    return f"person:{actor.id}" if actor.id else f"guest:{actor.guest_key}"


def wishes(actor: Actor, cursor: str | None = None) -> Page[Kept]:
    """Return a page of what an actor keeps, the newest first; at most 5 statements."""
    wanted = select(Wish.id, Wish.product_id, Wish.at, Wish.seen_idr).where(Wish.owner == owner(actor))
    if (after := position(cursor)) is not None:
        wanted = wanted.where(tuple_(Wish.at, Wish.id) < after)
    found = rows(wanted.order_by(Wish.at.desc(), Wish.id.desc()).limit(PAGE_SIZE + 1))
    ids = [row.product_id for row in found]
    cards = {card.id: card for card in catalog.cards(ids)}
    offers = _offers(list(cards))
    return page([_kept(row, cards, offers) for row in found], PAGE_SIZE, lambda one: (one.at, one.id))


_BY_PRODUCTS = (
    select(OFFERS.c.product_id, OFFERS.c.variant_id, OFFERS.c.available, OFFERS.c.min_order)
    .where(OFFERS.c.product_id == any_(bindparam("products", type_=ARRAY(Uuid))), OFFERS.c.on_sale)
    .order_by(OFFERS.c.product_id, OFFERS.c.variant_id)
)


def _offers(products: Sequence[UUID]) -> dict[UUID, list[Any]]:
    offers: dict[UUID, list[Any]] = {}
    for row in rows(_BY_PRODUCTS, {"products": list(products)}) if products else ():
        offers.setdefault(row.product_id, []).append(row)
    return offers


def _kept(row: Any, cards: Mapping[UUID, Card], offers: Mapping[UUID, list[Any]]) -> Kept:  # noqa: ANN401 - a row
    variants = offers.get(row.product_id, [])
    return Kept(
        id=row.id,
        product_id=row.product_id,
        at=row.at,
        seen=row.seen_idr,
        card=cards.get(row.product_id),
        variant_id=variants[0].variant_id if len(variants) == 1 else None,
        min_order=variants[0].min_order if variants else 1,
        there=any(one.available >= one.min_order for one in variants),
    )
