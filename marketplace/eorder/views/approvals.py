"""E06: what waits for the reader's approval, and the page on which it is given."""

from typing import Any

from flask import redirect, render_template, request, url_for

from marketplace.eorder import queries, services
from marketplace.eorder.forms import ApproveIn, ReasonIn
from marketplace.eorder.policies import WORK
from marketplace.eorder.views.blueprint import bp
from marketplace.eorder.views.orders import WORDS, Answer, seen
from marketplace.kernel.forms import Form, parse
from marketplace.kernel.routes import actor
from marketplace.offices import queries as offices


@bp.page("/pengadaan/persetujuan/<code>", policy=WORK)
def approval(code: str) -> Answer:
    """Show what is to be approved, with everything the decision rests on."""
    return _page(code, Form.blank(ApproveIn))


@bp.page("/pengadaan/persetujuan/<code>", policy=WORK, methods=("POST",))
def approve(code: str) -> Answer:
    """Approve an order with the password."""
    form = parse(ApproveIn, request)
    form.submit(lambda data: services.approve(code, data, by=actor()))
    return _done(code, form, "approve")


@bp.page("/pengadaan/persetujuan/<code>/kembali", policy=WORK, methods=("POST",))
def send_back(code: str) -> Answer:
    """Send an order back to who prepared it."""
    form = parse(ReasonIn, request)
    form.submit(lambda data: services.send_back(code, data, by=actor()))
    return _done(code, form, "send_back")


def _done(code: str, form: Form[Any], name: str) -> Answer:
    if form.errors:
        return _page(code, form, name)
    return redirect(url_for("eorder.order", code=code, sudah=name), 303)


def _page(code: str, form: Form[Any], tried: str = "") -> Answer:
    found = seen(code)
    if "approve" not in found.may:
        return redirect(url_for("eorder.order", code=code), 303)
    deeds = queries.deeds(found.id)
    # Said before a password is typed; the service asks again whatever this page showed.
    own = queries.not_by_one({one.act for one in deeds if one.person_id == actor().id}, "approve")
    page = render_template(
        "eorder/approval.html",
        own=", ".join(str(queries.act_name(one)) for one in own),
        found=found,
        form=form,
        tried=tried,
        compared=queries.sheet(found.comparison_id),
        need=queries.need_of(found.need_id),
        method=queries.method(found.method_id),
        line=offices.line_by_id(found.line_id),
        package=offices.package_by_id(found.package_id),
        flags=queries.findings(found.id),
        deeds=deeds,
        **WORDS,
    )
    return (page, form.status) if form.errors else page
