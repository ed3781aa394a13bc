"""The worksheet of TKDN-IK and the evaluated prices of bids, to the hundredth and the rupiah (F12, domain 4.4)."""

from datetime import date

import pytest
from flask import Flask

from marketplace.kernel.money import Rupiah
from marketplace.p3dn.queries.worksheet import evaluate, objections, worksheet
from marketplace.rules.queries import Book, rules
from marketplace.testing.plugin import TestClock
from tests.p3dn.test_pages import shop_with, with_role

TODAY = date(2026, 11, 23)
BIDS = (
    ("A", Rupiah(1_250_000_000), 4000),
    ("B", Rupiah(1_180_000_000), 0),
    ("C", Rupiah(1_220_000_000), 2500),
    ("D", Rupiah(1_200_000_000), 2400),
)


@pytest.fixture
def book(app: Flask) -> Book:
    return rules(TODAY)


def test_the_worked_example_of_evaluated_prices(book: Book) -> None:
    """Domain 4.4: 24 % is below the least and keeps its price; who is dearest by price is cheapest by HEA."""
    found = evaluate(BIDS, Rupiah(1_300_000_000), book)
    assert [(one.coefficient, one.evaluated.amount, one.by_price, one.by_evaluated) for one in found] == [
        (1000, 1_125_000_000, 4, 1),
        (0, 1_180_000_000, 1, 3),
        (625, 1_143_750_000, 3, 2),
        (0, 1_200_000_000, 2, 4),
    ]


@pytest.mark.parametrize(("package", "counts"), [(1_000_000_000, False), (1_000_000_001, True)])
def test_the_preference_holds_above_a_billion(book: Book, package: int, counts: bool) -> None:
    (first, *_more) = evaluate(BIDS, Rupiah(package), book)
    assert (first.coefficient > 0) is counts


def test_equal_prices_share_a_rank(book: Book) -> None:
    found = evaluate((("A", Rupiah(5), 0), ("B", Rupiah(5), 0), ("C", Rupiah(6), 0)), Rupiah(2_000_000_000), book)
    assert [one.by_price for one in found] == [1, 1, 3]


def test_materials_labour_and_overhead_by_their_weights(book: Book) -> None:
    """87,000 of 100,000 from here and the rest from abroad: 0.75 x 87 % + 0.10 x 100 % + 0.15 x 50 % = 82.75 %."""
    found = worksheet([(Rupiah(87_000), 10_000), (Rupiah(13_000), 0)], 10_000, 5_000, book)
    assert [(one.share, one.weight) for one in found.parts] == [(8700, 7500), (10_000, 1000), (5000, 1500)]
    assert found.tkdn == 8275


def test_a_material_with_a_certificate_counts_with_its_own_value(book: Book) -> None:
    found = worksheet([(Rupiah(1), 4235), (Rupiah(2), 10_000)], 0, 0, book)
    assert (found.parts[0].share, found.tkdn) == (8078, 6059)


def test_nothing_but_work_is_worth_its_weight(book: Book) -> None:
    assert worksheet([], 10_000, 0, book).tkdn == 1000


def test_without_weights_of_that_day_nothing_is_counted(app: Flask) -> None:
    with pytest.raises(LookupError, match=r"tkdn\.material"):
        worksheet([], 0, 0, rules(date(2020, 1, 1)))


def test_what_an_application_is_sent_back_for(book: Book) -> None:
    good = {
        "kbli": "13912",
        "edition": "2025",
        "capital": Rupiah(50_000_000),
        "makes": True,
        "today": TODAY,
        "book": book,
    }
    assert objections(**good) == []  # type: ignore[arg-type]
    for wrong in (
        {"kbli": "47711"},
        {"kbli": "82920"},
        {"edition": "2020"},
        {"capital": Rupiah(5_000_000_001)},
        {"makes": False},
    ):
        assert len(objections(**(good | wrong))) == 1, wrong  # type: ignore[arg-type]
    assert objections(**(good | {"edition": "2020", "today": date(2026, 6, 18)})) == []  # type: ignore[arg-type]


def test_a_shop_counts_on_its_page(app: Flask) -> None:
    client, _product, _shop = shop_with(app)
    form = {
        "bahan-0-nama": "Pandan", "bahan-0-biaya": "87.000", "bahan-0-tkdn": "100", "bahan-1-nama": "Pewarna",
        "bahan-1-biaya": "13.000", "bahan-1-tkdn": "", "pekerja": "100", "pabrik": "50", "kbli": "82920", "edisi": "2025",
        "modal": "50.000.000", "membuat": "1",
    }  # fmt: skip
    page = client.post("/lapak/p3dn/hitung", data=form)
    assert page.status_code == 200
    assert "82,75%" in page.text
    assert "82920" in page.text
    for field, value in (("pekerja", "101"), ("kbli", "1391"), ("modal", "lima"), ("bahan-0-tkdn", "x")):
        refused = client.post("/lapak/p3dn/hitung", data=form | {field: value})
        assert refused.status_code == 422, field
        assert 'value="Pandan"' in refused.text
    assert client.get("/lapak/p3dn/hitung").status_code == 200


def test_a_day_without_weights_is_said_and_nothing_breaks(app: Flask, clock: TestClock) -> None:
    clock.set("2025-12-01T09:00:00+07:00")
    client, _product, _shop = shop_with(app)
    form = {"pekerja": "100", "pabrik": "50", "kbli": "13912", "edisi": "2025", "modal": "50000000"}
    refused = client.post("/lapak/p3dn/hitung", data=form)
    assert refused.status_code == 422
    assert "Belum ada bobot" in refused.text


def test_an_office_compares_bids_on_its_page(app: Flask) -> None:
    client = with_role(app, "auditor")
    form = {"paket": "1.300.000.000"}
    for place, (name, price, tkdn) in enumerate(BIDS):
        form |= {
            f"tawaran-{place}-nama": name, f"tawaran-{place}-harga": str(price.amount),
            f"tawaran-{place}-tkdn": str(tkdn // 100),
        }  # fmt: skip
    page = client.post("/p3dn/hea", data=form).text
    assert "Rp\u00a01.125.000.000" in page
    assert "Rp\u00a01.143.750.000" in page
    assert client.post("/p3dn/hea", data={"paket": "nol"}).status_code == 422
    assert client.get("/p3dn/hea").status_code == 200
