"""The seller's shelf: the list of products, and the form that fills it (L03, L04)."""

from collections.abc import Sequence
from io import SEEK_END
from typing import IO, Any, cast
from uuid import UUID

from flask import Response, jsonify, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import UnsupportedMediaType

from marketplace.catalog import queries, services
from marketplace.catalog.forms import UNITS, ProductIn
from marketplace.catalog.models import ProductState
from marketplace.catalog.queries import Edited
from marketplace.catalog.queries.suggesting import suggested
from marketplace.catalog.services.counting import MOVED
from marketplace.catalog.views.blueprint import bp
from marketplace.kernel.errors import NotFound
from marketplace.kernel.forms import Form, Input, from_html
from marketplace.kernel.routes import MEBIBYTE, actor
from marketplace.kernel.words import Words, _, language
from marketplace.media import queries as media
from marketplace.media import services as pictures
from marketplace.sellers.policies import MANAGE
from marketplace.sellers.queries import SellerCard, sellers_of

PHOTO_BODY = 64 * MEBIBYTE
"""Far above the limit for photos: one as it comes from a camera is refused beside its field, with all else as it was typed."""
KEPT_PHOTO = "photo_id"
TAKEN = "stok"
"""In the address: the rows whose stock shall stay as it is now."""
MOST_NAME = 120
ROW = ("name", "price_idr", "stock")
"""What is seen of a row of variants: where all of it is empty, the row is."""
UNSEEN = ("id", "sku", "weight_g", "stock_seen")
STATES: dict[str, tuple[str, Words]] = {
    "tayang": ("published", _("On sale")),
    "ditinjau": ("waiting", _("In review")),
    "draf": ("draft", _("Draft")),
    "ditolak": ("rejected", _("Needs a fix")),
    "berhenti": ("stopped", _("Stopped")),
    "habis": ("sold_out", _("Sold out")),
}
COLOURS = {"published": "hijau", "waiting": "nila", "rejected": "merah", "sold_out": "kunyit"}
Answer = Any


class Act(Input):
    """A form with a button only."""


@bp.page("/lapak/produk", policy=MANAGE)
def lapak_products() -> str:
    """List the products of the actor's shops, all or those of one state."""
    shops = _shops()
    ids = [shop.id for shop in shops]
    shown = request.args.get("tampil", "")
    state = STATES[shown][0] if shown in STATES else ""
    counts = queries.listing_counts(ids)
    tabs = [
        {
            "label": _("All"),
            "url": url_for("catalog.lapak_products"),
            "current": not state,
            "count": sum(counts.values()),
        }
    ]
    for name, (held, label) in STATES.items():
        count = counts.get(held)
        if count or name == shown:
            url = url_for("catalog.lapak_products", tampil=name)
            tabs.append({"label": label, "url": url, "current": name == shown, "count": count})
    return render_template(
        "catalog/lapak/products.html",
        page=queries.listings(ids, state, request.args.get("hal")),
        tabs=tabs,
        state=state,
        said=said,
        shops=shops,
    )


@bp.page("/lapak/produk/baru", policy=MANAGE)
def lapak_new() -> Answer:
    """Show the empty form."""
    form = Form.blank(ProductIn, unit="pcs", min_order=1)
    return _form(form, _chosen(), None)


@bp.page("/lapak/produk/kategori", policy=MANAGE)
def lapak_category() -> Response:
    """Suggest a category for a name, for the script beside the form; nothing when none fits."""
    tree = queries.category_tree()
    found = suggested(request.args.get("nama", "")[:MOST_NAME], tree)
    if found is None:
        return jsonify({})
    name = found.said(language())
    return jsonify(slug=found.slug, said=str(_("Category chosen from the name: %(name)s.", name=name)))


@bp.page("/lapak/produk/baru", policy=MANAGE, methods=("POST",), max_body=PHOTO_BODY)
def lapak_create() -> Answer:
    """Keep a new product with its photo, and hand it in if that was asked for."""
    shop = _chosen()
    form, photo = _sent(shop.id)
    if "varian" in request.form.getlist("aksi"):
        return _form(form, shop, None, photo=photo, more=True)
    if not form.errors:
        made = form.submit(lambda data: services.create_product(shop.id, data, by=actor()))
        if made is not None:
            return _kept(made, photo, shop)
    return _form(form, shop, None, photo=photo)


@bp.page("/lapak/produk/<uuid:product_id>", policy=MANAGE)
def lapak_product(product_id: UUID) -> Answer:
    """Show a product as its seller edits it."""
    product, shop = _mine(product_id)
    return _form(Form(ProductIn, _typed(product)), shop, product)


@bp.page("/lapak/produk/<uuid:product_id>", policy=MANAGE, methods=("POST",), max_body=PHOTO_BODY)
def lapak_save(product_id: UUID) -> Answer:
    """Keep what was changed, and hand it in if that was asked for."""
    product, shop = _mine(product_id)
    form, photo = _sent(shop.id)
    if "varian" in request.form.getlist("aksi"):
        return _form(form, shop, product, photo=photo, more=True)
    if not form.errors:
        done = form.submit(lambda data: (services.update_product(product_id, data, by=actor()), product_id)[1])
        if done is not None:
            return _kept(product_id, photo, shop)
    return _form(form, shop, product, photo=photo)


