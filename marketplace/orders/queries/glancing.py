"""The newest orders of a person, for the page of their account."""

from collections.abc import Mapping

from marketplace.accounts.slots import GlanceRow
from marketplace.kernel.access import Actor
from marketplace.kernel.words import Words, _
from marketplace.orders.models import OrderState
from marketplace.orders.queries.orders import orders_of

NEWEST = 3
STATES: Mapping[str, Words] = {
    OrderState.PLACED: _("Waiting for payment"),
    OrderState.PROMISED: _("To be paid on receipt"),
    OrderState.PAID: _("Paid"),
    OrderState.REVIEW: _("Being checked by our team"),
    OrderState.CANCELLED: _("Cancelled"),
}


def newest(actor: Actor) -> tuple[GlanceRow, ...]:
    """Return a person's newest orders, each with its shops and how it stands."""
    return tuple(
        GlanceRow(
            _("%(code)s from %(shops)s", code=one.shown_code, shops=", ".join(name for name, _state in one.parts)),
            STATES[one.state],
            "orders.order",
            {"code": one.code},
        )
        for one in orders_of(actor).items[:NEWEST]
    )
