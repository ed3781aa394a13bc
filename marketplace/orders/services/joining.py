"""Orders made as a guest join the account of who has shown to read the mail of their address (R14.6)."""

from uuid import UUID

from sqlalchemy import ColumnElement, update

from marketplace.accounts import queries as accounts
from marketplace.kernel.db import session, transactional
from marketplace.orders.models import Order


@transactional
def join(person_id: UUID) -> None:
    """Give a person the orders that guests made with their proved e-mail address; without one nothing joins."""
    _join(person_id)


@transactional
def join_from_here(guest_key: str, person_id: UUID) -> None:
    """Give a person who came in the orders that this browser made as a guest with their proved e-mail address.

    Others of this browser may be somebody else's who used it before; they stay with its cookie.
    """
    _join(person_id, Order.guest_key == guest_key)


def _join(person_id: UUID, *which: ColumnElement[bool]) -> None:
    address = accounts.proved_email(person_id)
    if address is not None:
        session.execute(
            update(Order)
            .where(Order.person_id.is_(None), Order.email == address, *which)
            .values(person_id=person_id)
            .execution_options(synchronize_session=False)
        )