@bp.page("/lapak/produk/<uuid:product_id>/tayangan", policy=MANAGE, methods=("POST",))
def lapak_show(product_id: UUID) -> Answer:
    """Hand a product in as it stands."""
    _product, shop = _mine(product_id)
    return _handed_in(product_id, shop)


@bp.page("/lapak/produk/<uuid:product_id>/penghentian", policy=MANAGE, methods=("POST",))
def lapak_stop(product_id: UUID) -> Answer:
    """Take a product off the shop."""
    _mine(product_id)
    services.stop(product_id, by=actor())
    return redirect(url_for("catalog.lapak_product", product_id=product_id), 303)


@bp.page("/lapak/produk/<uuid:product_id>/foto/<uuid:picture_id>/penghapusan", policy=MANAGE, methods=("POST",))
def lapak_remove_photo(product_id: UUID, picture_id: UUID) -> Answer:
    """Take a photo off a product."""
    product, _shop = _mine(product_id)
    if picture_id not in {image.id for image in product.images}:
        raise NotFound
    services.remove_image(product_id, picture_id, by=actor())
    return redirect(url_for("catalog.lapak_product", product_id=product_id, _anchor="foto"), 303)


def said(state: str) -> tuple[Words, str]:
    """Return how a state is called and the colour of its stamp."""
    words = dict(STATES.values())
    return words[state], COLOURS.get(state, "")


def _shops() -> tuple[SellerCard, ...]:
    found = sellers_of(actor())
    if not found:
        raise NotFound
    return found


def _chosen() -> SellerCard:
    """Return the shop named by its code in the address, or the actor's first one."""
    code = request.args.get("toko")
    found = next((shop for shop in _shops() if code in (None, shop.code)), None)
    if found is None:
        raise NotFound
    return found


def _mine(product_id: UUID) -> tuple[Edited, SellerCard]:
    """Return a product of the actor's shops; one of others is as unknown as none (R15.2)."""
    product = queries.listing(product_id)
    shop = next((shop for shop in sellers_of(actor()) if product and shop.id == product.seller_id), None)
    if product is None or shop is None:
        raise NotFound
    return product, shop


def _owner(seller_id: UUID) -> str:
    return f"seller/{seller_id}"


def _sent(seller_id: UUID) -> tuple[Form[ProductIn], UUID | None]:
    """Read the form and take in its photo, which is kept when another field is wrong: nobody sends it twice."""
    if request.mimetype not in ("multipart/form-data", "application/x-www-form-urlencoded"):
        raise UnsupportedMediaType
    form = from_html(ProductIn, compact(_with_new_stock(request.form, request.args.get(TAKEN, "").split())))
    file = request.files.get("photo")
    if file is not None and file.filename:
        alt = alt_of(form.values.get("name", ""))
        taken = Form(Act, data=Act())
        with file.stream as photo:
            stored = taken.submit(
                lambda _act: pictures.store_image(_weighed(photo), owner=_owner(seller_id), alt=alt, by=actor())
            )
        if stored is None:
            form.errors = {**taken.errors, **form.errors}
        return form, stored
    kept = _kept_before(seller_id)
    if kept is None and request.form.get(KEPT_PHOTO):
        form.errors = {"photo": [pictures.GONE], **form.errors}
    return form, kept


def _weighed(photo: IO[bytes]) -> bytes:
    """Read a photo; raises Invalid for one that is too large, which then lies in a file and never in memory."""
    pictures.weigh(photo.seek(0, SEEK_END))
    photo.seek(0)
    return photo.read()


def _with_new_stock(typed: MultiDict[str, str], rows: Sequence[str]) -> MultiDict[str, str]:
    """Return what was typed with the stock as it was shown, in these rows: their count is taken back."""
    kept = typed.copy()
    for row in rows:
        kept[f"variants-{row}-stock"] = typed.get(f"variants-{row}-stock_seen", "")
    return kept


def _kept_before(seller_id: UUID) -> UUID | None:
    """Return the photo that came with an earlier try of this form, if it is this shop's and still stored."""
    try:
        given = UUID(request.form.get(KEPT_PHOTO, ""))
    except ValueError:
        return None
    return given if media.owned(given, _owner(seller_id)) else None


def alt_of(name: str) -> str:
    """Return what a photo is called until its seller says more (ux 4.4)."""
    return f"Foto {name}".strip()


