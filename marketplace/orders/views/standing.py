"""P09: standing orders, what comes again and again."""

from datetime import timedelta
from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.kernel import clock
from marketplace.kernel.access import SIGNED_IN
from marketplace.kernel.forms import Form, parse
from marketplace.kernel.routes import actor
from marketplace.orders import queries, services
from marketplace.orders.forms import NothingIn, StandingChangeIn, StandingIn
from marketplace.orders.views.blueprint import bp

Answer = str | Response | tuple[str, int]
A_WEEK = timedelta(days=7)


@bp.page("/pesanan/langganan", policy=SIGNED_IN)
def standing_orders() -> str:
    """List the reader's standing orders."""
    return render_template("orders/standing_list.html", found=queries.standing_of(actor()))


@bp.page("/pesanan/langganan/baru", policy=SIGNED_IN)
def new_standing() -> str:
    """Ask how often an order, or what is in the cart, shall come again; a week from now stands there."""
    first = clock.today() + A_WEEK
    form = Form.blank(
        StandingIn,
        pesanan=request.args.get("pesanan"),
        hari=first.isoweekday(),
        tiap="1",
        mulai=first.isoformat(),
    )
    return _new(form)


@bp.page("/pesanan/langganan", policy=SIGNED_IN, methods=("POST",))
def stand() -> Answer:
    """Make a standing order."""
    form = parse(StandingIn, request)
    made = form.submit(lambda data: services.stand(data, by=actor()))
    if made is None:
        return _new(form), form.status
    return redirect(url_for("orders.standing_order", standing_id=made, kabar="dibuat"), 303)


@bp.page("/pesanan/langganan/<uuid:standing_id>", policy=SIGNED_IN)
def standing_order(standing_id: UUID) -> str:
    """Show one standing order: what is ready, what is different, and the form to change it."""
    return _one(standing_id, None)


@bp.page("/pesanan/langganan/<uuid:standing_id>", policy=SIGNED_IN, methods=("POST",))
def change_standing(standing_id: UUID) -> Answer:
    """Change days, next date and quantities."""
    form = parse(StandingChangeIn, request)
    form.submit(lambda data: services.change_standing(standing_id, data, by=actor()))
    if form.errors:
        return _one(standing_id, form), form.status
    return redirect(url_for("orders.standing_order", standing_id=standing_id, kabar="disimpan"), 303)


@bp.page("/pesanan/langganan/<uuid:standing_id>/jeda", policy=SIGNED_IN, methods=("POST",))
def pause_standing(standing_id: UUID) -> Answer:
    """Prepare nothing more for now."""
    form = parse(NothingIn, request)
    form.submit(lambda _data: services.pause_standing(standing_id, by=actor()))
    return _moved(standing_id, form, "jeda")


@bp.page("/pesanan/langganan/<uuid:standing_id>/lanjut", policy=SIGNED_IN, methods=("POST",))
def resume_standing(standing_id: UUID) -> Answer:
    """Go on."""
    form = parse(NothingIn, request)
    form.submit(lambda _data: services.resume_standing(standing_id, by=actor()))
    return _moved(standing_id, form, "lanjut")


@bp.page("/pesanan/langganan/<uuid:standing_id>/penghentian", policy=SIGNED_IN, methods=("POST",))
def end_standing(standing_id: UUID) -> Answer:
    """End it for good."""
    form = parse(NothingIn, request)
    form.submit(lambda _data: services.end_standing(standing_id, by=actor()))
    return _moved(standing_id, form, "berakhir")


@bp.page("/pesanan/langganan/<uuid:standing_id>/keranjang", policy=SIGNED_IN, methods=("POST",))
def standing_into_cart(standing_id: UUID) -> Answer:
    """Put its lines into the cart, beside what is there."""
    form = parse(NothingIn, request)
    lines = form.submit(lambda _data: services.standing_into_cart(standing_id, by=actor()))
    if lines is None:
        return _moved(standing_id, form, "")
    if all(line.as_before for line in lines):
        return redirect(url_for("orders.cart"), 303)
    return redirect(url_for("orders.standing_order", standing_id=standing_id, kabar="keranjang"), 303)


def _moved(standing_id: UUID, form: Form[NothingIn], news: str) -> Answer:
    if form.errors:
        return _one(standing_id, None, form), form.status
    return redirect(url_for("orders.standing_order", standing_id=standing_id, kabar=news), 303)


def _new(form: Form[StandingIn]) -> str:
    code = form.values.get("pesanan")
    lines = queries.wanted_again(code, actor())[1] if code else ()
    return render_template(
        "orders/standing_new.html", form=form, lines=lines, cart=None if code else queries.cart(actor())
    )


def _one(standing_id: UUID, form: Form[StandingChangeIn] | None, failed: Form[NothingIn] | None = None) -> str:
    one = queries.standing(standing_id, actor())
    lines = queries.proposed(queries.held_against_now(queries.standing_wanted(standing_id)))
    if form is None:
        next_on = one.next_on or clock.today() + A_WEEK
        form = Form.blank(
            StandingChangeIn,
            nama=one.name,
            tiap=str(one.every_weeks),
            mulai=next_on.isoformat(),
        )
        form.typed = {**form.typed, "hari": [str(day) for day in one.weekdays]}
    return render_template(
        "orders/standing.html",
        one=one,
        lines=lines,
        goods=queries.goods_of(lines),
        form=form,
        failed=failed or form,
        news=request.args.get("kabar", ""),
    )
