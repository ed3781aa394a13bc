"""Money, dates and percentages as ux 4.3 wants them."""

import json
from datetime import UTC, datetime

import pytest
from flask import Flask
from jinja2 import Environment
from jinja2.nodes import EvalContext

from marketplace.kernel.money import Percent, Rupiah
from marketplace.kernel.words import several, speaking
from marketplace.web import formats

MORNING = datetime(2026, 11, 27, 2, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "money", "share", "day", "hour"),
    [
        ("id", "Rp\u00a01.280.000", "91,82%", "Jumat, 27 November 2026", "09.05\u00a0WIB"),
        ("en", "Rp\u00a01,280,000", "91.82%", "Friday, 27 November 2026", "09:05\u00a0WIB"),
    ],
)
def test_values_look_as_people_write_them(language: str, money: str, share: str, day: str, hour: str) -> None:
    with speaking(language):
        assert formats.rupiah(Rupiah(1_280_000)) == money
        assert formats.percent(Percent(9182)) == share
        assert formats.percent(Percent(4000)) == "40%"
        assert formats.date_long(MORNING) == day
        assert formats.time(MORNING) == hour


@pytest.mark.parametrize("spoken", ["id", "en"])
def test_papers_write_money_as_the_law_of_papers_does_in_every_language(app: Flask, spoken: str) -> None:
    with speaking(spoken):
        assert formats.rupiah_paper(Rupiah(1_280_000)) == "Rp1.280.000,00"
        assert [formats.rupiah_paper(amount) for amount in (0, 999, -15_000)] == ["Rp0,00", "Rp999,00", "-Rp15.000,00"]
        assert app.jinja_env.from_string("{{ 15000|rupiah_paper }}").render() == "Rp15.000,00"


def test_a_moment_late_in_the_evening_of_utc_is_the_next_day_in_jakarta() -> None:
    with speaking("id"):
        assert formats.date_short(datetime(2026, 11, 26, 18, 0, tzinfo=UTC)) == "27 Nov 2026"
    html = formats.datetime_html(MORNING)
    assert str(html).startswith('<time datetime="2026-11-27T02:05:00+00:00">27 Nov 2026')


def test_goods_are_counted_in_units_that_the_reader_knows() -> None:
    with speaking("id"):
        assert formats.unit("porsi", 40) == "porsi"
    with speaking("en"):
        assert [formats.unit("porsi"), formats.unit("porsi", 40), formats.unit("kg", 2)] == [
            "portion",
            "portions",
            "kg",
        ]


def test_a_number_in_a_message_is_written_as_the_language_of_the_moment_writes_it() -> None:
    said = several("%(num)s row", "%(num)s rows", 1234, num=formats.Number(1234))
    with speaking("id"):
        assert str(said) == "1.234 rows"
    with speaking("en"):
        assert str(said) == "1,234 rows"
        assert f"{formats.Number(10_000)}" == "10,000"
        assert json.dumps(formats.Number(10_000)) == "10000"
        assert (
            formats.counted(EvalContext(Environment(autoescape=True)), "%(num)s row", "%(num)s rows", 9876)
            == "9,876 rows"
        )


def test_a_size_is_said_in_megabytes_to_the_nearest_tenth() -> None:
    sizes = [12_000_000, 12_049_999, 12_050_000, 37_249_999, 1_234_500_000]
    with speaking("id"):
        assert [str(formats.Megabytes(size)) for size in sizes] == ["12", "12", "12,1", "37,2", "1.234,5"]
    with speaking("en"):
        assert [str(formats.Megabytes(size)) for size in sizes] == ["12", "12", "12.1", "37.2", "1,234.5"]
