"""The tax number of a shop stands on the papers that it issues, as it was when they were issued (C10, domain.md 2.7)."""

from flask import Flask

from marketplace.kernel.outbox import is_due, relay
from marketplace.orders import services
from marketplace.sellers import services as shops
from tests.factories import orders, sellers
from tests.orders.issuing import bought, papers, read, stall

CARD, OTHER = "09.254.294.3-407.000", "3171045201900001"


def test_invoice_and_credit_note_name_the_number_of_the_day_of_the_invoice(app: Flask) -> None:
    rina, at = orders.guest(), stall(18_000, npwp=CARD)
    code = bought(rina, (at, 1))
    shops.update(at.shop.id, sellers.profile(npwp=OTHER), by=at.runs)
    services.cancel_part(code, 1, by=rina)
    while is_due():
        relay()
    invoice, note = papers(code, rina)
    assert f"NPWP {CARD}" in read(invoice)
    assert f"NPWP {CARD}" in read(note)
    (later,) = papers(bought(rina, (at, 1)), rina)
    assert f"NPWP {OTHER}" in read(later)


def test_a_shop_without_one_prints_no_empty_line(app: Flask) -> None:
    rina, at = orders.guest(), stall(18_000)
    (paper,) = papers(bought(rina, (at, 1)), rina)
    assert "NPWP" not in read(paper)
