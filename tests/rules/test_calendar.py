"""Working days of government offices: Monday to Friday, less the holidays that three ministers decree each year."""

from datetime import date

import pytest
from flask import Flask

from marketplace.kernel import clock as time
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.errors import Invalid, NotAllowed
from marketplace.rules import commands, queries, services
from marketplace.rules.forms import HolidayIn
from marketplace.testing.plugin import TestClock
from tests.factories.accounts import as_actor, person

CHRISTMAS_EVE = date(2026, 12, 24)


@pytest.fixture(autouse=True)
def november(clock: TestClock) -> None:
    clock.set("2026-11-22T10:00:00+07:00")


def closed(day: date, **changes: object) -> HolidayIn:
    told = {"day": day, "name": "Libur uji", "basis": "SKB perubahan uji", **changes}
    return HolidayIn.model_validate(told)


def test_the_holidays_of_this_year_and_the_next_come_with_the_program(app: Flask) -> None:
    of_2026, of_2027 = queries.holidays(2026), queries.holidays(2027)
    assert (sum(one.kind == "national" for one in of_2026), sum(one.kind == "joint" for one in of_2026)) == (17, 8)
    assert len(of_2027) == 26
    assert all(one.basis.startswith("SKB 3 Menteri") for one in (*of_2026, *of_2027))


@pytest.mark.parametrize(
    ("began", "days", "last"),
    [
        ("2026-11-23", 3, "2026-11-26"),
        ("2026-11-20", 3, "2026-11-25"),  # from a Friday, over the weekend
        ("2026-12-22", 3, "2026-12-29"),  # over joint leave, Christmas and the weekend
        ("2026-12-25", 0, "2026-12-28"),
        ("2026-12-31", 1, "2027-01-04"),
        ("2026-11-23", 0, "2026-11-23"),
    ],
)
def test_a_time_limit_counts_the_days_on_which_offices_are_open(app: Flask, began: str, days: int, last: str) -> None:
    calendar = queries.calendar(date.fromisoformat(began))
    assert calendar.after(date.fromisoformat(began), days) == date.fromisoformat(last)
    if days:
        assert calendar.between(date.fromisoformat(began), date.fromisoformat(last)) == days


def test_no_time_limit_lies_before_its_beginning(app: Flask) -> None:
    with pytest.raises(ValueError, match="-1"):
        queries.calendar(time.today()).after(time.today(), -1)
    assert queries.calendar(time.today()).between(date(2026, 11, 25), date(2026, 11, 24)) == 0


def test_a_decree_moves_a_day_and_an_upgrade_leaves_it_so(app: Flask) -> None:
    """Feasts by the moon are settled late: Christmas' leave is taken back here, and another day given."""
    services.set_holiday(closed(CHRISTMAS_EVE, closed=False, kind="joint"), by=SYSTEM)
    services.set_holiday(closed(date(2026, 12, 23), kind="joint"), by=SYSTEM)
    assert services.load_holidays() == 0
    calendar = queries.calendar(time.today())
    assert (calendar.works(CHRISTMAS_EVE), calendar.works(date(2026, 12, 23))) == (True, False)
    assert CHRISTMAS_EVE not in {one.day for one in queries.holidays(2026)}


def test_a_day_that_is_over_stays_as_it_was(app: Flask) -> None:
    with pytest.raises(Invalid) as refused:
        services.set_holiday(closed(date(2026, 11, 20)), by=SYSTEM)
    assert list(refused.value.fields) == ["day"]
    with pytest.raises(NotAllowed):
        services.set_holiday(closed(CHRISTMAS_EVE), by=as_actor(person("Budi Santoso")))


def test_the_calendar_says_how_far_it_is_known(app: Flask) -> None:
    assert queries.calendar(time.today()).known_until == date(2027, 12, 31)


def test_an_operator_reads_and_sets_holidays(app: Flask) -> None:
    run, law = app.test_cli_runner().invoke, ["--name", "Pilkada", "--basis", "Keppres uji 1/2026"]
    assert "2026-12-25 national" in run(commands.holidays, ["2026"]).output
    done = run(commands.set_holiday, ["2026-12-28", *law])
    assert (done.exit_code, done.output) == (0, "2026-12-28 closed: Pilkada\n")
    late = run(commands.set_holiday, ["2026-11-02", *law])
    assert late.exit_code == 1
    assert "That day is over" in late.output
