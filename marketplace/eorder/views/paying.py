"""E11: taxes and payment, as the treasurer writes them down."""

from contextlib import suppress
from datetime import date
from typing import Any
from uuid import UUID

from flask import Response, redirect, render_template, request, url_for

from marketplace.eorder import queries, services
from marketplace.eorder.forms import NothingIn, PaymentIn, ReasonIn, SlipIn
from marketplace.eorder.models.acts import TREASURER
from marketplace.eorder.policies import READ, WORK
from marketplace.eorder.services import Proof
from marketplace.eorder.views.blueprint import bp
from marketplace.eorder.views.orders import WORDS, Answer, seen
from marketplace.kernel import clock
from marketplace.kernel.errors import Invalid
from marketplace.kernel.forms import LONGEST_NUMBER as LONGEST
from marketplace.kernel.forms import Form, parse
from marketplace.kernel.money import Rupiah
from marketplace.kernel.routes import MEBIBYTE, actor
from marketplace.kernel.words import _
from marketplace.media.services import LARGEST_FILE, keep_file, unwanted
from marketplace.sellers import queries as sellers

BODY = LARGEST_FILE + 2 * MEBIBYTE
WAYS = ("UP", "GU", "TU", "LS", "KKPD")
PROOF = "bukti"
RECKON = "hitung"


@bp.page("/pengadaan/pesanan/<code>/pembayaran", policy=READ)
def payment(code: str) -> str:
    """Show what is to be paid and withheld, and what was."""
    return _page(code, Form.blank(PaymentIn, cara="UP", tanggal=clock.today().isoformat()))


@bp.page("/pengadaan/pesanan/<code>/pembayaran", policy=WORK, methods=("POST",), max_body=BODY)
def pay(code: str) -> Answer:
    """Write down a payment; with ``aksi=hitung`` only reckon what it comes to."""
    if request.form.get("aksi") == RECKON:
        return _page(code, Form(PaymentIn, {name: request.form.getlist(name) for name in request.form}), "pay")
    form = parse(PaymentIn, request)
    proof = _file(code, form)
    if not form.errors:
        form.submit(lambda data: services.pay(code, data, by=actor(), proof=proof))
    return _done(code, form, "pay", proof)


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
    proof = _file(code, form)
    if not form.errors:
        form.submit(lambda data: services.document_tax(code, tax_id, data, by=actor(), proof=proof))
    return _done(code, form, f"slip-{tax_id}", proof)


@bp.page("/pengadaan/pesanan/<code>/pembayaran/bukti/<uuid:payment_id>", policy=WORK, methods=("POST",), max_body=BODY)
def add_proof(code: str, payment_id: UUID) -> Answer:
    """Add the proof of a payment that was written down without."""
    form = parse(NothingIn, request)
    proof = _file(code, form)
    if proof is None and not form.errors:
        form.errors = {PROOF: [_("Choose the file of the proof.")]}
    if proof is not None:
        form.submit(lambda _data: services.add_proof(code, payment_id, proof, by=actor()))
    return _done(code, form, f"proof-{payment_id}", proof)


@bp.page("/pengadaan/pesanan/<code>/pembayaran/minta-berkas", policy=WORK, methods=("POST",))
def ask_for_tax_papers(code: str) -> Answer:
    """Ask the shop for papers that its taxes depend on."""
    services.ask_for_tax_papers(code, by=actor())
    return redirect(url_for("eorder.payment", code=code, diminta=1), 303)


@bp.page("/pengadaan/pesanan/<code>/pembayaran/berkas/<uuid:file_id>", policy=READ)
def payment_file(code: str, file_id: UUID) -> Response:
    """Hand out the proof of a payment or the slip of a tax to who may see the order."""
    content, kind = queries.payment_file(seen(code), file_id)
    # Should a browser ever take the bytes for a page, it is an empty and powerless one.
    guard = {"Content-Security-Policy": "default-src 'none'; sandbox", "Cache-Control": "private, no-store"}
    return Response(content, mimetype=kind, headers=guard)


def _file(code: str, form: Form[Any]) -> Proof | None:
    """Take a proof in once all else is right; what is wrong with it stands beside the field."""
    given = request.files.get(PROOF)
    if form.errors or given is None or not given.filename:
        return None
    found = seen(code)
    try:
        return keep_file(given.read(), owner=f"eorder/{found.id}", field=PROOF)
    except Invalid as refused:
        form.errors = {**form.errors, **refused.fields}
        return None


def _done(code: str, form: Form[Any], name: str, proof: Proof | None = None) -> Answer:
    act = name.partition("-")[0]
    if not form.errors:
        return redirect(url_for("eorder.payment", code=code, sudah=act), 303)
    unwanted(proof)
    act = {"slip": "document_tax", "proof": "attach"}.get(act, act)
    if form.conflict is not None and form.conflict.code == "state" and queries.did_last(seen(code).id, act, actor()):
        return redirect(url_for("eorder.payment", code=code), 303)
    return _page(code, form, name), form.status


def _typed(form: Form[Any], rest: Rupiah) -> tuple[str, Rupiah, date]:
    """Return way, amount and day as they are typed, as far as they can be read: the proposal is for these."""
    way, day, today = str(form.values.get("cara") or WAYS[0]), clock.today(), clock.today()
    with suppress(ValueError):
        day = min(date.fromisoformat(str(form.values.get("tanggal") or "")), today)
    typed = "".join(sign for sign in str(form.values.get("jumlah") or "") if sign.isdigit())
    part = Rupiah(int(typed)) if typed and len(typed) < LONGEST else rest
    return (way if way in WAYS else WAYS[0]), (part if Rupiah(0) < part <= rest else rest), day


def _page(code: str, form: Form[Any], tried: str = "") -> str:
    found = seen(code)
    rest = found.accepted - found.paid
    payments = queries.payments_of(found.id)
    way, part, day = _typed(form, rest)
    proposal = queries.proposal(found, part, way=way, day=day) if rest else None
    looked_at = str(form.values.get("potongan") or "")
    treasurer = TREASURER in found.mine
    return render_template(
        "eorder/payment.html",
        found=found,
        form=form,
        tried=tried,
        told=request.args.get("sudah", ""),
        asked="diminta" in request.args,
        rest=rest,
        proposal=proposal,
        # What was typed beside another proposal says nothing about this one.
        fresh=proposal is not None and looked_at != str(proposal.kept.amount),
        payments=payments,
        withheld=queries.withheld_of([one.id for one in payments]),
        tax_name=queries.tax_name,
        ways=WAYS,
        days=queries.days_since_minutes(found),
        method=queries.method(found.method_id),
        payee=queries.account_to_pay(found.seller_id) if "pay" in found.may else "",
        lacking=sellers.tax_papers_lacking(found.seller_id, day) if treasurer and rest else (),
        **WORDS,
    )
