"""The proof of a purchase: which lines of whose orders came, for reviews."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import bindparam, select

from marketplace.accounts import queries as accounts
from marketplace.catalog import queries as catalog
from marketplace.kernel.access import Actor
from marketplace.kernel.db import rows
from marketplace.notifications.slots import Recipient
from marketplace.orders.models import Line, Order, Suborder
from marketplace.orders.policies import OWN
from marketplace.orders.queries.letters import buyer_of
from marketplace.orders.queries.orders import ownership, plain_code, shown_code
from marketplace.orders.queries.parts import BY_NUMBER, CAME
from marketplace.reviews.slots import Handed, ReceivedLine

KEY = "orders"

_LINES = (
    select(
        Order.id,
        Order.code,
        Order.person_id,
        Order.guest_key,
        Order.recipient,
        Suborder.state,
        Suborder.seller_id,
        Suborder.seller_name,
        Line.id.label("line_id"),
        Line.product_id,
        Line.product_code,
        Line.slug,
        Line.name,
        Line.variant,
        Line.image_id,
        Line.pattern,
    )
    .join(Suborder, Suborder.order_id == Order.id)
    .join(Line, Line.suborder_id == Suborder.id)
    .where(Order.code == bindparam("code"))
    .order_by(*BY_NUMBER)
)


def received(code: str, actor: Actor, token: str) -> Handed | None:
    """Return the lines of an order that came, to its buyer or to who shows its token; None to everyone else."""
    found = rows(_LINES, {"code": plain_code(code)})
    if not found or not OWN.allows(actor, ownership(found[0], token)):
        return None
    order = found[0]
    person = accounts.person_contacts([order.person_id]).get(order.person_id) if order.person_id else None
    return Handed(
        code=order.code,
        shown_code=shown_code(order.code),
        # A recipient may be somebody else, for whom it was bought.
        buyer=person.name if person else order.recipient,
        lines=tuple(
            ReceivedLine(
                receipt=f"{KEY}:{row.line_id}",
                line_id=row.line_id,
                product_id=row.product_id,
                seller_id=row.seller_id,
                seller_name=row.seller_name,
                name=row.name,
                variant=row.variant,
                image_id=row.image_id,
                pattern_url=row.pattern,
                url=catalog.product_address(row.product_code, row.slug),
            )
            for row in found
            if row.state in CAME
        ),
    )


def genuine(receipts: Sequence[str]) -> frozenset[str]:
    """Return those receipts whose goods came."""
    found = select(Line.id).join(Suborder, Suborder.id == Line.suborder_id)
    kept = rows(found.where(Line.id.in_(_lines(receipts)), Suborder.state.in_(CAME)))
    return frozenset(f"{KEY}:{row.id}" for row in kept)


def of_person(person_id: UUID) -> list[str]:
    """Return the receipts of all lines that a person ordered."""
    found = select(Line.id).join(Suborder, Suborder.id == Line.suborder_id).join(Order, Order.id == Suborder.order_id)
    return [f"{KEY}:{row.id}" for row in rows(found.where(Order.person_id == person_id).order_by(Line.id))]


def reach(receipt: str) -> tuple[Recipient, ...]:
    """Return the buyer of a line, at the address given with the order, else at that of their account."""
    found = select(Suborder.order_id).join(Line, Line.suborder_id == Suborder.id).where(Line.id.in_(_lines([receipt])))
    return next((buyer_of(row.order_id) for row in rows(found)), ())


def _lines(receipts: Iterable[str]) -> list[UUID]:
    return [UUID(receipt.removeprefix(f"{KEY}:")) for receipt in receipts]
