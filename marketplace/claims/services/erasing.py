"""Forgetting who wrote what in claims (R22.3); sums, pieces and outcomes stay."""

from uuid import UUID

from sqlalchemy import delete, or_, select, update

from marketplace.claims.models import Claim, ClaimMessage, ClaimPhoto, Role
from marketplace.claims.services.photos import drop
from marketplace.kernel.access import Actor
from marketplace.kernel.db import session, transactional
from marketplace.orders.queries.claimable import orders_of_person

GONE = "-"


@transactional
def erase_person(person_id: UUID) -> None:
    """Forget the words and photos of a person, as buyer and as who wrote for a shop or the programme."""
    own = select(Claim.id).where(Claim.order_id.in_(orders_of_person(person_id)))
    author = Actor(kind="person", id=person_id).reference
    written = or_(ClaimMessage.author == author, ClaimMessage.claim_id.in_(own) & (ClaimMessage.role == Role.BUYER))
    messages = session.scalars(select(ClaimMessage.id).where(written)).all()
    photos = session.scalars(select(ClaimPhoto.picture_id).where(ClaimPhoto.message_id.in_(messages))).all()
    drop(photos)
    plain = {"synchronize_session": False}
    session.execute(delete(ClaimPhoto).where(ClaimPhoto.message_id.in_(messages)).execution_options(**plain))
    unsaid = update(ClaimMessage).where(ClaimMessage.id.in_(messages)).values(body=GONE, author="gone")
    session.execute(unsaid.execution_options(**plain))
    session.execute(update(Claim).where(Claim.id.in_(own)).values(sent_back="").execution_options(**plain))
