"""E04: shops side by side for a need, and one of them chosen."""

from uuid import UUID

from flask import redirect, render_template, request, url_for

from marketplace.eorder import queries, services
from marketplace.eorder.forms_needs import ChooseIn
from marketplace.eorder.models import NeedState
from marketplace.eorder.policies import PREPARE, READ
from marketplace.eorder.queries.comparing import MOST_COLUMNS
from marketplace.eorder.views.blueprint import bp
from marketplace.eorder.views.needs import seen_need
from marketplace.eorder.views.orders import WORDS, Answer
from marketplace.kernel import clock
from marketplace.kernel.forms import Form, parse
from marketplace.kernel.routes import actor
from marketplace.kernel.words import _
from marketplace.p3dn.queries import certified, rung_name, why

NEAR = {
    "kelurahan": _("same kelurahan"),
    "kecamatan": _("same kecamatan"),
    "kota": _("same city"),
    "city": _("another city of Jakarta"),
}


@bp.page("/pengadaan/bandingkan", policy=READ)
def compare() -> str:
    """Show the shops for a need side by side."""
    return _page(request.args.get("kebutuhan", ""), Form.blank(ChooseIn), _ids("toko")[:MOST_COLUMNS], _ids("ganti"))


@bp.page("/pengadaan/bandingkan", policy=PREPARE, methods=("POST",))
def choose() -> Answer:
    """Choose a shop, and lead to the draft of the order."""
    code = request.args.get("kebutuhan", "")
    form = parse(ChooseIn, request)
    made = form.submit(lambda data: services.choose(code, data, by=actor()))
    if made is None:
        shops = [one for text in form.typed.get("toko", ()) if (one := _id(text))]
        swap = [one for text in form.typed.get("ganti", ()) if (one := _id(text))]
        return _page(code, form, shops[:MOST_COLUMNS], swap), form.status
    return redirect(url_for("eorder.order", code=made), 303)


def _page(code: str, form: Form[ChooseIn], shops: list[UUID], swap: list[UUID]) -> str:
    who = actor()
    found = seen_need(code)
    sheet = queries.compare(found, shops=shops, swap=swap)
    return render_template(
        "eorder/compare.html",
        need=found,
        compared=sheet,
        known=not sheet.columns and queries.sold_at_all(found),
        form=form,
        shops=shops,
        swap=swap,
        most=MOST_COLUMNS,
        near=NEAR,
        template=queries.templates()[found.template],
        method=sheet.method(sheet.lowest) if sheet.lowest else None,
        rung_name=rung_name,
        certified=certified,
        why=why,
        over_day=found.day < clock.today(),
        open_now=found.state == NeedState.OPEN,
        may_prepare=PREPARE.allows(who, queries.scope_of(who, found.unit_code)),
        need_state=queries.need_state,
        **WORDS,
    )


def _ids(name: str) -> list[UUID]:
    return [one for text in request.args.getlist(name) if (one := _id(text))]


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
