"""What came, as somebody at the door wrote it down; it decides nothing (R11.6)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, text

from marketplace.eorder import queries
from marketplace.eorder.forms import ReasonIn, ReceiptIn
from marketplace.eorder.models import Line, Order, OrderState, Receipt, ReceiptLine
from marketplace.eorder.services import photos
from marketplace.eorder.services.holding import lines_of
from marketplace.eorder.services.steps import begin, finish, locked
from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import rows, session, transactional
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.kernel.ids import uuid7
from marketplace.kernel.words import Number, Words, _

FAST_WATCH = timedelta(minutes=5)
"""A phone's clock may be ahead by so much."""
# State and quantity are asked again after the wait for the row's lock; the CHECK stands behind it (R11.6).
CAME = text("""
UPDATE eorder_lines AS line SET came = line.came + :n FROM eorder_orders AS o
WHERE line.id = :id AND o.id = line.order_id AND o.id = :order_id AND o.state IN ('shipped', 'arrived')
  AND line.came + :n <= line.qty
RETURNING line.id
""")
ANOTHER = _(
    "This receipt was saved already, with other figures. Reload the page to see it, and write down only what is missing."
)


@transactional
def receive(
    code: str,
    data: ReceiptIn,
    *,
    by: Actor,
    photo_id: UUID | None = None,
    of_lines: Mapping[UUID, UUID] | None = None,
) -> UUID:
    """Write down what came, and return the receipt; the same key again is the same receipt, whatever happened since.

    ``of_lines`` are photos by line. Raises as ``begin`` does; Conflict ``another`` when the key is of a receipt with other
    figures, or of somebody else; Invalid beside ``baris-<line>-datang`` when more would have come than was ordered,
    ``baris-<line>-rusak`` when more are bad than came, ``tiba`` for a time before the letter or in the future, ``tempat``
    where the need has several places and none is named, ``foto`` for one that is gone, and for the whole when nothing came.
    """
    order = locked(code, by)
    if (known := _again(order, data, by)) is not None:
        return known
    step = begin(code, "receive", by=by)
    lines = {line.id: line for line in lines_of(order)}
    came_at = _came_at(order, data.tiba)
    place = _place(order, data.tempat)
    _right(data, lines)
    pictures = of_lines or {}
    photos.hang(order.id, [photo_id, *pictures.values()])
    receipt = Receipt(
        id=uuid7(), order_id=order.id, number=_next(order.id), key=data.kunci, place=place, came_at=came_at,
        note=data.catatan, photo_id=photo_id, by=by.id, at=clock.now(),
    )  # fmt: skip
    session.add(receipt)
    session.flush()
    for one in data.baris:
        if one.datang and not rows(CAME, {"id": one.id, "order_id": order.id, "n": one.datang}):
            raise Invalid({f"baris-{one.id}-datang": _too_many(lines[one.id])})
        if one.datang:
            session.add(
                ReceiptLine(
                    receipt_id=receipt.id, line_id=one.id, came=one.datang, bad=one.rusak, note=one.catatan,
                    photo_id=pictures.get(one.id),
                )
            )  # fmt: skip
    pieces = {"came": sum(one.datang for one in data.baris), "bad": sum(one.rusak for one in data.baris)}
    finish(step, OrderState.ARRIVED, after=pieces, arrived_at=order.arrived_at or came_at)
    return receipt.id


@transactional
def miss(code: str, data: ReasonIn, *, by: Actor) -> None:
    """Say that what was sent did not come: the shop sends it anew, and what came before may be inspected meanwhile.

    Raises as ``begin`` does.
    """
    step = begin(code, "miss", by=by)
    waiting = any(line.came > line.accepted for line in lines_of(step.order))
    finish(step, OrderState.ARRIVED if waiting else OrderState.IN_PRODUCTION, why=data.alasan)


def _again(order: Order, data: ReceiptIn, by: Actor) -> UUID | None:
    """Return the receipt that this form made before."""
    found = rows(select(Receipt.id, Receipt.by).where(Receipt.order_id == order.id, Receipt.key == data.kunci))
    if not found:
        return None
    wrote = select(ReceiptLine.line_id, ReceiptLine.came, ReceiptLine.bad).where(ReceiptLine.receipt_id == found[0].id)
    kept = {(row.line_id, row.came, row.bad) for row in rows(wrote)}
    if found[0].by != by.id or kept != {(one.id, one.datang, one.rusak) for one in data.baris if one.datang}:
        raise Conflict("another", ANOTHER)
    return UUID(str(found[0].id))


def _place(order: Order, told: int | None) -> int | None:
    """Return where it came; where there is one place only, nobody needs to say."""
    known = queries.places(order.need_id)
    if len(known) <= 1:
        return None
    if told not in {one.position for one in known}:
        raise Invalid({"tempat": _("Choose the place where it came.")})
    return told


def _came_at(order: Order, said: datetime | None) -> datetime:
    now = clock.now()
    if said is None:
        return now
    if said > now + FAST_WATCH:
        raise Invalid({"tiba": _("This time is still to come. Write when it came.")})
    if order.issued_at is not None and said < order.issued_at:
        raise Invalid({"tiba": _("The purchase letter was issued later than this. Write when it came.")})
    return min(said, now)


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
    if len({one.id for one in data.baris}) < len(data.baris):
        faults[""] = _("Each product stands in a receipt once. Reload the page.")
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
