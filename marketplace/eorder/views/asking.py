"""Shops are asked about a need (E02, E04), and answer on a page of their own (L17)."""

from typing import Any

from flask import redirect, render_template, request, url_for

from marketplace.accounts import queries as accounts
from marketplace.eorder import queries, services
from marketplace.eorder.forms_needs import AnswerIn, AskIn, DropIn
from marketplace.eorder.policies import ANSWER, PREPARE
from marketplace.eorder.queries.asking import INVITED
from marketplace.eorder.views.blueprint import bp
from marketplace.eorder.views.orders import WORDS, Answer
from marketplace.kernel import clock
from marketplace.kernel.forms import Form, parse
from marketplace.kernel.routes import actor
from marketplace.offices import queries as offices
from marketplace.sellers import queries as sellers


@bp.page("/pengadaan/kebutuhan/<code>/tanya", policy=PREPARE)
def ask(code: str) -> str:
    """Show whom to ask about a need, and what those who were asked have answered."""
    return _ask_page(code, None)


@bp.page("/pengadaan/kebutuhan/<code>/tanya", policy=PREPARE, methods=("POST",))
def send_request(code: str) -> Answer:
    """Ask shops about a need."""
    form = parse(AskIn, request)
    form.submit(lambda data: services.ask(code, data, by=actor()))
    if form.errors:
        return _ask_page(code, form), form.status
    return redirect(url_for("eorder.ask", code=code, sudah="tanya"), 303)


@bp.page("/lapak/permintaan/tanya/<code>", policy=ANSWER)
def request_page(code: str) -> str:
    """Show a shop what an office needs."""
    return _shop_page(code, None)


@bp.page("/lapak/permintaan/tanya/<code>", policy=ANSWER, methods=("POST",))
def answer_request(code: str) -> Answer:
    """Answer with prices."""
    form = parse(AnswerIn, request)
    form.submit(lambda data: services.answer_request(code, data, by=actor()))
    if form.errors:
        return _shop_page(code, form), form.status
    return redirect(url_for("eorder.request_page", code=code, sudah="jawab"), 303)


@bp.page("/lapak/permintaan/tanya/<code>/tolak", policy=ANSWER, methods=("POST",))
def decline_request(code: str) -> Answer:
    """Decline, with the reason."""
    form = parse(DropIn, request)
    form.submit(lambda data: services.decline_request(code, data, by=actor()))
    if form.errors:
        return _shop_page(code, form), form.status
    return redirect(url_for("eorder.request_page", code=code, sudah="tolak"), 303)


def _ask_page(code: str, form: Form[AskIn] | None) -> str:
    found = queries.need(code, actor())
    invited = queries.invited(found, queries.candidates(found))
    asked = queries.requests_for(found.id)
    if form is None:
        first = [str(one.seller.id) for one in invited[:INVITED] if one.can]
        form = Form(AskIn, {"toko": first, "hari": ["2"]})
    return render_template(
        "eorder/ask.html",
        need=found,
        form=form,
        invited=invited[:20],
        asked=asked,
        shops=sellers.sellers({one.seller_id for one in asked}),
        told=request.args.get("sudah", ""),
        request_state=queries.request_state,
        **WORDS,
    )


def _shop_page(code: str, form: Form[Any] | None) -> str:
    found, need = queries.request_of(code, actor())
    offers = {item: queries.own_offers(found.seller_id, named) for item, named, _qty, _note in need.items}
    if form is None:
        told: dict[str, object] = {"antar": 0}
        for number, (item, _named, _qty, _note) in enumerate(need.items):
            told[f"baris-{number}-barang"] = item
            if offers[item]:
                told |= {
                    f"baris-{number}-varian": offers[item][0].variant_id,
                    f"baris-{number}-harga": offers[item][0].price.amount,
                }
        form = Form.blank(AnswerIn, **told)
    return render_template(
        "eorder/request.html",
        found=found,
        need=need,
        form=form,
        offers=offers,
        template=queries.templates()[need.template],
        office=offices.unit_names([need.unit_code]).get(need.unit_code, need.unit_code),
        places=accounts.places([one.kelurahan_code for one in need.places]),
        open_now=found.state == "open" and found.answer_by > clock.now(),
        told=request.args.get("sudah", ""),
        request_state=queries.request_state,
        **WORDS,
    )
