"""The end of a part: what is left of its money becomes its seller's, less what the programme takes (R8.1)."""

from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.outbox import emit
from marketplace.orders.events import PartCompleted
from marketplace.orders.models import Order, PartState, Suborder
from marketplace.orders.services.steps import TIMER, go
from marketplace.payments import services as payments
from marketplace.payments.services import Posting

RELEASE = "release"


def complete(order: Order, part: Suborder, *, by: Actor) -> None:
    """Complete a locked part: nobody can object to it any more. Raises Conflict ``state``."""
    go(part, PartState.COMPLETED, by=by, role=TIMER, completed_at=clock.now())
    payments.post(*released(order, part), *fees(order, part))
    emit(PartCompleted(order_id=str(order.id), suborder_id=str(part.id), seller_id=str(part.seller_id)))


def released(order: Order, part: Suborder) -> tuple[Posting, ...]:
    """Return the entry that gives a seller what is left of the part after refunds; one of zero is never written."""
    return (
        Posting(
            id=f"{RELEASE}:{part.id}",
            debit=f"held:{part.id}",
            credit=f"payable:{part.seller_id}",
            amount=part.total_idr - part.refunded_idr,
            kind=RELEASE,
            ref=order.reference,
            label=f"{order.code}-{part.number}",
        ),
    )


def fees(_order: Order, _part: Suborder) -> tuple[Posting, ...]:
    """Return the entries that take the part's frozen fees from its seller; this is the only place that posts them.

    No part has a frozen fee yet: all is released. With one, ``fee:<part>`` and ``feetax:<part>`` go from ``payable:<seller>``
    to ``fee`` and ``fee_tax``.
    """
    return ()
