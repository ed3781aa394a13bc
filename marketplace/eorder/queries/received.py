"""The proof of a purchase by an office: which lines of whose orders were accepted, for reviews."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from marketplace.accounts.queries import recipients
from marketplace.catalog.queries import offers
from marketplace.eorder.models import Line, Order
from marketplace.eorder.policies import OFFICE, duties_in
from marketplace.eorder.queries.beside import unit_name
from marketplace.eorder.queries.reach import scope_of
from marketplace.kernel.access import Actor
from marketplace.kernel.db import rows
from marketplace.notifications.slots import Recipient
from marketplace.reviews.slots import Handed, ReceivedLine

KEY = "eorder"


def received(code: str, actor: Actor, _token: str) -> Handed | None:
    """Return the lines of an order that its office has accepted, to who holds a duty there; None to everyone else."""
    found = rows(
        select(Order.id, Order.unit_code, Order.seller_id, Order.seller_name).where(Order.code == code, ~Order.training)
    )
    if not found or not set(duties_in(actor, scope_of(actor, found[0].unit_code))) & set(OFFICE):
        return None
    order = found[0]
    columns = (Line.id, Line.product_id, Line.variant_id, Line.name, Line.variant)
    wanted = select(*columns).where(Line.order_id == order.id, Line.accepted > 0).order_by(Line.position)
    lines = rows(wanted)
    sold = offers([line.variant_id for line in lines])
    return Handed(
        code=code,
        shown_code=code,
        buyer=unit_name(order.unit_code),
        lines=tuple(
            ReceivedLine(
                receipt=f"{KEY}:{line.id}",
                line_id=line.id,
                product_id=line.product_id,
                seller_id=order.seller_id,
                seller_name=order.seller_name,
                name=line.name,
                variant=line.variant,
                image_id=offer.image_id,
                pattern_url=offer.pattern_url,
                url=offer.url,
            )
            for line in lines
            if (offer := sold.get(line.variant_id)) is not None
        ),
    )


def genuine(receipts: Sequence[str]) -> frozenset[str]:
    """Return those receipts whose goods were accepted."""
    kept = rows(select(Line.id).where(Line.id.in_(_lines(receipts)), Line.accepted > 0))
    return frozenset(f"{KEY}:{row.id}" for row in kept)


def of_person(person_id: UUID) -> list[str]:
    """Return the receipts of all lines of the orders that a person prepared."""
    found = select(Line.id).join(Order, Order.id == Line.order_id).where(Order.prepared_by == person_id)
    return [f"{KEY}:{row.id}" for row in rows(found.order_by(Line.id))]


def reach(receipt: str) -> tuple[Recipient, ...]:
    """Return who prepared the order of a line."""
    found = select(Order.prepared_by).join(Line, Line.order_id == Order.id).where(Line.id.in_(_lines([receipt])))
    return recipients([row.prepared_by for row in rows(found)])


def no_token(_code: str) -> str:
    """Return that no browser keeps a token of an office's order: who is signed in is asked."""
    return ""


def _lines(receipts: Sequence[str]) -> list[UUID]:
    return [UUID(receipt.removeprefix(f"{KEY}:")) for receipt in receipts]
