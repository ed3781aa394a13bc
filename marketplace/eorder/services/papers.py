"""Issues the papers of an order as its acts are done; each once, however often it is asked for (R11.5)."""

from typing import Any

from marketplace.documents import queries as issued
from marketplace.documents import services as documents
from marketplace.documents.services import Draft
from marketplace.documents.slots import Paper
from marketplace.eorder.models import Change, Minutes, Order, Payment, Shipment
from marketplace.eorder.models.acts import PP, PPK, SHOP, TREASURER
from marketplace.eorder.queries import paper_data as data
from marketplace.eorder.queries.beside import minutes_of
from marketplace.eorder.queries.taxes import withheld_of
from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.audit import audit
from marketplace.kernel.db import session, transactional
from marketplace.kernel.money import Rupiah
from marketplace.offices import queries as offices


def issue_letter(order: Order, duty: str, *, by: Actor) -> Paper:
    """Issue the purchase letter (surat pesanan), signed by who approved last."""
    told = {**data.order_data(order), "officer": data.officer_data(order, by.id, duty), "signed": _now()}
    return _issue(data.LETTER, order, str(order.id), order.total_idr, told, by=by)


def issue_negotiation(order: Order, *, by: Actor) -> Paper:
    """Issue the minutes of a negotiation that ended in agreement."""
    told = {**data.order_data(order), "officer": data.officer_data(order, order.prepared_by, PP)}
    return _issue(
        data.NEGOTIATION,
        order,
        str(order.agreed_id),
        order.total_idr,
        {**told, "offers": data.offers_data(order)},
        by=by,
    )


def issue_change(order: Order, change: Change, *, by: Actor) -> Paper:
    """Issue the addendum of a change that both sides agreed to: one proposed it, the other is who accepts it now."""
    session.flush()
    officer = by.id if change.side == SHOP else change.by
    told = {**data.order_data(order), "officer": data.officer_data(order, officer, PPK, PP)}
    told["letter"] = _number_of(data.LETTER, str(order.id))
    told["change"] = {
        "agreed": _now(),
        "number": change.number,
        "kind": change.kind,
        "was": change.was,
        "wanted": change.wanted,
        "why": change.why,
    }
    return _issue(data.CHANGE, order, str(change.id), order.total_idr, told, by=by)


def issue_note(order: Order, shipment: Shipment, *, by: Actor) -> Paper:
    """Issue the delivery note of a shipment (surat jalan)."""
    told = {**data.order_data(order), "shipment": data.shipment_data(shipment)}
    told["letter"] = _number_of(data.LETTER, str(order.id))
    return _issue(data.NOTE, order, str(shipment.id), Rupiah(0), told, by=by)


def issue_minutes(order: Order, minutes: Minutes, *, by: Actor) -> Paper:
    """Issue inspection and handover minutes that both sides have signed; return the handover minutes."""
    session.flush()
    told = {**data.order_data(order), "officer": data.officer_data(order, minutes.office_signed_by, PPK)}
    told["minutes"] = data.minutes_data(minutes)
    letter = _number_of(data.LETTER, str(order.id))
    told["letter"] = letter
    _issue(data.INSPECTION, order, str(minutes.id), minutes.value_idr, told, by=by)
    return _issue(data.MINUTES, order, str(minutes.id), minutes.value_idr, told, by=by)


def issue_receipt(order: Order, payment: Payment, *, by: Actor) -> Paper:
    """Issue the receipt of a payment (kuitansi)."""
    told = {**data.order_data(order), "officer": data.officer_data(order, payment.by, TREASURER)}
    told["payment"] = data.payment_data(payment, withheld_of([payment.id]))
    told["letter"] = _number_of(data.LETTER, str(order.id))
    told["minutes_numbers"] = [
        paper.shown
        for many in issued.papers([str(one.id) for one, _lines in minutes_of(order.id)]).values()
        for paper in many
        if paper.kind == data.MINUTES
    ]
    return _issue(data.RECEIPT, order, str(payment.id), payment.gross_idr, told, by=by)


@transactional
def note_paper_view(paper: Paper, *, by: Actor) -> None:
    """Write down that somebody fetched a paper (R11.10)."""
    audit(f"eorder:{paper.data['unit']['code']}", "eorder.paper", paper.shown, by=by)


def _issue(kind: str, order: Order, subject: str, total: Rupiah, told: dict[str, Any], *, by: Actor) -> Paper:
    unit = offices.unit(order.unit_code)
    draft = Draft(
        kind=kind,
        owner=f"unit:{unit.code}",
        code=unit.paper_code,
        subject=subject,
        issuer=unit.name,
        total=total,
        data=told,
    )
    return documents.issue(draft, by=by)


def _number_of(kind: str, subject: str) -> str:
    found = issued.papers([subject]).get(subject, ())
    return next((one.shown for one in found if one.kind == kind), "")


def _now() -> str:
    return clock.now().astimezone(clock.JAKARTA).isoformat(timespec="minutes")
