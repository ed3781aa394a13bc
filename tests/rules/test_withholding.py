"""What an office's treasurer withholds: the worked examples of the requirements, to the rupiah, rows 5 to 13.

The rules are those that come with the program.
"""

from datetime import date

import pytest
from flask import Flask

from marketplace.kernel.money import Rupiah
from marketplace.rules import queries
from marketplace.rules.queries import Book, Bought, Proposal, Purchase, Taxpayer, on_top, proposed

DAY = date(2026, 11, 27)
LETTER = {"final_until": date(2028, 12, 31)}
PERSON, COMPANY = Taxpayer(body=False), Taxpayer(body=True)


@pytest.fixture
def book(app: Flask) -> Book:
    return queries.rules(DAY)


def paid_for(
    price: int, book: Book, seller: Taxpayer = PERSON, what: Bought = Bought.GOODS, **more: object
) -> Proposal:
    purchase = Purchase(price=Rupiah(price), what=what, day=DAY, seller=seller, **more)  # type: ignore[arg-type]  # as told
    return proposed(purchase, book)


def tax(found: Proposal) -> tuple[str, int]:
    return (found.withheld.rule.code, found.withheld.amount.amount) if found.withheld else ("", 0)


def test_row_5_forty_goodie_bags_of_a_person_without_a_letter(book: Book) -> None:
    found = paid_for(40 * 85_000, book)
    assert (tax(found), found.spent, found.paid) == (("income.22", 51_000), Rupiah(3_400_000), Rupiah(3_349_000))


def test_row_6_the_same_with_the_letter_of_pp_55(book: Book) -> None:
    found = paid_for(40 * 85_000, book, Taxpayer(body=False, final_until=DAY))
    assert (tax(found), found.paid) == (("income.final_withheld", 17_000), Rupiah(3_383_000))
    late = paid_for(40 * 85_000, book, Taxpayer(body=False, final_until=date(2026, 11, 26)))
    assert tax(late) == ("income.22", 51_000), "a letter holds through its last day"


def test_row_7_the_same_of_a_person_below_500_million_a_year(book: Book) -> None:
    found = paid_for(40 * 85_000, book, Taxpayer(body=False, statement_year=2026))
    assert (tax(found), found.paid) == (("", 0), Rupiah(3_400_000))
    assert tax(paid_for(40 * 85_000, book, Taxpayer(body=False, statement_year=2025))) == ("income.22", 51_000)
    assert tax(paid_for(40 * 85_000, book, Taxpayer(body=True, statement_year=2026))) == ("income.22", 51_000)


def test_row_8_goods_of_a_company_that_is_pkp(book: Book) -> None:
    found = paid_for(10_000_000, book, Taxpayer(body=True, vat_registered=True))
    assert (found.vat, found.vat_collected, tax(found)) == (Rupiah(1_100_000), True, ("income.22", 150_000))
    assert (found.spent, found.paid, found.kept) == (Rupiah(11_100_000), Rupiah(9_850_000), Rupiah(1_250_000))


def test_row_9_small_payments_are_free_until_they_were_split(book: Book) -> None:
    first = paid_for(1_900_000, book)
    assert (tax(first), first.paid) == (("", 0), Rupiah(1_900_000))
    second = paid_for(1_900_000, book, related=Rupiah(1_900_000))
    assert second.withheld is not None
    assert (second.withheld.base, tax(second)) == (Rupiah(3_800_000), ("income.22", 57_000))
    assert tax(paid_for(2_000_000, book)) == ("", 0)
    assert tax(paid_for(2_000_001, book)) == ("income.22", 30_000)


def test_row_10_catering_of_a_company_that_pays_pbjt(book: Book) -> None:
    found = paid_for(150 * 40_000, book, Taxpayer(body=True, pbjt_payer=True), Bought.CATERING)
    assert (found.pbjt, tax(found)) == (Rupiah(600_000), ("income.23", 120_000))
    assert (found.spent, found.paid, found.vat) == (Rupiah(6_600_000), Rupiah(6_480_000), Rupiah(0))


def test_row_11_catering_of_a_person(book: Book) -> None:
    found = paid_for(6_000_000, book, what=Bought.CATERING)
    assert found.withheld is not None
    assert (found.withheld.base, tax(found)) == (Rupiah(3_000_000), ("income.21", 150_000))
    assert tax(paid_for(6_000_000, book, Taxpayer(body=False, **LETTER), Bought.CATERING)) == (
        "income.final_withheld", 30_000,
    )  # fmt: skip


def test_rows_12_and_13_platforms_collect_nothing_until_they_are_designated(book: Book) -> None:
    """PMK 37 would take 1,250 of 250,000, PMK 58 50,000 of 10,000,000: both rules wait for a day of designation."""
    assert (book.get("pmk37"), book.get("pmk58")) == (None, None)
    for code, price, taken in (("pmk37", 250_000, 1_250), ("pmk58", 10_000_000, 50_000)):
        then = queries.rule(code, date(9999, 1, 2))
        assert then is not None
        assert on_top(Rupiah(price), then) == Rupiah(taken)
    vat = book.get("vat")
    assert vat is not None
    assert on_top(Rupiah(10_000_000), vat) == Rupiah(1_100_000)


def test_nothing_is_kept_of_what_the_offices_card_pays(book: Book) -> None:
    found = paid_for(10_000_000, book, Taxpayer(body=True, vat_registered=True), by_card=True)
    assert (found.vat, found.vat_collected, found.withheld, found.paid) == (
        Rupiah(1_100_000), False, None, Rupiah(11_100_000),
    )  # fmt: skip


def test_who_has_no_tax_number_pays_twice_and_who_is_exempt_nothing(book: Book) -> None:
    assert tax(paid_for(3_400_000, book, Taxpayer(body=False, numbered=False))) == ("income.22_unnumbered", 102_000)
    company = Taxpayer(body=True, numbered=False)
    assert tax(paid_for(6_000_000, book, company, Bought.SERVICE)) == ("income.23_unnumbered", 240_000)
    assert tax(paid_for(3_400_000, book, Taxpayer(body=True, exempt_until=DAY))) == ("", 0)


def test_a_part_of_a_rupiah_is_left_to_the_seller(book: Book) -> None:
    assert tax(paid_for(12_345_678, book)) == ("income.22", 185_185)


def test_what_is_spent_is_what_is_paid_and_kept(book: Book) -> None:
    for price in range(1_999_990, 2_000_030):
        found = paid_for(price, book, Taxpayer(body=True, vat_registered=True))
        assert found.paid + found.kept == found.spent
