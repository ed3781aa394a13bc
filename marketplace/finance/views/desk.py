"""The finance officer's desk: accounts, payouts, files for the bank and what it said."""

from typing import Any
from uuid import UUID

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from marketplace.finance import queries
from marketplace.finance.forms import Act, WhyIn
from marketplace.finance.views.blueprint import bp
from marketplace.kernel.forms import Form, parse
from marketplace.kernel.routes import MEBIBYTE, actor
from marketplace.kernel.words import _
from marketplace.payments import queries as payments
from marketplace.payments import services
from marketplace.payments.policies import MANAGE

Answer = str | tuple[str, int] | AnyResponse
MOST_FILE = 5 * MEBIBYTE
FILE = "berkas"


@bp.page("/admin/uang", policy=MANAGE)
def desk() -> Answer:
    """Show what waits: accounts, payouts, files."""
    return _desk(Form.blank(Act))


@bp.page("/admin/uang/rekening/<uuid:account_id>/verifikasi", policy=MANAGE, methods=("POST",))
def verify(account_id: UUID) -> Answer:
    """Say that an account is its shop's."""
    return _done(parse(Act, request), lambda _data: services.verify_bank_account(account_id, by=actor()))


@bp.page("/admin/uang/rekening/<uuid:account_id>/penolakan", policy=MANAGE, methods=("POST",))
def refuse(account_id: UUID) -> Answer:
    """Say that an account is not its shop's."""
    return _done(parse(WhyIn, request), lambda data: services.refuse_bank_account(account_id, data.why, by=actor()))


@bp.page("/admin/uang/pencairan/<uuid:payout_id>/persetujuan", policy=MANAGE, methods=("POST",))
def approve(payout_id: UUID) -> Answer:
    """Let a payout go out."""
    return _done(parse(Act, request), lambda _data: services.approve_payout(payout_id, by=actor()))


@bp.page("/admin/uang/pencairan/<uuid:payout_id>/pembatalan", policy=MANAGE, methods=("POST",))
def call_off(payout_id: UUID) -> Answer:
    """Call a payout off."""
    return _done(parse(WhyIn, request), lambda data: services.cancel_payout(payout_id, data.why, by=actor()))


@bp.page("/admin/uang/berkas", policy=MANAGE, methods=("POST",))
def make_batch() -> Answer:
    """Put all approved payouts into a file for the bank."""
    return _done(parse(Act, request), lambda _data: services.make_batch(by=actor()))


@bp.page("/admin/uang/berkas/<number>", policy=MANAGE)
def batch(number: str) -> AnyResponse:
    """Give a file for the bank; who took it is written down."""
    name, content = payments.batch_file(number)
    services.note_download(number, by=actor())
    return Response(content, mimetype="text/csv", headers={"Content-Disposition": f"attachment; filename={name}"})


@bp.page("/admin/uang/konfirmasi", policy=MANAGE, methods=("POST",), max_body=MOST_FILE)
def confirm() -> Answer:
    """Read what the bank says of payouts."""
    form = parse(Act, request)
    sent = request.files.get(FILE)
    if sent is None or not sent.filename:
        form.errors = {**form.errors, FILE: [_("Choose the file that the bank gave you.")]}
        return _desk(form)
    content, name = sent.stream.read(), sent.filename
    done = form.submit(lambda _data: services.confirm_payouts(content, name, by=actor()))
    if done is None:
        return _desk(form)
    return redirect(url_for("finance.desk", dibayar=done.paid, gagal=done.failed, lagi=int(done.again)), 303)


def _done(form: Form[Any], act: Any) -> Answer:  # noqa: ANN401 - a service for the form's data
    told = form.submit(lambda data: (act(data),))
    return _desk(form) if told is None else redirect(url_for("finance.desk", sudah=1), 303)


def _desk(form: Form[Any]) -> Answer:
    told = {name: request.args.get(name, type=int) for name in ("dibayar", "gagal", "lagi", "sudah")}
    return render_template("finance/desk.html", seen=queries.desk(), form=form, told=told), form.status
