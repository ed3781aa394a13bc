"""The clock of the money: speaks up when what was accepted is not paid after 7, 14 and 30 working days."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from marketplace.eorder.events import PaymentLate
from marketplace.eorder.models import Order
from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.audit import audit
from marketplace.kernel.db import rows, session, transactional
from marketplace.kernel.outbox import emit
from marketplace.rules import queries as rules

STAGES = (7, 14, 30)
"""Working days since the minutes."""


def dun_unpaid() -> int:
    """Speak up about orders that wait for their money, each in a transaction of its own; return of how many was spoken."""
    longest = clock.now() - timedelta(days=STAGES[0])
    wanted = select(Order.id).where(
        Order.accepted_idr > Order.paid_idr, Order.minutes_at < longest, Order.dunned < STAGES[-1]
    )
    return sum(_spoken(row.id) for row in rows(wanted.order_by(Order.minutes_at, Order.id)))


@transactional
def _spoken(order_id: UUID) -> bool:
    wanted = select(Order).where(Order.id == order_id).with_for_update().execution_options(populate_existing=True)
    order: Order = session.execute(wanted).scalar_one()
    if order.minutes_at is None or order.accepted_idr <= order.paid_idr:
        return False
    signed = order.minutes_at.astimezone(clock.JAKARTA).date()
    days = rules.calendar(signed).between(signed, clock.today())
    reached = max((stage for stage in STAGES if stage <= days), default=0)
    if reached <= order.dunned:
        return False
    before, order.dunned = order.dunned, reached
    audit(
        f"eorder:{order.unit_code}",
        "eorder.dun",
        order.code,
        by=SYSTEM,
        before={"days": before},
        after={"days": reached},
    )
    emit(
        PaymentLate(
            order_id=str(order.id), code=order.code, unit_code=order.unit_code, seller_id=str(order.seller_id),
            days=reached, owed_idr=(order.accepted_idr - order.paid_idr).amount,
        )
    )  # fmt: skip
    return True
