"""P07 and P08: all purchase data on one page, and paying with its four states."""

import functools
from datetime import date
from typing import cast

from flask import redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from marketplace.accounts import queries as accounts
from marketplace.kernel import clock
from marketplace.kernel.access import PUBLIC
from marketplace.kernel.errors import NotFound
from marketplace.kernel.forms import Form, parse
from marketplace.kernel.routes import actor
from marketplace.orders import queries, services
from marketplace.orders.forms import ADDRESS, CheckoutIn, DraftIn, PayAgainIn, kelurahan_meant, missing, seen_in
from marketplace.orders.views import known, link
from marketplace.orders.views.basket import Basket, basket
from marketplace.orders.views.blueprint import bp
from marketplace.orders.views.keys import keyed, neighbourhood, programs, shops_named, submitted
from marketplace.payments import queries as payments
from marketplace.payments import services as payment_services
from marketplace.web.formats import date_short

Answer = str | Response | tuple[str, int]
POLLS = 30
POLL_DIGITS = 3
"""Every ten seconds for five minutes."""


@bp.page("/beli", policy=PUBLIC)
def checkout() -> Answer:
    """Ask for what an order needs; a cart that is not ready goes back to its page."""
    asked = (request.args.getlist("langganan"), request.args.getlist("tanpa"))
    found = basket(*asked)
    if found.standing is not None:
        if not found.cart.groups:
            return redirect(url_for("orders.standing_order", standing_id=found.standing.standing.id), 303)
    elif not found.cart.groups or found.cart.blocked or found.cart.price_changed:
        return redirect(url_for("orders.cart"), 303)
    form = known.filled(found.cart)
    if found.cart.brought and not found.cart.draft.get("kelurahan") and (place := _place(form)) is not None:
        # Where the last order went: known here only, and only of who is signed in.
        found = basket(*asked, place)
    return _checkout(found, form)


@bp.page("/beli", policy=PUBLIC, methods=("POST",), idempotent=True, rate="orders")
def buy() -> Answer:
    """Place the order and go on to paying it."""
    form, patient, address = keyed(parse(CheckoutIn, request)), not programs(), neighbourhood()
    placed = submitted(form, lambda data: services.buy(data, by=actor(), address=address, patient=patient))
    if placed is None:
        found = _meant(form)
        if form.data is None and found.cart.brought:
            _ask_for_address(form)
        return _checkout(found, form), form.status
    return _to_payment(placed, url_for("orders.pay", code=placed.code))


@bp.page("/beli/pengantaran", policy=PUBLIC, methods=("POST",))
def recalculate() -> Answer:
    """Show the checkout as it was filled in, with what the deliveries cost to the address that stands there."""
    form = parse(DraftIn, request)
    if form.data is not None and form.data.pilih is not None:
        known.take(form, form.data.pilih)
    return _checkout(_meant(form), form), form.status


@bp.page("/beli/keranjang", policy=PUBLIC, methods=("POST",))
def to_cart() -> Answer:
    """Go back to the cart; what was typed stands here again on the return, right or wrong.

    From the checkout of a standing order the way back is to that one, unless the cart itself is named (``ke``).
    """
    form = parse(DraftIn, request)
    form.submit(lambda data: services.keep_draft(_sent(form, data), by=actor()))
    if form.errors:
        return _checkout(_meant(form), form), form.status
    named = shops_named(form.typed.get("langganan", []))
    if named and request.args.get("ke") != "keranjang":
        return redirect(url_for("orders.standing_order", standing_id=named[0]), 303)
    return redirect(url_for("orders.cart"), 303)


def _meant(form: Form[CheckoutIn] | Form[DraftIn]) -> Basket:
    """Return what a form of the checkout is about, priced to the address that stands in it."""
    if isinstance(form.data, CheckoutIn):
        named = [str(form.data.langganan)] if form.data.langganan else []
        return basket(named, [str(one) for one in form.data.tanpa], _place(form))
    return basket(form.typed.get("langganan", []), form.typed.get("tanpa", []), _place(form))


@bp.page("/bayar/<code>", policy=PUBLIC)
def pay(code: str) -> Answer:
    """Show how the payment of an order stands."""
    try:
        paying = queries.own_payment(code, actor(), link.token(code))
    except NotFound:
        if "kembali" not in request.args:
            raise
        # Paid in one browser and sent back into another: what anyone may see of an order is one step away. An unknown
        # code gets the same answer.
        return redirect(url_for("orders.lookup", kode=code), 303)
    if "kembali" in request.args and "ke" not in request.args and _asked(paying.charge):
        paying = queries.own_payment(code, actor(), link.token(code))
    return link.shown(_pay(paying, Form.blank(PayAgainIn)), paying.order)


def _asked(charge: payments.Charge | None) -> bool:
    """Ask how a charge stands, or for its session while there is none; tell whether there is news."""
    if charge is not None and charge.state == "opened" and charge.pay_path is None:
        now = payment_services.reach(charge)
        return (now.pay_path, now.state) != (None, "opened")
    return services.ask(charge)


@bp.page("/bayar/<code>", policy=PUBLIC, methods=("POST",), idempotent=True, rate="orders")
def pay_again(code: str) -> Answer:
    """Make a new payment for an order whose last one ended, or another way instead of the open one."""
    form, patient, token = keyed(parse(PayAgainIn, request)), not programs(), link.token(code)
    again = submitted(form, lambda data: services.pay_again(code, data, by=actor(), token=token, patient=patient))
    if again is None:
        return _pay(queries.own_payment(code, actor(), link.token(code)), form), form.status
    return _to_payment(again, url_for("orders.pay", code=again.code, token=link.told() or None))


