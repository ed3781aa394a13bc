"""E01 and E07: what waits for the reader, and the orders of their units."""

from uuid import UUID

from flask import render_template, request

from marketplace.eorder import queries
from marketplace.eorder.models import OrderState
from marketplace.eorder.policies import READ
from marketplace.eorder.views.blueprint import bp
from marketplace.eorder.views.orders import words
from marketplace.kernel import clock
from marketplace.kernel.routes import actor


@bp.page("/pengadaan", policy=READ)
def inbox() -> str:
    """Show what waits for the reader, over all their duties and units."""
    state = _state()
    return render_template(
        "eorder/inbox.html", found=queries.inbox(actor(), state), state=state, today=clock.today(), **words()
    )


@bp.page("/pengadaan/pesanan", policy=READ)
def index() -> str:
    """List the orders of the reader's units, the newest first."""
    state, before = _state(), _before()
    found = queries.listed(actor(), state, before)
    return render_template(
        "eorder/index.html",
        found=found,
        state=state,
        states=tuple(OrderState),
        more=found[-1].id if len(found) == queries.MOST_LISTED else None,
        **words(),
    )


def _state() -> str | None:
    asked = request.args.get("keadaan", "")
    return asked if asked in tuple(OrderState) else None


def _before() -> UUID | None:
    try:
        return UUID(request.args.get("sebelum", ""))
    except ValueError:
        return None
