"""L06 and L07: claims about a shop."""

from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for

from marketplace.claims import queries, services
from marketplace.claims.forms import CheckIn, MessageIn, OfferIn, ReplacementIn
from marketplace.claims.views.attachments import DONE, PHOTO_BODY, SENT, WORDS, Answer, claim_page, photo, photos_of
from marketplace.claims.views.blueprint import bp
from marketplace.kernel.forms import Form, Input, parse
from marketplace.kernel.routes import actor
from marketplace.orders.policies import PREPARE
from marketplace.sellers.queries import sellers


class PayIn(Input):
    """A press of the button that pays back instead of sending a replacement."""


@bp.page("/lapak/keluhan", policy=PREPARE)
def team() -> str:
    """List the claims about the actor's shops, by tab."""
    asked = request.args.get("tab", "")
    tab = asked if asked in queries.TEAM_TABS else next(iter(queries.TEAM_TABS))
    page = queries.of_team(actor(), tab, request.args.get("hal"))
    return render_template(
        "claims/team.html", tab=tab, page=page, shops=sellers({one.seller_id for one in page.items}), **WORDS
    )


@bp.page("/lapak/keluhan/<uuid:claim_id>", policy=PREPARE)
def team_claim(claim_id: UUID) -> str:
    """Show a claim to the team of its shop."""
    return _claim(claim_id, Form.blank(OfferIn), ())


@bp.page("/lapak/keluhan/<uuid:claim_id>/tawaran", policy=PREPARE, methods=("POST",))
def offer(claim_id: UUID) -> Answer:
    """Accept the wish, or offer something."""
    form = parse(OfferIn, request)
    form.submit(lambda data: services.answer(claim_id, data, by=actor()))
    return _done(claim_id, form)


@bp.page("/lapak/keluhan/<uuid:claim_id>/terima-barang", policy=PREPARE, methods=("POST",))
def check(claim_id: UUID) -> Answer:
    """Say how goods came back."""
    form = parse(CheckIn, request)
    form.submit(lambda data: services.check_return(claim_id, data, by=actor()))
    return _done(claim_id, form)


@bp.page("/lapak/keluhan/<uuid:claim_id>/pengganti", policy=PREPARE, methods=("POST",))
def replace(claim_id: UUID) -> Answer:
    """Say how other goods were sent."""
    form = parse(ReplacementIn, request)
    form.submit(lambda data: services.send_replacement(claim_id, data, by=actor()))
    return _done(claim_id, form)


@bp.page("/lapak/keluhan/<uuid:claim_id>/ganti-uang", policy=PREPARE, methods=("POST",))
def pay_instead(claim_id: UUID) -> Answer:
    """Pay back instead of sending a replacement."""
    form = parse(PayIn, request)
    form.submit(lambda _data: services.pay_instead(claim_id, by=actor()))
    return _done(claim_id, form)


@bp.page("/lapak/keluhan/<uuid:claim_id>/pesan", policy=PREPARE, methods=("POST",), max_body=PHOTO_BODY)
def team_say(claim_id: UUID) -> Answer:
    """Write to the buyer."""
    found = queries.team_claim(claim_id, actor())
    form = parse(MessageIn, request)
    photos = photos_of(form, found.part.id)
    if not form.errors:
        form.submit(lambda data: services.say_as_team(claim_id, data, by=actor(), photos=photos))
    if form.errors:
        return _claim(claim_id, form, photos), form.status
    return redirect(url_for("claims.team_claim", claim_id=claim_id, sudah=SENT), 303)


@bp.page("/lapak/keluhan/<uuid:claim_id>/foto/<uuid:picture_id>", policy=PREPARE)
def team_picture(claim_id: UUID, picture_id: UUID) -> Answer:
    """Lead to a photo of a claim."""
    return photo(queries.team_claim(claim_id, actor()), picture_id)


def _done(claim_id: UUID, form: Form[Any]) -> Answer:
    if form.errors:
        return _claim(claim_id, form, ()), form.status
    return redirect(url_for("claims.team_claim", claim_id=claim_id, sudah=DONE), 303)


def _claim(claim_id: UUID, form: object, photos: tuple[UUID, ...] | list[UUID]) -> str:
    found = queries.team_claim(claim_id, actor())
    return claim_page(found, "seller", form, photos)