def _to_payment(placed: services.Placed, path: str) -> Response:
    answer = redirect(path, 303)
    if placed.replayed:
        answer.headers["Idempotent-Replayed"] = "true"
    return answer


def _ask_for_address(form: Form[CheckoutIn]) -> None:
    # What is wrong in itself was found without looking into the cart; what is lacking for it is said in the same round.
    for name in ADDRESS:
        if not form.values.get(name, "").strip():
            form.errors.setdefault(name, [missing(name)])
    fields = list(CheckoutIn.model_fields)
    form.errors = dict(sorted(form.errors.items(), key=lambda one: fields.index(one[0]) if one[0] in fields else 0))


def _sent(form: Form[DraftIn], data: DraftIn) -> dict[str, str]:
    # A field that was emptied is a word of its buyer's too; one that the page did not have says nothing.
    return {
        name: text
        for name, text in data.model_dump(exclude={"pilih"}).items()
        if name in form.typed or name in data.model_fields_set
    }


def _place(form: Form[CheckoutIn] | Form[DraftIn]) -> str | None:
    """Return the kecamatan that stands in the form, None when it names none."""
    meant = kelurahan_meant(form.values.get("kelurahan", "")) if form.values.get("kelurahan") else None
    return meant.kecamatan_code if meant else None


def _changes(cart: queries.Cart, form: Form[CheckoutIn] | Form[DraftIn]) -> list[dict[str, str]]:
    """Return for each shop whose delivery is another one than the buyer saw what it was and what it is."""
    seen = {one.toko: one for one in map(seen_in, form.data.antar)} if isinstance(form.data, CheckoutIn) else {}
    found = []
    for group in cart.buyable:
        was, time = seen.get(group.seller.id), group.way.time
        if was is not None and time is not None and (was.hari, was.jam) != (time.day.on, time.slot):
            old = date_short(was.hari) if was.hari else ""
            new = date_short(time.day.on)
            slots = (f", {slot}" if slot else "" for slot in (was.jam, time.slot))
            found.append({"seller": group.seller.name, "old": old + next(slots), "new": new + next(slots)})
    return found


def _checkout(found: Basket, form: Form[CheckoutIn] | Form[DraftIn]) -> str:
    return render_template(
        "orders/checkout.html",
        cart=found.cart,
        form=form,
        left_out=found.left_out,
        prepared=found.standing,
        ways=tuple(payments.weighed(found.cart.total, found.cart.terms)),
        own=known.own(found.cart, form),
        kelurahan=_options(accounts.kelurahan_labels()),
        conflict=form.conflict,
        changes=_changes(found.cart, form),
    )


@functools.lru_cache(maxsize=2)
def _options(labels: tuple[str, ...]) -> Markup:
    # All 267 of them, the same for years: writing them anew was a third of what the page costs.
    return Markup().join(Markup('<option value="{}"></option>').format(label) for label in labels)


def _pay(paying: queries.Paying, form: Form[PayAgainIn]) -> str:
    stage = _stage(paying.order, paying.charge)
    # Who is choosing is not disturbed by a page that looks for news.
    choosing = stage == "waiting" and ("cara" in request.args or request.method == "POST")
    asks = stage == "over" or choosing
    again = payments.weighed(paying.order.total, queries.terms_of(paying.order.id)) if asks else ()
    asked = request.args.get("ke", "0")
    poll = min(int(asked), POLLS) if asked.isascii() and asked.isdigit() and len(asked) <= POLL_DIGITS else 0
    return render_template(
        "orders/pay.html",
        order=paying.order,
        charge=paying.charge,
        stage=stage,
        next_steps=paying.next_steps,
        form=form,
        ways=tuple((one, why) for one, why in again if not choosing or one.key != _running(paying)),
        choosing=choosing,
        moved=_moved(form),
        today=clock.today(),
        next_poll=poll + 1 if poll < POLLS else None,
        token=link.told(),
    )


def _moved(form: Form[PayAgainIn]) -> list[dict[str, str]]:
    """Return of days that are gone as an order is paid anew what was promised and what stands in its place, in words."""
    gone = form.conflict is not None and form.conflict.code == "day_gone"
    found = []
    for change in cast("list[dict[str, str]]", form.conflict.facts["changes"]) if gone and form.conflict else ():
        words = {"seller": change["seller"], "antar": change["antar"]}
        for name in ("old", "new"):
            _way, day, *slot = change[name].split(" ")
            words[name] = ", ".join((date_short(date.fromisoformat(day)), *slot))
        found.append(words)
    return found


def _running(paying: queries.Paying) -> str:
    return paying.charge.gateway if paying.charge is not None else ""


def _stage(order: queries.OrderPage, charge: payments.Charge | None) -> str:
    """Tell which face the payment page has: ``paid``, ``door``, ``checked``, ``gone``, ``waiting``, ``over`` when time ran out.

    Money that is here without the order being rightly paid is being checked, whatever else is true.
    """
    money = charge.state if charge is not None else ""
    if order.state == "paid" or (order.state == "placed" and money == "settled"):
        return "paid"
    if order.state == "promised":
        return "door"
    if order.state == "review" or money == "review" or (charge and money == "settled" and not charge.returned):
        return "checked"
    if order.state == "cancelled":
        return "gone"
    return "waiting" if money == "opened" else "over"
