"""What a person decides about money that does not fit: it is taken as paid, or it was paid back. All of it is audited."""

from uuid import UUID

from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import transactional
from marketplace.kernel.errors import Conflict
from marketplace.kernel.outbox import emit
from marketplace.kernel.words import _
from marketplace.payments import policies, queries
from marketplace.payments.events import PaymentClosed
from marketplace.payments.models import ChargeState
from marketplace.payments.services import refunds
from marketplace.payments.services.charges import RECEIVED, RETURNED, locked, settle, written

OPERATOR = "operator"
"""The cause of a refund that a person asked for."""


@transactional
def accept(charge_id: UUID, why: str, *, by: Actor) -> None:
    """Take the money of a charge in review as the payment of its reference.

    Raises NotFound, and Conflict: ``state`` when it is not in review, ``paid`` when its reference is paid already.
    """
    charge = locked(queries.charge(charge_id).id)
    if charge.state != ChargeState.REVIEW:
        raise Conflict("state", _("This payment is not in review."), state=charge.state)
    if queries.settled_elsewhere(charge.reference, charge.id):
        raise Conflict("paid", _("This was already paid."))
    settle(charge, by=by, why=why)


@transactional
def note_returned(charge_id: UUID, why: str, *, by: Actor) -> None:
    """Note that a person paid the money of a charge back, whole, at its gateway; nothing is sent from here.

    Raises NotAllowed, NotFound, and Conflict ``state`` when none of its money is with us.
    """
    by.require(policies.MANAGE, None)
    charge = locked(queries.charge(charge_id).id)
    was = charge.state
    if was == ChargeState.REVIEW:
        charge.move(ChargeState.CLOSED, by=by, why=why, closed_at=clock.now(), cause=RETURNED)
        emit(PaymentClosed(reference=charge.reference, charge_id=str(charge.id), cause=RETURNED))
    else:
        rest = charge.amount_idr - charge.refunded_idr
        if was not in RECEIVED or not rest:
            raise Conflict("state", _("No money of this payment is here to be paid back."), state=was)
        refunds.outside(charge.id, rest, refunds.BY_HAND, by=by, why=why)
    written(charge, "charge.returned", was, why, by=by)


@transactional
def pay_back(charge_id: UUID, why: str, *, by: Actor) -> UUID:
    """Pay back through the gateway what is left of a charge; return the refund.

    Raises NotFound, and Conflict: ``state`` when none of its money is with us, ``short`` when it was given on to sellers.
    """
    refund_id = refunds.take_rest(charge_id, OPERATOR, by=by, why=why)
    if refund_id is None:
        raise Conflict("state", _("No money of this payment is here to be paid back."))
    return refund_id
