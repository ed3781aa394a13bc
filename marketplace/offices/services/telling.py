"""What the calendar does to mandates is told: they begin, are about to end, and are over. The right itself needs no timer."""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, select, update

from marketplace.kernel import clock
from marketplace.kernel.db import rows, transactional
from marketplace.kernel.outbox import emit
from marketplace.offices.events import MandateBegan, MandateEnded, MandateEnding
from marketplace.offices.models import Appointment, Mandate

Told = type[MandateBegan] | type[MandateEnding] | type[MandateEnded]


@transactional
def tell_days() -> int:
    """Tell what today is to mandates, each once; return how much was told.

    A mandate that is over before anybody heard of its beginning tells its end alone; one that ends on the day after it began,
    or sooner, needs no warning.
    """
    today = clock.today()
    tomorrow = today + timedelta(days=1)
    over = _mark("closed_at", MandateEnded, Mandate.last_day < today)
    begun = _mark("begun_at", MandateBegan, Mandate.first_day <= today, Mandate.last_day >= today)
    ending = _mark(
        "warned_at",
        MandateEnding,
        Mandate.first_day < today,
        Mandate.last_day == tomorrow,
        Mandate.begun_at.is_not(None),
    )
    return over + begun + ending


def _mark(column: str, told: Told, *conditions: ColumnElement[bool]) -> int:
    marks: ColumnElement[Any] = getattr(Mandate, column)
    # What is marked stands in the WHERE: of two timers at work one tells.
    due = (
        update(Mandate)
        .where(marks.is_(None), Mandate.closed_at.is_(None), Mandate.ended_at.is_(None), *conditions)
        .values({column: clock.now()})
        .returning(Mandate.id, Mandate.appointment_id, Mandate.deputy_id)
        .execution_options(synchronize_session=False)
    )
    found = rows(due)
    if not found:
        return 0
    held = select(Appointment.id, Appointment.unit_code, Appointment.duty)
    of_each = {row.id: row for row in rows(held.where(Appointment.id.in_({one.appointment_id for one in found})))}
    for one in found:
        own = of_each[one.appointment_id]
        emit(told(mandate_id=str(one.id), unit_code=own.unit_code, duty=own.duty, deputy_id=str(one.deputy_id)))
    return len(found)
