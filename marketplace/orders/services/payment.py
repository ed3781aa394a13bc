"""What payments tell of, and calling off: goods are consumed, let go or held again; each moves an order once."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import delete, select, tuple_, update

from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM, Actor
from marketplace.kernel.audit import audit
from marketplace.kernel.db import rows, savepoint, session, transactional
from marketplace.kernel.errors import Conflict
from marketplace.kernel.outbox import emit
from marketplace.kernel.plugin import current
from marketplace.kernel.words import _
from marketplace.orders import queries
from marketplace.orders.events import MoneyBack, OrderCancelled, OrderPaid, OrderQuestioned
from marketplace.orders.models import CartLine, Draft, Order, OrderState, PartState, Suborder
from marketplace.orders.services.beginning import LOCK, move_parts, post_parts
from marketplace.orders.services.checkout import refuse_when_paid
from marketplace.orders.services.holding import hold_again, let_go_of, use_up
from marketplace.payments import queries as payments_queries
from marketplace.payments import services as payments
from marketplace.payments.slots import GatewayUnavailableError, Standing

BUYER, UNPAID, RETURNED = "buyer", "unpaid", "returned"
"""Why an order was cancelled: its buyer wanted it, nobody paid, or a person paid its money back."""
GOODS_GONE, PAID_LATE = "goods_gone", "paid_after_cancelling"
"""Why its money goes back by itself (R4.5): there is nothing left to give for it, or its buyer does not want it any more."""
WENT_BACK = (RETURNED, GOODS_GONE, PAID_LATE)
REFUND_FAILED = "refund_failed"
PART_CAUSES = {"buyer": "cancelled_by_buyer", "seller": "cancelled_by_shop", "timer": "no_answer"}
"""Why money of one part goes back, by who called it off; the part's own letter tells of it."""
OBJECTION = "claim"
"""Why money goes back of a part that its buyer objected to, whoever objects by which slot."""
STREAM = "orders"
AT_ONCE = 200
AWAY_AFTER = 3
"""So often a run waits for gateways that do not answer."""
log = structlog.get_logger()


@transactional
def mark_paid(reference: str) -> None:
    """The money is there: consume the hold, or hold again if it was let go (R4.5), and let the sellers begin."""
    order = _locked(reference)
    if order is not None:
        _pay(order)


def _pay(order: Order) -> None:
    if order.state in (OrderState.PAID, OrderState.PROMISED, OrderState.REVIEW) or order.cause in WENT_BACK:
        return
    if order.cause == BUYER:
        _give_back(order, PAID_LATE)
        return
    if not use_up(order.hold_reference) and not _use_up_again(order):
        _give_back(order, GOODS_GONE)
        return
    order.move(OrderState.PAID, by=SYSTEM, paid_at=clock.now(), cause="")
    post_parts(order, move_parts(order, PartState.NEW, by=SYSTEM))
    emit(OrderPaid(order_id=str(order.id), code=order.code, total_idr=order.total_idr.amount))


def _give_back(order: Order, cause: str) -> None:
    """Pay the money of a locked order back whole, with no person asked; who is told hears it of the refund."""
    if order.state == OrderState.PLACED:
        let_go_of(order.hold_reference, "cancelled")
        call_off(order, cause, by=SYSTEM)
    else:
        order.cause = cause
        written(order, "order.money_back", order.state, cause, by=SYSTEM)
    latest = payments_queries.latest(order.reference)
    if latest is not None:
        payments.take_rest(latest.id, cause, by=SYSTEM)


def _use_up_again(order: Order) -> bool:
    try:
        with savepoint():
            hold_again(order, clock.now() + timedelta(hours=1))
    except Conflict:
        session.refresh(order)
        return False
    return use_up(order.hold_reference)


@transactional
def let_go(reference: str, cause: str) -> None:
    """A charge ended unpaid: let go of the goods, unless another charge of the order is open, in review or settled."""
    order = _locked(reference)
    if order is None or order.state != OrderState.PLACED:
        return
    latest = payments_queries.latest(reference)
    if latest is not None and latest.state != "closed":
        return
    let_go_of(order.hold_reference, cause)


