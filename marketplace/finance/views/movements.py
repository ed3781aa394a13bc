"""Statements of the programme's account: read and shown first, taken in whole; movements that fit nothing, by a person."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from marketplace.finance import queries
from marketplace.finance import services as finance
from marketplace.finance.forms import Act, MatchIn, NotOursIn
from marketplace.finance.views.blueprint import bp
from marketplace.kernel.errors import Invalid
from marketplace.kernel.forms import Form, parse
from marketplace.kernel.routes import MEBIBYTE, actor
from marketplace.kernel.words import _
from marketplace.orders import queries as orders
from marketplace.payments import queries as payments
from marketplace.payments import services
from marketplace.payments.policies import MANAGE

Answer = str | tuple[str, int] | AnyResponse
MOST_FILE = 6 * MEBIBYTE
"""A little more than a statement may have, so that one that is too large is answered beside its field."""
FILE = "berkas"
LONGEST_CURSOR = 60


@bp.page("/admin/uang/mutasi", policy=MANAGE)
def movements() -> Answer:
    """List what came and paid nothing, the newest files, and take the next one."""
    return _movements(Form.blank(Act))


@bp.page("/admin/uang/mutasi", policy=MANAGE, methods=("POST",), max_body=MOST_FILE)
def give_sheet() -> Answer:
    """Read a bank statement; what it would bring is shown before any of it is taken in."""
    form = parse(Act, request)
    given = request.files.get(FILE)
    if given is None or not given.filename:
        form.errors = {**form.errors, FILE: [_("Choose the statement that the bank gave you.")]}
        return _movements(form)
    name = given.filename
    with given.stream as file:
        content = file.read()
    kept = form.submit(lambda _data: finance.read_sheet(name, content, by=actor()))
    if kept is None:
        faults = form.errors.pop(services.STATEMENT, None)
        if faults:
            form.errors = {**form.errors, FILE: faults}
        return _movements(form)
    return redirect(url_for("finance.sheet", sheet_id=kept), 303)


@bp.page("/admin/uang/mutasi/berkas/<uuid:sheet_id>", policy=MANAGE)
def sheet(sheet_id: UUID) -> str:
    """Show what a statement would bring, row by row."""
    page = request.args.get("halaman", 1, type=int)
    return render_template("finance/sheet.html", seen=queries.preview(sheet_id, page), form=Form.blank(Act))


@bp.page("/admin/uang/mutasi/berkas/<uuid:sheet_id>", policy=MANAGE, methods=("POST",))
def take_in(sheet_id: UUID) -> Answer:
    """Take a statement in: all of it, each movement once, and match what came."""
    form = parse(Act, request)
    done = form.submit(lambda _data: finance.take_sheet_in(sheet_id, by=actor()))
    if done is None:
        return render_template("finance/sheet.html", seen=queries.preview(sheet_id, 1), form=form), form.status
    return redirect(url_for("finance.movements", baris=done.rows, baru=done.new, cocok=done.matched), 303)


@bp.page("/admin/uang/mutasi/<uuid:row_id>", policy=MANAGE)
def movement(row_id: UUID) -> Answer:
    """Show a movement with the payments that it may be of."""
    return _movement(row_id, Form.blank(MatchIn))


@bp.page("/admin/uang/mutasi/<uuid:row_id>", policy=MANAGE, methods=("POST",))
def match(row_id: UUID) -> Answer:
    """Take a movement as the payment of an order; another sum than was asked for goes to review."""
    form = parse(MatchIn, request)
    state = form.submit(lambda data: services.match_by_hand(row_id, _chosen(data), data.why, by=actor()))
    if state is None:
        return _movement(row_id, form)
    return redirect(url_for("finance.movements", jadi=state), 303)


@bp.page("/admin/uang/mutasi/<uuid:row_id>/penjelasan", policy=MANAGE, methods=("POST",))
def explain(row_id: UUID) -> Answer:
    """Say what a movement is that paid nothing of ours."""
    form = parse(NotOursIn, request)
    told = form.submit(lambda data: (services.explain(row_id, data.alasan, by=actor()),))
    return _movement(row_id, form) if told is None else redirect(url_for("finance.movements", jadi="explained"), 303)


def _chosen(data: MatchIn) -> UUID:
    """Return the charge that an officer means; raises Invalid beside the field that does not say so."""
    if not data.kode:
        try:
            return UUID(data.bayaran)
        except ValueError as wrong:
            raise Invalid({"bayaran": _("Choose a payment, or type an order's code.")}) from wrong
    reference = orders.reference_of(data.kode)
    if reference is None:
        raise Invalid({"kode": _("There is no order with this code.")})
    waiting = payments.transfers_of(reference, services.by_sum())
    if len(waiting) != 1:
        none = _("No transfer of this order waits.")
        raise Invalid({"kode": _("Several transfers of this order wait; choose one above.") if waiting else none})
    return waiting[0]


def _movements(form: Form[Act]) -> Answer:
    seen = queries.movements(request.args.get("setelah", "")[:LONGEST_CURSOR])
    told = {name: request.args.get(name, type=int) for name in ("baris", "baru", "cocok")}
    page = render_template(
        "finance/movements.html", seen=seen, form=form, told=told, became=request.args.get("jadi", "")
    )
    return page, form.status


def _movement(row_id: UUID, form: Form[MatchIn] | Form[NotOursIn]) -> Answer:
    return render_template("finance/movement.html", seen=queries.movement(row_id), form=form), form.status
