"""The demo's offices: planted once, with somebody for every duty and money of this year and the next."""

import pytest
from flask import Flask

from marketplace.accounts import demo as accounts
from marketplace.accounts.queries import person_by
from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM
from marketplace.offices import demo, queries
from marketplace.offices.policies import DUTIES


@pytest.fixture
def town(app: Flask) -> None:
    accounts.plant("small", 7)
    demo.plant("small", 7)


def test_an_office_has_somebody_for_every_duty_and_means_for_two_years(town: None) -> None:
    before = _seen()
    assert demo.plant("small", 7)["offices"]
    assert _seen() == before
    assert list(queries.broken()) == []
    for code in (demo.OFFICE, demo.NORTH, demo.COMPANY, demo.PRACTICE):
        for duty in DUTIES:
            assert len(queries.acting(code, duty)) == 1, (code, duty)
    assert person_by("pp@jakpreneur.example") in {
        one.person_id for one in queries.acting(demo.OFFICE, "procurement_officer")
    }
    assert [one.code for one in queries.below(demo.DEPARTMENT)] == [demo.CENTRE, demo.OFFICE, demo.NORTH]
    assert queries.unit(demo.COMPANY).buyer_kind == "bumd"
    assert queries.unit(demo.PRACTICE).training


def _seen() -> list[object]:
    year = clock.today().year
    units = queries.units(SYSTEM)
    return [
        [line.ceiling for code in units for one in (year, year + 1) for line in queries.lines(code.code, one, SYSTEM)],
        [one.value for code in units for one in queries.packages(code.code, year, SYSTEM)],
        [queries.staff(code.code, year + 1, SYSTEM) for code in units],
    ]
