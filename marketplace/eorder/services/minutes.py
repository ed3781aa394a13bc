"""Inspection and the handover minutes: what was accepted, what it is worth, and who signed it (R11.5, R11.6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from marketplace.accounts import services as accounts
from marketplace.eorder.events import ValueAccepted
from marketplace.eorder.forms import InspectIn, ReasonIn, SignIn
from marketplace.eorder.models import SHOP, Line, Minutes, MinutesLine, MinutesState, Order, OrderState
from marketplace.eorder.queries.worth import Ordered, Signed, Worth, reduced, worth
from marketplace.eorder.services import papers, recording
from marketplace.eorder.services.holding import back_on_the_shelf, lines_of
from marketplace.eorder.services.pricing import requote
from marketplace.eorder.services.sending import no_open_change
from marketplace.eorder.services.steps import begin, finish
from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM, Actor
from marketplace.kernel.db import rows, savepoint, session, transactional
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.kernel.ids import uuid7
from marketplace.kernel.money import ZERO, Rupiah
from marketplace.kernel.outbox import emit
from marketplace.kernel.words import Number, Words, _
from marketplace.offices import services as offices
from marketplace.rules import queries as rules
from marketplace.web.formats import date_long

# What is accepted came, and what is refused goes back; state and limit stand in the WHERE (R11.6).
ACCEPT = text("""
UPDATE eorder_lines AS line SET accepted = line.accepted + :accepted, came = line.came - :refused
FROM eorder_orders AS o
WHERE line.id = :id AND o.id = line.order_id AND o.id = :order_id AND o.state IN ('inspected')
  AND line.accepted + :accepted <= line.came - :refused
