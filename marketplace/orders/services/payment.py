"""What payments tell of, and calling off: goods are consumed, let go or held again; each moves an order once."""

from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import delete, select, update

from marketplace.catalog import services as catalog
from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM, Actor
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict
from marketplace.kernel.outbox import emit
from marketplace.kernel.plugin import current
from marketplace.kernel.words import _
from marketplace.orders import queries
from marketplace.orders.events import OrderCancelled, OrderPaid, OrderQuestioned, PartMoved
from marketplace.orders.models import CartLine, Order, OrderState, PartState, Suborder
from marketplace.orders.services.checkout import hold_again
from marketplace.payments import queries as payments_queries
from marketplace.payments import services as payments
from marketplace.payments.slots import GatewayUnavailableError

BUYER, UNPAID = "buyer", "unpaid"
AT_ONCE = 200
log = structlog.get_logger()


@transactional
def mark_paid(reference: str) -> None:
    """The money is there: consume the hold, or hold again if it was let go (R4.5), and let the sellers begin."""
    order = _locked(reference)
    if order is None or order.state in (OrderState.PAID, OrderState.REVIEW):
        return
    if order.cause == BUYER:
        _review(order, "paid_after_cancelling")
        return
    if not catalog.consume(order.hold_reference) and not _consume_again(order):
        _review(order, "goods_gone")
        return
    order.paid_at, order.cause = clock.now(), ""
    order.move(OrderState.PAID, by=SYSTEM)
    for part in _parts(order.id):
        part.move(PartState.NEW, by=SYSTEM)
        emit(_moved(part))
    emit(OrderPaid(order_id=str(order.id), code=order.code, total_idr=order.total_idr.amount))


def _consume_again(order: Order) -> bool:
    try:
        with session.begin_nested():
            hold_again(order, clock.now() + timedelta(hours=1))
    except Conflict:
        session.refresh(order)
        return False
    return bool(catalog.consume(order.hold_reference))


@transactional
def let_go(reference: str, cause: str) -> None:
    """A charge ended unpaid: let go of the goods, unless a newer charge of the order is open or settled."""
    order = _locked(reference)
    if order is None or order.state != OrderState.PLACED:
        return
    latest = payments_queries.latest(reference)
    if latest is not None and latest.state in ("opened", "settled"):
        return
    catalog.release(order.hold_reference, cause)


@transactional
def question(reference: str, cause: str) -> None:
    """What was paid does not fit: nothing is shipped until a person has looked. A paid order stays as it is."""
    order = _locked(reference)
    if order is not None and order.state in (OrderState.PLACED, OrderState.CANCELLED):
        _review(order, cause)


def ask(charge: payments_queries.Charge) -> payments_queries.Charge:
    """Ask the gateway now how an open charge stands, as its buyer comes back from there; return it as it is then.

    What the gateway says is recorded by payments, and the order follows at once if it was paid; if the gateway cannot
    be reached the charge stays as it was.
    """
    try:
        payments.ask(charge.id)
    except GatewayUnavailableError as failure:
        log.warning("gateway unavailable", charge=str(charge.id), error=str(failure))
        return charge
    found = payments_queries.charge(charge.id)
    if found.state == "settled":
        # The same function as the event's handler, which will find it done: the buyer's next page must not say "waiting".
        mark_paid(found.reference)
    return found


def cancel(code: str, *, by: Actor, token: str = "") -> str:
    """Call off the actor's own order before it is paid: end the charge at its gateway first, then let go; return the code.

    Raises NotFound, and Conflict ``paid`` or ``state`` when it is too late, ``gateway_away`` when nobody can say.
    """
    order = queries.own_order(code, by, token)
    if not order.may_be_cancelled:
        raise Conflict("state", _("This order cannot be cancelled any more."))
    _end_charge(order.reference)
    give_up(order.id, BUYER, by=by)
    return order.code


def cancel_unpaid() -> int:
    """Give up orders that were not paid within ``ORDER_KEPT_HOURS``; return how many."""
    before = clock.now() - timedelta(hours=current().setting("ORDER_KEPT_HOURS"))
    due = select(Order.id).where(Order.state == OrderState.PLACED, Order.placed_at <= before)
    given_up = 0
    for order_id in list(session.scalars(due.order_by(Order.placed_at).limit(AT_ONCE))):
        try:
            _end_charge(str(order_id))
            give_up(order_id, UNPAID, by=SYSTEM)
        except Conflict as conflict:
            log.info("order kept", order=str(order_id), why=conflict.code)
            continue
        given_up += 1
    return given_up


def _end_charge(reference: str) -> None:
    latest = payments_queries.latest(reference)
    if latest is None or latest.state != "opened":
        return
    try:
        payments.close(latest.id)
    except GatewayUnavailableError as failure:
        said = _("The payment service does not answer just now. Try again in a few minutes.")
        raise Conflict("gateway_away", said) from failure


@transactional
def give_up(order_id: UUID, cause: str, *, by: Actor) -> None:
    """Cancel an order none of whose charges can be paid any more; raises Conflict when one can, or was."""
    order = session.execute(select(Order).where(Order.id == order_id).with_for_update()).scalar_one()
    latest = payments_queries.latest(order.reference)
    if latest is not None and latest.state in ("opened", "settled", "review"):
        raise Conflict("paid", _("This order is paid already."))
    if order.state != OrderState.PLACED:
        raise Conflict("state", _("This order cannot be cancelled any more."))
    catalog.release(order.hold_reference, "cancelled")
    order.cause = cause
    order.move(OrderState.CANCELLED, by=by, why=cause)
    for part in _parts(order.id):
        part.move(PartState.CANCELLED, by=by, why=cause)
        emit(_moved(part))
    emit(OrderCancelled(order_id=str(order.id), code=order.code, cause=cause))


@transactional
def erase_person(person_id: UUID) -> None:
    """Forget who bought: the law keeps the sale, not the name, number and address (R22.3)."""
    forgotten = {"recipient": "-", "phone": "-", "email": None, "address": "-"}
    session.execute(
        update(Order)
        .where(Order.person_id == person_id)
        .values(**forgotten)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    cart = delete(CartLine).where(CartLine.owner == f"person:{person_id}")
    session.execute(cart.execution_options(synchronize_session=False))


def _review(order: Order, cause: str) -> None:
    order.cause = cause
    order.move(OrderState.REVIEW, by=SYSTEM, why=cause)
    log.error("order in review", order=str(order.id), cause=cause)
    emit(OrderQuestioned(order_id=str(order.id), code=order.code, cause=cause))


def _locked(reference: str) -> Order | None:
    try:
        order_id = UUID(reference)
    except ValueError:
        return None
    return session.execute(select(Order).where(Order.id == order_id).with_for_update()).scalar_one_or_none()


def _parts(order_id: UUID) -> list[Suborder]:
    return list(session.scalars(select(Suborder).where(Suborder.order_id == order_id).order_by(Suborder.number)))


def _moved(part: Suborder) -> PartMoved:
    return PartMoved(
        order_id=str(part.order_id), suborder_id=str(part.id), seller_id=str(part.seller_id), state=part.state
    )  # fmt: skip
