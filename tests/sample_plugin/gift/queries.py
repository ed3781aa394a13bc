"""What is wrapped, for pages, tiles and the search."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import func, select

from gift.models import Wrap
from marketplace.catalog.queries import Card, Listing, cards, listings
from marketplace.kernel.access import Actor
from marketplace.kernel.db import session
from marketplace.kernel.pages import Page
from marketplace.sellers.policies import ROLE, SCOPE
from marketplace.sellers.queries import sellers_of


def flags(products: Sequence[UUID]) -> Mapping[UUID, bool]:
    """Return which of these products are wrapped; the others are left out."""
    return dict.fromkeys(session.scalars(select(Wrap.product_id).where(Wrap.product_id.in_(products))), True)


def wrapped() -> list[Card]:
    """Return the cards of the newest wrapped products, two dozen at most."""
    newest = select(Wrap.product_id).order_by(Wrap.offered_at.desc()).limit(24)
    return cards(session.scalars(newest).all())


def mine(actor: Actor, cursor: str | None = None) -> Page[Listing]:
    """Return what the actor's shops have on show, a page at a time."""
    return listings([shop.id for shop in sellers_of(actor)], "published", cursor)


def wrapped_by(actor: Actor) -> int:
    """Return how many products the actor's shops wrap."""
    shops = [UUID(one) for one in actor.scopes(ROLE, SCOPE)]
    return session.scalar(select(func.count()).where(Wrap.seller_id.in_(shops))) or 0
