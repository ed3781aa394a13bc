"""P06: the cart. It is one form over all its lines, so that whichever button is pressed nothing that was typed is lost."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.catalog import queries as catalog
from marketplace.catalog.queries.product import product_page
from marketplace.catalog.slots import actions_of, sections_of
from marketplace.kernel.access import PUBLIC
from marketplace.kernel.forms import Form, parse
from marketplace.kernel.routes import actor
from marketplace.orders import queries, services
from marketplace.orders.forms import AddIn, CartIn, QuantityIn
from marketplace.orders.views.blueprint import bp
from marketplace.orders.views.keys import shops_named, submitted
from marketplace.orders.views.rows import restated

NEWEST = 4
"""Products under an empty cart."""
Answer = str | Response | tuple[str, int]


@bp.page("/keranjang", policy=PUBLIC)
def cart() -> str:
    """Show the cart."""
    return _cart(queries.cart(actor()), Form.blank(CartIn))


@bp.page("/keranjang", policy=PUBLIC, methods=("POST",))
def put() -> Answer:
    """Put something into the cart; with ``aksi=beli`` go on to the checkout."""
    form = parse(AddIn, request)
    name = submitted(
        form, lambda data: services.put(data.varian, data.jumlah, by=actor(), adds=data.aksi == "tambah")
    )  # fmt: skip
    if name is None or form.data is None:
        page = None if form.conflict else _product(form)
        return page or _cart(queries.cart(actor()), form), form.status
    if form.data.aksi == "beli":
        return redirect(url_for("orders.checkout"), 303)
    return redirect(url_for("orders.cart", baru=form.data.varian), 303)


@bp.page("/keranjang/isi", policy=PUBLIC, methods=("POST",))
def save() -> Answer:
    """Save what the form of the cart says."""
    form = parse(CartIn, request)
    form.submit(lambda data: services.save(data.baris, by=actor()))
    return _then(form, url_for("orders.cart"))


@bp.page("/keranjang/lanjut", policy=PUBLIC, methods=("POST",))
def go_on() -> Answer:
    """Save the cart and go on to the checkout, without the shops that ``tanpa`` names."""
    form = parse(CartIn, request)
    form.submit(lambda data: services.save(data.baris, by=actor()))
    return _then(form, url_for("orders.checkout", tanpa=shops_named(request.args.getlist("tanpa"))))


@bp.page("/keranjang/harga", policy=PUBLIC, methods=("POST",))
def agree() -> Answer:
    """Save the cart and agree to prices that changed."""
    form = parse(CartIn, request)
    form.submit(lambda data: services.save(data.baris, by=actor()))
    if form.data is not None and not form.errors:
        services.agree(by=actor())
    return _then(form, url_for("orders.cart"))


@bp.page("/keranjang/<uuid:variant_id>/hapus", policy=PUBLIC, methods=("POST",))
def remove(variant_id: UUID) -> Answer:
    """Take a line out whatever else stands in the form, and save that too if it is right."""
    there_were = services.remove(variant_id, by=actor())
    form = parse(CartIn, request)
    form.submit(lambda data: services.save(data.baris, by=actor(), but=variant_id))
    return _then(form, url_for("orders.cart", keluar=variant_id, jumlah=there_were))


@bp.page("/keranjang/<uuid:variant_id>/nanti", policy=PUBLIC, methods=("POST",))
def set_aside(variant_id: UUID) -> Answer:
    """Keep a line for later whatever else stands in the form, and save that too if it is right."""
    services.set_aside(variant_id, by=actor())
    form = parse(CartIn, request)
    form.submit(lambda data: services.save(data.baris, by=actor(), but=variant_id))
    return _then(form, url_for("orders.cart"))


@bp.page("/keranjang/<uuid:variant_id>/kembali", policy=PUBLIC, methods=("POST",))
def take_up(variant_id: UUID) -> Response:
    """Move a line that was kept for later into the cart."""
    services.set_aside(variant_id, by=actor(), later=False)
    return redirect(url_for("orders.cart"), 303)


@bp.page("/keranjang/<uuid:variant_id>", policy=PUBLIC, methods=("POST",))
def quantity(variant_id: UUID) -> Answer:
    """Set how many of a variant are wanted, for programs; zero takes it out."""
    form = parse(QuantityIn, request)
    submitted(form, lambda data: services.set_quantity(variant_id, data.jumlah, by=actor()))
    if form.errors:
        return _cart(queries.cart(actor()), form), form.status
    return redirect(url_for("orders.cart"), 303)


def _then(form: Form[CartIn], on: str) -> Answer:
    """Lead on from a form that was right; else show the cart with what was typed and what is wrong with it.

    A script gets the cart itself, to put it in the place of the one it changed; with a line fewer it loads the page anew,
    for the header counts them too.
    """
    done = form.data is not None and not form.errors
    fewer = form.data is not None and any(row.jumlah == 0 for row in form.data.baris)
    if done and (fewer or "HX-Request" not in request.headers):
        return redirect(on, 303)
    now = queries.cart(actor())
    form = Form.blank(CartIn) if done else restated(form, now)
    return _cart(now, form), form.status


def _product(form: Form[AddIn]) -> str | None:
    """Return the page of the product that could not be put in as it was asked for; None when it has none."""
    wanted = shops_named(form.typed.get("varian", []))
    offer = catalog.offers(wanted).get(wanted[0]) if len(wanted) == 1 else None
    product = product_page(offer.code) if offer and offer.on_sale else None
    if product is None:
        return None
    return render_template(
        "catalog/product.html",
        product=product,
        sections=sections_of(product.id),
        actions=actions_of(product.id),
        form=form,
    )


def _removed(found: queries.Cart) -> tuple[catalog.Offer, int] | None:
    """Return what was just taken out and can be put back, with how many there were."""
    gone = shops_named(request.args.getlist("keluar"))[:1]
    offer = catalog.offers(gone).get(gone[0]) if gone and gone[0] not in found.numbers else None
    number = request.args.get("jumlah", 0, type=int)
    if offer is None or not offer.on_sale or not offer.min_order <= number <= offer.max_order:
        return None
    return offer, number


def _cart(found: queries.Cart, form: object) -> str:
    empty = not found.groups and not found.later
    return render_template(
        "orders/cart.html",
        cart=found,
        form=form,
        new=request.args.get("baru", ""),
        removed=_removed(found),
        partial="HX-Request" in request.headers,
        newest=catalog.newest_cards(NEWEST) if empty else (),
    )
