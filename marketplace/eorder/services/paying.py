"""Money after the minutes: asked for, paid by the treasurer elsewhere and written down here, with its taxes (R11.6, R11.7)."""

import re
from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from marketplace.eorder import queries
from marketplace.eorder.events import OrderPaid, TaxPapersAsked
from marketplace.eorder.forms import PaymentIn, ReasonIn, SlipIn, WithholdingIn
from marketplace.eorder.models import Order, OrderState, Payment, Withholding
from marketplace.eorder.models.acts import TREASURER
from marketplace.eorder.policies import duties_in, shop_scope
from marketplace.eorder.queries.taxes import Proposed, ProposedTax
from marketplace.eorder.services import papers
from marketplace.eorder.services.steps import begin, finish, locked
from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM, Actor
from marketplace.kernel.audit import audit
from marketplace.kernel.db import rows, savepoint, session, transactional
from marketplace.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.kernel.ids import uuid7
from marketplace.kernel.money import Rupiah
from marketplace.kernel.outbox import emit
from marketplace.kernel.words import Words, _
from marketplace.media.services import KeptFile
from marketplace.offices import queries as budget
from marketplace.offices import services as offices
from marketplace.web.formats import date_long

LS_NUMBERS = ("spp", "spm", "sp2d")
SHORTEST = 3
BLANKS = re.compile(r"[\s.\-/]+")


Proof = KeptFile
"""A proof of payment or the slip of a tax, as media keeps it."""


@transactional
def request_payment(code: str, *, by: Actor) -> None:
    """Ask the treasurer to pay what was accepted. Raises as ``begin`` does."""
    step = begin(code, "request_payment", by=by)
    finish(step, OrderState.PAYMENT_REQUESTED, after={"accepted_idr": step.order.accepted_idr.amount})


@transactional
def refuse_payment(code: str, data: ReasonIn, *, by: Actor) -> None:
    """Give a request for payment back, with what is missing. Raises as ``begin`` does, Conflict ``paid`` after a first part."""
    step = begin(code, "refuse_payment", by=by)
    if step.order.paid_idr:
        raise Conflict(
            "paid", _("A part of it is paid already. Pay the rest, or settle it with the commitment officer.")
        )
    finish(step, OrderState.BAST_SIGNED, why=data.alasan)


@transactional
def pay(code: str, data: PaymentIn, *, by: Actor, proof: Proof | None = None) -> UUID:
    """Write down a payment, whole or in parts, with what was withheld of it; return its id.

    With all paid the order is paid; with every slip and proof there it is closed at once. Raises as ``begin`` does; Invalid:
    ``tanggal`` in the future or before the minutes, ``jumlah`` above what is accepted and unpaid, ``nomor`` that was used
    before, in the whole system, ``spp``, ``spm``, ``sp2d`` missing for LS, ``kartu`` for KKPD, ``pajak-<code>-alasan`` for a
    correction without reason, ``pajak-<code>-slip`` for a number that was used before, ``potongan`` when another proposal
    was looked at than the one that holds for this way, day and amount.
    """
    step = begin(code, "pay", by=by)
    order = step.order
    gross = data.jumlah if data.jumlah is not None else order.accepted_idr - order.paid_idr
    _right(order, data, gross)
    # Two orders of one purchase that are paid at once would each seem small.
    one_purchase = f"eorder.purchase {order.unit_code} {order.package_id} {order.seller_id}"
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": one_purchase})
    what = budget.package_by_id(order.package_id).what
    proposal = queries.proposed_taxes(order, gross, way=data.cara, day=data.tanggal, what=what)
    if data.potongan is not None and data.potongan != proposal.kept:
        said = _(
            "For this way, day and amount %(kept)s is proposed to be withheld. Look at it below and confirm.",
            kept=proposal.kept,
        )
        raise Invalid({"potongan": said})
    told = {one.kode: one for one in data.pajak} if data.cara != queries.WITHHOLDS_NOTHING else {}
    kept = _confirmed(proposal, told)
    payment = Payment(
        id=uuid7(), order_id=order.id, number=len(queries.payments_of(order.id)) + 1, way=data.cara,
        reference=_once(order, data.nomor), shown=" ".join(data.nomor.split()), paid_on=data.tanggal, gross_idr=gross,
        base_idr=proposal.base,
        kept_idr=Rupiah.total(list(kept.values())),
        net_idr=gross - Rupiah.total(list(kept.values())), spp=data.spp, spm=data.spm, sp2d=data.sp2d, card=data.kartu,
        note=data.catatan, proof_key=proof.key if proof else None, proof_sha256=proof.sha256 if proof else None, by=by.id,
        at=clock.now(),
    )  # fmt: skip
    if not _written(payment):
        raise Invalid({"nomor": _used(payment.reference, by)})
    for tax in proposal.taxes:
        _withhold(order, payment, tax, kept[tax.code], told.get(tax.code))
    papers.issue_receipt(order, payment, by=by)
    paid = order.paid_idr + gross
    whole = paid == order.accepted_idr
    offices.realise(order.reference, gross, by=by, last=whole)
    if not order.training:
        emit(
            OrderPaid(
                order_id=str(order.id), code=order.code, payment_id=str(payment.id), unit_code=order.unit_code,
                seller_id=str(order.seller_id), gross_idr=gross.amount, net_idr=payment.net_idr.amount,
            )
        )  # fmt: skip
    after = {"way": data.cara, "gross_idr": gross.amount, "kept_idr": payment.kept_idr.amount}
    to = OrderState.PAID if whole else OrderState.PAYMENT_REQUESTED
    finish(step, to, after=after, paid_idr=paid, paid_at=clock.now() if whole else None)
    if whole:
        go_on(order)
    return payment.id


