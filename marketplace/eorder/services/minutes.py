"""Handover minutes (BAST): the office signs, the shop signs or objects, and only then the goods are accepted (R11.5, R11.6)."""

from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from marketplace.accounts import services as accounts
from marketplace.catalog import services as catalog
from marketplace.eorder import queries
from marketplace.eorder.events import ValueAccepted
from marketplace.eorder.forms import SignIn, WhyIn
from marketplace.eorder.models import SHOP, Line, Minutes, MinutesLine, MinutesState, Order, OrderState
from marketplace.eorder.queries.worth import reduced
from marketplace.eorder.services.inspecting import COMPLETE, REDUCE, book_of, lines_of, open_minutes, ordered
from marketplace.eorder.services.sending import expected
from marketplace.eorder.services.steps import begin, finish
from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import rows, savepoint, session, transactional
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.kernel.money import Rupiah
from marketplace.kernel.outbox import emit
from marketplace.kernel.words import _
from marketplace.offices import services as offices

REDUCED = "reduced to what was accepted"
# What is accepted came, and what goes back is no longer here; state and limit stand in the WHERE (R11.6).
ACCEPT = text("""
UPDATE eorder_lines AS line SET accepted = line.accepted + :accepted, came = line.came - :refused
FROM eorder_orders AS o
WHERE line.id = :id AND o.id = line.order_id AND o.id = :order_id AND o.state IN ('inspected')
  AND line.accepted + :accepted <= line.came - :refused
RETURNING line.id
""")
TAKEN = _("Your office has used this number for other minutes of this year. Write another one.")


def sign(code: str, data: SignIn, *, by: Actor, address: str) -> None:
    """Sign open minutes for the office, with the password once more; the shop signs next.

    ``address`` is where the request came from, for the limit of wrong passwords. Raises Invalid beside ``password``, TooMany,
    and what ``_sign`` does.
    """
    accounts.prove(data.password, by=by, address=address)
    _sign(code, " ".join(data.nomor.split()), by=by)


@transactional
def _sign(code: str, office_number: str, *, by: Actor) -> None:
    """Raise what ``begin`` does, Conflict ``signed`` when the office has signed, Invalid beside ``nomor`` when it is used."""
    step = begin(code, "sign", by=by, signed=True)
    found = open_minutes(step.order)
    if found.state != MinutesState.DRAFTED:
        raise Conflict("signed", _("Your office has signed these minutes already; the shop signs next."))
    now = clock.now()
    values: dict[str, Any] = {"office_signed_by": by.id, "office_signed_at": now, "year": clock.today().year}
    if office_number:
        _number_is_new(found, office_number, clock.today().year)
        values["office_number"] = office_number
    try:
        with savepoint():
            found.move(MinutesState.SIGNED_BY_OFFICE, by=by, **values)
    except IntegrityError as failure:
        if "uq_eorder_minutes_office_number" not in str(failure.orig):
            raise
        raise Invalid({"nomor": TAKEN}) from failure
    finish(step, waits_for=(SHOP,), after={"minutes": found.number, "office_number": office_number})


@transactional
def countersign(code: str, *, by: Actor) -> None:
    """Sign minutes for the shop: now the goods are accepted and owed for. The last minutes end the delivery.

    Raises what ``begin`` does, Conflict ``not_signed`` before the office has signed, and what ``offices.recommit`` does.
    """
    step = begin(code, "countersign", by=by)
    order = step.order
    found = _for_the_shop(order)
    _accept(order, found)
    now = clock.now()
    found.move(MinutesState.SIGNED, by=by, shop_signed_by=by.id, shop_signed_at=now)
    last = found.follow not in (COMPLETE, "return")
    values: dict[str, Any] = {"accepted_idr": order.accepted_idr + found.value_idr}
    if found.follow == REDUCE:
        values |= _reduce(order, by)
    emit(
        ValueAccepted(
            order_id=str(order.id), minutes_id=str(found.id), unit_code=order.unit_code, seller_id=str(order.seller_id),
            value_idr=found.value_idr.amount, accepted_on=clock.today().isoformat(), last=last,
        )
    )  # fmt: skip
    told = {"minutes": found.number, "value_idr": found.value_idr.amount}
    if last:
        finish(step, OrderState.BAST_SIGNED, after=told, minutes_at=now, **values)
    else:
        finish(step, OrderState.IN_PRODUCTION, after=told, due_at=_due(found, order), **values)


@transactional
def object_to(code: str, data: WhyIn, *, by: Actor) -> None:
    """Object to minutes that the office signed, with a reason: they are dropped, and the office inspects anew.

    Raises what ``begin`` does, and Conflict ``not_signed`` before the office has signed.
    """
    step = begin(code, "object", by=by)
    found = _for_the_shop(step.order)
    found.move(MinutesState.DROPPED, by=by, why=data.alasan, objection=data.alasan)
    finish(step, OrderState.ARRIVED, why=data.alasan, after={"minutes": found.number})


def _for_the_shop(order: Order) -> Minutes:
    found = open_minutes(order)
    if found.state != MinutesState.SIGNED_BY_OFFICE:
        raise Conflict("not_signed", _("The office has not signed these minutes yet. You are told when it has."))
    return found


def _number_is_new(found: Minutes, office_number: str, year: int) -> None:
    used = select(Minutes.id).where(
        Minutes.unit_code == found.unit_code, Minutes.year == year, Minutes.office_number == office_number
    )
    if session.scalar(used) is not None:
        raise Invalid({"nomor": TAKEN})


def _accept(order: Order, found: Minutes) -> None:
    judged = select(MinutesLine).where(MinutesLine.minutes_id == found.id).order_by(MinutesLine.line_id)
    for one in session.scalars(judged):
        told = {"id": one.line_id, "order_id": order.id, "accepted": one.accepted, "refused": one.refused}
        if not rows(ACCEPT, told):
            said = _("More would be accepted than came. The office must inspect anew; object to the minutes.")
            raise Conflict("over_came", said)


def _reduce(order: Order, by: Actor) -> dict[str, Any]:
    """Reduce an order to what was accepted: lines, totals, budget; what was never sent is the shop's to sell again."""
    lines = lines_of(order)
    goods = Rupiah.total([line.unit_idr * line.accepted for line in lines])
    signed = select(Minutes.value_idr).where(Minutes.order_id == order.id, Minutes.state == MinutesState.SIGNED)
    value = Rupiah.total(list(session.scalars(signed)))
    tax = value - order.shipping_idr - goods
    now = reduced(ordered(lines), {line.id: line.accepted for line in lines}, tax, book_of(order))
    _back_on_the_shelf(order, lines, by)
    for line in lines:
        less = now[line.id]
        line.qty, line.came = less.qty, less.qty
        line.goods_idr, line.tax_idr, line.included_tax_idr = less.goods, less.tax, less.included_tax
    session.flush()
    if value != order.total_idr:
        offices.recommit(order.reference, value, by=by, why=REDUCED)
    included = Rupiah.total([one.included_tax for one in now.values()])
    return {"goods_idr": goods, "tax_idr": tax, "included_tax_idr": included, "total_idr": value}


def _back_on_the_shelf(order: Order, lines: list[Line], by: Actor) -> None:
    never: Counter[object] = Counter()
    for line in lines:
        never[line.variant_id] += line.qty - line.came
    left = [catalog.StockLine(line.variant_id, never.pop(line.variant_id, 0)) for line in lines]
    catalog.put_back(order.reference, [one for one in left if one.qty], "cancelled", by=by)


def _due(found: Minutes, order: Order) -> datetime | None:
    return queries.closing(found.complete_by) if found.complete_by else expected(order)