@transactional
def question(reference: str, cause: str) -> None:
    """What was paid does not fit: people are told, and nothing is shipped until one has looked.

    An order that is rightly paid goes its way: only the second payment waits (R6.5).
    """
    order = _locked(reference)
    if order is None:
        return
    latest = payments_queries.latest(reference)
    paid = latest is not None and latest.state == "settled"
    if order.state in (OrderState.PLACED, OrderState.CANCELLED) and not paid:
        _review(order, cause)
    else:
        _tell_people(order, cause)


def ask(charge: payments_queries.Charge | None) -> bool:
    """Ask the gateway now how a charge stands that is open, as its buyer comes back from there; tell whether it went on.

    What the gateway says is recorded by payments, and the order follows at once if it was paid; if the gateway cannot
    be reached the charge stays as it was.
    """
    if charge is None or charge.state != "opened":
        return False
    try:
        standing = payments.fetched(charge)
    except GatewayUnavailableError as failure:
        log.warning("gateway unavailable", charge=str(charge.id), error=str(failure))
        return False
    return standing is not None and settle(charge, standing) != charge.state


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
    end_charge(order.reference)
    give_up(order.id, BUYER, by=by)
    return order.code


def cancel_unpaid() -> int:
    """Give up orders that were not paid within ``ORDER_KEPT_HOURS``; return how many. No running payment is ended."""
    given_up = away = 0
    for order_id in _unpaid():
        try:
            # After that payments' own rounds end what is due, and the order follows in a later run.
            if away < AWAY_AFTER:
                end_charge(str(order_id), due=clock.now())
            give_up(order_id, UNPAID, by=SYSTEM)
        except Conflict as conflict:
            away += conflict.code == "gateway_away"
            log.info("order kept", order=str(order_id), why=conflict.code)
            continue
        given_up += 1
    return given_up


def _unpaid() -> Iterator[UUID]:
    now, after = clock.now(), (datetime.fromtimestamp(0, tz=clock.JAKARTA), UUID(int=0))
    before = now - timedelta(hours=current().setting("ORDER_KEPT_HOURS"))
    due = select(Order.id, Order.placed_at).where(Order.state == OrderState.PLACED, Order.placed_at <= before)
    ordered = due.order_by(Order.placed_at, Order.id).limit(AT_ONCE)
    while found := rows(ordered.where(tuple_(Order.placed_at, Order.id) > after)):
        # Who was promised time to pay has it, however old the order is; who asks for it meanwhile is found at the order.
        running = payments_queries.payable([str(row.id) for row in found], until=now)
        yield from (row.id for row in found if str(row.id) not in running)
        after = (found[-1].placed_at, found[-1].id)


def end_charge(reference: str, *, due: datetime | None = None) -> None:
    """End the open charge of an order at its gateway, if it has one; with ``due`` only one whose time is over then.

    Raises Conflict: ``gateway_away``, and ``open`` for a charge that has time left.
    """
    running = next((one for one in payments_queries.charges_of(reference) if one.state == "opened"), None)
    if running is None:
        return
    if due is not None and running.expires_at > due:
        raise _still_open()
    try:
        payments.close(running.id)
    except GatewayUnavailableError as failure:
        raise gateway_away() from failure


def gateway_away() -> Conflict:
    """Return what is said when a gateway cannot be reached to end a payment there."""
    return Conflict("gateway_away", _("The payment service does not answer just now. Try again in a few minutes."))


def _still_open() -> Conflict:
    return Conflict("open", _("A payment of this order can still be made. Try again in a few minutes."))


@transactional
def give_up(order_id: UUID, cause: str, *, by: Actor) -> None:
    """Cancel an order none of whose charges can be paid any more.

    Raises Conflict: ``paid`` or ``review`` when money came, ``open`` when it still can, ``state``.
    """
    order = session.execute(select(Order).where(Order.id == order_id).with_for_update()).scalar_one()
    latest = payments_queries.latest(order.reference)
    refuse_when_paid(latest)
    if latest is not None and latest.state == "opened":
        raise _still_open()
    if order.state != OrderState.PLACED:
        raise Conflict("state", _("This order cannot be cancelled any more."))
    let_go_of(order.hold_reference, "cancelled")
    call_off(order, cause, by=by)