def compact(typed: MultiDict[str, str]) -> MultiDict[str, str]:
    """Return what was typed without the kept photo and without empty rows of variants, the rest numbered anew.

    The first row stays even if it is empty, so that it can say what is missing.
    """
    kept: MultiDict[str, str] = MultiDict()
    for name in typed:
        if name != KEPT_PHOTO and not name.startswith("variants-"):
            kept.setlist(name, typed.getlist(name))
    wanted = [
        number
        for place, number in enumerate(row_numbers(typed))
        if place == 0 or any(typed.get(f"variants-{number}-{field}", "").strip() for field in ROW)
    ]
    for place, number in enumerate(wanted):
        for field in (*UNSEEN, *ROW):
            if f"variants-{number}-{field}" in typed:
                kept.setlist(f"variants-{place}-{field}", typed.getlist(f"variants-{number}-{field}"))
    return kept


def row_numbers(typed: MultiDict[str, str]) -> list[str]:
    """Return the numbers of the rows of variants, in order."""
    parts = (name.split("-", 2) for name in typed if name.startswith("variants-"))
    return sorted({number for _list, number, *field in parts if field}, key=lambda one: (len(one), one))


def _kept(product_id: UUID, photo: UUID | None, shop: SellerCard) -> Answer:
    if photo is not None:
        added = Form(Act, data=Act())
        added.submit(lambda _act: services.add_image(product_id, photo, by=actor()))
        if added.errors:
            return _kept_but(added, product_id, shop)
    if "kirim" in request.form.getlist("aksi"):
        return _handed_in(product_id, shop)
    return redirect(url_for("catalog.lapak_product", product_id=product_id, tersimpan=1), 303)


def _handed_in(product_id: UUID, shop: SellerCard) -> Answer:
    asked = Form(Act, data=Act())
    asked.submit(lambda _act: services.submit(product_id, by=actor()))
    if asked.errors:
        return _kept_but(asked, product_id, shop)
    return redirect(url_for("catalog.lapak_product", product_id=product_id, tersimpan=1), 303)


def _kept_but(refused: Form[Act], product_id: UUID, shop: SellerCard) -> Answer:
    """Show a product that is kept all the same, with what is missing; the form goes to the product from here on."""
    product = queries.listing(product_id)
    if product is None:
        raise NotFound
    form = Form(ProductIn, _typed(product), None, refused.errors, refused.conflict)
    return _form(form, shop, product)


def _typed(product: Edited) -> dict[str, list[str]]:
    """Return a product as its form would have been typed."""
    plain = {
        "name": product.name,
        "category": product.category,
        "description": product.description,
        "unit": product.unit,
        "min_order": product.min_order,
        "made_to_order": "1" if product.made_to_order else "",
        "lead_days": product.lead_days or "",
        "daily_units": product.daily_units or "",
        "halal": product.halal,
        "halal_number": product.halal_number or "",
        "pirt": product.pirt or "",
        "domestic": "1" if product.domestic else "",
    }
    for place, one in enumerate(product.variants):
        row = {
            "id": one.id,
            "sku": one.sku,
            "name": one.name,
            "price_idr": one.price.amount,
            "weight_g": one.weight_g or "",
            "stock": one.on_hand,
            "stock_seen": one.on_hand,
        }
        plain.update({f"variants-{place}-{field}": value for field, value in row.items()})
    return {name: [str(value)] for name, value in plain.items()}


def _form(
    form: Form[ProductIn], shop: SellerCard, product: Edited | None, *, photo: UUID | None = None, more: bool = False
) -> Answer:
    if more:
        # A row was asked for, nothing was handed in: the form is shown as it stands, without reproach.
        form.errors = {name: texts for name, texts in form.errors.items() if name == "photo"}
    moved = _moved(form)
    tree = queries.category_tree()
    if "category" in form.errors and (guess := suggested(form.values.get("name", ""), tree)):
        # Chosen for them, to be looked at: most often the next press goes through.
        form.typed = {**form.typed, "category": [guess.slug]}
    rows = max(1, len(row_numbers(MultiDict(dict.fromkeys(form.typed, ""))))) + more
    page = render_template(
        "catalog/lapak/form.html",
        form=form,
        shop=shop,
        product=product,
        said=said,
        state=ProductState(product.state) if product else None,
        rows=rows,
        moved=moved,
        tree=tree,
        units=UNITS,
        photo=media.pictures([photo]).get(photo) if photo else None,
        saved="tersimpan" in request.args and not form.errors,
    )
    return page, form.status


def _moved(form: Form[ProductIn]) -> list[tuple[str, str, int, int]]:
    """Return the rows whose stock moved while it was typed: number, name, what was typed, what is there now.

    From here on the form has seen what is there now, so that the next press decides.
    """
    if form.conflict is None or form.conflict.code != MOVED:
        return []
    found = []
    for one in cast("list[dict[str, Any]]", form.conflict.facts["moved"]):
        form.typed = {**form.typed, f"{one['field']}_seen": [str(one["now"])]}
        row = one["field"].split("-")[1]
        name = form.values.get(f"variants-{row}-name", "")
        label = _("Stock of %(name)s", name=name) if name else _("Stock")
        found.append((row, str(label), one["yours"], one["now"]))
    return found
