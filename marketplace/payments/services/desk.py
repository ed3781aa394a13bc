"""What a person decides about money that does not fit: it is taken as paid, or it was paid back. All of it is audited."""

from uuid import UUID

from sqlalchemy import update

from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict
from marketplace.kernel.money import Rupiah
from marketplace.kernel.outbox import emit
from marketplace.kernel.words import _
from marketplace.payments import queries
from marketplace.payments.events import PaymentClosed
from marketplace.payments.models import Charge, ChargeState
from marketplace.payments.services.charges import RETURNED, locked, settle, written


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
    settle(charge, charge.provider_ref, by=by, why=why)


@transactional
def note_returned(charge_id: UUID, why: str, *, by: Actor) -> None:
    """Note that a person paid the money of a charge back, whole, at its gateway; nothing is sent from here.

    Raises NotFound, and Conflict ``state`` when none of its money is with us.
    """
    charge = locked(queries.charge(charge_id).id)
    was = charge.state
    if was == ChargeState.REVIEW:
        charge.move(ChargeState.CLOSED, by=by, why=why, closed_at=clock.now(), cause=RETURNED)
        emit(PaymentClosed(reference=charge.reference, charge_id=str(charge.id), cause=RETURNED))
    elif was != ChargeState.SETTLED or not _taken_back(charge):
        raise Conflict("state", _("No money of this payment is here to be paid back."), state=was)
    written(charge, "charge.returned", was, why, by=by)


def _taken_back(charge: Charge) -> bool:
    # Guarded (R2.2): whoever pays back at the same moment finds nothing left to pay back.
    here = (Charge.id == charge.id, Charge.refunded_idr == Rupiah(0), Charge.amount_idr > Rupiah(0))
    taken = update(Charge).where(*here).values(refunded_idr=Charge.amount_idr).returning(Charge.id)
    return session.execute(taken.execution_options(synchronize_session=False)).one_or_none() is not None
