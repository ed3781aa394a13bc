"""Photos that come with forms of e-order, and the way to a photo for who may see its order."""

from io import SEEK_END
from typing import Any
from uuid import UUID

from flask import redirect, request
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from marketplace.eorder import queries, services
from marketplace.eorder.policies import SEE
from marketplace.eorder.views.blueprint import bp
from marketplace.kernel.errors import NotFound
from marketplace.kernel.forms import Form, Input
from marketplace.kernel.routes import MEBIBYTE, actor
from marketplace.media import queries as media
from marketplace.media import services as pictures

PHOTO_BODY = 48 * MEBIBYTE
"""A photo of the whole and some of single lines, as they come from cameras without script."""


class Taken(Input):
    """Nothing is typed: a photo is taken in."""


def photo_of(form: Form[Any], order_id: UUID, field: str = "foto", shown: str = "") -> UUID | None:
    """Take in the photo that a form sends as ``field``, else the one it kept as ``<field>_id`` from an earlier try.

    A fault stands beside ``shown``, or the field itself; the caller has asked whether the reader may add a photo.
    """
    file = request.files.get(field)
    if file is None or not file.filename:
        return _kept(form, order_id, f"{field}_id")
    taken = Form(Taken, data=Taken())
    stored = _stored(taken, file, order_id)
    if stored is None:
        form.errors = {**form.errors, (shown or field): [said for all_of in taken.errors.values() for said in all_of]}
    return stored


@bp.page("/pengadaan/pesanan/<code>/foto/<uuid:picture_id>", policy=SEE)
def photo(code: str, picture_id: UUID) -> Response:
    """Lead to a photo of an order that the reader may see, good for five minutes."""
    order = queries.order(code, actor())
    if picture_id not in queries.fulfilment(order).photos:
        raise NotFound
    link = media.private_link(picture_id, queries.photo_owner(order.id))
    if link is None:
        raise NotFound
    return redirect(link, 302)


def _kept(form: Form[Any], order_id: UUID, name: str) -> UUID | None:
    try:
        kept = UUID(form.values.get(name, ""))
    except ValueError:
        return None
    return kept if media.owned(kept, queries.photo_owner(order_id)) else None


def _stored(taken: Form[Taken], file: FileStorage, order_id: UUID) -> UUID | None:
    with file.stream as content:
        size = content.seek(0, SEEK_END)
        content.seek(0)

        def take(_taken: Taken) -> UUID:
            pictures.weigh(size)
            return services.take_photo(content.read(), order_id, by=actor())

        return taken.submit(take)
