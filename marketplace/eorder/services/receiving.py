"""What came, as somebody at the venue writes it down: they have no authority, and accept nothing (ux 2.7)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select, text

from marketplace.eorder import queries
from marketplace.eorder.forms import CameIn, ReceiptIn, WhyIn
from marketplace.eorder.models import Order, OrderState, Receipt, ReceiptLine
from marketplace.eorder.services import photos
from marketplace.eorder.services.sending import expected
from marketplace.eorder.services.steps import begin, finish, locked
from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import rows, session, transactional
from marketplace.kernel.errors import Conflict, Invalid, NotFound
from marketplace.kernel.ids import uuid7
from marketplace.kernel.words import Number, Words, _
from marketplace.web.formats import day_and_time

FAST_CLOCK = timedelta(minutes=5)
"""Phones' clocks run ahead by a little; what they write is then taken as now."""
# No more than was ordered, and only while it is on its way or at the door: state and limit stand in the WHERE (R11.6).
COME = text("""
UPDATE eorder_lines AS line SET came = line.came + :came FROM eorder_orders AS o
WHERE line.id = :id AND o.id = line.order_id AND o.id = :order_id AND o.state IN ('shipped', 'arrived')
  AND line.came + :came <= line.qty
RETURNING line.id
""")
STANDS = text("SELECT qty, came FROM eorder_lines WHERE id = :id AND order_id = :order_id")
ANOTHER = _(
    "This receipt was saved already, with other figures. Reload the page to see it; write down only what is missing."
)


@transactional
def receive(code: str, data: ReceiptIn, *, by: Actor) -> int:
    """Write down what came; return the number of the receipt. The same form once more is the same receipt.

    Raises what ``begin`` does, NotFound for a line of another order, Conflict ``another`` when this form was saved with other
    figures, and Invalid: beside ``baris-0-jumlah`` when more than ordered would have come, ``baris-0-rusak`` when more are bad
    than came, ``baris`` when nothing came, ``datang`` when that was before the letter or is still to be, ``tempat`` where a
    need has several places, and ``photo``.
    """
    order = locked(code, by)
    if (again := _again(order, data, by)) is not None:
        return again
    step = begin(code, "receive", by=by)
    came_at = _came_at(order, data.datang)
    place = _place(order, data.tempat)
    _whole(data.baris)
    photos.hang(order.id, [data.photo_id, *(one.photo_id for one in data.baris)])
    for position, one in sorted(enumerate(data.baris), key=lambda numbered: numbered[1].barang):
        _come(order, position, one)
    number = 1 + (session.scalar(select(func.max(Receipt.number)).where(Receipt.order_id == order.id)) or 0)
    made = Receipt(
        id=uuid7(), order_id=order.id, number=number, key=data.tanda, place=place, came_at=came_at, note=data.catatan,
        photo_id=data.photo_id, by=by.id, at=clock.now(),
    )  # fmt: skip
    session.add(made)
    session.flush()
    session.add_all(
        ReceiptLine(
            receipt_id=made.id, line_id=one.barang, came=one.jumlah, bad=one.rusak, note=one.catatan, photo_id=one.photo_id
        )
        for one in data.baris
    )  # fmt: skip
    figures = {"came": sum(one.jumlah for one in data.baris), "bad": sum(one.rusak for one in data.baris)}
    finish(step, OrderState.ARRIVED, after={"receipt": number, **figures})
    return number


@transactional
def miss(code: str, data: WhyIn, *, by: Actor) -> None:
    """Say that what was sent did not come. What came before it still waits to be inspected; else the shop sends again."""
    step = begin(code, "miss", by=by)
    undecided = any(line.came > line.accepted for line in queries.order(code, by).lines)
    if undecided:
        finish(step, OrderState.ARRIVED, why=data.alasan)
    else:
        finish(step, OrderState.IN_PRODUCTION, why=data.alasan, due_at=expected(step.order))


def _again(order: Order, data: ReceiptIn, by: Actor) -> int | None:
    """Return the number of the receipt that this form made before."""
    table = select(Receipt.id, Receipt.number, Receipt.by).where(
        Receipt.order_id == order.id, Receipt.key == data.tanda
    )
    found = rows(table)
    if not found:
        return None
    wrote = select(ReceiptLine.line_id, ReceiptLine.came, ReceiptLine.bad).where(ReceiptLine.receipt_id == found[0].id)
    kept = {(row.line_id, row.came, row.bad) for row in rows(wrote)}
    if found[0].by != by.id or kept != {(one.barang, one.jumlah, one.rusak) for one in data.baris}:
        raise Conflict("another", ANOTHER, number=found[0].number)
    return int(found[0].number)


def _came_at(order: Order, told: datetime | None) -> datetime:
    now = clock.now()
    if told is None:
        return now
    if told > now + FAST_CLOCK:
        raise Invalid({"datang": _("This is still to come. Write when the goods came.")})
    begun = order.issued_at or order.made_at
    if told < begun:
        said = _("The letter of this order is of %(time)s. Goods did not come before it.", time=day_and_time(begun))
        raise Invalid({"datang": said})
    return min(told, now)


def _place(order: Order, told: int | None) -> int | None:
    places = queries.places(order.need_id)
    if len(places) <= 1:
        return None
    if told not in {one.position for one in places}:
        raise Invalid({"tempat": _("Choose the place where it came.")})
    return told


def _whole(lines: Sequence[CameIn]) -> None:
    """Raise Invalid for a receipt of nothing, of one line twice, or of more bad ones than came."""
    faults: dict[str, Words] = {
        f"baris-{position}-rusak": _("No more can be bad than came: %(came)s.", came=Number(one.jumlah))
        for position, one in enumerate(lines)
        if one.rusak > one.jumlah
    }
    if len({one.barang for one in lines}) < len(lines):
        faults["baris"] = _("Each product stands in a receipt once. Reload the page.")
    elif not any(one.jumlah for one in lines):
        faults["baris"] = _("Write how many came. If nothing came, say so with the button below.")
    if faults:
        raise Invalid(faults)


def _come(order: Order, position: int, one: CameIn) -> None:
    told: dict[str, object] = {"id": one.barang, "order_id": order.id}
    if rows(COME, {**told, "came": one.jumlah}):
        return
    stands = rows(STANDS, told)
    if not stands:
        raise NotFound
    said = _(
        "%(qty)s were ordered and %(came)s have come already: at most %(left)s more can come.",
        qty=Number(stands[0].qty),
        came=Number(stands[0].came),
        left=Number(stands[0].qty - stands[0].came),
    )
    raise Invalid({f"baris-{position}-jumlah": said})
