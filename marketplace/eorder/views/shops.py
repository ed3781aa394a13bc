"""L17: what offices want of a shop: letters to answer, goods to send, minutes to sign, money that comes."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for

from marketplace.eorder import queries, services
from marketplace.eorder.forms import NothingIn, ReasonIn, ShipIn
from marketplace.eorder.policies import ANSWER, SELLER
from marketplace.eorder.queries import OrderView
from marketplace.eorder.views.blueprint import bp
from marketplace.eorder.views.orders import WORDS, Answer
from marketplace.eorder.views.photos import PHOTO_BODY, photo_of
from marketplace.kernel import clock
from marketplace.kernel.errors import NotFound
from marketplace.kernel.forms import Form, parse
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
    return _page(_own(code), Form.blank(ShipIn))


@bp.page("/lapak/permintaan/<code>/terima", policy=ANSWER, methods=("POST",))
def accept(code: str) -> Answer:
    """Accept a purchase letter."""
    return _acted(code, parse(NothingIn, request), lambda _data: services.accept(code, by=actor()), "accept")


@bp.page("/lapak/permintaan/<code>/tolak", policy=ANSWER, methods=("POST",))
def decline(code: str) -> Answer:
    """Decline a purchase letter, with the reason that the office reads."""
    return _acted(code, parse(ReasonIn, request), lambda data: services.decline(code, data, by=actor()), "decline")


@bp.page("/lapak/permintaan/<code>/kerjakan", policy=ANSWER, methods=("POST",))
def make(code: str) -> Answer:
    """Say that the shop has begun to make it."""
    return _acted(code, parse(NothingIn, request), lambda _data: services.make(code, by=actor()), "make")


@bp.page("/lapak/permintaan/<code>/kirim", policy=ANSWER, methods=("POST",), max_body=PHOTO_BODY)
def ship(code: str) -> Answer:
    """Say that it is on its way, with a photo or a note."""
    form, found = parse(ShipIn, request), _own(code)
    photo = photo_of(form, found.id) if "ship" in found.may else None
    return _acted(code, form, lambda data: services.ship(code, data, by=actor(), photo_id=photo), "ship", photo)


@bp.page("/lapak/permintaan/<code>/tanda-tangan", policy=ANSWER, methods=("POST",))
def countersign(code: str) -> Answer:
    """Sign the minutes for the shop."""
    return _acted(code, parse(NothingIn, request), lambda _data: services.countersign(code, by=actor()), "countersign")


@bp.page("/lapak/permintaan/<code>/keberatan", policy=ANSWER, methods=("POST",))
def object_to(code: str) -> Answer:
    """Object to the minutes: the office inspects anew."""
    return _acted(code, parse(ReasonIn, request), lambda data: services.object_to(code, data, by=actor()), "object")


def _own(code: str) -> OrderView:
    found = queries.order(code, actor())
    if queries.SHOP not in found.mine:
        raise NotFound
    return found


def _acted(code: str, form: Form[Any], act: Callable[[Any], object], name: str, photo: UUID | None = None) -> Answer:
    before = _own(code)
    if not form.errors:
        form.submit(act)
    if not form.errors:
        return redirect(url_for("eorder.shop_order", code=code, sudah=name), 303)
    if form.conflict is not None and form.conflict.code == "state" and queries.did_last(before.id, name, actor()):
        return redirect(url_for("eorder.shop_order", code=code), 303)
    return _page(_own(code), form, name, photo), form.status


def _page(found: OrderView, form: Form[Any], tried: str = "", photo: UUID | None = None) -> str:
    return render_template(
        "eorder/shop_order.html",
        found=found,
        form=form,
        tried=tried,
        told=request.args.get("sudah", ""),
        need=queries.need_of(found.need_id),
        unit=queries.unit_name(found.unit_code),
        all=queries.fulfilment(found),
        photo=photo,
        payments=queries.payments_of(found.id),
        days=queries.days_since_minutes(found),
        late=found.due_at is not None and found.due_at < clock.now(),
        **WORDS,
    )
