"""L17: what offices want of a shop: letters to answer, goods to send, minutes to sign, money that comes."""

from uuid import UUID

from flask import render_template, request

from marketplace.eorder import queries, services
from marketplace.eorder.forms import NothingIn, ReasonIn
from marketplace.eorder.policies import ANSWER, SELLER
from marketplace.eorder.views.blueprint import bp
from marketplace.eorder.views.orders import WORDS, Answer
from marketplace.eorder.views.photos import PHOTO_BODY
from marketplace.eorder.views.sides import acted, opened, shipped, shop_side
from marketplace.kernel.forms import parse
from marketplace.kernel.routes import actor


@bp.page("/lapak/permintaan", policy=ANSWER)
def shop_index() -> str:
    """List what offices have going on with the reader's shops."""
    mine = queries.of_shops(actor(), mine=True)
    known = {one.id for one in mine}
    return render_template(
        "eorder/shop_index.html",
        mine=mine,
        requests=queries.requests_of([UUID(one) for one in actor().scopes(SELLER, SELLER)]),
        others=[one for one in queries.of_shops(actor(), mine=False) if one.id not in known],
        ended=queries.ended_of_shops(actor()),
        **WORDS,
    )


@bp.page("/lapak/permintaan/<code>", policy=ANSWER)
def shop_order(code: str) -> str:
    """Show an office's order to the shop that it is addressed to."""
    return opened(code, shop_side(code))


@bp.page("/lapak/permintaan/<code>/terima", policy=ANSWER, methods=("POST",))
def accept(code: str) -> Answer:
    """Accept a purchase letter."""
    return acted(code, parse(NothingIn, request), lambda _data: services.accept(code, by=actor()), "accept")


@bp.page("/lapak/permintaan/<code>/tolak", policy=ANSWER, methods=("POST",))
def decline(code: str) -> Answer:
    """Decline a purchase letter, with the reason that the office reads."""
    return acted(code, parse(ReasonIn, request), lambda data: services.decline(code, data, by=actor()), "decline")


@bp.page("/lapak/permintaan/<code>/kerjakan", policy=ANSWER, methods=("POST",))
def make(code: str) -> Answer:
    """Say that the shop has begun to make it."""
    return acted(code, parse(NothingIn, request), lambda _data: services.make(code, by=actor()), "make")


@bp.page("/lapak/permintaan/<code>/kirim", policy=ANSWER, methods=("POST",), max_body=PHOTO_BODY)
def ship(code: str) -> Answer:
    """Say that it is on its way, with a photo or a note."""
    return shipped(code, shop_side(code))


@bp.page("/lapak/permintaan/<code>/tanda-tangan", policy=ANSWER, methods=("POST",))
def countersign(code: str) -> Answer:
    """Sign the minutes for the shop."""
    return acted(code, parse(NothingIn, request), lambda _data: services.countersign(code, by=actor()), "countersign")


@bp.page("/lapak/permintaan/<code>/keberatan", policy=ANSWER, methods=("POST",))
def object_to(code: str) -> Answer:
    """Object to the minutes: the office inspects anew."""
    return acted(code, parse(ReasonIn, request), lambda data: services.object_to(code, data, by=actor()), "object")
