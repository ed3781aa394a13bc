"""One's own address book (P14)."""

import functools
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.wrappers import Response

from marketplace.accounts import queries, services
from marketplace.accounts.forms import AddressIn
from marketplace.accounts.services import Written
from marketplace.accounts.views.browser import bp
from marketplace.kernel.access import SIGNED_IN
from marketplace.kernel.forms import Form, parse
from marketplace.kernel.routes import actor

OPTION = Markup('<option value="{}"></option>')


@bp.page("/akun/alamat", policy=SIGNED_IN)
def addresses() -> str:
    """Show the reader's addresses, and the form for one more."""
    who = actor()
    own = queries.profile(by=who)
    known = queries.phone_shown(own.phone) if own.phone else None
    return _list(Form.blank(AddressIn, nama=own.name, whatsapp=known))


@bp.page("/akun/alamat", policy=SIGNED_IN, methods=("POST",))
def add_address() -> ResponseReturnValue:
    """Write an address into the book."""
    form = parse(AddressIn, request)
    form.submit(lambda data: services.add_address(_written(data), by=actor()))
    if form.errors:
        return _list(form), form.status
    return redirect(url_for("accounts.addresses", kabar="ditambah"), 303)


def _list(form: Form[AddressIn]) -> str:
    return render_template(
        "accounts/addresses.html",
        addresses=queries.addresses(actor().id),
        form=form,
        places=_places(),
        news=request.args.get("kabar", ""),
    )


@bp.page("/akun/alamat/<uuid:address_id>", policy=SIGNED_IN)
def address(address_id: UUID) -> str:
    """Show one address to change."""
    known = queries.address(address_id, by=actor())
    place = known.place
    form = Form.blank(
        AddressIn,
        sebutan=known.label,
        nama=known.recipient,
        whatsapp=known.phone_shown,
        kelurahan=place.label if place else None,
        alamat=known.street,
        patokan=known.landmark,
    )
    return _one(known, form)


@bp.page("/akun/alamat/<uuid:address_id>", policy=SIGNED_IN, methods=("POST",))
def change_address(address_id: UUID) -> ResponseReturnValue:
    """Write one address anew."""
    known = queries.address(address_id, by=actor())
    form = parse(AddressIn, request)
    form.submit(lambda data: services.change_address(address_id, _written(data), by=actor()))
    if form.errors:
        return _one(known, form), form.status
    return redirect(url_for("accounts.addresses", kabar="disimpan"), 303)


def _one(known: queries.Address, form: Form[AddressIn]) -> str:
    return render_template("accounts/address.html", address=known, form=form, places=_places())


@bp.page("/akun/alamat/<uuid:address_id>/utama", policy=SIGNED_IN, methods=("POST",))
def make_main(address_id: UUID) -> Response:
    """Make one address the main one."""
    services.make_main(address_id, by=actor())
    return redirect(url_for("accounts.addresses", kabar="utama"), 303)


@bp.page("/akun/alamat/<uuid:address_id>/penghapusan", policy=SIGNED_IN, methods=("POST",))
def remove_address(address_id: UUID) -> Response:
    """Take one address out."""
    services.remove_address(address_id, by=actor())
    return redirect(url_for("accounts.addresses", kabar="dihapus"), 303)


def _written(data: AddressIn) -> Written:
    return Written(
        label=data.sebutan,
        recipient=data.nama,
        phone=data.whatsapp,
        kelurahan=data.kelurahan,
        street=data.alamat,
        landmark=data.patokan,
        main=data.utama,
    )


def _places() -> Markup:
    return _options(queries.kelurahan_labels())


@functools.lru_cache(maxsize=2)
def _options(labels: tuple[str, ...]) -> Markup:
    return Markup().join(OPTION.format(label) for label in labels)
