"""What a commitment officer accepts of what came, and what becomes of the rest (domain 2.2, 2.7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select

from marketplace.eorder import queries
from marketplace.eorder.forms import InspectIn, JudgedIn
from marketplace.eorder.models import Line, Minutes, MinutesLine, MinutesState, Order, OrderState, Receipt
from marketplace.eorder.queries.fulfilment import OPEN
from marketplace.eorder.queries.worth import Ordered, Signed, Worth, worth
from marketplace.eorder.services.sending import expected
from marketplace.eorder.services.steps import begin, finish
from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, Invalid, NotFound
from marketplace.kernel.ids import uuid7
from marketplace.kernel.money import Rupiah
from marketplace.kernel.words import Number, Words, _
from marketplace.rules import queries as rules
from marketplace.web.formats import date_long

NONE, COMPLETE, REDUCE, RETURN = "none", "complete", "reduce", "return"
"""What becomes of what was not accepted: there is nothing; it is completed by a day; it is taken off; it is sent anew."""


@dataclass(frozen=True)
class Judged:
    """What is decided of the lines of an order: how many more are accepted, how many go back, how many are still missing."""

    accepted: Mapping[UUID, int]
    refused: Mapping[UUID, int]
    rest: int

    @property
    def none_accepted(self) -> bool:
        """Tell whether nothing is accepted now."""
        return not any(self.accepted.values())


@transactional
def inspect(code: str, data: InspectIn, *, by: Actor) -> int:
    """Decide on all that came and was not decided yet, and draw up minutes of it; return their number.

    Where nothing is accepted everything goes back, and the order with it; there is nothing to sign then. Raises what ``begin``
    does, NotFound for a line of another order, and Invalid: ``tanggal`` before the goods came or still to come,
    ``baris-0-terima`` when not all that came is decided or more, ``baris-0-alasan`` when something is refused without a reason,
    ``lengkap`` when it is ticked and something is missing, ``catatan`` when the goods do not do and nobody says why, ``sisa``
    and ``sampai`` when it is not said what becomes of the rest.
    """
    step = begin(code, "inspect", by=by)
    order = step.order
    lines = lines_of(order)
    judged = _judged(lines, data.baris)
    follow, until = _follow(data, judged, lines)
    day = _day(order, data.tanggal)
    _ticks(data, judged)
    last = follow in (NONE, REDUCE)
    value = valued(order, lines, judged.accepted, last=last)
    number = 1 + (session.scalar(select(func.max(Minutes.number)).where(Minutes.order_id == order.id)) or 0)
    made = Minutes(
        id=uuid7(), state=MinutesState.DRAFTED, order_id=order.id, number=number, unit_code=order.unit_code,
        year=clock.today().year, inspected_on=day, works=data.fungsi, complete=data.lengkap, in_time=data.tepat,
        defects=data.catatan, follow=follow, complete_by=until, value_idr=value.value, shipping_idr=value.shipping,
        inspected_by=by.id, drafted_at=clock.now(),
    )  # fmt: skip
    session.add(made)
    session.flush()
    session.add_all(
        MinutesLine(
            minutes_id=made.id, line_id=one.barang, accepted=one.terima, refused=one.tolak,
            value_idr=value.lines[one.barang], why=one.alasan,
        )
        for one in data.baris
    )  # fmt: skip
    told = {"minutes": number, "value_idr": value.value.amount, "follow": follow}
    if judged.none_accepted and follow != REDUCE:
        _all_back(made, lines, judged, by)
        finish(step, OrderState.IN_PRODUCTION, after=told, due_at=queries.closing(until) if until else expected(order))
    else:
        finish(step, OrderState.INSPECTED, after=told)
    return number


@transactional
def correct(code: str, *, by: Actor) -> None:
    """Take minutes back that nobody has signed, to inspect anew. Raises what ``begin`` does, and Conflict ``signed``."""
    step = begin(code, "correct", by=by)
    found = open_minutes(step.order)
    if found.state != MinutesState.DRAFTED:
        said = _("The minutes are signed and with the shop. Only the shop can object to them now.")
        raise Conflict("signed", said)
    found.move(MinutesState.DROPPED, by=by)
    finish(step, OrderState.ARRIVED, after={"minutes": found.number})


def open_minutes(order: Order) -> Minutes:
    """Return the minutes of an order that somebody is still to sign, locked. Raises Conflict ``no_minutes``."""
    wanted = select(Minutes).where(Minutes.order_id == order.id, Minutes.state.in_(OPEN)).with_for_update()
    found: Minutes | None = session.execute(wanted).scalar_one_or_none()
    if found is None:
        raise Conflict("no_minutes", _("There are no minutes to sign. Reload the page."))
    return found


def lines_of(order: Order) -> list[Line]:
    """Return the lines of an order as they stand in the database now."""
    wanted = select(Line).where(Line.order_id == order.id).order_by(Line.position)
    return list(session.scalars(wanted.execution_options(populate_existing=True)))


def ordered(lines: Sequence[Line]) -> list[Ordered]:
    """Return lines as the sums want them."""
    return [
        Ordered(
            id=line.id, qty=line.qty, unit=line.unit_idr, tax_kind=line.tax_kind, tax=line.tax_idr,
            included_tax=line.included_tax_idr, accepted=line.accepted,
        )
        for line in lines
    ]  # fmt: skip


def book_of(order: Order) -> rules.Book:
    """Return the rules of the day on which the prices of an order were set: it keeps them (issue 4)."""
    return rules.rules((order.sent_at or order.made_at).astimezone(clock.JAKARTA).date())


def valued(order: Order, lines: Sequence[Line], accepted: Mapping[UUID, int], *, last: bool) -> Worth:
    """Return what is accepted now is worth, after what earlier minutes of the order were worth."""
    earlier = select(
        func.coalesce(func.sum(Minutes.value_idr), 0), func.coalesce(func.sum(Minutes.shipping_idr), 0)
    ).where(Minutes.order_id == order.id, Minutes.state == MinutesState.SIGNED)
    value, shipping = session.execute(earlier).one()
    before = Signed(_rupiah(value), _rupiah(shipping))
    return worth(ordered(lines), accepted, shipping=order.shipping_idr, before=before, book=book_of(order), last=last)


def _rupiah(amount: object) -> Rupiah:
    return amount if isinstance(amount, Rupiah) else Rupiah(int(str(amount)))


def _judged(lines: Sequence[Line], told: Sequence[JudgedIn]) -> Judged:
    known = {line.id: line for line in lines}
    if not {one.barang for one in told} <= set(known):
        raise NotFound
    faults: dict[str, Words] = {}
    for position, one in enumerate(told):
        waits = known[one.barang].came - known[one.barang].accepted
        if one.terima + one.tolak != waits:
            said = _(
                "%(waits)s of it came and wait for your decision: accepted and refused must add up to that.",
                waits=Number(waits),
            )
            faults[f"baris-{position}-terima"] = said
        elif one.tolak and not one.alasan:
            faults[f"baris-{position}-alasan"] = _("Write what is wrong with what you refuse; the shop reads it.")
    missing = [line for line in lines if line.id not in {one.barang for one in told} and line.came > line.accepted]
    if missing or len({one.barang for one in told}) < len(told):
        faults["baris"] = _("Decide on each product once. Reload the page.")
    if faults:
        raise Invalid(faults)
    accepted = {one.barang: one.terima for one in told}
    rest = sum(line.qty - line.accepted - accepted.get(line.id, 0) for line in lines)
    return Judged(accepted, {one.barang: one.tolak for one in told}, rest)


def _follow(data: InspectIn, judged: Judged, lines: Sequence[Line]) -> tuple[str, date | None]:
    """Return what becomes of what is not accepted, and until when it is completed."""
    if not judged.rest:
        return NONE, None
    if data.sisa == NONE:
        said = _("Choose what becomes of the %(rest)s that are not accepted.", rest=Number(judged.rest))
        raise Invalid({"sisa": said})
    if data.sisa == RETURN and not any(judged.refused.values()):
        raise Invalid(
            {"sisa": _("You refuse nothing, so nothing goes back. Let it be completed, or reduce the order.")}
        )
    if data.sisa == REDUCE and judged.none_accepted and not any(line.accepted for line in lines):
        said = _("Nothing would be left of the order. Send everything back; then it can be called off as a change.")
        raise Invalid({"sisa": said})
    if data.sisa != COMPLETE:
        return data.sisa, None
    if data.sampai is None:
        raise Invalid({"sampai": _("Write until which day the rest is to be there.")})
    if data.sampai < clock.today():
        raise Invalid({"sampai": _("This day is over. Choose today or a later one.")})
    return COMPLETE, data.sampai


def _day(order: Order, told: date | None) -> date:
    """Return the day of the inspection: not before the last goods came, not still to come (no minutes are backdated)."""
    today = clock.today()
    if told is None:
        return today
    if told > today:
        raise Invalid({"tanggal": _("This day is still to come. Write the day on which you inspected.")})
    came: datetime | None = session.scalar(select(func.max(Receipt.came_at)).where(Receipt.order_id == order.id))
    if came is not None and told < (first := came.astimezone(clock.JAKARTA).date()):
        said = _("The goods came on %(day)s. Minutes are not dated before that.", day=date_long(first))
        raise Invalid({"tanggal": said})
    return told


def _ticks(data: InspectIn, judged: Judged) -> None:
    if data.lengkap and judged.rest:
        said = _("%(rest)s are missing, so the quantity is not right. Take this tick away.", rest=Number(judged.rest))
        raise Invalid({"lengkap": said})
    if not data.fungsi and not data.catatan:
        raise Invalid({"catatan": _("Write why the goods are not what was wanted, or tick that they are.")})


def _all_back(made: Minutes, lines: Sequence[Line], judged: Judged, by: Actor) -> None:
    """Let everything go back that was inspected: what is written stays as the record of it, and there is nothing to sign."""
    for line in lines:
        line.came -= judged.refused.get(line.id, 0)
    made.move(MinutesState.DROPPED, by=by, why=made.defects)