@transactional
def document_tax(code: str, withholding_id: UUID, data: SlipIn, *, by: Actor, proof: Proof | None = None) -> None:
    """Write down the slip of a tax that was withheld; with the last one the order goes on by itself.

    Raises as ``begin`` does; NotFound for a tax of another order; Invalid beside ``nomor`` for a number used before.
    """
    step = begin(code, "document_tax", by=by)
    one = _own_tax(step.order, withholding_id)
    _slip(step.order, one, data.nomor, proof, "nomor")
    finish(step, after={"tax": one.code})
    go_on(step.order)


@transactional
def add_proof(code: str, payment_id: UUID, proof: Proof, *, by: Actor) -> None:
    """Add the proof of a payment that has none yet. Raises as ``begin`` does."""
    step = begin(code, "attach", by=by)
    payment = next((one for one in queries.payments_of(step.order.id) if one.id == payment_id), None)
    if payment is None or payment.proof_key is not None:
        raise Conflict("proof", _("This payment has its proof already."))
    payment.proof_key, payment.proof_sha256 = proof.key, proof.sha256
    finish(step, after={"proof": proof.sha256})
    go_on(step.order)


@transactional
def ask_for_tax_papers(code: str, *, by: Actor) -> bool:
    """Ask the shop of an order for what would make its taxes sure; once a day. Return whether it was asked now.

    Raises NotFound for an order that is not the actor's to see, NotAllowed for who is not its treasurer; Conflict
    ``training``: the shop of an order with which people practise knows nothing of it. It blocks nothing.
    """
    order = locked(code, by)
    if TREASURER not in duties_in(by, queries.scope_of(by, order.unit_code)) or order.minutes_at is None:
        raise NotAllowed("eorder:ask_for_tax_papers")
    if order.training:
        raise Conflict("training", _("A training unit asks no shop for papers. Go on with the usual rates."))
    if order.asked_on == clock.today():
        return False
    order.asked_on = clock.today()
    audit(f"eorder:{order.unit_code}", "eorder.ask_for_tax_papers", order.code, by=by)
    told = {"order_id": str(order.id), "code": order.code, "unit_code": order.unit_code}
    emit(TaxPapersAsked(**told, seller_id=str(order.seller_id)))
    return True


@transactional
def close(code: str, *, by: Actor) -> None:
    """Close an order whose papers are all there. Raises as ``begin`` does, and Conflict ``papers``."""
    step = begin(code, "close", by=by)
    if not _proved(step.order):
        raise Conflict("papers", _("The proof of payment is missing. The treasurer adds it first."))
    finish(step, OrderState.CLOSED, closed_at=clock.now())


def go_on(order: Order) -> None:
    """Let a paid order go on by itself: documented when each tax has its slip, closed when each payment has its proof."""
    session.flush()
    if order.state == OrderState.PAID and _documented(order):
        finish(begin(order.code, "document_tax", by=SYSTEM), OrderState.TAX_DOCUMENTED)
    if order.state == OrderState.TAX_DOCUMENTED and _proved(order):
        finish(begin(order.code, "close", by=SYSTEM), OrderState.CLOSED, closed_at=clock.now())


