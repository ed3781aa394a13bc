"""What came, as somebody at the door wrote it down; it decides nothing (R11.6)."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, text

from marketplace.eorder.forms import ReasonIn, ReceiptIn
from marketplace.eorder.models import Line, Order, OrderState, Receipt, ReceiptLine
from marketplace.eorder.services.holding import lines_of
from marketplace.eorder.services.steps import begin, finish, locked
from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import rows, session, transactional
from marketplace.kernel.errors import Invalid
from marketplace.kernel.ids import uuid7
from marketplace.kernel.words import Number, Words, _
from marketplace.media import services as media

FAST_WATCH = timedelta(minutes=5)
"""A phone's clock may be ahead by so much."""
# The guard is the quantity, asked again after the wait for the row's lock; the CHECK stands behind it.
CAME = text("UPDATE eorder_lines SET came = came + :n WHERE id = :id AND came + :n <= qty RETURNING id")


@transactional
def receive(code: str, data: ReceiptIn, *, by: Actor, photo_id: UUID | None = None) -> UUID:
    """Write down what came, and return the receipt; the same key again is the same receipt, whatever happened since.

    Raises as ``begin`` does; Invalid beside ``baris-<line>-datang`` when more would have come than was ordered,
    ``baris-<line>-rusak`` when more are bad than came, ``tiba`` for a time before the letter or in the future, and for the
    whole when nothing came.
    """
    order = locked(code, by)
    if known := rows(select(Receipt.id).where(Receipt.order_id == order.id, Receipt.key == data.kunci)):
        return UUID(str(known[0].id))
    step = begin(code, "receive", by=by)
    lines = {line.id: line for line in lines_of(order)}
    came_at = _came_at(order, data.tiba)
    _right(data, lines)
    receipt = Receipt(
        id=uuid7(), order_id=order.id, number=_next(order.id), key=data.kunci, place=data.tempat, came_at=came_at,
        note=data.catatan, photo_id=photo_id, by=by.id, at=clock.now(),
    )  # fmt: skip
    if photo_id is not None:
        media.hold([photo_id])
    session.add(receipt)
    session.flush()
    for one in data.baris:
        if one.datang and not rows(CAME, {"id": one.id, "n": one.datang}):
            raise Invalid({f"baris-{one.id}-datang": _too_many(lines[one.id])})
        if one.datang:
            session.add(
                ReceiptLine(receipt_id=receipt.id, line_id=one.id, came=one.datang, bad=one.rusak, note=one.catatan)
            )
    pieces = {"came": sum(one.datang for one in data.baris), "bad": sum(one.rusak for one in data.baris)}
    finish(step, OrderState.ARRIVED, after=pieces, arrived_at=order.arrived_at or came_at)
    return receipt.id


@transactional
def miss(code: str, data: ReasonIn, *, by: Actor) -> None:
    """Say that what was sent did not come: the shop sends it anew. Raises as ``begin`` does."""
    finish(begin(code, "miss", by=by), OrderState.IN_PRODUCTION, why=data.alasan)


def _came_at(order: Order, said: datetime | None) -> datetime:
    now = clock.now()
    if said is None:
        return now
    if said > now + FAST_WATCH:
        raise Invalid({"tiba": _("This time is still to come. Write when it came.")})
    if order.issued_at is not None and said < order.issued_at:
        raise Invalid({"tiba": _("The purchase letter was issued later than this. Write when it came.")})
    return said


def _right(data: ReceiptIn, lines: dict[UUID, Line]) -> None:
    faults: dict[str, Words] = {}
    for one in data.baris:
        line = lines.get(one.id)
        if line is None:
            faults[f"baris-{one.id}-datang"] = _("This line is not of this order. Reload the page.")
        elif one.datang > line.qty - line.came:
            faults[f"baris-{one.id}-datang"] = _too_many(line)
        elif one.rusak > one.datang:
            faults[f"baris-{one.id}-rusak"] = _("More cannot be bad than came.")
    if not faults and not any(one.datang for one in data.baris):
        faults[""] = _("Nothing came by this. If the delivery did not come at all, say so below.")
    if faults:
        raise Invalid(faults)


def _too_many(line: Line) -> Words:
    return _(
        "%(qty)s were ordered and %(came)s are here: at most %(left)s more can come.",
        qty=Number(line.qty),
        came=Number(line.came),
        left=Number(line.qty - line.came),
    )


def _next(order_id: UUID) -> int:
    known: int = session.execute(select(func.count()).where(Receipt.order_id == order_id)).scalar_one()
    return known + 1
