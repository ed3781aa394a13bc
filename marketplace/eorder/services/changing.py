"""Changes of an accepted order, and its calling off: one side proposes, the other answers, and every version stays (E13)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select

from marketplace.catalog import queries as catalog
from marketplace.eorder import queries
from marketplace.eorder.forms import ChangeAnswerIn, ChangeIn, ChangeRefusalIn
from marketplace.eorder.models import SHOP, Change, ChangeState, Line, Order, OrderState
from marketplace.eorder.models.acts import PPK
from marketplace.eorder.services import holding, letters, papers
from marketplace.eorder.services.pricing import quote_of, requote
from marketplace.eorder.services.sending import no_open_change
from marketplace.eorder.services.steps import Step, begin, finish
from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.kernel.ids import uuid7
from marketplace.kernel.money import Rupiah
from marketplace.kernel.words import Number, Words, _
from marketplace.offices import services as offices
from marketplace.orders.queries.quoting import Goods

CHANGE, CANCEL = "change", "cancel"
OFFICE = "office"


@transactional
def propose_change(code: str, data: ChangeIn, *, by: Actor) -> int:
    """Propose other quantities, another day or hour, or to call the order off; return the number of the change.

    Nothing of the order changes before the other side accepts. Raises as ``begin`` does; Conflict: ``change`` while one is
    open, ``approver`` when more money is asked for by who may not approve it, ``method`` above the cap of the order's own
    method, ``price_fell``, ``accepted_part`` to call off what was accepted in part; Invalid beside ``jumlah-<n>-jumlah``,
    ``hari`` and, when nothing would change, the form.
    """
    step = begin(code, "propose_change", by=by)
    order = step.order
    no_open_change(order)
    lines = _all_lines(order)
    was = _version(lines, order.day, order.hour, order.total_idr)
    if data.jenis == CANCEL:
        _nothing_accepted(order)
        wanted: dict[str, Any] = {}
    else:
        wanted = _wanted(order, lines, data)
        if wanted == was:
            raise Invalid({"": _("Nothing would change by this. Write another quantity, day or hour.")})
        _fits(order, lines, wanted)
        if step.duty not in (SHOP, PPK, *order.approvals) and wanted["total_idr"] > order.total_idr.amount:
            said = _(
                "More money than was approved is asked for by who approves: let the commitment officer propose it."
            )
            raise Conflict("approver", said)
    known: int = session.execute(select(func.count()).where(Change.order_id == order.id)).scalar_one()
    made = Change(
        id=uuid7(), state=ChangeState.OPEN, order_id=order.id, number=known + 1, kind=data.jenis, side=_side(step),
        was=was, wanted=wanted, why=data.alasan, by=by.id, at=clock.now(),
    )  # fmt: skip
    session.add(made)
    session.flush()
    whose = [PPK] if made.side == SHOP else [SHOP]
    after = {"change": made.number, "kind": made.kind, "wanted": wanted}
    finish(step, why=data.alasan, waits_for=whose, before={"was": was}, after=after)
    return made.number


@transactional
def accept_change(code: str, data: ChangeAnswerIn, *, by: Actor) -> None:
    """Accept a change of the other side: budget, goods and the shop's day are held anew for it, all or nothing.

    Raises as ``begin`` does; Conflict: ``stale`` when another change or none is open, ``own_change``, ``day_over``, ``method``,
    ``price_fell``, those of ``recommit``, ``day_full`` and ``sold_out``.
    """
    step = begin(code, "accept_change", by=by)
    order = step.order
    change = _open(order, data.nomor)
    if change.side == _side(step):
        said = _("This is your own proposal. The other side answers it; you can take it back.")
        raise Conflict("own_change", said)
    now = clock.now()
    change.move(ChangeState.ACCEPTED, by=by, answered_by=by.id, answered_at=now)
    if change.kind == CANCEL:
        _nothing_accepted(order)
        letters.release(order, "called_off", by=by)
        finish(step, OrderState.CANCELLED, why=change.why, after={"change": change.number})
        return
    day = date.fromisoformat(change.wanted["day"])
    if day != order.day and day < clock.today():
        raise Conflict("day_over", _("The day that was proposed is over. Refuse it and propose another one."))
    lines, before = _all_lines(order), letters.told(order)
    _fits(order, lines, change.wanted)
    more = Rupiah(change.wanted["total_idr"]) != order.total_idr
    had = holding.goods_of(order)
    for line in lines:
        line.qty = change.wanted["lines"].get(str(line.id), line.qty)
    requote(order, lines)
    if order.total_idr.amount != change.wanted["total_idr"]:
        said = _("The taxes of this shop changed since the proposal. Refuse it and propose it anew.")
        raise Conflict("taxes_changed", said)
    session.flush()
    if more:
        offices.recommit(order.reference, order.total_idr, by=by, why=f"change:{change.number}")
    holding.hold_anew(order, had, day, by=by)
    after = {**letters.told(order), "day": day.isoformat(), "change": change.number}
    whose = queries.turn(order.state)
    finish(
        step,
        before=before,
        after=after,
        waits_for=whose,
        due_at=queries.closing(day),
        day=day,
        hour=change.wanted["hour"],
    )
    papers.issue_change(order, change, by=by)


@transactional
def refuse_change(code: str, data: ChangeRefusalIn, *, by: Actor) -> None:
    """Refuse a change of the other side, or take an own one back: the order stays as it is.

    Raises as ``begin`` does; Conflict ``stale`` when another change or none is open.
    """
    step = begin(code, "refuse_change", by=by)
    change = _open(step.order, data.nomor)
    change.move(ChangeState.REFUSED, by=by, why=data.alasan, answered_by=by.id, answered_at=clock.now())
    whose = queries.turn(step.order.state)
    finish(step, why=data.alasan, waits_for=whose, after={"change": change.number})


def _side(step: Step) -> str:
    return SHOP if step.duty == SHOP else OFFICE


def _open(order: Order, number: int) -> Change:
    wanted = select(Change).where(Change.order_id == order.id, Change.state == ChangeState.OPEN).with_for_update()
    found: Change | None = session.execute(wanted).scalar_one_or_none()
    if found is None or found.number != number:
        raise Conflict("stale", _("This change is not open any more. Reload the page to see how the order stands."))
    return found


def _all_lines(order: Order) -> Sequence[Line]:
    wanted = select(Line).where(Line.order_id == order.id).order_by(Line.position)
    return session.execute(wanted).scalars().all()


def _version(lines: Sequence[Line], day: date, hour: str, total: Rupiah) -> dict[str, Any]:
    return {
        "lines": {str(line.id): line.qty for line in lines},
        "day": day.isoformat(),
        "hour": hour,
        "total_idr": total.amount,
    }


def _wanted(order: Order, lines: Sequence[Line], data: ChangeIn) -> dict[str, Any]:
    known = {line.id: line for line in lines}
    quantities = {line.id: line.qty for line in lines}
    faults: dict[str, Words] = {}
    for number, one in enumerate(data.jumlah):
        line = known.get(one.baris)
        if line is None:
            faults[""] = _("A line is not of this order. Reload the page.")
        elif one.jumlah < line.came:
            said = _("%(came)s came already: it cannot become less.", came=Number(line.came))
            faults[f"jumlah-{number}-jumlah"] = said
        else:
            quantities[one.baris] = one.jumlah
    day = data.hari or order.day
    if day < clock.today() and day != order.day:
        faults["hari"] = _("This day is over. Write a day from today on.")
    if not faults and not any(quantities[line.id] > line.came for line in lines):
        faults[""] = _("Nothing would be left to send. Call the order off, or settle it with what was accepted.")
    if faults:
        raise Invalid(faults)
    goods = [Goods(line.unit_idr, quantities[line.id], line.tax_kind) for line in lines if quantities[line.id]]
    total = quote_of(order, goods, order.shipping_idr).total
    return {
        "lines": {str(line.id): quantities[line.id] for line in lines},
        "day": day.isoformat(),
        "hour": order.hour if data.jam is None else data.jam,
        "total_idr": total.amount,
    }


def _fits(order: Order, lines: Sequence[Line], wanted: Mapping[str, Any]) -> None:
    """See that a change stays under the cap of the order's own day, and that what is added still costs what everybody pays."""
    method = queries.method(order.method_id)
    total = Rupiah(wanted["total_idr"])
    if method is not None and total > method.up_to and total > order.total_idr:
        said = _(
            "With this it costs %(total)s, above the %(cap)s of the rule it was ordered by (%(basis)s). Order the rest anew.",
            total=total,
            cap=method.up_to,
            basis=method.basis,
        )
        raise Conflict("method", said, cap_idr=method.up_to.amount)
    added = [line for line in lines if wanted["lines"].get(str(line.id), line.qty) > line.qty]
    public = catalog.offers([line.variant_id for line in added])
    gone = [line.name for line in added if not (one := public.get(line.variant_id)) or not one.on_sale]
    if gone:
        raise Conflict("off_sale", _("The shop does not sell more of this: %(names)s.", names=", ".join(gone)))
    dearer = [line.name for line in added if line.unit_idr > public[line.variant_id].price]
    if dearer:
        said = _("The public price has fallen since: %(names)s. Order what is more anew.", names=", ".join(dearer))
        raise Conflict("price_fell", said)


def _nothing_accepted(order: Order) -> None:
    if order.accepted_idr:
        said = _("Part of this order was accepted and is owed. Settle it with what was accepted instead.")
        raise Conflict("accepted_part", said)
