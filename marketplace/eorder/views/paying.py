"""E11: taxes and payment, as the treasurer writes them down."""

from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for

from marketplace.eorder import queries, services
from marketplace.eorder.forms import PaymentIn, ReasonIn, SlipIn
from marketplace.eorder.policies import READ, WORK
from marketplace.eorder.services import Proof
from marketplace.eorder.views.blueprint import bp
from marketplace.eorder.views.files import BODY, taken
from marketplace.eorder.views.orders import Answer, seen, words
from marketplace.kernel import clock
from marketplace.kernel.forms import Form, parse
from marketplace.kernel.routes import actor

WAYS = ("UP", "GU", "TU", "LS", "KKPD")


@bp.page("/pengadaan/pesanan/<code>/pembayaran", policy=READ)
def payment(code: str) -> str:
    """Show what is to be paid and withheld, and what was."""
    return _page(code, Form.blank(PaymentIn, cara="UP", tanggal=clock.today().isoformat()))


@bp.page("/pengadaan/pesanan/<code>/pembayaran", policy=WORK, methods=("POST",), max_body=BODY)
def pay(code: str) -> Answer:
    """Write down a payment."""
    form = parse(PaymentIn, request)
    proof = _file(code, form, "bukti")
    if not form.errors:
        form.submit(lambda data: services.pay(code, data, by=actor(), proof=proof))
    return _done(code, form, "pay")


@bp.page("/pengadaan/pesanan/<code>/pembayaran/kembalikan", policy=WORK, methods=("POST",))
def refuse_payment(code: str) -> Answer:
    """Give a request for payment back."""
    form = parse(ReasonIn, request)
    form.submit(lambda data: services.refuse_payment(code, data, by=actor()))
    return _done(code, form, "refuse_payment")


@bp.page("/pengadaan/pesanan/<code>/pembayaran/pajak/<uuid:tax_id>", policy=WORK, methods=("POST",), max_body=BODY)
def slip(code: str, tax_id: UUID) -> Answer:
    """Add the slip of a tax that was withheld."""
    form = parse(SlipIn, request)
    proof = _file(code, form, "bukti")
    if not form.errors:
        form.submit(lambda data: services.document_tax(code, tax_id, data, by=actor(), proof=proof))
    return _done(code, form, f"slip-{tax_id}")


def _file(code: str, form: Form[Any], name: str) -> Proof | None:
    found = seen(code)
    return taken(form, name, found.id) if {"pay", "document_tax"} & found.may else None


def _done(code: str, form: Form[Any], name: str) -> Answer:
    if not form.errors:
        return redirect(url_for("eorder.order", code=code, sudah=name.partition("-")[0]), 303)
    if form.conflict is not None and form.conflict.code == "state" and queries.did_last(seen(code).id, name, actor()):
        return redirect(url_for("eorder.order", code=code), 303)
    return _page(code, form, name), form.status


def _page(code: str, form: Form[Any], tried: str = "") -> str:
    found = seen(code)
    rest = found.accepted - found.paid
    payments = queries.payments_of(found.id)
    return render_template(
        "eorder/payment.html",
        found=found,
        form=form,
        tried=tried,
        rest=rest,
        proposal=queries.proposal(found, rest, way=form.values.get("cara") or "UP") if rest else None,
        payments=payments,
        withheld=queries.withheld_of([one.id for one in payments]),
        tax_name=queries.tax_name,
        ways=WAYS,
        days=queries.days_since_minutes(found),
        method=queries.method(found.method_id),
        **words(),
    )
