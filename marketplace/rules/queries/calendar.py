"""Working days: Monday to Friday, less the days on which offices are closed by decree."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from marketplace.kernel.db import rows
from marketplace.rules import models

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Holiday:
    """A day on which offices are closed, ``national`` or ``joint`` leave, with the decree behind it."""

    day: date
    name: str
    kind: str
    basis: str


@dataclass(frozen=True)
class Calendar:
    """The holidays from a day on, and the last day of the last year that a decree is known for.

    Days after ``known_until`` count as if there were no holidays: a deadline there may come out too early, never too late.
    """

    holidays: frozenset[date]
    known_until: date | None

    def works(self, day: date) -> bool:
        """Tell whether offices are open on this day."""
        return day.weekday() < SATURDAY and day not in self.holidays

    def after(self, day: date, working_days: int) -> date:
        """Return the n-th working day after a day; with 0 the day itself if offices are open, else the next that they are.

        Raises ValueError for fewer than none.
        """
        if working_days < 0:
            raise ValueError(working_days)
        left, reached = working_days, day
        while left or not self.works(reached):
            reached += timedelta(days=1)
            left -= left > 0 and self.works(reached)
        return reached

    def between(self, first: date, last: date) -> int:
        """Return how many working days lie after the first day, through the last; 0 when it is not later."""
        return sum(self.works(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))


def calendar(first: date) -> Calendar:
    """Return the calendar from a day on, in one statement."""
    wanted = select(models.Holiday.day, models.Holiday.closed).where(models.Holiday.day >= first)
    found = rows(wanted.order_by(models.Holiday.day))
    known = found[-1].day.replace(month=12, day=31) if found else None
    return Calendar(frozenset(row.day for row in found if row.closed), known)


def holidays(year: int) -> tuple[Holiday, ...]:
    """Return the holidays of a year, those that were taken back left out."""
    day = models.Holiday.day
    wanted = select(day, models.Holiday.name, models.Holiday.kind, models.Holiday.basis).where(
        day.between(date(year, 1, 1), date(year, 12, 31)), models.Holiday.closed
    )
    return tuple(Holiday(row.day, row.name, row.kind, row.basis) for row in rows(wanted.order_by(day)))
