"""P09: buying again what was bought before."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.kernel.access import PUBLIC
from marketplace.kernel.forms import Form, parse
from marketplace.kernel.routes import actor
from marketplace.orders import queries, services
from marketplace.orders.forms import OwnerIn
from marketplace.orders.views import link
from marketplace.orders.views.blueprint import bp

Answer = str | Response | tuple[str, int]


@bp.page("/pesanan/<code>/pesan-lagi", policy=PUBLIC)
def again(code: str) -> Answer:
    """Tell how what was bought stands now: what is in the cart again, what changed, and what to take instead."""
    return _page(code, Form.blank(OwnerIn))


@bp.page("/pesanan/<code>/pesan-lagi", policy=PUBLIC, methods=("POST",))
def buy_again(code: str) -> Answer:
    """Put what was bought into the cart again; where anything is different, tell of it first."""
    form = parse(OwnerIn, request)
    lines = form.submit(lambda _data: services.buy_again(code, by=actor(), token=link.token(code)))
    if lines is None:
        return _page(code, form), form.status
    if not all(one.as_before for one in lines):
        return redirect(url_for("orders.again", code=code, token=link.told() or None), 303)
    return redirect(url_for("orders.cart"), 303)


def _page(code: str, form: Form[OwnerIn]) -> str:
    order, wanted = queries.wanted_again(code, actor(), link.token(code))
    held = queries.cart(actor())
    return render_template(
        "orders/again.html",
        order=order,
        lines=queries.proposed(queries.held_against_now(wanted)),
        inside={item.variant_id for group in held.groups for item in group.items},
        form=form,
        token=link.told(),
    )
