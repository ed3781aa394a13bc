"""E10: what is accepted of what came, the handover minutes of it, and who signed them."""

from datetime import datetime, time, timedelta
from typing import Any

from flask import redirect, render_template, request, url_for

from marketplace.accounts.queries import organisations
from marketplace.documents.queries import in_words
from marketplace.eorder import queries, services
from marketplace.eorder.forms import InspectIn, NothingIn, SignIn
from marketplace.eorder.policies import OFFICE, READ, WORK
from marketplace.eorder.queries import Fulfilment, OrderView
from marketplace.eorder.views.blueprint import bp
from marketplace.eorder.views.orders import WORDS, Answer, seen
from marketplace.eorder.views.receiving import by_line
from marketplace.kernel import clock
from marketplace.kernel.clock import JAKARTA
from marketplace.kernel.forms import Form, parse
from marketplace.kernel.routes import actor
from marketplace.kernel.words import language

DAY_ENDS = time(23, 59)


@bp.page("/pengadaan/pesanan/<code>/bast", policy=READ)
def minutes(code: str) -> str:
    """Show the minutes of an order, what is missing for them, and the form of who is next."""
    return _page(seen(code))


@bp.page("/pengadaan/pesanan/<code>/bast", policy=WORK, methods=("POST",))
def inspect(code: str) -> Answer:
    """Decide on what came, and draw up the minutes of it."""
    form = parse(InspectIn, request)
    form.submit(lambda data: services.inspect(code, data, by=actor()))
    return _done(code, form, "inspect")


@bp.page("/pengadaan/pesanan/<code>/bast/koreksi", policy=WORK, methods=("POST",))
def correct(code: str) -> Answer:
    """Take minutes back that nobody has signed."""
    form = parse(NothingIn, request)
    form.submit(lambda _data: services.correct(code, by=actor()))
    return _done(code, form, "correct")


@bp.page("/pengadaan/pesanan/<code>/bast/tanda-tangan", policy=WORK, methods=("POST",))
def sign(code: str) -> Answer:
    """Sign the minutes for the office with the password."""
    form = parse(SignIn, request)
    form.submit(lambda data: services.sign(code, data, by=actor()))
    return _done(code, form, "sign")


def _done(code: str, form: Form[Any], name: str) -> Answer:
    if form.errors:
        form.errors = {by_line(form, field): said for field, said in form.errors.items()}
        return _page(seen(code), form, name), form.status
    return redirect(url_for("eorder.minutes", code=code, sudah=name), 303)


def _page(found: OrderView, form: Form[Any] | None = None, tried: str = "") -> str:
    all_of_it = queries.fulfilment(found)
    language_now = language()
    return render_template(
        "eorder/minutes.html",
        found=found,
        all=all_of_it,
        form=form,
        inspecting=form if form and tried == "inspect" else Form.blank(InspectIn, **_defaults(found, all_of_it)),
        tried=tried,
        asked=Form.blank(SignIn, bayar=1),
        told=request.args.get("sudah", ""),
        waiting=tuple(line for line in found.lines if line.came > line.accepted),
        missing=tuple(line for line in found.lines if line.came < line.qty),
        unit=organisations([found.unit_code]).get(found.unit_code),
        spelled={one.id: in_words(one.value, language_now) for one in all_of_it.minutes},
        today=clock.today(),
        office=bool(set(found.mine) & set(OFFICE)),
        **WORDS,
    )


def _defaults(found: OrderView, all_of_it: Fulfilment) -> dict[str, object]:
    """Return the form of an inspection as the receipts suggest it: what is not good is not accepted."""
    good = {line.id: max(line.came - line.accepted - all_of_it.bad(line.id), 0) for line in found.lines}
    whole = all(line.accepted + good[line.id] == line.qty for line in found.lines)
    noted = {line.id: _noted(all_of_it, line.id) for line in found.lines}
    told: dict[str, object] = {
        "fungsi": "1", "lengkap": "1" if whole else None, "waktu": "1" if _in_time(found, all_of_it) else None,
        "lanjutan": "none" if whole else "complete",
        "sampai": None if whole else max(found.day, clock.today() + timedelta(days=1)).isoformat(),
    }  # fmt: skip
    for at, line in enumerate(one for one in found.lines if one.came > one.accepted):
        told[f"baris-{at}-terima"] = str(good[line.id])
        told[f"baris-{at}-alasan"] = noted[line.id] or None
    return told


def _noted(all_of_it: Fulfilment, line_id: object) -> str:
    return "; ".join(
        line.note
        for one in all_of_it.receipts
        for line in one.lines
        if line.line_id == line_id and line.bad and line.note
    )


def _in_time(found: OrderView, all_of_it: Fulfilment) -> bool:
    hour = time.fromisoformat(found.hour) if found.hour else DAY_ENDS
    wanted = datetime.combine(found.day, hour, JAKARTA)
    return all_of_it.last_came is None or all_of_it.last_came <= wanted