def call_off(order: Order, cause: str, *, by: Actor, why: str = "") -> None:
    """Cancel a locked order with its parts, tell it and write it down (R23.1)."""
    was = order.state
    order.move(OrderState.CANCELLED, by=by, why=why or cause, cause=cause)
    move_parts(order, PartState.CANCELLED, by=by, why=why or cause)
    emit(OrderCancelled(order_id=str(order.id), code=order.code, cause=cause))
    written(order, "order.cancelled", was, why or cause, by=by)


@transactional
def tell_of_refund(reference: str, cause: str, amount_idr: int, *, failed: bool = False) -> None:
    """Money of an order goes back, or could not: tell its buyer, and people where they must look at it (R7.2)."""
    order = _locked(reference)
    if order is None:
        return
    if failed:
        _tell_people(order, REFUND_FAILED)
    elif cause in (*PART_CAUSES.values(), OBJECTION):
        # The letter about the part, or about what its buyer objected to, says it all.
        return
    emit(
        MoneyBack(
            order_id=str(order.id),
            code=order.code,
            cause=REFUND_FAILED if failed else cause,
            amount_idr=amount_idr,
        )
    )  # fmt: skip


@transactional
def erase_person(person_id: UUID) -> None:
    """Forget who bought: the law keeps the sale, not the name, number and address (R22.3).

    Unpaid orders that joined by the e-mail address go back to the browser that made them, without the address. Raises
    Conflict ``open_orders`` while a seller still needs name and address to bring what was bought.
    """
    # First, as it locks them: one that is paid meanwhile is found below.
    joined = (Order.person_id == person_id, Order.guest_key.is_not(None), Order.state == OrderState.PLACED)
    back = update(Order).where(*joined).values(person_id=None, email=None)
    session.execute(back.execution_options(synchronize_session=False))
    if unfinished := queries.unfinished_of(person_id):
        codes = ", ".join(unfinished)
        said = _(
            "These orders are not finished yet: %(codes)s. Wait for what is on its way and cancel what is not paid; then you"
            " can delete the account.",
            codes=codes,
        )
        raise Conflict("open_orders", said, codes=list(unfinished))
    forgotten = {"recipient": "-", "phone": "-", "email": None, "address": "-"}
    session.execute(
        update(Order)
        .where(Order.person_id == person_id)
        .values(**forgotten)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    mine = select(Order.id).where(Order.person_id == person_id)
    taken = update(Suborder).where(Suborder.order_id.in_(mine), Suborder.handed_to.is_not(None)).values(handed_to="-")
    session.execute(taken.execution_options(synchronize_session=False))
    noted = update(Suborder).where(Suborder.order_id.in_(mine), Suborder.note != "").values(note="")
    session.execute(noted.execution_options(synchronize_session=False))
    for kept in (CartLine, Draft):
        theirs = delete(kept).where(kept.owner == f"person:{person_id}")
        session.execute(theirs.execution_options(synchronize_session=False))


def _review(order: Order, cause: str) -> None:
    was = order.state
    order.move(OrderState.REVIEW, by=SYSTEM, why=cause, cause=cause)
    written(order, "order.review", was, cause, by=SYSTEM)
    _tell_people(order, cause)


def _tell_people(order: Order, cause: str) -> None:
    log.error("order in question", order=str(order.id), state=order.state, cause=cause)
    emit(OrderQuestioned(order_id=str(order.id), code=order.code, cause=cause))


def written(order: Order, action: str, was: str, why: str, *, by: Actor) -> None:
    """Write into the audit log what became of an order."""
    after = {"state": order.state, "total_idr": order.total_idr.amount, "why": why}
    audit(STREAM, action, f"order:{order.id}", by=by, before={"state": was}, after=after)


def _locked(reference: str) -> Order | None:
    try:
        order_id = UUID(reference)
    except ValueError:
        return None
    found: Order | None = session.execute(LOCK, {"order": order_id}).scalar_one_or_none()
    return found
