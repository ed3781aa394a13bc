"""P11 and P14: what a buyer received, and their word on it."""

from io import SEEK_END
from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.kernel.access import PUBLIC, SIGNED_IN
from marketplace.kernel.errors import NotFound
from marketplace.kernel.forms import Form, Input, parse
from marketplace.kernel.routes import MEBIBYTE, actor
from marketplace.media import queries as media
from marketplace.media import services as pictures
from marketplace.media.queries import Picture
from marketplace.reviews import queries, services
from marketplace.reviews.forms import ReviewIn
from marketplace.reviews.services.photos import owner
from marketplace.reviews.slots import ReceivedLine
from marketplace.reviews.views.blueprint import bp

PHOTO_BODY = 64 * MEBIBYTE
"""Far above the limit for photos: one as it comes from a camera is refused beside its field, with all else as it was typed."""
Answer = str | Response | tuple[str, int]


@bp.page("/akun/ulasan", policy=SIGNED_IN)
def own() -> str:
    """Show a person what they said."""
    return render_template("reviews/own.html", page=queries.own(actor(), request.args.get("hal")))


class Act(Input):
    """Nothing is typed: the act is the button."""


def _told() -> str:
    return request.values.get("token", "")


def _token(code: str) -> str:
    return _told() or queries.token_of(code)


@bp.page("/pesanan/<code>/ulas", policy=PUBLIC)
def received(code: str) -> Answer:
    """Show what came of an order, with the form for one of it."""
    opened = queries.opened(code, actor(), _token(code))
    asked = request.args.get("barang", "")
    chosen = next((line for line in opened.waiting if str(line.line_id) == asked), None)
    if chosen is None and not asked:
        chosen = next(iter(opened.waiting), None)
    return _page(opened, chosen, Form.blank(ReviewIn))


@bp.page("/pesanan/<code>/ulas", policy=PUBLIC, methods=("POST",), max_body=PHOTO_BODY)
def write(code: str) -> Answer:
    """Take a review in; with a fault, what was typed and the photo stay."""
    opened = queries.opened(code, actor(), _token(code))
    form = parse(ReviewIn, request)
    line = opened.line(_named(form))
    photo = _photo(form, line)
    if not form.errors:
        done = form.submit(lambda data: services.write(code, data, by=actor(), token=_token(code), picture_id=photo))
        if done is not None:
            told = _told() or None
            return redirect(url_for("reviews.received", code=opened.handed.code, terkirim=1, barang=0, token=told), 303)
    return _page(opened, line, form, photo), form.status


def _named(form: Form[ReviewIn]) -> UUID:
    """Return which line a form is about, even where another field is wrong."""
    if form.data is not None:
        return form.data.barang
    try:
        return UUID(form.values.get("barang", ""))
    except ValueError as failure:
        raise NotFound from failure


def _photo(form: Form[ReviewIn], line: ReceivedLine) -> UUID | None:
    """Take in the photo of a form, or find the one that came before; a fault of it stands beside its field."""
    file = request.files.get("photo")
    if file is not None and file.filename:
        taken = Form(Act, data=Act())
        with file.stream as photo:
            size = photo.seek(0, SEEK_END)
            photo.seek(0)

            def take(_act: Act) -> UUID:
                pictures.weigh(size)
                return services.take_photo(photo.read(), line, by=actor())

            stored = taken.submit(take)
        if stored is None:
            form.errors = {**form.errors, **{name or "photo": said for name, said in taken.errors.items()}}
        return stored
    given = form.data.photo_id if form.data else _kept(form)
    if given is None:
        return None
    if media.owned(given, owner(line)):
        return given
    form.errors = {**form.errors, "photo": [pictures.GONE]}
    return None


def _kept(form: Form[ReviewIn]) -> UUID | None:
    try:
        return UUID(form.values.get("photo_id", ""))
    except ValueError:
        return None


def _page(opened: queries.Opened, chosen: ReceivedLine | None, form: Form[ReviewIn], photo: UUID | None = None) -> str:
    wanted = {line.image_id for line in opened.handed.lines if line.image_id} | ({photo} if photo else set())
    images: dict[UUID, Picture] = media.pictures(wanted)
    return render_template(
        "reviews/write.html",
        order=opened.handed,
        said=opened.said,
        chosen=chosen,
        form=form,
        images=images,
        photo=images.get(photo) if photo else None,
        token=_told(),
        sent="terkirim" in request.args,
    )
