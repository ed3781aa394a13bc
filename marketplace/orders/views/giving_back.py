"""Paying back of a part, for its shop and for the programme's officers, and what these see of an order."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.kernel import ids
from marketplace.kernel.forms import Form, parse
from marketplace.kernel.routes import actor
from marketplace.orders import queries, services
from marketplace.orders.forms import GiveBackIn
from marketplace.orders.models import OrderState
from marketplace.orders.policies import OVERSEE, PREPARE
from marketplace.orders.queries.orders import CODE_LENGTH, plain_code
from marketplace.orders.views.blueprint import bp
from marketplace.orders.views.keys import keyed
from marketplace.orders.views.orders import handovers
from marketplace.orders.views.papers import papers_of

Answer = str | Response | tuple[str, int]
LONGEST_SEARCH = 40


@bp.page("/lapak/pesanan/<code>/pengembalian", policy=PREPARE)
def give_back(code: str) -> str:
    """Show a shop what of a part it can pay back."""
    return _shops(code, Form.blank(GiveBackIn))


@bp.page("/lapak/pesanan/<code>/pengembalian", policy=PREPARE, methods=("POST",), idempotent=True)
def given_back(code: str) -> Answer:
    """Pay back of a part."""
    form = keyed(parse(GiveBackIn, request))
    form.submit(lambda data: services.give_back(code, data, by=actor()))
    if form.errors:
        return _shops(code, form), form.status
    return redirect(url_for("orders.seller_order", code=code, sudah="kembali"), 303)


def _shops(code: str, form: Form[GiveBackIn]) -> str:
    found = queries.seller_order(code, actor())
    back = url_for("orders.seller_order", code=code)
    return _asked(form, found.part, f"{found.row.shown_code}-{found.row.number}", back, promised=found.row.promised)


@bp.page("/program/pesanan", policy=OVERSEE)
def overseen() -> Answer:
    """List the orders that a person must look at, and find any by its code."""
    sought = " ".join(request.args.get("kode", "").split())[:LONGEST_SEARCH]
    if len(plain_code(sought)) == CODE_LENGTH:
        return redirect(url_for("orders.oversee", code=plain_code(sought)), 303)
    return render_template("orders/overseen.html", sought=sought, waiting=queries.questioned(actor()))


@bp.page("/program/pesanan/<code>", policy=OVERSEE)
def oversee(code: str) -> str:
    """Show an officer an order with the way of each part; who looks at a buyer's data is written down."""
    order = queries.any_order(code, actor())
    services.note_overseen(order.id, by=actor())
    return render_template(
        "orders/oversee.html",
        order=order,
        paid=queries.paid_of(order.id),
        papers=papers_of(order.parts),
        handovers=handovers(order.parts),
        done=request.args.get("sudah") == "kembali",
    )


@bp.page("/program/pesanan/<part>/pengembalian", policy=OVERSEE)
def give_back_for(part: str) -> str:
    """Show an officer what of a part can go back; named by its order's code and its number."""
    return _officers(part, Form.blank(GiveBackIn))


@bp.page("/program/pesanan/<part>/pengembalian", policy=OVERSEE, methods=("POST",), idempotent=True)
def given_back_for(part: str) -> Answer:
    """Pay back of a part, as the programme decides."""
    form = keyed(parse(GiveBackIn, request))
    form.submit(lambda data: services.give_back_for(part, data, by=actor()))
    if form.errors:
        return _officers(part, form), form.status
    return redirect(url_for("orders.oversee", code=part.rpartition("-")[0], sudah="kembali"), 303)


def _officers(path_code: str, form: Form[GiveBackIn]) -> str:
    order, part = queries.any_part(path_code, actor())
    back = url_for("orders.oversee", code=order.code)
    return _asked(form, part, f"{order.shown_code}-{part.number}", back, promised=order.state == OrderState.PROMISED)


def _asked(form: Form[GiveBackIn], part: queries.Part, code: str, back: str, *, promised: bool) -> str:
    unpaid = services.NOTHING_PAID if promised else None
    return render_template(
        "orders/give_back.html", form=form, part=part, code=code, back=back, key=ids.token(), unpaid=unpaid
    )
