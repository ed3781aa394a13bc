"""E01 and E07: what waits for the reader, and the orders of their units."""

from datetime import date
from uuid import UUID

from flask import render_template, request

from marketplace.eorder import queries
from marketplace.eorder.models import DUTIES, OrderState
from marketplace.eorder.policies import PREPARE, READ
from marketplace.eorder.views.blueprint import bp
from marketplace.eorder.views.orders import WORDS
from marketplace.kernel import clock
from marketplace.kernel.routes import actor

LONGEST_SEARCH = 80
ACTS = {
    OrderState.NEGOTIATION: "eorder.negotiation",
    OrderState.PENDING_APPROVAL: "eorder.approval",
    OrderState.SHIPPED: "eorder.receiving",
    OrderState.ARRIVED: "eorder.minutes",
    OrderState.INSPECTED: "eorder.minutes",
    OrderState.PAYMENT_REQUESTED: "eorder.payment",
    OrderState.PAID: "eorder.payment",
}
"""The page on which one does what an order waits for, where that is not the order's own: the inbox leads straight there."""


@bp.page("/pengadaan", policy=READ)
def inbox() -> str:
    """Show what waits for the reader, over all their duties and units."""
    state, duty = _state(), _duty()
    return render_template(
        "eorder/inbox.html",
        found=queries.inbox(actor(), state, duty, request.args.get("hal")),
        state=state,
        duty=duty,
        today=clock.today(),
        acts=ACTS,
        prepares=PREPARE.admits(actor()),
        **WORDS,
    )


@bp.page("/pengadaan/pesanan", policy=READ)
def index() -> str:
    """List the orders of the reader's units, the newest first."""
    state, month = _state(), _month()
    shop = " ".join(request.args.get("toko", "").split())[:LONGEST_SEARCH]
    found = queries.listed(actor(), state, _before(), shop=shop, month=month)
    return render_template(
        "eorder/index.html",
        found=found,
        state=state,
        shop=shop,
        month=f"{month:%Y-%m}" if month else "",
        states=tuple(OrderState),
        more=found[-1].id if len(found) == queries.MOST_LISTED else None,
        **WORDS,
    )


def _state() -> str | None:
    asked = request.args.get("keadaan", "")
    return asked if asked in tuple(OrderState) else None


def _duty() -> str | None:
    asked = request.args.get("peran", "")
    return asked if asked in DUTIES else None


def _month() -> date | None:
    try:
        return date.fromisoformat(f"{request.args.get('bulan', '')}-01")
    except ValueError:
        return None


def _before() -> UUID | None:
    try:
        return UUID(request.args.get("sebelum", ""))
    except ValueError:
        return None
