"""Paying anew: after a payment that ended, or another way while one is still open."""

from uuid import UUID

from marketplace.kernel.access import Actor
from marketplace.kernel.errors import Conflict, DomainError, Invalid
from marketplace.kernel.words import _
from marketplace.orders import queries
from marketplace.orders.forms import PayAgainIn
from marketplace.orders.services.checkout import Placed, renew
from marketplace.orders.services.payment import gateway_away, settle
from marketplace.payments import queries as payments_queries
from marketplace.payments import services as payments
from marketplace.payments.slots import GatewayUnavailableError, Outcome, Standing

MOST_WAYS = 20
"""So many payments an order may have had before its buyer has to keep to the open one; each is a session at a gateway."""


def pay_again(code: str, data: PayAgainIn, *, by: Actor, token: str = "", patient: bool = True) -> Placed:
    """Hold the goods again, plan a new charge for an order whose last one ended, and open it.

    An open charge is used again, unless it is the one that the form names with ``ganti`` and another gateway is chosen: then it
    is ended at its gateway first. Raises Conflict: ``sold_out`` when the goods are gone, ``paid`` or ``review`` when money
    came, ``too_many_unpaid``, ``running`` to who is not ``patient``; when another way is wanted, ``gateway_away`` when the open
    payment cannot be ended just now, ``open`` when its gateway does not let it be ended, ``too_many_ways`` after MOST_WAYS.
    """
    ended = _ended(code, data, by, token)
    try:
        again = renew(code, data, by=by, token=token, patient=patient, ended=ended)
    except DomainError:
        # Nobody can pay there any more, whatever became of the new one.
        if ended is not None:
            payments.record(*ended)
        raise
    payments.reach(again.charge)
    return again


def _ended(code: str, data: PayAgainIn, by: Actor, token: str) -> tuple[UUID, Standing] | None:
    """End at its gateway the open charge that the form names, if another gateway is chosen; None when there is nothing to end.

    What is not ended there can still be paid there: nothing of ours is closed before, and who cannot be reached leaves all as
    it is.
    """
    if data.ganti is None:
        return None
    order = queries.own_order(code, by, token)
    running = payments_queries.latest(order.reference)
    # A form that comes twice, or late, names one that is closed by now; what to do then is said as without it.
    if running is None or running.id != data.ganti or running.state != "opened" or running.gateway == data.gateway:
        return None
    if len(payments_queries.charges_of(order.reference)) >= MOST_WAYS:
        raise Conflict("too_many_ways", _("You have changed the way to pay too often. Pay with the one that is open."))
    if (why := payments.chosen(data.gateway).unfit(order.total, queries.terms_of(order.id))) is not None:
        raise Invalid({"gateway": why})
    try:
        standing = payments.ended(running)
    except GatewayUnavailableError as failure:
        raise gateway_away() from failure
    if standing is None or standing.outcome in (Outcome.EXPIRED, Outcome.FAILED):
        return (running.id, standing) if standing else None
    # Paid in the last moment: that is recorded whatever becomes of the form, and the order follows.
    if settle(running, standing) == "opened":
        raise Conflict("open", _("This payment cannot be ended any more. Wait until its time is over."))
    return None
