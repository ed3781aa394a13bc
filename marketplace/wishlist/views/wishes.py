"""P12: what the reader keeps."""

from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for

from marketplace.kernel.access import PUBLIC
from marketplace.kernel.forms import Form, parse
from marketplace.kernel.routes import actor
from marketplace.wishlist import queries, services
from marketplace.wishlist.forms import KeepIn, NothingIn
from marketplace.wishlist.views.blueprint import bp

ADDRESS = "/simpanan"


@bp.page(ADDRESS, policy=PUBLIC)
def index() -> str:
    """Show what the reader keeps, and of what they are to be told."""
    return _index(Form.blank(KeepIn))


@bp.page(ADDRESS, policy=PUBLIC, methods=("POST",))
def keep() -> Any:  # noqa: ANN401 - a redirect or the page with its status
    """Keep a product."""
    form = parse(KeepIn, request)
    card = form.submit(lambda data: services.keep(data.produk, by=actor()))
    if card is None:
        return _index(form), form.status
    return redirect(url_for("wishlist.index", baru=card.code), 303)


@bp.page("/simpanan/<uuid:product_id>/penghapusan", policy=PUBLIC, methods=("POST",))
def drop(product_id: UUID) -> Any:  # noqa: ANN401 - a redirect
    """Keep a product no more."""
    parse(NothingIn, request)
    services.drop(product_id, by=actor())
    return redirect(url_for("wishlist.index"), 303)


@bp.page("/simpanan/<uuid:product_id>/kabar/penghapusan", policy=PUBLIC, methods=("POST",))
def take_back(product_id: UUID) -> Any:  # noqa: ANN401 - a redirect
    """Not to be told of a product after all."""
    parse(NothingIn, request)
    services.take_back(product_id, by=actor())
    return redirect(url_for("wishlist.index"), 303)


def _index(form: Form[KeepIn]) -> str:
    who = actor()
    first = not request.args.get("hal")
    page = queries.wishes(who, request.args.get("hal"))
    return render_template(
        "wishlist/index.html",
        page=page,
        waiting=queries.waiting_of(who) if first else [],
        added=next((one.card for one in page.items if one.card and one.card.code == request.args.get("baru")), None),
        form=form,
        who=who,
    )
