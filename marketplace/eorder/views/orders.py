"""E07: one order for the office, with what the reader may do with it now."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.eorder import queries, services
from marketplace.eorder.forms import NothingIn, ReasonIn, SendIn
from marketplace.eorder.models import OrderState
from marketplace.eorder.policies import OFFICE, PREPARE, READ, WORK
from marketplace.eorder.queries import OrderView
from marketplace.eorder.queries.trail import ending
from marketplace.eorder.views.blueprint import bp
from marketplace.kernel import clock
from marketplace.kernel.errors import Conflict
from marketplace.kernel.forms import Form, parse
from marketplace.kernel.routes import actor
from marketplace.offices import queries as offices

ENDED = (OrderState.DECLINED, OrderState.CANCELLED, OrderState.EXPIRED)
Answer = str | Response | tuple[str, int]
WORDS: Mapping[str, Any] = {
    "state_name": queries.state_name,
    "duty_name": queries.duty_name,
    "act_name": queries.act_name,
    "badge_kind": queries.badge_kind,
    "in_percent": queries.in_percent,
}
"""What every page of e-order names things by."""


@bp.page("/pengadaan/pesanan/<code>", policy=READ)
def order(code: str) -> str:
    """Show an order to its office."""
    return shown(seen(code))


@bp.page("/pengadaan/pesanan/<code>/kirim", policy=PREPARE, methods=("POST",))
def send(code: str) -> Answer:
    """Send a draft to whoever approves it."""
    form = parse(SendIn, request)
    return acted(code, form, lambda data: services.send(code, data, by=actor()), "send")


@bp.page("/pengadaan/pesanan/<code>/batal", policy=WORK, methods=("POST",))
def cancel(code: str) -> Answer:
    """Give an order up before its shop accepted it."""
    form = parse(ReasonIn, request)
    return acted(code, form, lambda data: services.cancel(code, data, by=actor()), "cancel")


@bp.page("/pengadaan/pesanan/<code>/selesaikan", policy=WORK, methods=("POST",))
def settle(code: str) -> Answer:
    """Let an order end with what was accepted."""
    form = parse(ReasonIn, request)
    return acted(code, form, lambda data: services.settle(code, data, by=actor()), "settle")


@bp.page("/pengadaan/pesanan/<code>/minta-bayar", policy=WORK, methods=("POST",))
def request_payment(code: str) -> Answer:
    """Ask the treasurer to pay."""
    form = parse(NothingIn, request)
    return acted(code, form, lambda _data: services.request_payment(code, by=actor()), "request_payment")


@bp.page("/pengadaan/pesanan/<code>/tutup", policy=WORK, methods=("POST",))
def close(code: str) -> Answer:
    """Close an order whose papers are all there."""
    form = parse(NothingIn, request)
    return acted(code, form, lambda _data: services.close(code, by=actor()), "close")


def acted(code: str, form: Form[Any], act: Callable[[Any], object], name: str) -> Answer:
    """Do an act and lead to the order; pressed twice it is done once and looks the same.

    What is refused shows on the order's page, beside the field.
    """
    before = seen(code)
    form.submit(act)
    if form.errors:
        if (
            isinstance(form.conflict, Conflict)
            and form.conflict.code == "state"
            and queries.did_last(before.id, name, actor())
        ):
            return redirect(url_for("eorder.order", code=code), 303)
        return shown(seen(code), form, name), form.status
    return redirect(url_for("eorder.order", code=code, sudah=name), 303)


def seen(code: str) -> OrderView:
    """Return an order for the reader; that an auditor saw it is written down (R11.10)."""
    who = actor()
    found = queries.order(code, who)
    if not set(found.mine) & set(OFFICE):
        services.note_view(found.code, found.unit_code, by=who)
    return found


def shown(found: OrderView, form: Form[Any] | None = None, tried: str = "") -> str:
    """Return the page of an order; ``tried`` names the act whose form it carries."""
    flags = queries.could_find(found.id) if found.state == OrderState.DRAFT else queries.findings(found.id)
    given = {f"tanda-{one.key}-alasan": one.reason for one in flags}
    return render_template(
        "eorder/order.html",
        found=found,
        form=form or Form.blank(SendIn, **given),
        tried=tried,
        whose=" / ".join(str(queries.duty_name(duty)) for duty in found.waits_for),
        told=request.args.get("sudah", ""),
        ended=ending(found.code, found.unit_code) if found.state in ENDED else None,
        compared=queries.sheet(found.comparison_id),
        need=queries.need_of(found.need_id),
        method=_method(found),
        line=offices.line_by_id(found.line_id),
        package=offices.package_by_id(found.package_id),
        flags=flags,
        deeds=queries.deeds(found.id),
        minutes=queries.minutes_of(found.id),
        today=clock.today(),
        over=found.due_at is not None and found.due_at < clock.now(),
        **WORDS,
    )


def _method(found: OrderView) -> queries.MethodView | None:
    if found.method_id is not None:
        return queries.method(found.method_id)
    what = offices.package_by_id(found.package_id).what
    held = queries.methods(clock.today(), queries.buyer_kind(found.unit_code), what)
    return queries.method_for(found.total, held)
