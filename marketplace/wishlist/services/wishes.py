"""Keeping products for later."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, text

from marketplace.catalog import queries as catalog
from marketplace.kernel import clock, ids
from marketplace.kernel.access import Actor
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, NotFound
from marketplace.kernel.plugin import current
from marketplace.kernel.words import Number, _
from marketplace.wishlist import queries
from marketplace.wishlist.models import Wish
from marketplace.wishlist.services.alerts import forget

KEPT = timedelta(days=60)
"""As long as a guest's cookie lives."""
# How many there are is asked in the statement that adds one. Two at once may pass the limit by one, which harms nobody.
KEEP = text(
    "INSERT INTO wishlist_wishes (id, owner, product_id, seen_idr, at)"
    " SELECT :id, :owner, :product, :seen, :now"
    " WHERE (SELECT count(*) FROM wishlist_wishes WHERE owner = :owner) < :most"
    " ON CONFLICT (owner, product_id) DO UPDATE SET at = excluded.at, seen_idr = excluded.seen_idr RETURNING id"
)
ADOPT = text(
    "UPDATE wishlist_wishes w SET owner = :person WHERE owner = :guest"
    " AND NOT EXISTS (SELECT FROM wishlist_wishes o WHERE o.owner = :person AND o.product_id = w.product_id)"
)


@transactional
def keep(code: str, *, by: Actor) -> catalog.Card:
    """Keep the product with this code; keeping it again notes the price of now. Return its card.

    Raises NotFound for a product that is not on show, and Conflict ``full`` when no more can be kept.
    """
    card = catalog.card_of(code.upper())
    if card is None:
        raise NotFound
    most = int(current().setting("WISHES"))
    kept = session.execute(
        KEEP,
        {
            "id": ids.uuid7(),
            "owner": queries.owner(by),
            "product": card.id,
            "seen": card.price.amount,
            "now": clock.now(),
            "most": most,
        },
    ).one_or_none()
    if kept is None:
        raise Conflict("full", _("You keep %(most)s products already. Take some out first.", most=Number(most)))
    return card


@transactional
def drop(product_id: UUID, *, by: Actor) -> None:
    """Keep a product no more; one that is not kept is no error."""
    gone = delete(Wish).where(Wish.owner == queries.owner(by), Wish.product_id == product_id)
    session.execute(gone.execution_options(synchronize_session=False))


@transactional
def adopt(guest_key: str, person_id: UUID) -> None:
    """Give a guest's wishes and alerts to the person who came in here; what both keep stays the person's."""
    names = {"person": f"person:{person_id}", "guest": f"guest:{guest_key}"}
    session.execute(ADOPT, names)
    both = delete(Wish).where(Wish.owner == names["guest"])
    session.execute(both.execution_options(synchronize_session=False))
    session.execute(text("UPDATE wishlist_alerts SET owner = :person WHERE owner = :guest"), names)


@transactional
def sweep_wishes() -> None:
    """Drop what guests keep whose cookie is over."""
    old = delete(Wish).where(Wish.owner.startswith("guest:"), Wish.at < clock.now() - KEPT)
    session.execute(old.execution_options(synchronize_session=False))


@transactional
def erase_person(person_id: UUID) -> None:
    """Forget what a person keeps, and end what they wanted to be told (R22.3)."""
    mine = f"person:{person_id}"
    session.execute(delete(Wish).where(Wish.owner == mine).execution_options(synchronize_session=False))
    forget(mine)
