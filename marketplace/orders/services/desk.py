"""What a person decides about an order in review: it is paid after all, or its money went back. All of it is audited."""

from datetime import timedelta

from sqlalchemy import select

from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, NotFound
from marketplace.kernel.outbox import emit
from marketplace.kernel.words import _
from marketplace.orders.events import OrderPaid
from marketplace.orders.models import Order, OrderState, PartState
from marketplace.orders.queries.orders import plain_code
from marketplace.orders.services.beginning import move_parts, post_parts
from marketplace.orders.services.holding import hold_again, let_go_of, use_up
from marketplace.orders.services.payment import RETURNED, call_off, end_charge, written
from marketplace.payments import queries as payments_queries
from marketplace.payments import services as payments
from marketplace.payments.policies import MANAGE

FOR_A_MOMENT = timedelta(minutes=5)


def settle_reviewed(code: str, why: str, *, by: Actor) -> None:
    """Let an order in review go on as paid: its money is taken as it came, and its goods are given to it.

    Raises NotAllowed, NotFound, and Conflict: ``state`` when it is not in review, ``unpaid`` when no money of it is here (any
    more), ``sold_out`` when its goods are gone, ``gateway_away`` when a charge of it that can still be paid could not be ended.
    """
    by.require(MANAGE, None)
    end_charge(_reference(code))
    _settle(code, why, by=by)


@transactional
def _settle(code: str, why: str, *, by: Actor) -> None:
    order = _in_review(code)
    latest = payments_queries.latest(order.reference)
    if latest is None or latest.state not in ("review", "settled") or latest.returned:
        raise Conflict("unpaid", _("No money of this order is here."))
    if latest.state == "review":
        payments.accept(latest.id, why, by=by)
    if not use_up(order.hold_reference):
        hold_again(order, clock.now() + FOR_A_MOMENT)
        use_up(order.hold_reference)
    order.move(OrderState.PAID, by=by, why=why, paid_at=clock.now(), cause="")
    post_parts(order, move_parts(order, PartState.NEW, by=by, why=why))
    emit(OrderPaid(order_id=str(order.id), code=order.code, total_idr=order.total_idr.amount))
    written(order, "order.settled", OrderState.REVIEW, why, by=by)


def cancel_reviewed(code: str, why: str, *, by: Actor) -> None:
    """Cancel an order in review whose money a person has paid back at its gateway; nothing is sent from here.

    Raises NotAllowed, NotFound, and Conflict: ``state`` when it is not in review, ``gateway_away`` when a charge of it that can
    still be paid could not be ended.
    """
    by.require(MANAGE, None)
    end_charge(_reference(code))
    _cancel(code, why, by=by)


@transactional
def _cancel(code: str, why: str, *, by: Actor) -> None:
    order = _in_review(code)
    let_go_of(order.hold_reference, "cancelled")
    for charge in payments_queries.charges_of(order.reference):
        # What an operator noted before as paid back is not paid back twice.
        if charge.state in ("review", "settled") and charge.amount and not charge.returned:
            payments.note_returned(charge.id, why, by=by)
    call_off(order, RETURNED, by=by, why=why)


def _in_review(code: str) -> Order:
    statement = select(Order).where(Order.code == plain_code(code)).with_for_update()
    order: Order | None = session.execute(statement).scalar_one_or_none()
    if order is None:
        raise NotFound
    if order.state != OrderState.REVIEW:
        raise Conflict("state", _("This order is not in review."), state=order.state)
    return order


def _reference(code: str) -> str:
    found = session.execute(select(Order.id, Order.state).where(Order.code == plain_code(code))).one_or_none()
    if found is None:
        raise NotFound
    if found.state != OrderState.REVIEW:
        raise Conflict("state", _("This order is not in review."), state=found.state)
    return str(found.id)
