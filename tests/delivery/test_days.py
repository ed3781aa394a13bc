"""On which days goods leave: cut-off, lead time, opening days, days off, as Jakarta counts them."""

import time as stopwatch
from datetime import UTC, date, datetime, time, timedelta

import pytest

from marketplace.delivery.queries import Opening, first_day, open_days

WEEK = Opening((1, 2, 3, 4, 5, 6, 7))
FRIDAY = date(2026, 11, 27)
NOON = time(12)


def at(text):
    return datetime.fromisoformat(text)


@pytest.fixture(params=["UTC", "America/Los_Angeles", "Pacific/Kiritimati"])
def server_elsewhere(request, monkeypatch):
    """Let the server stand in another time zone."""
    monkeypatch.setenv("TZ", request.param)
    stopwatch.tzset()
    yield
    monkeypatch.undo()
    stopwatch.tzset()


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-27T11:59:59+07:00", FRIDAY),
        ("2026-11-27T12:00:00+07:00", FRIDAY + timedelta(days=1)),
        ("2026-11-27T04:59:59+00:00", FRIDAY),
        ("2026-11-27T05:00:00+00:00", FRIDAY + timedelta(days=1)),
        # Still Thursday in Greenwich and in California, and Friday in Jakarta.
        ("2026-11-26T17:30:00+00:00", FRIDAY),
        ("2026-11-26T20:59:00-08:00", FRIDAY),
    ],
)
def test_the_cut_off_is_an_hour_in_jakarta_wherever_the_server_stands(server_elsewhere, now, expected):
    assert first_day(at(now), 0, NOON, WEEK) == expected
    assert first_day(at(now).astimezone(UTC), 0, NOON, WEEK) == expected


def test_without_a_cut_off_the_last_minute_of_a_day_counts():
    assert first_day(at("2026-11-27T23:59:59+07:00"), 0, None, WEEK) == FRIDAY
    assert first_day(at("2026-11-28T00:00:00+07:00"), 0, None, WEEK) == FRIDAY + timedelta(days=1)


def test_the_lead_time_is_counted_in_opening_days():
    weekdays = Opening((1, 2, 3, 4, 5))
    assert first_day(at("2026-11-27T09:00:00+07:00"), 2, NOON, weekdays) == date(2026, 12, 1)
    assert first_day(at("2026-11-27T13:00:00+07:00"), 0, NOON, weekdays) == date(2026, 11, 30)
    assert first_day(at("2026-11-27T13:00:00+07:00"), 2, NOON, weekdays) == date(2026, 12, 2)


def test_days_off_and_absences_are_no_days():
    off = Opening(WEEK.weekdays, frozenset({FRIDAY}), (FRIDAY + timedelta(days=1), FRIDAY + timedelta(days=3)))
    assert first_day(at("2026-11-27T09:00:00+07:00"), 0, NOON, off) == FRIDAY + timedelta(days=4)


def test_a_shop_that_never_opens_has_no_day():
    assert first_day(at("2026-11-27T09:00:00+07:00"), 0, NOON, Opening(())) is None
    assert list(open_days(at("2026-11-27T09:00:00+07:00"), 31, None, WEEK)) == []
