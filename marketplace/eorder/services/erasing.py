"""What is taken out when a person is erased: whom to call; orders and papers stay as the law keeps them."""

from uuid import UUID

from sqlalchemy import update

from marketplace.eorder.models import Need
from marketplace.kernel.db import session, transactional


@transactional
def erase_person(person_id: UUID) -> None:
    """Take the contacts out of the needs that a person wrote down."""
    blank = update(Need).where(Need.prepared_by == person_id, Need.contact != "").values(contact="", contact_phone="")
    session.execute(blank)
