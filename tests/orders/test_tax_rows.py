"""The worked examples of the public channel by their row numbers, from the cart to the invoice (domain 3.3).

Rows 1 to 4 and 14 are sales, bought and paid here; row 15 is about a seller's year, see tests/finance/test_turnover.py.
Rows 5 to 13 belong to offices and to designations that we do not have. The sums alone are in tests/rules/test_examples.py.
"""

from dataclasses import dataclass, field

import pytest
from flask import Flask

from marketplace.orders import queries
from marketplace.testing.plugin import TestClock
from tests.factories import orders
from tests.orders.issuing import bought, papers, read, stall


@dataclass(frozen=True, kw_only=True)
class Row:
    """A sale, and what is to be paid, taxed and written for it."""

    price: int
    qty: int = 1
    meal: bool = False
    shipping: int = 0
    taxes: list[str] = field(default_factory=list)
    pay: int
    ppn: int = 0
    pbjt: int = 0
    stamp: bool = False
    says: tuple[str, ...] = ()


ROWS = {
    "row 1": Row(
        price=18_000, qty=3, shipping=12_000, pay=66_000, says=("Rp54.000,00", "Penjual bukan PKP", "Rp66.000,00"),
    ),
    "row 2": Row(
        price=222_000, taxes=["vat_registered"], pay=222_000, ppn=22_000,
        says=("Rp200.000,00", "Rp183.333,00", "Rp22.000,00", "Pengusaha Kena Pajak (PKP)", "bukan Faktur Pajak", "11/12"),
    ),
    "row 3": Row(
        price=35_000, qty=5, meal=True, taxes=["pbjt_payer"], pay=192_500, pbjt=17_500,
        says=("Rp175.000,00", "(PBJT) 10 %", "Perda DKI 1/2024", "Rp17.500,00", "Rp192.500,00", "disetor penjual"),
    ),
    "row 4": Row(price=35_000, qty=5, meal=True, pay=175_000, says=("Rp175.000,00", "Penjual bukan PKP")),
    "row 14, up to five million": Row(price=5_000_000, pay=5_000_000),
    "row 14, above": Row(price=5_000_001, pay=5_000_001, stamp=True, says=("bea meterai Rp10.000,00",)),
}  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
def test_a_worked_example_is_paid_and_written_to_the_rupiah(app: Flask, clock: TestClock, name: str) -> None:
    row = ROWS[name]
    clock.set("2026-11-27T09:00:00+07:00")
    rina = orders.guest()
    at = stall(row.price, meal=row.meal, shipping=row.shipping, taxes=row.taxes)
    code = bought(rina, (at, row.qty), brought=bool(row.shipping))
    assert queries.own_order(code, rina).total.amount == row.pay
    (paper,) = papers(code, rina)
    taxed = {tax["code"]: tax["amount_idr"] for tax in paper.data["taxes"]}
    assert (paper.total.amount, taxed.get("vat", 0), taxed.get("pbjt", 0)) == (row.pay, row.ppn, row.pbjt)
    assert paper.stamp_duty is row.stamp
    said = read(paper).replace("\u00a0", " ")
    for part in row.says:
        assert part in said, part
    assert ("PPN 11" in said, "PBJT" in said, "meterai" in said) == (bool(row.ppn), bool(row.pbjt), row.stamp)
