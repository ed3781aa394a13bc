"""The year's turnover of a shop and the limits of the law: counted without tax, told at 80, 90 and 100 percent (domain 3.4)."""

import re

import pytest
from flask import Flask

from marketplace.finance import queries, services
from marketplace.finance.events import TurnoverReached
from marketplace.kernel.clock import today
from marketplace.kernel.money import Rupiah
from marketplace.kernel.plugin import current
from marketplace.orders import queries as orders_queries
from marketplace.orders import services as orders_services
from marketplace.testing.plugin import Outbox, TestClock
from tests.factories import orders
from tests.factories.accounts import person, signed_in
from tests.factories.documents import undrawn
from tests.orders.issuing import Stall, bought, stall
from tests.orders.test_credit_notes import back, came, heard

FRIDAY = "2026-11-27T09:00:00+07:00"
INCOME, VAT = "income.final", "vat_limit"


def elsewhere(monkeypatch: pytest.MonkeyPatch, amount: int) -> None:
    """Let another channel tell of so much turnover."""
    monkeypatch.setitem(current().fills, "finance.turnover", (lambda _seller, _year: Rupiah(amount),))


def year_of(at: Stall) -> int:
    return queries.report(at.shop.id).turnover.amount


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.replace("\u00a0", " ")))


def test_row_15_a_sale_that_passes_the_exempt_500_million_says_what_is_owed_and_takes_nothing(
    app: Flask, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At 496,000,000 a sale of 6,000,000: 4,000,000 are exempt, of 2,000,000 are 10,000 due, by the seller alone."""
    clock.set(FRIDAY)
    siti = person("Siti Rahmawati")
    at = stall(6_000_000, owner_id=siti)
    elsewhere(monkeypatch, 496_000_000)
    assert queries.report(at.shop.id).own_tax.tax == Rupiah(0)
    code = bought(rina := orders.guest(), (at, 1))
    told = queries.report(at.shop.id)
    assert (told.turnover.amount, told.own_tax.taxed.amount, told.own_tax.tax.amount) == (
        502_000_000,
        2_000_000,
        10_000,
    )
    page = plain(signed_in(app.test_client(), siti).get("/lapak/laporan").text)
    assert "Dari sisanya, Rp 2.000.000, Anda terutang PPh final Rp 10.000" in page
    assert "Rp 500.000.000: terpakai 100%, terlampaui." in page
    assert orders_queries.own_order(code, rina).total.amount == 6_000_000, "and the sale costs what it costs"


def test_turnover_has_no_tax_in_it_and_loses_what_went_back(app: Flask, clock: TestClock) -> None:
    """Row 2's shirts and row 3's meals: 200,000 each without PPN, 175,000 without PBJT."""
    clock.set(FRIDAY)
    rina = orders.guest()
    shirts = stall(222_000, taxes=["vat_registered"], shipping=12_500)
    meals = stall(35_000, meal=True, taxes=["pbjt_payer"])
    code = bought(rina, (shirts, 2), brought=True)
    bought(rina, (meals, 5))
    assert (year_of(shirts), year_of(meals)) == (412_500, 175_000)
    every = orders_queries.turnovers(today(), today())
    assert {shirts.shop.id: Rupiah(412_500), meals.shop.id: Rupiah(175_000)}.items() <= every.items()
    came(code, shirts)
    back(code, 1)
    assert year_of(shirts) == 212_500
    back(code, 1, shipping=12_500)
    heard()
    assert year_of(shirts) == 0


def test_what_was_called_off_counts_nothing(app: Flask) -> None:
    rina, at = orders.guest(), stall(45_000)
    code = bought(rina, (at, 1))
    assert year_of(at) == 45_000
    orders_services.cancel_part(code, 1, by=rina)
    assert year_of(at) == 0


@pytest.mark.parametrize(
    ("before", "percent"),
    [(399_999_899, None), (399_999_900, 80), (449_999_900, 90), (499_999_899, 90), (499_999_900, 100)],
)
def test_a_shop_is_told_at_80_90_and_100_percent_to_the_rupiah(
    app: Flask, outbox: Outbox, monkeypatch: pytest.MonkeyPatch, before: int, percent: int | None
) -> None:
    at = stall(100)
    bought(orders.guest(), (at, 1))
    elsewhere(monkeypatch, before)
    told = services.warn_of_turnover()
    assert [(one["code"], one["percent"]) for one in outbox.named(TurnoverReached)] == (
        [(INCOME, percent)] if percent else []
    )
    assert (told, services.warn_of_turnover()) == (bool(percent), 0)


def test_each_percentage_is_told_once_the_highest_of_several_alone_and_each_year_anew(
    app: Flask, outbox: Outbox, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.set(FRIDAY)
    at = stall(1_000)
    bought(orders.guest(), (at, 1))
    for amount in (400_000_000, 410_000_000, 470_000_000, 460_000_000, 4_800_000_000):
        elsewhere(monkeypatch, amount)
        services.warn_of_turnover()
    said = [(one["code"], one["percent"]) for one in outbox.named(TurnoverReached)]
    assert said == [(INCOME, 80), (INCOME, 90), (INCOME, 100), (VAT, 100)]
    assert [(mark.code, percent) for mark, percent in queries.warned(at.shop.id)] == [(INCOME, 100), (VAT, 100)]
    clock.set("2027-01-02T09:00:00+07:00")
    assert queries.warned(at.shop.id) == ()
    bought(orders.guest(), (at, 1))
    assert services.warn_of_turnover() == 2, "a new year begins at nothing, and is told of what it comes to"


def test_the_team_reads_it_in_a_letter_and_on_the_page_of_its_money(
    app: Flask, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.set(FRIDAY)
    siti = person("Siti Rahmawati")
    at = stall(1_000, owner_id=siti)
    bought(orders.guest(), (at, 1))
    elsewhere(monkeypatch, 4_400_000_000)
    services.warn_of_turnover()
    with undrawn():
        heard()
    browser = signed_in(app.test_client(), siti)
    page = plain(browser.get("/lapak/keuangan").text)
    assert "Omzet: 90% dari Rp 4.800.000.000 Di atas ini toko wajib dikukuhkan sebagai PKP" in page
    assert "Omzet: 100% dari Rp 500.000.000" in page
    assert "omzet 2026 mencapai 90% dari Rp 4.800.000.000" in plain(browser.get("/notifikasi").text)
    stall(1_000, owner_id=(joko := person("Joko")))
    assert "Omzet:" not in plain(signed_in(app.test_client(), joko).get("/lapak/keuangan").text)
