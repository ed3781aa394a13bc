"""What payments tell of, and calling off: goods are consumed, let go or held again; each moves an order once."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import bindparam, delete, select, text, update

from marketplace.catalog import services as catalog
from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM, Actor
from marketplace.kernel.db import rows, session, transactional
from marketplace.kernel.errors import Conflict
from marketplace.kernel.machine import record_move
from marketplace.kernel.outbox import emit
from marketplace.kernel.plugin import current
from marketplace.kernel.words import _
from marketplace.orders import queries
from marketplace.orders.events import OrderCancelled, OrderPaid, OrderQuestioned, PartMoved
from marketplace.orders.models import CartLine, Order, OrderState, PartState, Suborder
from marketplace.orders.services.checkout import hold_again
from marketplace.payments import queries as payments_queries
from marketplace.payments import services as payments
from marketplace.payments.slots import GatewayUnavailableError, Standing

BUYER, UNPAID = "buyer", "unpaid"
AT_ONCE = 200
log = structlog.get_logger()


@transactional
def mark_paid(reference: str) -> None:
    """The money is there: consume the hold, or hold again if it was let go (R4.5), and let the sellers begin."""
    order = _locked(reference)
    if order is not None:
        _pay(order)


def _pay(order: Order) -> None:
    if order.state in (OrderState.PAID, OrderState.REVIEW):
        return
    if order.cause == BUYER:
        _review(order, "paid_after_cancelling")
        return
    if not catalog.consume(order.hold_reference) and not _consume_again(order):
        _review(order, "goods_gone")
        return
    order.move(OrderState.PAID, by=SYSTEM, paid_at=clock.now(), cause="")
    _move_parts(order, PartState.NEW, by=SYSTEM)
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
        standing = payments.fetched(charge)
    except GatewayUnavailableError as failure:
        log.warning("gateway unavailable", charge=str(charge.id), error=str(failure))
        return charge
    state = charge.state if standing is None else settle(charge, standing)
    if state == "settled":
        return replace(charge, state=state)
    return charge if state == charge.state else payments_queries.charge(charge.id)


@transactional
def settle(charge: payments_queries.Charge, standing: Standing) -> str:
    """Record how a charge stands, and let its order follow in the same transaction if it is paid; return its state.

    These are the functions that the event's handlers call, and they will find it done. The order is locked before its
    charge, as everywhere (R2.3).
    """
    order = _locked(charge.reference)
    state = payments.record(charge.id, standing)
    if state == "settled" and order is not None:
        _pay(order)
    return state


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
    order.move(OrderState.CANCELLED, by=by, why=cause, cause=cause)
    _move_parts(order, PartState.CANCELLED, by=by, why=cause)
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
    order.move(OrderState.REVIEW, by=SYSTEM, why=cause, cause=cause)
    log.error("order in review", order=str(order.id), cause=cause)
    emit(OrderQuestioned(order_id=str(order.id), code=order.code, cause=cause))


LOCK = select(Order).where(Order.id == bindparam("order")).with_for_update()


def _locked(reference: str) -> Order | None:
    try:
        order_id = UUID(reference)
    except ValueError:
        return None
    found: Order | None = session.execute(LOCK, {"order": order_id}).scalar_one_or_none()
    return found


# All parts of an order that may go there, in one statement: each one's present state stands in its WHERE (R2.6).
MOVE_PARTS = text("""
WITH parts AS (
    SELECT id, state FROM orders_suborders WHERE order_id = :order AND state = ANY(:from) ORDER BY id FOR UPDATE
)
UPDATE orders_suborders s SET state = :to FROM parts WHERE s.id = parts.id AND s.state = parts.state
RETURNING s.id, s.number, s.seller_id, parts.state AS was
""")


def _move_parts(order: Order, to: PartState, *, by: Actor, why: str = "") -> None:
    before = [str(state) for state in PartState if Suborder.machine.allows(state, to)]
    moved = rows(MOVE_PARTS, {"order": order.id, "from": before, "to": str(to)})
    for part in sorted(moved, key=lambda part: part.number):
        record_move(Suborder.__tablename__, part.id, part.was, str(to), by=by, why=why)
        emit(
            PartMoved(
                order_id=str(order.id), suborder_id=str(part.id), seller_id=str(part.seller_id), state=str(to)
            )
        )  # fmt: skip
