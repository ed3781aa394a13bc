"""What a shop does between the letter and the delivery: it makes, and it sends, at once or in several deliveries."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from marketplace.eorder import queries
from marketplace.eorder.forms import ShipIn
from marketplace.eorder.models import Change, ChangeState, Line, Order, OrderState, Shipment
from marketplace.eorder.services import photos
from marketplace.eorder.services.steps import begin, finish
from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import rows, session, transactional
from marketplace.kernel.errors import Conflict, Invalid, NotFound
from marketplace.kernel.ids import uuid7
from marketplace.kernel.words import Number, _


@transactional
def make(code: str, *, by: Actor) -> None:
    """Begin to make what was ordered. Raises what ``begin`` does, and Conflict ``change`` while a change is open."""
    step = begin(code, "make", by=by)
    unchanging(step.order)
    finish(step, OrderState.IN_PRODUCTION, due_at=expected(step.order))


@transactional
def ship(code: str, data: ShipIn, *, by: Actor) -> int:
    """Send what is left of an order, or so many of each line, with a note or a picture; return the number of the shipment.

    Raises what ``begin`` does, NotFound for a line of another order, Conflict ``change`` while a change is open, and Invalid
    beside ``baris-0-jumlah`` for more than is left, ``baris`` when nothing is sent, ``catatan`` without note and picture.
    """
    step = begin(code, "ship", by=by)
    order = step.order
    unchanging(order)
    sent = _sent(order, data)
    if not data.catatan and data.photo_id is None:
        raise Invalid({"catatan": _("Write who brings it or how it is sent, or add a picture of it.")})
    photos.hang(order.id, [data.photo_id])
    number = 1 + (session.scalar(select(func.max(Shipment.number)).where(Shipment.order_id == order.id)) or 0)
    session.add(
        Shipment(
            id=uuid7(), order_id=order.id, number=number, sent={str(line): qty for line, qty in sent.items()},
            note=data.catatan, photo_id=data.photo_id, by=by.id, at=clock.now(),
        )
    )  # fmt: skip
    finish(step, OrderState.SHIPPED, due_at=expected(order), after={"shipment": number, "pieces": sum(sent.values())})
    return number


def unchanging(order: Order) -> None:
    """Raise Conflict ``change`` while a change of an order waits for an answer; nothing goes out before it is known."""
    waiting = select(Change.number).where(Change.order_id == order.id, Change.state == ChangeState.OPEN)
    if (number := session.scalar(waiting)) is not None:
        said = _("Change %(number)s of this order waits for an answer. Answer it first.", number=number)
        raise Conflict("change", said, number=number)


def expected(order: Order) -> datetime | None:
    """Return until when the rest of an order is expected, where minutes name a day for it; else the order's day holds."""
    until = queries.completed_by(order.id)
    return queries.closing(until) if until else None


def _sent(order: Order, data: ShipIn) -> dict[UUID, int]:
    left = {
        row.id: row.qty - row.came
        for row in rows(select(Line.id, Line.qty, Line.came).where(Line.order_id == order.id).order_by(Line.position))
    }
    if not data.baris:
        sent = {line: qty for line, qty in left.items() if qty}
    else:
        if not {one.barang for one in data.baris} <= set(left):
            raise NotFound
        asked: dict[UUID, int] = {}
        for position, one in enumerate(data.baris):
            asked[one.barang] = asked.get(one.barang, 0) + one.jumlah
            if asked[one.barang] > left[one.barang]:
                said = _("%(left)s of it are left to send.", left=Number(left[one.barang]))
                raise Invalid({f"baris-{position}-jumlah": said})
        sent = {line: qty for line, qty in asked.items() if qty}
    if not sent:
        said = (
            _("Everything has come already.")
            if not any(left.values())
            else _("Say how many of which product you send.")
        )
        raise Invalid({"baris": said})
    return sent
