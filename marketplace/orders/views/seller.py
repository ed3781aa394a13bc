"""L06 and L07: a seller's orders."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.kernel.forms import Form, parse
from marketplace.kernel.routes import actor
from marketplace.media.queries import pictures
from marketplace.orders import queries, services
from marketplace.orders.forms import AdvanceIn
from marketplace.orders.models import PartState
from marketplace.orders.policies import PREPARE
from marketplace.orders.queries.seller import TABS
from marketplace.orders.views.blueprint import bp
from marketplace.orders.views.papers import papers_of

Answer = str | Response | tuple[str, int]


@bp.page("/lapak/pesanan", policy=PREPARE)
def seller_index() -> str:
    """List the parts of the actor's shops, by tab."""
    asked = request.args.get("tab", "")
    tab = asked if asked in TABS else next(iter(TABS))
    return render_template(
        "orders/seller_index.html",
        tab=tab,
        counts=queries.tab_counts(actor()),
        page=queries.seller_orders(actor(), tab, request.args.get("hal")),
    )


@bp.page("/lapak/pesanan/<code>", policy=PREPARE)
def seller_order(code: str) -> str:
    """Show a part to those who prepare it."""
    return _part(code, Form.blank(AdvanceIn))


@bp.page("/lapak/pesanan/<code>/langkah", policy=PREPARE, methods=("POST",))
def advance(code: str) -> Answer:
    """Take a part a step further."""
    form = parse(AdvanceIn, request)
    form.submit(lambda data: services.advance(code, PartState(data.ke), by=actor(), receipt_number=data.resi))
    if form.errors:
        return _part(code, form), form.status
    return redirect(url_for("orders.seller_order", code=code, sudah=form.data.ke if form.data else None), 303)


def _part(code: str, form: Form[AdvanceIn]) -> str:
    found = queries.seller_order(code, actor())
    if not queries.view_is_noted(found.part, actor()):
        services.note_view(found.part, by=actor())
    images = pictures([line.image_id for line in found.part.lines if line.image_id])
    # The address tells what was just done; it is said only of a part that is there.
    done = found.part.state if request.args.get("sudah") == found.part.state else ""
    return render_template(
        "orders/seller_order.html", found=found, images=images, form=form, done=done, papers=papers_of([found.part])
    )
