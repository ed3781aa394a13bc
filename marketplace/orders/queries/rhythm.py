"""On which days something comes again: some days of the week, every so many weeks. Pure."""

from collections.abc import Collection
from datetime import date, timedelta

WEEK = 7


def following(start: date, weekdays: Collection[int], every_weeks: int, least: date) -> date:
    """Return the first day of a rhythm that is neither before ``start`` nor before ``least``.

    ``weekdays`` counts from 1, Monday, to 7, and names at least one; weeks begin on Monday and are counted from the week of
    ``start``, which is the first that counts. Raises ValueError for no weekday at all.
    """
    if not weekdays:
        message = "a rhythm needs a day of the week"
        raise ValueError(message)
    day = max(start, least)
    first_monday = start - timedelta(days=start.weekday())
    while True:
        weeks = (day - first_monday).days // WEEK
        if weeks % every_weeks:
            day = first_monday + timedelta(weeks=weeks + every_weeks - weeks % every_weeks)
        elif day.isoweekday() in weekdays:
            return day
        else:
            day += timedelta(days=1)
