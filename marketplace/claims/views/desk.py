"""The programme's desk for claims: what shop and buyer cannot settle between them."""

from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for

from marketplace.claims import queries, services
from marketplace.claims.forms import DecisionIn, MessageIn, RepayIn
from marketplace.claims.policies import DECIDE
from marketplace.claims.views.attachments import DONE, PHOTO_BODY, SENT, WORDS, Answer, claim_page, photo, photos_of
from marketplace.claims.views.blueprint import bp
from marketplace.kernel.forms import Form, parse
from marketplace.kernel.routes import actor
from marketplace.sellers.queries import sellers


@bp.page("/program/keluhan", policy=DECIDE)
def desk() -> str:
    """List claims by what the desk has to do with them."""
    asked = request.args.get("tab", "")
    tab = asked if asked in queries.DESK_TABS else next(iter(queries.DESK_TABS))
    page = queries.of_desk(actor(), tab, request.args.get("hal"))
    return render_template(
        "claims/desk.html", tab=tab, page=page, shops=sellers({one.seller_id for one in page.items}), **WORDS
    )


@bp.page("/program/keluhan/<uuid:claim_id>", policy=DECIDE)
def desk_claim(claim_id: UUID) -> str:
    """Show a claim to the desk; who reads it stands in the audit log."""
    queries.desk_claim(claim_id, actor())
    services.note_view(claim_id, by=actor())
    return _claim(claim_id, Form.blank(DecisionIn), ())


@bp.page("/program/keluhan/<uuid:claim_id>/putusan", policy=DECIDE, methods=("POST",))
def decide(claim_id: UUID) -> Answer:
    """Decide a claim."""
    form = parse(DecisionIn, request)
    form.submit(lambda data: services.decide(claim_id, data, by=actor()))
    return _done(claim_id, form)


@bp.page("/program/keluhan/<uuid:claim_id>/bayar-ulang", policy=DECIDE, methods=("POST",))
def repay(claim_id: UUID) -> Answer:
    """Pay back anew what failed."""
    form = parse(RepayIn, request)
    form.submit(lambda _data: services.repay(claim_id, by=actor()))
    return _done(claim_id, form)


@bp.page("/program/keluhan/<uuid:claim_id>/pesan", policy=DECIDE, methods=("POST",), max_body=PHOTO_BODY)
def desk_say(claim_id: UUID) -> Answer:
    """Write to both sides."""
    found = queries.desk_claim(claim_id, actor())
    form = parse(MessageIn, request)
    photos = photos_of(form, found.part.id)
    if not form.errors:
        form.submit(lambda data: services.say_as_desk(claim_id, data, by=actor(), photos=photos))
    if form.errors:
        return _claim(claim_id, form, photos), form.status
    return redirect(url_for("claims.desk_claim", claim_id=claim_id, sudah=SENT), 303)


@bp.page("/program/keluhan/<uuid:claim_id>/foto/<uuid:picture_id>", policy=DECIDE)
def desk_picture(claim_id: UUID, picture_id: UUID) -> Answer:
    """Lead to a photo of a claim."""
    return photo(queries.desk_claim(claim_id, actor()), picture_id)


def _done(claim_id: UUID, form: Form[Any]) -> Answer:
    if form.errors:
        return _claim(claim_id, form, ()), form.status
    return redirect(url_for("claims.desk_claim", claim_id=claim_id, sudah=DONE), 303)


def _claim(claim_id: UUID, form: object, photos: tuple[UUID, ...] | list[UUID]) -> str:
    found = queries.desk_claim(claim_id, actor())
    return claim_page(found, "desk", form, photos)
