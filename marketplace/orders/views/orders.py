"""P09: the buyer's orders, one order, and the look-up for guests."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.accounts import queries as accounts
from marketplace.kernel.access import PUBLIC
from marketplace.kernel.forms import Form, parse
from marketplace.kernel.ids import token_hash
from marketplace.kernel.routes import actor
from marketplace.media.queries import pictures, private_link
from marketplace.orders import queries, services, slots
from marketplace.orders.forms import CancelIn, LookupIn, NothingIn, OwnerIn
from marketplace.orders.models import Delivery, OrderState, PartState
from marketplace.orders.queries.orders import local_phone
from marketplace.orders.slots import Reader
from marketplace.orders.views import link
from marketplace.orders.views.blueprint import bp
from marketplace.orders.views.papers import PaperLink, papers_of
from marketplace.sellers.queries import sellers, sellers_with_phones

CLAIMABLE = (PartState.SHIPPED, PartState.RECEIVED, PartState.COMPLETED)
"""Parts beside which something may stand that others show."""
Answer = str | Response | tuple[str, int]


@bp.page("/pesanan", policy=PUBLIC)
def index() -> str:
    """List the reader's own orders."""
    who = actor()
    known = accounts.profile(by=who) if who.signed_in else None
    return render_template(
        "orders/index.html",
        page=queries.orders_of(who, request.args.get("hal")),
        who=who,
        unproved=known is not None and known.email is not None and known.email_proved_at is None,
    )


@bp.page("/pesanan/<code>", policy=PUBLIC)
def order(code: str) -> Answer:
    """Show an order to its buyer."""
    found = queries.own_order(code, actor(), link.token(code))
    return link.shown(_order(found, Form.blank(OwnerIn)), found)


@bp.page("/pesanan/<code>/penerimaan", policy=PUBLIC, methods=("POST",))
def receive(code: str) -> Answer:
    """Say that a part came."""
    form = parse(OwnerIn, request)
    done = form.submit(lambda data: services.receive(code, data.bagian, by=actor(), token=link.token(code)))
    return _after(code, form, done)


@bp.page("/pesanan/<code>/pembatalan", policy=PUBLIC, methods=("POST",))
def cancel(code: str) -> Answer:
    """Call an unpaid order off, or a paid part of one that its shop has not begun."""
    form = parse(CancelIn, request)
    done = form.submit(lambda data: _cancelled(code, data.bagian))
    return _after(code, form, done)


def _cancelled(code: str, number: int | None) -> str:
    if number is None:
        return services.cancel(code, by=actor(), token=link.token(code))
    return services.cancel_part(code, number, by=actor(), token=link.token(code))


@bp.page("/lacak", policy=PUBLIC)
def lookup() -> str:
    """Ask a guest for code and last four digits."""
    return render_template("orders/lookup.html", form=Form.blank(LookupIn, kode=request.args.get("kode")))


@bp.page("/lacak", policy=PUBLIC, methods=("POST",), rate="guesses")
def look_up() -> Answer:
    """Show the masked state of an order; one answer for every wrong pair."""
    form = parse(LookupIn, request)
    who = token_hash(request.remote_addr or "")
    found = form.submit(lambda data: services.look_up(data.kode, data.angka, who=who))
    if found is None:
        return render_template("orders/lookup.html", form=form), form.status
    return _order(found, Form.blank(NothingIn))


def _after(code: str, form: Form[OwnerIn] | Form[CancelIn], done: str | None) -> Answer:
    if done is None:
        return _order(queries.own_order(code, actor(), link.token(code)), form), form.status
    return redirect(url_for("orders.order", code=done, token=link.told() or None), 303)


def _papers(found: queries.OrderPage) -> Mapping[UUID, Sequence[PaperLink]]:
    """Return the papers of a paid order."""
    if not found.whole or found.state != OrderState.PAID:
        return {}
    return papers_of(found.parts, found.code)


def handovers(parts: Sequence[queries.Part]) -> dict[int, str]:
    """Return the addresses of the pictures of hand-overs by the numbers of their parts, good for five minutes."""
    links = {
        part.number: private_link(part.handover_id, f"part/{part.id}") for part in parts if part.handover_id is not None
    }
    return {number: address for number, address in links.items() if address is not None}


def sections(reader: Reader, code: str, parts: Sequence[queries.Part]) -> dict[int, list[tuple[str, Any]]]:
    """Return what others show beside the parts of an order: templates with their facts, by the numbers of the parts."""
    found: dict[int, list[tuple[str, Any]]] = {}
    for section in slots.part_sections if parts else ():
        facts = section.facts(reader, code, [part.id for part in parts])
        for part in parts:
            if part.id in facts:
                found.setdefault(part.number, []).append((section.template, facts[part.id]))
    return found


def _order(found: queries.OrderPage, form: object) -> str:
    came = [part for part in found.parts if part.state in CLAIMABLE]
    images = pictures([line.image_id for part in found.parts for line in part.lines if line.image_id])
    alive = {part.seller_id for part in found.parts if part.state != PartState.CANCELLED and found.whole}
    # Who paid may ask the shop when to come, or when it comes; before that a shop's number is nobody's business.
    known = sellers_with_phones(alive) if found.state in (OrderState.PAID, OrderState.PROMISED) else {}
    fetched = {part.seller_id for part in found.parts if part.seller_id in alive and part.delivery is Delivery.PICKUP}
    shops = {key: known[key][0] for key in fetched if key in known} if known else sellers(fetched)
    return render_template(
        "orders/order.html",
        order=found,
        images=images,
        shops=shops,
        phones={
            seller_id: {"shown": local_phone(number), "url": f"https://wa.me/{number.removeprefix('+')}"}
            for seller_id, (_card, number) in known.items()
            if number
        },
        papers=_papers(found),
        form=form,
        token=link.told(),
        mine=actor().signed_in and found.whole and not found.by_link,
        handovers=handovers(found.parts) if found.whole else {},
        sections=sections(Reader.BUYER, found.code, came) if found.whole else {},
    )
