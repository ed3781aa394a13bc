"""E05 and L17: a negotiation as both sides see it, by turns."""

from collections.abc import Callable
from typing import Any

from flask import redirect, render_template, request, url_for

from marketplace.eorder import queries, services
from marketplace.eorder.forms import AgreeIn, OfferIn, ReasonIn
from marketplace.eorder.models import OrderState
from marketplace.eorder.policies import ANSWER, READ, WORK
from marketplace.eorder.queries import OrderView
from marketplace.eorder.views.blueprint import bp
from marketplace.eorder.views.orders import WORDS, Answer, seen
from marketplace.kernel.errors import NotFound
from marketplace.kernel.forms import Form, parse
from marketplace.kernel.routes import actor

OF_OFFICE, OF_SHOP = "office", "shop"


@bp.page("/pengadaan/negosiasi/<code>", policy=READ)
def negotiation(code: str) -> Answer:
    """Show a negotiation to the office."""
    return _page(code, OF_OFFICE)


@bp.page("/pengadaan/negosiasi/<code>", policy=WORK, methods=("POST",))
def negotiate(code: str) -> Answer:
    """Open a negotiation with an offer, or answer with another one."""
    found = _own(code, OF_OFFICE)
    act = services.negotiate if found.state == OrderState.DRAFT else services.offer
    return _acted(code, OF_OFFICE, parse(OfferIn, request), lambda data: act(code, data, by=actor()), "offer")


@bp.page("/pengadaan/negosiasi/<code>/setuju", policy=WORK, methods=("POST",))
def agree(code: str) -> Answer:
    """Agree to the shop's offer."""
    return _acted(
        code, OF_OFFICE, parse(AgreeIn, request), lambda data: services.agree(code, data, by=actor()), "agree"
    )


@bp.page("/pengadaan/negosiasi/<code>/akhiri", policy=WORK, methods=("POST",))
def break_off(code: str) -> Answer:
    """End a negotiation without agreement."""
    form = parse(ReasonIn, request)
    return _acted(code, OF_OFFICE, form, lambda data: services.break_off(code, data, by=actor()), "break_off")


@bp.page("/lapak/permintaan/<code>/negosiasi", policy=ANSWER)
def shop_negotiation(code: str) -> Answer:
    """Show a negotiation to the shop."""
    return _page(code, OF_SHOP)


@bp.page("/lapak/permintaan/<code>/negosiasi", policy=ANSWER, methods=("POST",))
def shop_offer(code: str) -> Answer:
    """Answer the office with an offer."""
    return _acted(code, OF_SHOP, parse(OfferIn, request), lambda data: services.offer(code, data, by=actor()), "offer")


@bp.page("/lapak/permintaan/<code>/negosiasi/setuju", policy=ANSWER, methods=("POST",))
def shop_agree(code: str) -> Answer:
    """Agree to the office's offer."""
    return _acted(code, OF_SHOP, parse(AgreeIn, request), lambda data: services.agree(code, data, by=actor()), "agree")


def _own(code: str, side: str) -> OrderView:
    if side == OF_OFFICE:
        return seen(code)
    found = queries.order(code, actor())
    if queries.SHOP not in found.mine:
        raise NotFound
    return found


def _acted(code: str, side: str, form: Form[Any], act: Callable[[Any], object], name: str) -> Answer:
    before = _own(code, side)
    form.submit(act)
    if not form.errors:
        return redirect(_address(code, side, name), 303)
    if form.conflict is not None and form.conflict.code == "state" and queries.did_last(before.id, name, actor()):
        # Pressed twice: it was done the first time, and looks the same.
        return redirect(_address(code, side), 303)
    return _page(code, side, form, name)


def _address(code: str, side: str, told: str | None = None) -> str:
    return url_for("eorder.negotiation" if side == OF_OFFICE else "eorder.shop_negotiation", code=code, sudah=told)


def _page(code: str, side: str, form: Form[Any] | None = None, tried: str = "") -> Answer:
    found = _own(code, side)
    offers = queries.offers_of(found.id)
    if not offers and "negotiate" not in found.may:
        return redirect(url_for("eorder.order" if side == OF_OFFICE else "eorder.shop_order", code=found.code), 303)
    newest = offers[-1] if offers else None
    opening = "negotiate" in found.may and found.agreed_id is None
    mine_to_answer = newest is not None and newest.side != side and "offer" in found.may
    silent = bool(found.nudged) and queries.SHOP in found.waits_for
    page = render_template(
        "eorder/negotiation.html",
        found=found,
        side=side,
        offers=offers,
        newest=newest,
        opening=opening,
        answering=mine_to_answer,
        form=form or _blank(found, newest),
        tried=tried,
        told=request.args.get("sudah", ""),
        unit=queries.unit_name(found.unit_code),
        next_shop=queries.next_shop(found) if side == OF_OFFICE and silent else "",
        **WORDS,
    )
    return (page, form.status) if form is not None and form.errors else page


def _blank(found: OrderView, newest: queries.OfferView | None) -> Form[OfferIn]:
    """Return a form with what stands on the table now: the newest offer, or the price that everybody pays."""
    shipping = newest.shipping if newest else found.shipping
    typed: dict[str, object] = {"ongkir": shipping.amount}
    for number, line in enumerate(one for one in found.lines if one.qty):
        price = newest.prices.get(line.id, line.price) if newest else line.price
        typed[f"harga-{number}-harga"] = price.amount
    return Form.blank(OfferIn, **typed)
