"""P10: something is wrong with an order, told by its buyer."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.claims import queries, services
from marketplace.claims.forms import AnswerIn, ClaimIn, MessageIn, WithdrawIn
from marketplace.claims.models import Reason
from marketplace.claims.views.attachments import DONE, PHOTO_BODY, SENT, WORDS, Answer, claim_page, photo, photos_of
from marketplace.claims.views.blueprint import bp
from marketplace.kernel.access import PUBLIC
from marketplace.kernel.forms import Form, parse
from marketplace.kernel.routes import actor
from marketplace.media.queries import pictures
from marketplace.orders.queries.claimable import BoughtLine, BoughtPart
from marketplace.reviews.queries import token_of


def _told() -> str:
    return request.values.get("token", "")


def _token(code: str) -> str:
    """Return what opens the order here: the token that was brought, else the one that this browser keeps."""
    return _told() or token_of(code)


@bp.page("/pesanan/<code>/keluhan", policy=PUBLIC)
def of_order(code: str) -> Answer:
    """Show an order's claims, and the form for one of its parts."""
    known = queries.of_order(code, actor(), _token(code))
    return _order(known, _asked(known), Form.blank(ClaimIn), ())


@bp.page("/pesanan/<code>/keluhan", policy=PUBLIC, methods=("POST",), max_body=PHOTO_BODY)
def complain(code: str) -> Answer:
    """Take a claim in; with a fault, what was typed and the photos stay."""
    known = queries.of_order(code, actor(), _token(code))
    form = parse(ClaimIn, request)
    part = known.part(_number(form))
    photos = photos_of(form, part.id)
    if not form.errors:
        who, token = actor(), _token(code)
        opened = form.submit(lambda data: services.open_claim(code, data, by=who, token=token, photos=photos))
        if opened is not None:
            return _to(opened.code, opened.number, SENT)
    return _order(queries.of_order(code, actor(), _token(code)), part, form, photos), form.status


def _number(form: Form[ClaimIn]) -> int:
    """Return which part a form is about, even where another field is wrong; an unknown one is none."""
    typed = form.values.get("bagian", "") if form.data is None else str(form.data.bagian)
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < len("10000") else 0


def _asked(known: queries.OrderClaims) -> BoughtPart | None:
    asked = request.args.get("bagian", "")
    found = [part for part in known.parts if str(part.number) == asked]
    may = [part for part in found or known.parts if may_complain(known, part)]
    return may[0] if len(may) == 1 else None


def may_complain(known: queries.OrderClaims, part: BoughtPart) -> bool:
    """Tell whether the buyer may open a claim about a part now."""
    if known.open_of(part) is not None:
        return False
    if part.sent:
        since = queries.late_since(part)
        return since is not None and queries.is_over(since) and any(_left(known, line) for line in part.lines)
    return any(queries.claimable_until(part, line) and _left(known, line) for line in part.lines)


def _left(known: queries.OrderClaims, line: BoughtLine) -> int:
    return max(0, min(line.left, line.qty - known.claimed.get(line.id, 0)))


def _order(
    known: queries.OrderClaims, part: BoughtPart | None, form: Form[ClaimIn], photos: tuple[UUID, ...] | list[UUID]
) -> str:
    images = pictures([line.image_id for one in known.parts for line in one.lines if line.image_id])
    lines = _lines(known, part) if part is not None and may_complain(known, part) else ()
    return render_template(
        "claims/order.html",
        known=known,
        part=part,
        lines=lines,
        food=any(one.line.food for one in lines),
        offered=_reasons(part),
        may=[one.number for one in known.parts if may_complain(known, one)],
        since={one.number: queries.late_since(one) for one in known.parts},
        images=images,
        form=form,
        photos=photos,
        most=services.most(),
        token=_told(),
        **WORDS,
    )


@dataclass(frozen=True)
class Claimable:
    """A line that may be complained about, how many pieces of it, and until when."""

    line: BoughtLine
    left: int
    until: datetime | None


def _lines(known: queries.OrderClaims, part: BoughtPart) -> tuple[Claimable, ...]:
    found = (Claimable(line, _left(known, line), queries.claimable_until(part, line)) for line in part.lines)
    return tuple(one for one in found if one.left and (part.sent or one.until))


def _reasons(part: BoughtPart | None) -> tuple[str, ...]:
    """Return the reasons that fit how far a part is."""
    if part is None:
        return ()
    if part.sent:
        return (Reason.NOT_COME, Reason.LATE)
    kept = tuple(one for one in Reason if one is not Reason.NOT_COME)
    return kept if part.said_to_have_come else tuple(Reason)


@bp.page("/pesanan/<code>/keluhan/<int:number>", policy=PUBLIC)
def claim(code: str, number: int) -> Answer:
    """Show a claim to its buyer."""
    return _claim(code, number, Form.blank(MessageIn), ())


@bp.page("/pesanan/<code>/keluhan/<int:number>/pesan", policy=PUBLIC, methods=("POST",), max_body=PHOTO_BODY)
def say(code: str, number: int) -> Answer:
    """Write to the shop, and to the desk once it joined."""
    found = queries.own_claim(code, number, actor(), _token(code))
    form = parse(MessageIn, request)
    photos = photos_of(form, found.part.id)
    if not form.errors:
        who, token = actor(), _token(code)
        form.submit(lambda data: services.say_as_buyer(code, number, data, by=who, token=token, photos=photos))
    if form.errors:
        return _claim(code, number, form, photos), form.status
    return _to(found.row.code, number, SENT)


@bp.page("/pesanan/<code>/keluhan/<int:number>/jawaban", policy=PUBLIC, methods=("POST",))
def answer(code: str, number: int) -> Answer:
    """Answer what a claim waits for."""
    form = parse(AnswerIn, request)
    form.submit(lambda data: services.answer_offer(code, number, data, by=actor(), token=_token(code)))
    return _done(code, number, form)


@bp.page("/pesanan/<code>/keluhan/<int:number>/pembatalan", policy=PUBLIC, methods=("POST",))
def withdraw(code: str, number: int) -> Answer:
    """Take a claim back."""
    form = parse(WithdrawIn, request)
    form.submit(lambda _data: services.withdraw(code, number, by=actor(), token=_token(code)))
    return _done(code, number, form)


@bp.page("/pesanan/<code>/keluhan/<int:number>/foto/<uuid:picture_id>", policy=PUBLIC)
def picture(code: str, number: int, picture_id: UUID) -> Answer:
    """Lead to a photo of a claim of the reader's own order."""
    return photo(queries.own_claim(code, number, actor(), _token(code)), picture_id)


def _done(code: str, number: int, form: Form[AnswerIn] | Form[WithdrawIn]) -> Answer:
    if form.errors:
        return _claim(code, number, form, ()), form.status
    return _to(code, number, DONE)


def _to(code: str, number: int, told: str) -> Response:
    shown = url_for("claims.claim", code=code, number=number, token=_told() or None, sudah=told)
    return redirect(shown, 303)


def _claim(code: str, number: int, form: object, photos: tuple[UUID, ...] | list[UUID]) -> str:
    found = queries.own_claim(code, number, actor(), _token(code))
    return claim_page(found, "buyer", form, photos, token=_told())
