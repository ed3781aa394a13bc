"""Products on show in the order of their coming, for programs that read the whole catalogue page by page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import tuple_

from marketplace.catalog.models import Product
from marketplace.catalog.queries.cards import CARD, Card, Choice, as_cards
from marketplace.catalog.queries.categories import Tree
from marketplace.kernel.db import rows
from marketplace.kernel.pages import Page, page, position
from marketplace.sellers.queries import SellerCard, seller_by_code, sellers


@dataclass(frozen=True, slots=True)
class Entry:
    """A product of the list with its shop."""

    row: Any
    card: Card
    seller: SellerCard

    @property
    def place(self) -> tuple[datetime, UUID]:
        """Return its position in the order."""
        return self.row.published_at, self.row.id


def published(
    tree: Tree,
    *,
    after: str | None,
    size: int,
    category: str | None = None,
    seller: str | None = None,
    kecamatan: str | None = None,
    halal: bool = False,
    domestic: bool = False,
) -> Page[Entry]:
    """Return a page of products, the newest first; raises NotFound for a cursor that is not ours."""
    shop = seller_by_code(seller) if seller else None
    if seller and shop is None:
        return Page((), None)
    choice = Choice(
        categories=tuple(tree.with_below([category])) if category else None,
        seller_id=shop.id if shop else None,
        kecamatan=(kecamatan,) if kecamatan else (),
        halal=halal,
        domestic=domestic,
    )
    wanted = CARD.add_columns(Product.published_at, Product.seller_id).where(*choice.conditions())
    if (place := position(after)) is not None:
        wanted = wanted.where(tuple_(Product.published_at, Product.id) < place)
    found = rows(wanted.order_by(Product.published_at.desc(), Product.id.desc()).limit(size + 1))
    whole = page(found, size, lambda row: (row.published_at, row.id))
    shops = sellers({row.seller_id for row in whole.items})
    return Page(
        tuple(
            Entry(row, card, shops[row.seller_id]) for row, card in zip(whole.items, as_cards(whole.items), strict=True)
        ),
        whole.next,
    )