RETURNING line.id
""")
OPEN = (MinutesState.DRAFTED, MinutesState.SIGNED_BY_OFFICE)
FAULT = _("Say in a few words what is wrong with those that you do not accept.")


@dataclass(frozen=True)
class Judged:
    """A line at an inspection: how many of what came since the last minutes are accepted and refused."""

    line: Line
    accepted: int
    refused: int
    why: str

    @property
    def total(self) -> int:
        """Return how many are accepted in all, with these."""
        return self.line.accepted + self.accepted

    def ordered(self, follow: str) -> int:
        """Return how many stay ordered, by what becomes of those that are not accepted."""
        return {"reduce": self.total, "return": self.line.qty - self.refused}.get(follow, self.line.qty)


@transactional
def inspect(code: str, data: InspectIn, *, by: Actor) -> None:
    """Write down what is accepted of what came, and draft the minutes of it; nothing is bound before both have signed.

    Where nothing is accepted the shop sends anew and no minutes are drafted. Raises as ``begin`` does; Invalid beside
    ``baris-<line>-terima`` for more than came, ``baris-<line>-alasan`` and ``catatan`` without a reason, ``lanjutan`` when it
    is not said what becomes of the rest, ``sampai`` without a day from today on, ``lengkap`` when it is ticked and some are
    missing.
    """
    step = begin(code, "inspect", by=by)
    order = step.order
    judged = _judged(order, data)
    short = any(one.total < one.line.qty for one in judged)
    _follows(data, judged, short=short)
    if short and data.lengkap:
        raise Invalid({"lengkap": _("Not all of it is accepted, so the quantity is not right. Take this tick away.")})
    follow = data.lanjutan if short else "none"
    part = _worth(order, judged, follow)
    minutes = Minutes(
        id=uuid7(), state=MinutesState.DRAFTED, order_id=order.id, number=_next(order.id), unit_code=order.unit_code,
        year=clock.today().year, inspected_on=clock.today(), works=data.fungsi, complete=data.lengkap, in_time=data.waktu,
        defects=data.catatan, follow=follow, complete_by=data.sampai if follow == "complete" else None, value_idr=part.value,
        shipping_idr=part.shipping, inspected_by=by.id, drafted_at=clock.now(),
    )  # fmt: skip
    session.add(minutes)
    session.flush()
    for one in judged:
        if one.accepted or one.refused:
            session.add(
                MinutesLine(
                    minutes_id=minutes.id, line_id=one.line.id, accepted=one.accepted, refused=one.refused,
                    value_idr=part.lines[one.line.id], why=one.why,
                )
            )  # fmt: skip
    pieces = {
        "accepted": sum(one.accepted for one in judged),
        "refused": sum(one.refused for one in judged),
        "follow": follow,
    }
    if pieces["accepted"] or follow in ("reduce", "return"):
        finish(step, OrderState.INSPECTED, after=pieces)
        return
    # There is nothing to hand over: the refused goes back, and is expected anew.
    minutes.move(MinutesState.DROPPED, by=by, why="nothing_accepted")
    for one in judged:
        one.line.came -= one.refused
    finish(step, OrderState.IN_PRODUCTION, why=data.catatan, after=pieces, day=data.sampai or order.day)


@transactional
def correct(code: str, *, by: Actor) -> None:
    """Take minutes back that nobody signed yet, to inspect anew. Raises as ``begin`` does, and Conflict ``signed``."""
    step = begin(code, "correct", by=by)
    minutes = open_minutes(step.order)
    _unsigned(minutes)
    minutes.move(MinutesState.DROPPED, by=by, why="corrected")
    finish(step, OrderState.ARRIVED)


def sign(code: str, data: SignIn, *, by: Actor) -> None:
    """Sign the minutes for the office, with the password again. Raises as ``begin`` does; Invalid beside ``password`` and
    ``nomor`` for a number that the unit gave to other minutes this year; Conflict ``signed``.
    """
    accounts.confirm(by, data.password)
    _sign(code, data, by=by)


@transactional
def _sign(code: str, data: SignIn, *, by: Actor) -> None:
    step = begin(code, "sign", by=by, signed=True)
    minutes = open_minutes(step.order)
    _unsigned(minutes)
    number = " ".join(data.nomor.split()).upper() or None
    try:
        # Of two who give the same number at once, the index lets one through.
        with savepoint():
            minutes.move(
                MinutesState.SIGNED_BY_OFFICE,
                by=by,
                office_signed_by=by.id,
                office_signed_at=clock.now(),
                office_number=number,
                pays=data.bayar,
            )
    except IntegrityError as failure:
        said = _("Your office has other minutes with this number this year. Give these another one.")
        raise Invalid({"nomor": said}) from failure
    finish(step, waits_for=[SHOP], after={"minutes": minutes.number, "office_number": number or ""})


@transactional
def countersign(code: str, *, by: Actor) -> None:
    """Sign the minutes for the shop: what they accept is accepted, what they take off is taken off, and money is owed.

    Raises as ``begin`` does, and Conflict ``unsigned`` before the office has signed.
    """
    step = begin(code, "countersign", by=by)
    order = step.order
    minutes = _signed_by_office(order)
    told = {row.line_id: row for row in session.query(MinutesLine).filter_by(minutes_id=minutes.id)}
    lines = lines_of(order)
    judged = [
        Judged(line, told[line.id].accepted, told[line.id].refused, told[line.id].why)
        if line.id in told
        else Judged(line, 0, 0, "")
        for line in lines
    ]
    _accept(order, judged)
    less = _less(order, judged, minutes.follow, by)
    last = all(one.total == one.ordered(minutes.follow) for one in judged)
    now = clock.now()
    minutes.move(MinutesState.SIGNED, by=by, shop_signed_by=by.id, shop_signed_at=now)
    value = minutes.value_idr
    papers.issue_minutes(order, minutes, by=by)
    recording.count(order, minutes)
    if not order.training:
        emit(
            ValueAccepted(
                order_id=str(order.id), minutes_id=str(minutes.id), unit_code=order.unit_code,
                seller_id=str(order.seller_id), value_idr=value.amount, accepted_on=clock.today().isoformat(), last=last,
            )
        )  # fmt: skip
    to = OrderState.BAST_SIGNED if last else OrderState.IN_PRODUCTION
    finish(
        step,
        to,
        after={
            "minutes": minutes.number,
            "value_idr": value.amount,
            "total_idr": less.get("total_idr", order.total_idr).amount,
        },
        accepted_idr=order.accepted_idr + value,
        minutes_at=now if last else None,
        day=order.day if last else minutes.complete_by or order.day,
        **less,
    )
    if last and minutes.pays:
        session.flush()
        finish(begin(order.code, "request_payment", by=SYSTEM), OrderState.PAYMENT_REQUESTED)


@transactional
def object_to(code: str, data: ReasonIn, *, by: Actor) -> None:
    """Object to minutes for the shop: the office inspects anew. Raises as ``begin`` does, Conflict ``unsigned``."""
    step = begin(code, "object", by=by)
    minutes = _signed_by_office(step.order)
    minutes.move(MinutesState.DROPPED, by=by, why="objected", objection=data.alasan)
    finish(step, OrderState.ARRIVED, why=data.alasan)


def open_minutes(order: Order) -> Minutes:
    """Return the minutes of a locked order that wait to be signed. Raises Conflict ``state`` for none."""
    found = session.execute(
        select(Minutes).where(Minutes.order_id == order.id, Minutes.state.in_(OPEN)).with_for_update()
    ).scalar_one_or_none()
    if found is None:
        raise Conflict("state", _("There are no minutes to sign. Inspect what came first."))
    return found


def _worth(order: Order, judged: Sequence[Judged], follow: str) -> Worth:
    """Return what is accepted now is worth, after the minutes that both have signed before."""
    signed = rows(
        select(Minutes.value_idr, Minutes.shipping_idr).where(
            Minutes.order_id == order.id, Minutes.state == MinutesState.SIGNED
        )
    )
    before = Signed(Rupiah.total([row.value_idr for row in signed]), Rupiah.total([row.shipping_idr for row in signed]))
    return worth(
        _ordered(judged),
        {one.line.id: one.accepted for one in judged},
        shipping=order.shipping_idr,
        before=before,
        book=_book(order),
        last=all(one.total == one.ordered(follow) for one in judged),
    )


def _ordered(judged: Sequence[Judged]) -> list[Ordered]:
    return [
        Ordered(
            id=one.line.id, qty=one.line.qty, unit=one.line.unit_idr, tax_kind=one.line.tax_kind, tax=one.line.tax_idr,
            included_tax=one.line.included_tax_idr, accepted=one.line.accepted,
        )
        for one in judged
    ]  # fmt: skip


def _book(order: Order) -> rules.Book:
    """Return the rules of the day on which the prices were set; the order keeps them."""
    return rules.rules(order.made_at.astimezone(clock.JAKARTA).date())


def _accept(order: Order, judged: Sequence[Judged]) -> None:
    for one in judged:
        told = {"id": one.line.id, "order_id": order.id, "accepted": one.accepted, "refused": one.refused}
        if not rows(ACCEPT, told):
            raise Conflict("over_came", _("More would be accepted than came. Object, and the office inspects anew."))


def _less(order: Order, judged: Sequence[Judged], follow: str, by: Actor) -> dict[str, Any]:
    """Take off an order what its minutes take off: lines, budget, and goods that never left the shelf of the shop.

    Return its new sums; none where nothing is taken off.
    """
    left = {one.line.id: one.ordered(follow) for one in judged}
    if all(left[one.line.id] == one.line.qty for one in judged):
        return {}
    now = reduced(_ordered(judged), left, _book(order))
    if follow == "reduce":
        never = [(one.line.variant_id, one.line.qty - one.line.came) for one in judged]
        back_on_the_shelf(order, never, by=by)
    for one in judged:
        session.refresh(one.line)
        what = now[one.line.id]
        one.line.qty, one.line.goods_idr = what.qty, what.goods
        one.line.tax_idr, one.line.included_tax_idr = what.tax, what.included_tax
    goods, tax = (Rupiah.total([getattr(one, name) for one in now.values()]) for name in ("goods", "tax"))
    total = goods + order.shipping_idr + tax
    if total != order.total_idr:
        offices.recommit(order.reference, total, by=by, why="reduced")
    included = Rupiah.total([one.included_tax for one in now.values()])
    return {"goods_idr": goods, "tax_idr": tax, "included_tax_idr": included, "total_idr": total}


def _judged(order: Order, data: InspectIn) -> list[Judged]:
    told = {one.id: one for one in data.baris}
    faults: dict[str, Words] = {}
    found = []
    for line in lines_of(order):
        new = line.came - line.accepted
        said = told.pop(line.id, None)
        accepted = said.terima if said else 0
        if accepted > new:
            faults[f"baris-{line.id}-terima"] = _("%(new)s came: no more can be accepted.", new=Number(new))
        why = (said.alasan if said else "") or (data.catatan if accepted < new else "")
        if accepted < new and not why:
            faults[f"baris-{line.id}-alasan"] = FAULT
        found.append(Judged(line, accepted, max(new - accepted, 0), why))
    if told:
        faults[""] = _("A line is not of this order. Reload the page.")
    if faults:
        raise Invalid(faults)
    return found


def _follows(data: InspectIn, judged: Sequence[Judged], *, short: bool) -> None:
    if not short:
        return
    if data.lanjutan == "none":
        said = _(
            "Not everything is accepted. Say what follows: it is completed, the order becomes less, or it goes back."
        )
        raise Invalid({"lanjutan": said})
    if data.lanjutan == "complete" and (data.sampai is None or data.sampai < clock.today()):
        raise Invalid({"sampai": _("Say until which day it is to be completed, from today on.")})
    if data.lanjutan != "complete" and not any(one.total for one in judged):
        said = _(
            "Nothing is accepted, so nothing of the order would be left. Let it be completed, or call the order off."
        )
        raise Invalid({"lanjutan": said})


def _unsigned(minutes: Minutes) -> None:
    if minutes.state != MinutesState.DRAFTED:
        raise Conflict("signed", _("The office has signed these minutes. The shop answers now."))


def _signed_by_office(order: Order) -> Minutes:
    minutes = open_minutes(order)
    if minutes.state != MinutesState.SIGNED_BY_OFFICE:
        raise Conflict("unsigned", _("The office has not signed these minutes yet."))
    return minutes


def _next(order_id: UUID) -> int:
    known: int = session.execute(select(func.count()).where(Minutes.order_id == order_id)).scalar_one()
    return known + 1


@transactional
def settle(code: str, data: ReasonIn, *, by: Actor) -> None:
    """Let an order end with what was accepted, when the day is over by which its rest was to be completed.

    What is left of it is taken off the order and given back to the budget. Raises as ``begin`` does; Conflict ``nothing`` when
    nothing was accepted yet, ``early`` as long as the day is not over, ``change`` while one waits for its answer.
    """
    step = begin(code, "settle", by=by)
    order = step.order
    no_open_change(order)
    if not order.accepted_idr:
        raise Conflict("nothing", _("Nothing of this order was accepted yet. Call it off instead."))
    if order.day >= clock.today():
        raise Conflict(
            "early", _("The shop may complete it until %(day)s. Settle it after that day.", day=date_long(order.day))
        )
    of_lines: dict[UUID, Rupiah] = {}
    signed = select(Minutes.id).where(Minutes.order_id == order.id, Minutes.state == MinutesState.SIGNED)
    for row in rows(select(MinutesLine.line_id, MinutesLine.value_idr).where(MinutesLine.minutes_id.in_(signed))):
        of_lines[row.line_id] = of_lines.get(row.line_id, ZERO) + row.value_idr
    lines = lines_of(order)
    back_on_the_shelf(order, [(line.variant_id, line.qty - line.came) for line in lines], by=by)
    for line in lines:
        line.qty = line.came = line.accepted
        line.goods_idr = line.unit_idr * line.qty
    requote(order, lines)
    # The minutes rounded each part down: what they come to is what is owed, so delivery and taxes are what is in them.
    for line in lines:
        line.tax_idr = of_lines.get(line.id, ZERO) - line.goods_idr
    order.tax_idr = Rupiah.total([line.tax_idr for line in lines])
    order.shipping_idr = order.accepted_idr - order.goods_idr - order.tax_idr
    order.total_idr = order.accepted_idr
    offices.recommit(order.reference, order.total_idr, by=by, why="settled")
    finish(
        step,
        OrderState.BAST_SIGNED,
        why=data.alasan,
        after={"total_idr": order.total_idr.amount},
        minutes_at=clock.now(),
    )
