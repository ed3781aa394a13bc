"""The shop makes and sends what was ordered, at once or in parts."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select

from marketplace.eorder.forms import ShipIn
from marketplace.eorder.models import Change, ChangeState, Line, Order, OrderState, Shipment
from marketplace.eorder.services import papers, photos
from marketplace.eorder.services.holding import lines_of
from marketplace.eorder.services.steps import begin, finish
from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import rows, session, transactional
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.kernel.ids import uuid7
from marketplace.kernel.words import Number, _


@transactional
def make(code: str, *, by: Actor) -> None:
    """Say that the shop has begun to make it. Raises as ``begin`` does, Conflict ``change`` while one waits for an answer."""
    step = begin(code, "make", by=by)
    no_open_change(step.order)
    finish(step, OrderState.IN_PRODUCTION)


@transactional
def ship(code: str, data: ShipIn, *, by: Actor, photo_id: UUID | None = None) -> None:
    """Say that the goods are on their way, all that is left of them unless it is said how many.

    Raises as ``begin`` does, Conflict ``change``; Invalid beside ``catatan`` without note and picture, and beside the line of
    which more would be sent than is left.
    """
    step = begin(code, "ship", by=by)
    order = step.order
    no_open_change(order)
    if not data.catatan and photo_id is None:
        raise Invalid({"catatan": _("Add a photo, or write how it travels, for example the plate of the car.")})
    lines = lines_of(order)
    left = {line.id: line.qty - line.came for line in lines}
    sent = {one.baris: one.jumlah for one in data.kiriman} or left
    _within(sent, left, lines)
    photos.hang(order.id, [photo_id])
    shipment = Shipment(
        id=uuid7(), order_id=order.id, number=_next(order.id), sent={str(line): n for line, n in sent.items() if n},
        note=data.catatan, photo_id=photo_id, by=by.id, at=clock.now(),
    )  # fmt: skip
    session.add(shipment)
    session.flush()
    papers.issue_note(order, shipment, by=by)
    finish(step, OrderState.SHIPPED, after={"pieces": sum(sent.values())})


def no_open_change(order: Order) -> None:
    """Raise Conflict ``change`` while a change of a locked order waits for the other side."""
    waiting = select(Change.id).where(Change.order_id == order.id, Change.state == ChangeState.OPEN)
    if rows(waiting):
        raise Conflict("change", _("A change of this order waits for an answer. Answer it first, or take it back."))


def _within(sent: dict[UUID, int], left: dict[UUID, int], lines: Sequence[Line]) -> None:
    names = {line.id: line.name for line in lines}
    faults = {
        f"kiriman-{line}-jumlah": _(
            "At most %(left)s of %(name)s are left.", left=Number(left.get(line, 0)), name=names.get(line, "")
        )
        for line, many in sent.items()
        if many > left.get(line, 0)
    }
    if not faults and not any(sent.values()):
        faults = {"": _("Say of at least one line how many you send.")}
    if faults:
        raise Invalid(faults)


def _next(order_id: UUID) -> int:
    known: int = session.execute(select(func.count()).where(Shipment.order_id == order_id)).scalar_one()
    return known + 1
