"""Whose turn it is with an order, and until when: pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from marketplace.eorder.models import SHOP, OrderState
from marketplace.eorder.models.acts import PP, PPK, PPTK, RECEIVER, TREASURER
from marketplace.kernel.clock import JAKARTA
from marketplace.rules.queries import Calendar

OPENING, CLOSING = time(8, 0), time(17, 0)
"""When a working day of an office begins and ends."""
TURNS: dict[str, tuple[str, ...]] = {
    OrderState.DRAFT: (PP, PPTK),
    OrderState.LETTER_ISSUED: (SHOP,),
    OrderState.ACCEPTED: (SHOP,),
    OrderState.IN_PRODUCTION: (SHOP,),
    OrderState.SHIPPED: (RECEIVER, PPK),
    OrderState.ARRIVED: (PPK,),
    OrderState.INSPECTED: (PPK,),
    OrderState.BAST_SIGNED: (PPTK, PPK),
    OrderState.PAYMENT_REQUESTED: (TREASURER,),
    OrderState.PAID: (TREASURER,),
    OrderState.TAX_DOCUMENTED: (PPK,),
}
"""Whose turn it is by the state alone. In a negotiation, an approval and before the shop signs, the service says it."""
GIVEN: dict[str, str] = {
    OrderState.PENDING_APPROVAL: "decide_days",
    OrderState.LETTER_ISSUED: "answer_days",
    OrderState.NEGOTIATION: "talk_days",
}
"""States in which somebody has so many working days from the day it came to them."""


HALF, LATE = 0.5, 0.75
"""At which share of the office hours that are given a reminder goes out, and at which it goes to who stands behind them."""


@dataclass(frozen=True)
class Clock:
    """The days that a method gives for each step."""

    answer_days: int
    decide_days: int
    talk_days: int
    pay_days: int


def turn(state: str, approvals: Sequence[str] = (), approved: int = 0) -> tuple[str, ...]:
    """Return whose turn it is; nobody's at an end."""
    if state == OrderState.PENDING_APPROVAL:
        return (approvals[approved],)
    return TURNS.get(state, ())


def closing(day: date) -> datetime:
    """Return the end of office hours of a day in Jakarta."""
    return datetime.combine(day, CLOSING, JAKARTA)


def due(
    state: str, clock: Clock | None, calendar: Calendar, today: date, *, wanted: date, minutes: date | None = None
) -> datetime | None:
    """Return until when whose turn it is should have acted, None where nothing is waited for.

    ``wanted`` is the day of delivery, ``minutes`` the day of the last minutes, from which the payment term runs.
    """
    days: int | None = None
    begins = today
    if state in (OrderState.ARRIVED, OrderState.INSPECTED):
        days = 1
    elif clock and state in (OrderState.BAST_SIGNED, OrderState.PAYMENT_REQUESTED):
        days, begins = clock.pay_days, minutes or today
    elif clock and state in GIVEN:
        days = getattr(clock, GIVEN[state])
    elif state in (OrderState.ACCEPTED, OrderState.IN_PRODUCTION, OrderState.SHIPPED):
        return closing(wanted)
    return closing(calendar.after(begins, days)) if days else None


def share(since: datetime, until: datetime, calendar: Calendar, part: float) -> datetime:
    """Return when so much of the office hours between two instants is over; of the time itself where no office is open."""
    first, last = since.astimezone(JAKARTA), until.astimezone(JAKARTA)
    hours = []
    for n in range((last.date() - first.date()).days + 1):
        day = first.date() + timedelta(days=n)
        begins = max(datetime.combine(day, OPENING, JAKARTA), first)
        ends = min(closing(day), last)
        if calendar.works(day) and begins < ends:
            hours.append((begins, ends))
    left = sum(((ends - begins) for begins, ends in hours), timedelta()) * part
    for begins, ends in hours:
        if left <= ends - begins:
            return begins + left
        left -= ends - begins
    return since + (until - since) * part
