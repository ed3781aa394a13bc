"""The timer of e-order: it reminds whose turn it is, tells who stands behind them, and only then lets something end."""

from collections.abc import Callable, Iterator
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy import select, tuple_

from marketplace.eorder import queries
from marketplace.eorder.events import TurnNudged
from marketplace.eorder.models import Order
from marketplace.eorder.services.asking import requests_due
from marketplace.eorder.services.auditing import holds_over
from marketplace.eorder.services.letters import expire
from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.audit import audit
from marketplace.kernel.db import rows, session, transactional
from marketplace.kernel.errors import Conflict
from marketplace.kernel.outbox import emit
from marketplace.rules import queries as rules

AT_ONCE = 200
REMINDED, HANDED_OVER = 1, 2
log = structlog.get_logger()


def deadlines() -> int:
    """Act on everything whose time has come; return on how many. Any number may run at once, and die."""
    return sum(sweep() for sweep in SWEEPS)


def turns() -> int:
    """Remind, hand over and end the turns of orders, each in a transaction of its own; return how many were acted on."""
    acted = 0
    for order_id in _over():
        try:
            code = _spoken(order_id)
            if code:
                expire(code)
            acted += 1
        except Conflict as conflict:
            # An auditor holds it, for example, or somebody acted just now.
            log.info("deadline passed by", order=str(order_id), why=conflict.code)
    return acted


SWEEPS: tuple[Callable[[], int], ...] = (turns, requests_due, holds_over)
"""Everything in e-order that waits for a time; each area adds its own."""


def _over() -> Iterator[UUID]:
    now, after = clock.now(), (datetime.fromtimestamp(0, tz=clock.JAKARTA), UUID(int=0))
    due = select(Order.id, Order.nudge_at).where(Order.nudge_at <= now, Order.held_by.is_(None))
    ordered = due.order_by(Order.nudge_at, Order.id).limit(AT_ONCE)
    while found := rows(ordered.where(tuple_(Order.nudge_at, Order.id) > after)):
        yield from (row.id for row in found)
        after = (found[-1].nudge_at, found[-1].id)


@transactional
def _spoken(order_id: UUID) -> str:
    """Speak up about an order if it is still time to; return its code when everybody was told and it ends now."""
    wanted = select(Order).where(Order.id == order_id).with_for_update().execution_options(populate_existing=True)
    order: Order = session.execute(wanted).scalar_one()
    now = clock.now()
    if order.nudge_at is None or order.nudge_at > now or order.due_at is None or order.held_by:
        return ""
    ends = order.state in queries.GIVEN
    if order.nudged >= HANDED_OVER:
        return order.code if ends else ""
    order.nudged += 1
    told = {"stage": order.nudged, "waits_for": order.waits_for}
    audit(f"eorder:{order.unit_code}", "eorder.nudge", order.code, by=SYSTEM, before={}, after=told)
    emit(
        TurnNudged(
            order_id=str(order.id), code=order.code, unit_code=order.unit_code, seller_id=str(order.seller_id),
            state=str(order.state), stage=order.nudged,
        )
    )  # fmt: skip
    calendar = rules.calendar(order.waiting_since.astimezone(clock.JAKARTA).date())
    if order.nudged == REMINDED:
        late = queries.share(order.waiting_since, order.due_at, calendar, queries.LATE)
        order.nudge_at = late if ends else order.due_at
    elif not ends:
        order.nudge_at = None
    else:
        if now >= order.due_at:
            # The program itself was away: who stands behind them gets a working day before anything ends.
            order.due_at = queries.closing(calendar.after(clock.today(), 1))
        order.nudge_at = order.due_at
    return ""
