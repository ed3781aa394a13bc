"""The reviewer's plain list of products that wait."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for

from marketplace.catalog import queries, services
from marketplace.catalog.forms import RejectIn, SeenIn
from marketplace.catalog.models import Halal
from marketplace.catalog.policies import REVIEW
from marketplace.catalog.views.blueprint import bp
from marketplace.kernel.forms import Form, parse
from marketplace.kernel.routes import actor
from marketplace.kernel.words import Words, _

HALAL: Mapping[str, Words] = {
    Halal.UNKNOWN: _("Not stated"),
    Halal.CERTIFIED: _("Certified"),
    Halal.IN_PROCESS: _("In process"),
    Halal.NON_HALAL_DECLARED: _("Not halal"),
    Halal.NOT_SUBJECT: _("Not subject to the halal duty"),
}


@bp.page("/admin/produk", policy=REVIEW)
def review() -> str:
    """Show what waits, the longest waiting first."""
    return _page(None, None)


@bp.page("/admin/produk/<uuid:product_id>/penerimaan", policy=REVIEW, methods=("POST",))
def accept(product_id: UUID) -> Any:  # noqa: ANN401 - a redirect or the page with its status
    """Put a product on show."""
    form = parse(SeenIn, request)
    form.submit(lambda data: services.accept(product_id, seen=data.seen, by=actor()))
    return _done(product_id, form)


@bp.page("/admin/produk/<uuid:product_id>/penolakan", policy=REVIEW, methods=("POST",))
def reject(product_id: UUID) -> Any:  # noqa: ANN401 - a redirect or the page with its status
    """Send a product back with a reason."""
    form = parse(RejectIn, request)
    form.submit(lambda data: services.reject(product_id, data.reason, seen=data.seen, by=actor()))
    return _done(product_id, form)


def _done(product_id: UUID, form: Form[Any]) -> Any:  # noqa: ANN401 - as its callers
    if form.errors:
        return _page(product_id, form), form.status
    return redirect(url_for("catalog.review"), 303)


def _page(about: UUID | None, form: Form[Any] | None) -> str:
    waiting = queries.waiting(actor())
    return render_template(
        "catalog/review.html",
        waiting=waiting,
        about=next((one.code for one in waiting if one.id == about), ""),
        form=form,
        tree=queries.category_tree(),
        halal=HALAL,
    )