def _right(order: Order, data: PaymentIn, gross: Rupiah) -> None:
    faults: dict[str, Words] = {}
    if len(_normal(data.nomor)) < SHORTEST:
        faults["nomor"] = _("Write the whole number, as it stands on the proof.")
    left = order.accepted_idr - order.paid_idr
    if gross > left or gross <= Rupiah(0):
        faults["jumlah"] = _("%(left)s is accepted and not paid yet. Pay up to that.", left=left)
    if data.tanggal > clock.today():
        faults["tanggal"] = _("This day is still to come. Write the day of the payment.")
    elif order.minutes_at and data.tanggal < order.minutes_at.astimezone(clock.JAKARTA).date():
        faults["tanggal"] = _("The handover minutes are of a later day. Money comes after the goods.")
    if data.cara == "LS":
        faults |= {
            name: _("LS needs the number of the %(paper)s.", paper=name.upper())
            for name in LS_NUMBERS
            if not getattr(data, name)
        }
    if data.cara == "KKPD" and not data.kartu:
        faults["kartu"] = _("Write the last four digits of the card.")
    if faults:
        raise Invalid(faults)


def _confirmed(proposal: Proposed, told: Mapping[str, WithholdingIn]) -> dict[str, Rupiah]:
    kept: dict[str, Rupiah] = {}
    faults: dict[str, Words] = {}
    for tax in proposal.taxes:
        said = told.get(tax.code)
        kept[tax.code] = said.dipotong if said else tax.amount
        if said and said.dipotong != tax.amount and not said.alasan:
            faults[f"pajak-{tax.code}-alasan"] = _(
                "Write why it is not %(amount)s, as the rule proposes.", amount=tax.amount
            )
        if said and said.dipotong > proposal.gross:
            faults[f"pajak-{tax.code}-dipotong"] = _("No more can be withheld than is paid.")
    if extra := told.keys() - kept.keys():
        faults[""] = _(
            "The proposal of taxes has changed meanwhile: %(codes)s. Look at it anew.", codes=", ".join(sorted(extra))
        )
    if not faults and Rupiah.total(list(kept.values())) > proposal.gross:
        faults[""] = _("No more can be withheld than is paid.")
    if faults:
        raise Invalid(faults)
    return kept


def _withhold(order: Order, payment: Payment, tax: ProposedTax, kept: Rupiah, said: WithholdingIn | None) -> None:
    one = Withholding(
        id=uuid7(), payment_id=payment.id, code=tax.code, rule_id=tax.rule_id, rate=tax.rate, basis=tax.basis,
        base_idr=tax.base, proposed_idr=tax.amount, kept_idr=kept, reason=said.alasan if said else "",
    )  # fmt: skip
    session.add(one)
    session.flush()
    if said and said.slip:
        _slip(order, one, said.slip, None, f"pajak-{tax.code}-slip")


def _slip(order: Order, one: Withholding, number: str, proof: Proof | None, field: str) -> None:
    one.slip_number, one.slip_shown, one.slip_at = _once(order, number), " ".join(number.split()), clock.now()
    if proof is not None:
        one.slip_key, one.slip_sha256 = proof.key, proof.sha256
    if not _written(one):
        raise Invalid({field: _("This slip is written down for another tax already. Check its number.")})


def _written(row: Payment | Withholding) -> bool:
    """Write a row whose number is used once in the whole system; of two at once the index lets one through."""
    try:
        with savepoint():
            session.add(row)
            session.flush()
    except IntegrityError:
        return False
    return True


def _used(reference: str, by: Actor) -> Words:
    """Say that a number was used before, and where to who may see that order."""
    wanted = select(Order.code, Payment.paid_on).join(Payment, Payment.order_id == Order.id)
    found = rows(wanted.where(Payment.reference == reference))
    try:
        if found:
            day, code = found[0].paid_on, queries.order(found[0].code, by).code
            return _(
                "This number is written down for order %(code)s, paid on %(day)s. Check it.",
                code=code,
                day=date_long(day),
            )
    except NotFound:
        pass
    return _("This number is written down for another payment already. Check it on the proof.")


def _own_tax(order: Order, withholding_id: UUID) -> Withholding:
    payments = [one.id for one in queries.payments_of(order.id)]
    found = next((one for one in queries.withheld_of(payments) if one.id == withholding_id), None)
    if found is None:
        raise Conflict("state", _("This tax is not of this order. Reload the page."))
    return found


def _documented(order: Order) -> bool:
    payments = [one.id for one in queries.payments_of(order.id)]
    return all(one.slip_number or not one.kept_idr for one in queries.withheld_of(payments))


def _proved(order: Order) -> bool:
    return not rows(select(Payment.id).where(Payment.order_id == order.id, Payment.proof_key.is_(None)))


def _normal(number: str) -> str:
    """Return a number as it is compared: capitals, without blanks and signs between."""
    return BLANKS.sub("", number).upper()


def _once(order: Order, number: str) -> str:
    """Return a number as it is used once in the whole system; numbers of practice are used up in their room alone."""
    normal = _normal(number)
    return f"{shop_scope(order.seller_id, order.unit_code, training=True)}:{normal}" if order.training else normal
