"""What offices spent: by accepted value, each figure with its rows, nothing of others and nothing of training (R11.9)."""

import csv
import io
import zipfile
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from flask import Flask
from sqlalchemy import update

from marketplace.accounts import services as accounts
from marketplace.eorder.models.acts import AUDITOR
from marketplace.eorder.queries import reports
from marketplace.eorder.queries.records import COLUMNS, recorded
from marketplace.eorder.queries.reports import Asked
from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import session, transactional
from marketplace.offices.models import Unit
from marketplace.web.workbooks import workbook
from tests.eorder.fulfilling import Way, accepted
from tests.factories.accounts import signed_in


def bought(boxes: int = 40, **changes: object) -> Way:
    """Return an order of which so many boxes were accepted today by minutes that both signed."""
    way = accepted(**changes)
    way.ship()
    way.receive(boxes)
    way.signed(boxes, "none" if boxes == 40 else "reduce")
    return way


def of(*ways: Way, days: int = 0) -> Asked:
    day = clock.today() + timedelta(days=days)
    return Asked(units=tuple(way.case.desk.unit_code for way in ways), first=day, last=day)


@transactional
def practise(way: Way) -> None:
    session.execute(update(Unit).where(Unit.code == way.case.desk.unit_code).values(training=True))


def test_figures_are_what_was_accepted_and_each_opens_to_its_rows(app: Flask) -> None:
    first, second = bought(), bought(30)
    found = reports.report(of(first, second))
    assert (found.total.amount, found.minutes) == (70 * 32_000, 2)
    for sums in (found.shops, found.kinds, found.months, found.units, found.origins):
        assert sum(one.value.amount for one in sums) == found.total.amount
    for one in found.shops:
        rows, total = reports.parts(replace(of(first, second), shop=UUID(one.key)))
        assert total == one.value
        assert {str(row.seller_id) for row in rows} == {one.key}
    assert (found.speed.median, found.speed.paid, found.speed.open) == (None, 0, 2)
    assert found.concentration in range(5000, 5200)


def test_an_empty_period_gives_nothing_and_no_fault(app: Flask) -> None:
    way = bought()
    found = reports.report(of(way, days=-1))
    assert (found.total.amount, found.minutes, found.concentration, found.small.share, found.shops) == (0, 0, 0, 0, ())
    assert list(recorded(of(way, days=-1))) == []
    assert reports.report(of()).total.amount == 0


def test_an_auditor_of_one_office_gets_its_report_and_no_other(app: Flask) -> None:
    """Guard (R26.3): a report is of the offices that were granted (R11.10)."""
    mine, other, practice = bought(), bought(), bought()
    practise(practice)
    who = mine.case.by(AUDITOR)
    assert who.id is not None
    for unit in (mine, practice):
        accounts.grant(who.id, AUDITOR, "organisation", unit.case.desk.unit_code, by=SYSTEM)
    browser = signed_in(app.test_client(), who.id)
    page = browser.get("/pengadaan/laporan")
    assert page.status_code == 200
    assert "Rp\u00a01.280.000" in page.text
    assert other.case.shop.name not in page.text
    assert practice.case.shop.name not in page.text
    for path in ("laporan", "laporan/pencatatan", "laporan?bentuk=xlsx"):
        joint = "&" if "?" in path else "?"
        for unit in (other, practice):
            assert browser.get(f"/pengadaan/{path}{joint}unit={unit.case.desk.unit_code}").status_code == 404
    opened = browser.get(f"/pengadaan/laporan?toko={mine.case.shop.id}&rincian=1")
    assert mine.case.code in opened.text
    sheet = browser.get("/pengadaan/laporan?bentuk=csv")
    lines = list(csv.DictReader(io.StringIO(sheet.text.removeprefix("\ufeff")), delimiter=";"))
    assert [(line["pesanan"], line["nilai_idr"]) for line in lines] == [(mine.case.code, "1280000")]
    book = browser.get("/pengadaan/laporan?bentuk=xlsx").data
    assert browser.get("/pengadaan/laporan?bentuk=xlsx").data == book
    assert b"<v>1280000</v>" in zipfile.ZipFile(io.BytesIO(book)).read("xl/worksheets/sheet2.xml")


def test_rows_for_spse_and_sipd_keep_their_columns(app: Flask) -> None:
    way = bought()
    (row,) = recorded(of(way))
    told = dict(zip(COLUMNS, row, strict=True))
    assert told["kode_pesanan"] == way.case.code
    assert (told["nilai_bast_idr"], told["umk"], told["nomor_bayar"]) == (1_280_000, "ya", "")
    assert told["kode_unit"] == way.case.desk.unit_code
    assert str(told["kode_rup"]).startswith("5512")


def test_a_sheet_holds_words_that_look_like_formulas_as_words(app: Flask) -> None:
    made = workbook((("Uji", ("a", "b"), (("=1+1", 5), ("<&>\x07", "7"))),))
    sheet = zipfile.ZipFile(io.BytesIO(made)).read("xl/worksheets/sheet1.xml").decode()
    assert '<t xml:space="preserve">=1+1</t>' in sheet
    assert "<f>" not in sheet
    assert "&lt;&amp;&gt;</t>" in sheet
    assert "<v>5</v>" in sheet


def test_how_fast_is_the_middle_of_working_days(app: Flask) -> None:
    assert reports._median([]) is None
    assert reports._median([(3, 1), (1, 1)]) == 2.0
    assert reports._median([(9, 1), (2, 3)]) == 2.0
