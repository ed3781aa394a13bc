"""By when somebody must act on a part, and what happens then."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from marketplace.kernel.plugin import current
from marketplace.orders.models import Delivery, Due, PartState


@dataclass(frozen=True)
class Deadline:
    """What is waited for, and until when."""

    at: datetime
    what: Due


def due(
    state: str,
    delivery: Delivery | None = None,
    *,
    now: datetime,
    food: bool = False,
    lead_days: int = 0,
    tracked: bool = False,
    on_receipt: bool = False,
) -> Deadline | None:
    """Return the deadline of a part that comes into a state now; None where nothing is waited for.

    ``food``: all of it is food; ``lead_days``: how long the slowest thing takes to make; ``tracked``: somebody else carries it;
    ``on_receipt``: it is paid as it is handed over.
    The times are settings.
    """
    told = current().setting
    fetched = delivery is not None and delivery.fetched
    carried = tracked or delivery is Delivery.COURIER
    within: dict[str, tuple[timedelta, Due]] = {
        PartState.NEW: (timedelta(hours=told("ACCEPT_HOURS")), Due.ANSWER),
        PartState.ACCEPTED: (timedelta(hours=told("SEND_HOURS"), days=lead_days), Due.SEND),
        PartState.READY: (
            (timedelta(days=told("FETCH_DAYS")), Due.FETCH)
            if fetched
            else (timedelta(hours=told("SEND_HOURS")), Due.SEND)
        ),
        PartState.SHIPPED: (
            timedelta(days=told("COURIER_RECEIVE_DAYS" if carried else "OWN_RECEIVE_DAYS")),
            Due.COLLECT if on_receipt else Due.ARRIVE,
        ),
        PartState.UNDELIVERED: (timedelta(hours=told("SEND_HOURS")), Due.DECIDE),
        PartState.RECEIVED: (
            timedelta(hours=told("COMPLETE_HOURS_FOOD" if food else "COMPLETE_HOURS")),
            Due.SETTLE,
        ),
    }
    if state not in within:
        return None
    length, what = within[state]
    return Deadline(now + length, what)
