"""P06: the cart."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.kernel.access import PUBLIC
from marketplace.kernel.forms import Form, Input, parse
from marketplace.kernel.routes import actor
from marketplace.orders import queries, services
from marketplace.orders.forms import AddIn, DeliveryIn, NothingIn, QuantityIn
from marketplace.orders.models import Delivery
from marketplace.orders.views.blueprint import bp

Answer = str | Response | tuple[str, int]


@bp.page("/keranjang", policy=PUBLIC)
def cart() -> str:
    """Show the cart."""
    return _cart(Form.blank(NothingIn))


@bp.page("/keranjang", policy=PUBLIC, methods=("POST",))
def put() -> Answer:
    """Put something into the cart; with ``aksi=beli`` go on to the checkout."""
    form = parse(AddIn, request)
    name = form.submit(
        lambda data: services.put(data.varian, data.jumlah, by=actor(), adds=data.aksi == "tambah")
    )  # fmt: skip
    if name is None or form.data is None:
        return _cart(form), form.status
    if form.data.aksi == "beli":
        return redirect(url_for("orders.checkout"), 303)
    return redirect(url_for("orders.cart", baru=form.data.varian), 303)


@bp.page("/keranjang/<uuid:variant_id>", policy=PUBLIC, methods=("POST",))
def quantity(variant_id: UUID) -> Answer:
    """Set how many of a variant are wanted; zero takes it out."""
    form = parse(QuantityIn, request)
    form.submit(lambda data: services.set_quantity(variant_id, data.jumlah, by=actor()))
    return _back(form)


@bp.page("/keranjang/pengantaran", policy=PUBLIC, methods=("POST",))
def delivery() -> Answer:
    """Choose how the goods of one seller shall come."""
    form = parse(DeliveryIn, request)
    form.submit(lambda data: services.choose_delivery(data.toko, Delivery(data.pengantaran), by=actor()))
    return _back(form)


@bp.page("/keranjang/harga", policy=PUBLIC, methods=("POST",))
def agree() -> Answer:
    """Agree to prices that changed."""
    form = parse(NothingIn, request)
    form.submit(lambda _data: services.agree(by=actor()))
    return _back(form)


def _back(form: Form[Input] | Form[QuantityIn] | Form[DeliveryIn] | Form[NothingIn]) -> Answer:
    if form.errors:
        return _cart(form), form.status
    return redirect(url_for("orders.cart"), 303)


def _cart(form: object) -> str:
    return render_template(
        "orders/cart.html", cart=queries.cart(actor()), form=form, new=request.args.get("baru", "")
    )  # fmt: skip
