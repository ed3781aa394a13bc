"""One step of a part: its state, its next deadline and what is told of it, together."""

from uuid import UUID

from sqlalchemy import func, select

from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import rows, session
from marketplace.kernel.errors import NotFound
from marketplace.kernel.outbox import emit
from marketplace.orders.events import PartMoved
from marketplace.orders.models import Delivery, Line, Order, OrderState, PartState, Suborder
from marketplace.orders.queries.deadlines import Deadline, due
from marketplace.orders.queries.letters import BUYER, SELLER, TIMER
from marketplace.orders.queries.orders import plain_code

__all__ = ["BUYER", "SELLER", "TIMER", "go", "lines_of", "locked_part", "part_of"]


def go(part: Suborder, to: PartState, *, by: Actor, role: str, why: str = "", **values: object) -> None:
    """Move a locked part; its deadline changes in the same guarded statement. Raises Conflict ``state``."""
    told = {**values, "receipt_number": values.get("receipt_number", part.receipt_number)}
    deadline = _deadline(part, to, tracked=bool(told["receipt_number"]))
    due_at, due_what = (deadline.at, str(deadline.what)) if deadline else (None, None)
    part.move(to, by=by, why=why, **told, due_at=due_at, due_what=due_what)
    emit(
        PartMoved(
            order_id=str(part.order_id),
            suborder_id=str(part.id),
            seller_id=str(part.seller_id),
            state=part.state,
            why=why,
            by_role=role,
        )
    )


def _deadline(part: Suborder, to: PartState, *, tracked: bool) -> Deadline | None:
    food, lead_days, on_receipt = False, 0, False
    mine = Line.suborder_id == part.id
    if to is PartState.RECEIVED:
        # Where one thing of it keeps, its buyer has the longer time.
        food = session.scalar(select(func.bool_and(Line.food)).where(mine)) is True
    elif to is PartState.SHIPPED:
        on_receipt = session.scalar(select(Order.state).where(Order.id == part.order_id)) == OrderState.PROMISED
    elif to is PartState.ACCEPTED:
        lead_days = session.scalar(select(func.max(Line.lead_days)).where(mine)) or 0
    return due(
        to,
        Delivery(part.delivery),
        now=clock.now(),
        food=food,
        lead_days=lead_days,
        tracked=tracked,
        on_receipt=on_receipt,
    )


def locked_part(code: str, number: int) -> tuple[Order, Suborder]:
    """Return a part with its order, both locked in that order (R2.3); raises NotFound."""
    order = session.execute(select(Order).where(Order.code == plain_code(code)).with_for_update()).scalar_one_or_none()
    if order is None:
        raise NotFound
    return order, part_of(order, number)


def part_of(order: Order, number: int) -> Suborder:
    """Return a part of a locked order for writing; raises NotFound."""
    wanted = (Suborder.order_id == order.id, Suborder.number == number)
    part = session.execute(select(Suborder).where(*wanted).with_for_update()).scalar_one_or_none()
    if part is None:
        raise NotFound
    return part


def lines_of(part_id: UUID) -> list[tuple[UUID, int]]:
    """Return what is in a part: variants and how many."""
    found = rows(select(Line.variant_id, Line.qty).where(Line.suborder_id == part_id).order_by(Line.number))
    return [(row.variant_id, row.qty) for row in found]
