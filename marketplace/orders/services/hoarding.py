"""Nobody empties the shelves without paying: limits of unpaid orders for a buyer, a contact and an address (R9.7)."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Text, Uuid, bindparam, literal_column, or_, select

from marketplace.kernel import clock, limits
from marketplace.kernel.access import Actor
from marketplace.kernel.db import rows
from marketplace.kernel.errors import Conflict, TooMany
from marketplace.kernel.plugin import current
from marketplace.kernel.words import _
from marketplace.orders.models import Order
from marketplace.orders.queries.orders import shown_code
from marketplace.payments import queries as payments

FROM_ADDRESS, WITHIN = "orders.place.address", timedelta(hours=1)

_unpaid = Order.state.in_((literal_column("'placed'"), literal_column("'promised'")))
_guest = bindparam("guest", type_=Text)
# What joined an account by its e-mail address may have been typed by anybody: it is not among the person's own.
OF_PERSON = (
    select(Order.id, Order.code, Order.guest_key.is_(None).label("own"))
    .where(_unpaid, Order.person_id == bindparam("person", type_=Uuid))
    .order_by(Order.id)
)
OF_GUEST = (
    select(Order.id, Order.code, (Order.guest_key == _guest).label("own"))
    .where(
        _unpaid,
        Order.person_id.is_(None),
        or_(
            Order.guest_key == _guest,
            Order.phone == bindparam("phone", type_=Text),
            Order.email == bindparam("email", type_=Text),
        ),
    )
    .order_by(Order.id)
)


def refuse_hoarding(person_id: UUID | None, guest_key: str | None, phone: str, email: str | None, *, by: Actor) -> None:
    """Raise Conflict ``too_many_unpaid`` when as many orders as allowed hold goods and wait for their payment.

    A buyer's own are limited by ``UNPAID_ORDERS``, and only told to the buyer: ``by`` may hold no more than the link to one
    order. Of guests, who come without a cookie whenever they like, those with one number or e-mail address are limited by
    ``UNPAID_ORDERS_CONTACT``: more, as anybody may type it, and its owner must not be shut out by a few; so are a person's
    own with those that joined by the address. The cart's lines are locked, so that of one buyer's sessions each sees the
    orders of the others.
    """
    if person_id:
        found, buyer = rows(OF_PERSON, {"person": person_id}), by.id == person_id
    else:
        found = rows(OF_GUEST, {"guest": guest_key, "phone": phone, "email": email})
        buyer = bool(guest_key) and by.guest_key == guest_key
    most, most_of_contact = (int(current().setting(name)) for name in ("UNPAID_ORDERS", "UNPAID_ORDERS_CONTACT"))
    own = [row for row in found if row.own]
    if len(own) < most and len(found) < most_of_contact:
        return
    # Only what can still be paid holds goods, and what is paid at the door has them.
    holding = payments.unpaid([str(row.id) for row in found])
    codes = [shown_code(row.code) for row in own if str(row.id) in holding]
    if len(codes) >= most and buyer:
        said = _("These orders wait for your payment: %(codes)s. Pay or cancel one first.", codes=", ".join(codes))
        raise Conflict("too_many_unpaid", said, codes=codes)
    if len(codes) >= most or (person_id and len(holding) >= most_of_contact):
        raise Conflict(
            "too_many_unpaid",
            _("Too many orders of this buyer are not paid yet. One of them must be paid or cancelled first."),
        )
    if len(holding) >= most_of_contact:
        raise Conflict(
            "too_many_unpaid",
            _(
                "Too many orders with this number or e-mail address are not paid yet. Pay one first, or sign in to order."
            ),
        )


def count_address(address: str) -> None:
    """Count an order of a guest from an address; raises TooMany after ``GUEST_ORDERS_ADDRESS`` within an hour.

    Last in the transaction, so that only orders count and the row is locked for a moment. Without an address, or where it
    tells of nobody, nothing is counted.
    """
    if not address:
        return
    try:
        limits.take(limits.Try(FROM_ADDRESS, address, int(current().setting("GUEST_ORDERS_ADDRESS")), WITHIN))
    except TooMany as refused:
        again = datetime.fromisoformat(str(refused.facts["retry_at"])).astimezone(clock.JAKARTA)
        said = _(
            "Many orders came from your network. Try again at %(time)s, or sign in to order.", time=f"{again:%H.%M}"
        )
        raise TooMany("too_many_orders", said, **refused.facts) from refused
