"""The areas of Jakarta: all of them, found as people write them."""

import csv

from flask import Flask
from sqlalchemy import func, select

from marketplace.accounts import queries, services
from marketplace.accounts.models import Area
from marketplace.accounts.services.areas import FILE
from marketplace.kernel.db import session


def test_the_file_has_the_province_with_its_five_cities_and_one_regency() -> None:
    with FILE.open(encoding="utf-8", newline="") as lines:
        levels = [row["level"] for row in csv.DictReader(lines)]
    assert {level: levels.count(level) for level in set(levels)} == {
        "provinsi": 1, "kabupaten": 1, "kota": 5, "kecamatan": 44, "kelurahan": 267,
    }  # fmt: skip


def test_loading_again_changes_nothing(app: Flask) -> None:
    services.load_areas()
    before = session.scalar(select(func.count()).select_from(Area))
    assert services.load_areas() == 0
    assert session.scalar(select(func.count()).select_from(Area)) == before


def test_a_kelurahan_knows_its_kecamatan_and_kota(app: Flask) -> None:
    here = queries.place("31.71.06.1004")
    assert here is not None
    assert here.label == "Gondangdia, Menteng, Jakarta Pusat"
    assert queries.place("99.99") is None
    assert queries.places(["31.71.06.1004", "99.99"]) == {"31.71.06.1004": here}
    assert queries.kecamatan_name("31.71.06") == "Menteng"
    assert queries.kecamatan_name("31.71") == ""


def test_a_kelurahan_is_found_by_code_name_part_or_label(app: Flask) -> None:
    assert [here.kelurahan for here in queries.find_kelurahan("31.71.06.1004")] == ["Gondangdia"]
    assert [here.kelurahan for here in queries.find_kelurahan("gondang")] == ["Gondangdia"]
    assert [here.kelurahan for here in queries.find_kelurahan("Gondangdia, Menteng, Jakarta Pusat")] == ["Gondangdia"]
    assert queries.find_kelurahan("Menteng")[0].kelurahan == "Menteng"
    assert {here.kelurahan for here in queries.find_kelurahan("menteng")} >= {
        "Menteng",
        "Menteng Dalam",
        "Menteng Atas",
    }
    assert queries.find_kelurahan("Gondangdia, Cengkareng") == ()
    assert queries.find_kelurahan("  ") == ()
    assert queries.find_kelurahan("%") == ()


def test_the_regency_is_listed_with_the_cities(app: Flask) -> None:
    assert len(queries.areas("kota")) == 6
    assert "Kepulauan Seribu" in {area.short_name for area in queries.areas("kota")}
    assert [area.name for area in queries.areas_below("31.01")] == [
        "Kepulauan Seribu Selatan",
        "Kepulauan Seribu Utara",
    ]


def test_places_cost_no_statement_once_they_are_known(app: Flask) -> None:
    queries.place("31.71.06.1004")
    session.execute(Area.__table__.update().where(Area.code == "31.71.06.1004").values(name="Lain"))
    assert queries.place("31.71.06.1004").kelurahan == "Gondangdia"
    session.rollback()
