"""Money that comes with the goods: promised as the charge is planned, then collected, or withdrawn with the goods."""

from dataclasses import asdict
from uuid import UUID

from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import transactional
from marketplace.kernel.errors import Conflict
from marketplace.kernel.money import Rupiah
from marketplace.kernel.outbox import emit
from marketplace.kernel.words import Number, _
from marketplace.payments import queries
from marketplace.payments.events import PaymentClosed, PaymentPromised
from marketplace.payments.models import ChargeState
from marketplace.payments.services.calling import installed
from marketplace.payments.services.charges import locked, requested, settle


def promise(planned: queries.Charge, *, by: Actor) -> queries.Charge:
    """Take the buyer's word for a charge that was planned just now, in the transaction that plans it."""
    opened = installed(planned.gateway).open(requested(planned))
    shown = asdict(opened.method) if opened.method else None
    charge = locked(planned.id)
    charge.move(
        ChargeState.PROMISED, by=by, provider_ref=opened.provider_ref, pay_path=opened.pay_path, method=shown
    )  # fmt: skip
    emit(
        PaymentPromised(
            reference=charge.reference, charge_id=str(charge.id), amount_idr=charge.amount_idr.amount
        )
    )  # fmt: skip
    return queries.charge(planned.id)


@transactional
def collect(charge_id: UUID, amount: Rupiah, *, by: Actor) -> None:
    """Somebody took the money of a promised charge: settle it. Again changes nothing.

    Part of the transaction of who hands the goods over. Raises Conflict: ``amount`` for any other sum, ``state`` when
    nothing is promised (any more).
    """
    charge = locked(charge_id)
    if charge.state == ChargeState.SETTLED:
        return
    if charge.state != ChargeState.PROMISED:
        raise Conflict("state", _("No money is waited for here any more."), state=charge.state)
    if amount != charge.amount_idr:
        raise Conflict(
            "amount",
            _(
                "Rp %(due)s is due. Take exactly that; with any other sum the goods stay with you.",
                due=Number(charge.amount_idr.amount),
            ),
            due=charge.amount_idr.amount,
        )
    settle(charge, {"payment_ref": str(charge.id)}, by=by)


@transactional
def withdraw(charge_id: UUID, cause: str, *, by: Actor, why: str = "") -> None:
    """The goods are not handed over: nobody owes the money of a promised charge any more. Again changes nothing.

    Raises Conflict ``paid`` when it was collected.
    """
    charge = locked(charge_id)
    if charge.state == ChargeState.CLOSED:
        return
    if charge.state != ChargeState.PROMISED:
        raise Conflict("paid", _("This was already paid."), state=charge.state)
    charge.move(ChargeState.CLOSED, by=by, why=why or cause, closed_at=clock.now(), cause=cause)
    emit(PaymentClosed(reference=charge.reference, charge_id=str(charge.id), cause=cause))
