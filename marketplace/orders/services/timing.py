"""The timer of parts: what nobody did in time happens by itself, each part in a transaction of its own."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy import select, text, tuple_

from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import rows, session, transactional
from marketplace.kernel.errors import Conflict
from marketplace.orders import slots
from marketplace.orders.models import Due, Order, PartState, Suborder
from marketplace.orders.services.calling_off import call_off_part
from marketplace.orders.services.releasing import complete
from marketplace.orders.services.steps import TIMER, go

AT_ONCE = 200
NO_ANSWER, NOT_SAID = "no_answer", "not_said"
"""Why the timer moved a part: its shop did not begin, or its buyer did not say that it came."""
NOT_UNDER_OBJECTION = (Due.ARRIVE, Due.SETTLE)
"""What does not happen by itself while somebody objects: that it never came is said of what is on its way."""
log = structlog.get_logger()

# Written out as in the index, which no parameter could be matched with.
_ACTING = text("due_what IN ('answer', 'arrive', 'settle')")


def deadlines() -> int:
    """Act on every part whose time is over; return on how many. Any number may run at once, and die.

    A part that somebody else moves just now is left for the next run, and so is one that somebody objects to.
    """
    acted = 0
    for part_id in _over():
        try:
            acted += _act(part_id)
        except Conflict as conflict:
            # Its bank asks about the payment, for example: nothing is paid back meanwhile, and a person looks at it.
            log.warning("deadline passed by", part=str(part_id), why=conflict.code)
    return acted


def _over() -> Iterator[UUID]:
    now, after = clock.now(), (datetime.fromtimestamp(0, tz=clock.JAKARTA), UUID(int=0))
    first = select(Suborder.id, Suborder.due_at, Suborder.due_what).where(_ACTING, Suborder.due_at <= now)
    ordered = first.order_by(Suborder.due_at, Suborder.id).limit(AT_ONCE)
    while found := rows(ordered.where(tuple_(Suborder.due_at, Suborder.id) > after)):
        waiting = objected([row.id for row in found if row.due_what in NOT_UNDER_OBJECTION])
        yield from (row.id for row in found if row.id not in waiting)
        after = (found[-1].due_at, found[-1].id)


def objected(parts: Sequence[UUID]) -> frozenset[UUID]:
    """Return those of these parts that somebody objects to."""
    return frozenset[UUID]().union(*(asked(parts) for asked in slots.objections)) if parts else frozenset()


@transactional
def _act(part_id: UUID) -> int:
    """Do what is due for a part, if it still is; a locked one is somebody else's."""
    wanted = select(Order, Suborder).join(Suborder, Suborder.order_id == Order.id)
    still = (Suborder.id == part_id, _ACTING, Suborder.due_at <= clock.now())
    locked = session.execute(wanted.where(*still).with_for_update(skip_locked=True)).one_or_none()
    if locked is None:
        return 0
    order, part = locked
    if part.due_what in NOT_UNDER_OBJECTION and objected([part_id]):
        # Said between our look and our lock: whoever objects holds the part while they say so.
        return 0
    if part.due_what == Due.ANSWER:
        call_off_part(order, part, TIMER, by=SYSTEM, why=NO_ANSWER)
    elif part.due_what == Due.ARRIVE:
        go(part, PartState.RECEIVED, by=SYSTEM, role=TIMER, why=NOT_SAID)
    else:
        complete(order, part, by=SYSTEM)
    return 1
