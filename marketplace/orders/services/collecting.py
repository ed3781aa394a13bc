"""What is paid at the door: the shop takes exactly what is due as it hands the goods over, or keeps the goods."""

from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.audit import audit
from marketplace.kernel.db import rows, transactional
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.kernel.money import Rupiah
from marketplace.kernel.outbox import emit
from marketplace.kernel.words import _
from marketplace.orders import queries
from marketplace.orders.events import OrderCancelled, OrderPaid
from marketplace.orders.models import Order, OrderState, PartState
from marketplace.orders.policies import PREPARE
from marketplace.orders.services.beginning import MONEY, post_parts
from marketplace.orders.services.steps import SELLER, go, locked_part
from marketplace.payments import queries as payments_queries
from marketplace.payments import services as payments

STREAM = "orders"
COLLECTED = "collected"
"""What stands in the history when a shop handed a part over for its money."""


@transactional
def collect(path_code: str, amount: Rupiah, *, by: Actor) -> None:
    """Somebody of the shop has handed a part over and holds its money: it is received and paid. Again changes nothing.

    Raises NotFound for a foreign part, Invalid beside ``diterima`` for any other sum than what is due, and Conflict
    ``state`` when nothing is paid at this door, or the part is not ready to be handed over.
    """
    known = queries.seller_order(path_code, by)
    by.require(PREPARE, known.part.seller_id)
    order, part = locked_part(known.row.code, known.row.number)
    if order.state == OrderState.PAID and part.state in (PartState.RECEIVED, PartState.COMPLETED):
        return
    charge = payments_queries.latest(order.reference)
    if order.state != OrderState.PROMISED or charge is None:
        raise Conflict("state", _("Nothing is paid at the door for this order."), state=order.state)
    try:
        payments.collect(charge.id, amount, by=by)
    except Conflict as refused:
        if refused.code != "amount":
            raise
        raise Invalid({"diterima": refused.said}) from refused
    order.move(OrderState.PAID, by=by, why=COLLECTED, paid_at=clock.now())
    part.sold_at = order.paid_at
    post_parts(order, rows(MONEY, {"order": order.id}))
    go(part, PartState.RECEIVED, by=by, role=SELLER, why=COLLECTED)
    emit(OrderPaid(order_id=str(order.id), code=order.code, total_idr=order.total_idr.amount))
    audit(STREAM, "part.collected", f"part:{part.id}", by=by, after={"amount_idr": amount.amount})


def release_from_promise(order: Order, cause: str, *, by: Actor, why: str) -> None:
    """End a locked order whose goods are not handed over: nobody owes its money."""
    charge = payments_queries.latest(order.reference)
    if charge is not None:
        payments.withdraw(charge.id, cause, by=by, why=why)
    order.move(OrderState.CANCELLED, by=by, why=why, cause=cause)
    emit(OrderCancelled(order_id=str(order.id), code=order.code, cause=cause))
