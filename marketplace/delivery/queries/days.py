"""On which days a shop can deliver: pure, as Jakarta counts days and hours (R10.1)."""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice

from marketplace.kernel import clock

OFFERED = 7
HORIZON = 30
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Opening:
    """When a shop works: ISO weekdays, and the days on which it does not for all that."""

    weekdays: Container[int]
    days_off: Container[date] = frozenset()
    away: tuple[date, date] | None = None
    """First and last day of an absence."""

    def open_on(self, day: date) -> bool:
        """Tell whether the shop works on a day."""
        gone = self.away is not None and self.away[0] <= day <= self.away[1]
        return day.isoweekday() in self.weekdays and day not in self.days_off and not gone


def open_days(now: datetime, lead_days: int, cutoff: time | None, opening: Opening) -> Iterator[date]:
    """Yield the days on which an order of now can leave the shop, up to a month from today.

    An order at the cut-off or later counts as one of the next day. The lead time is counted in opening days: on others
    nobody bakes.
    """
    here = now.astimezone(clock.JAKARTA)
    first = here.date() + A_DAY * (cutoff is not None and here.time() >= cutoff)
    days = (first + A_DAY * ahead for ahead in range(HORIZON))
    yield from islice((day for day in days if opening.open_on(day)), lead_days, None)


def first_day(now: datetime, lead_days: int, cutoff: time | None, opening: Opening) -> date | None:
    """Return the first day on which an order of now can leave the shop; None when there is none in a month."""
    return next(open_days(now, lead_days, cutoff, opening), None)
