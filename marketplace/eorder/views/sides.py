"""An order as its shop sees it, for its own people and for a training unit that plays it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for

from marketplace.accounts import queries as accounts
from marketplace.eorder import queries, services
from marketplace.eorder.forms import ShipIn
from marketplace.eorder.queries import OrderView
from marketplace.eorder.views.orders import WORDS, Answer
from marketplace.eorder.views.photos import photo_of
from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.errors import NotFound
from marketplace.kernel.forms import Form, parse
from marketplace.kernel.routes import actor


@dataclass(frozen=True)
class Side:
    """Who acts on an order as its shop, and where each of their pages and acts has its address."""

    by: Actor
    at: Callable[[str], str]


def shop_side(code: str) -> Side:
    """Return the shop's own people, at their own desk."""
    return Side(
        actor(),
        lambda name: url_for("eorder.shop_index") if name == "shop_index" else url_for(f"eorder.{name}", code=code),
    )


def own(code: str, side: Side) -> OrderView:
    """Return an order to who acts as its shop. Raises NotFound for everybody else."""
    found = queries.order(code, side.by)
    if queries.SHOP not in found.mine:
        raise NotFound
    return found


def acted(
    code: str,
    form: Form[Any],
    act: Callable[[Any], object],
    name: str,
    side: Side | None = None,
    photo: UUID | None = None,
) -> Answer:
    """Do an act as the shop, and show its page again: what was done, or what is wrong with what was typed."""
    side = side or shop_side(code)
    before = own(code, side)
    if not form.errors:
        form.submit(act)
    if not form.errors:
        return redirect(f"{side.at('shop_order')}?sudah={name}", 303)
    if form.conflict is not None and form.conflict.code == "state" and queries.did_last(before.id, name, side.by):
        return redirect(side.at("shop_order"), 303)
    return _page(own(code, side), form, side, name, photo), form.status


def _page(found: OrderView, form: Form[Any], side: Side, tried: str = "", photo: UUID | None = None) -> str:
    """Draw a shop's page of an order."""
    everything, need = queries.fulfilment(found), queries.need_of(found.need_id)
    known = accounts.places([one.kelurahan_code for one in need.places])
    return render_template(
        "eorder/shop_order.html",
        found=found,
        form=form,
        at=side.at,
        tried=tried,
        told=request.args.get("sudah", ""),
        need=need,
        areas="; ".join(one.label for one in known.values()),
        method=queries.method(found.method_id),
        change=next((one for one in queries.changes_of(found.id) if one.open), None),
        unit=queries.unit_name(found.unit_code),
        all=everything,
        issued=queries.issued(found, everything),
        photo=photo,
        payments=queries.payments_of(found.id),
        days=queries.days_since_minutes(found),
        late=found.due_at is not None and found.due_at < clock.now(),
        **WORDS,
    )


def opened(code: str, side: Side) -> str:
    """Return the page of an order as nobody has acted on it yet."""
    return _page(own(code, side), Form.blank(ShipIn), side)


def shipped(code: str, side: Side) -> Answer:
    """Take in the photo that comes with what is sent, and send it."""
    form, found = parse(ShipIn, request), own(code, side)
    photo = photo_of(form, found.id) if "ship" in found.may else None
    return acted(code, form, lambda data: services.ship(code, data, by=side.by, photo_id=photo), "ship", side, photo)
