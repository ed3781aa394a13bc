"""``jkp offices training``: a unit to practise in, opened once."""

from flask import Flask

from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM
from marketplace.offices import queries
from marketplace.offices.commands import open_training
from tests.factories.offices import office


def told(app: Flask, *options: str) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(open_training, list(options))
    return done.exit_code, done.output


def test_a_unit_to_practise_in_has_a_plan_and_a_budget_once(app: Flask) -> None:
    code, said = told(app)
    assert (code, "4 lines and packages" in said, "/pengadaan/unit/LATIHAN" in said) == (0, True, True)
    assert queries.unit("LATIHAN").training
    year = clock.today().year
    assert len(queries.lines("LATIHAN", year, SYSTEM)) == len(queries.packages("LATIHAN", year, SYSTEM)) == 2
    assert "0 lines and packages" in told(app)[1]


def test_an_office_that_buys_never_becomes_one(app: Flask) -> None:
    real = office()
    code, said = told(app, "--code", real)
    assert (code, "is an office that buys" in said, queries.unit(real).training) == (1, True, False)
