"""The worked examples of the tax rules, to the rupiah, with the rules that come with the program.

Row numbers are those of the table of examples that the requirements give for the public channel.
"""

from datetime import date

import pytest
from flask import Flask

from marketplace.kernel.ids import uuid7
from marketplace.kernel.money import Rounding, Rupiah
from marketplace.rules import queries
from marketplace.rules.queries import Book, FinalTax, Rule, charged, final_tax, inside, on_top, stamp

DAY = date(2026, 11, 27)


@pytest.fixture
def book(app: Flask) -> Book:
    return queries.rules(DAY)


def known(book: Book, code: str) -> Rule:
    found = book.get(code)
    assert found is not None
    return found


def made(numerator: int, denominator: int, rounding: Rounding, **more: Rupiah) -> Rule:
    told = {"fixed": Rupiah(0), "threshold": None, **more}
    return Rule(
        uuid7(), "trial", numerator, denominator, told["fixed"], told["threshold"], rounding, False, DAY, None, ""
    )  # type: ignore[arg-type]


def test_row_1_a_shop_without_vat_sells_snacks() -> None:
    """3 x 18,000 and 12,000 for the way: goods 54,000, no tax, 66,000 to pay; no rule is asked."""
    goods, way = Rupiah(18_000) * 3, Rupiah(12_000)
    assert (goods, goods + way) == (Rupiah(54_000), Rupiah(66_000))


def test_row_2_a_shop_with_vat_sells_a_shirt_for_222_000(book: Book) -> None:
    price, rule = Rupiah(222_000), known(book, "vat")
    assert rule.inside
    tax = inside(price, rule)
    base = price - tax
    assert (tax, base, on_top(base, known(book, "vat_base"))) == (Rupiah(22_000), Rupiah(200_000), Rupiah(183_333))


def test_row_3_a_caterer_above_42_million_a_month_sells_five_meals(book: Book) -> None:
    meals, rule = Rupiah(35_000) * 5, known(book, "pbjt")
    assert (rule.threshold, rule.inside) == (Rupiah(42_000_000), False)
    tax = on_top(meals, rule)
    assert (meals, tax, meals + tax) == (Rupiah(175_000), Rupiah(17_500), Rupiah(192_500))


def test_row_4_a_home_cook_below_it_sells_the_same_for_175_000(book: Book) -> None:
    """Whether a shop is above the threshold is a fact about the shop; the sum is not asked then."""
    assert Rupiah(35_000) * 5 == Rupiah(175_000)
    assert Rupiah(41_999_999) < (known(book, "pbjt").threshold or Rupiah(0))


@pytest.mark.parametrize(("amount", "duty"), [(5_000_000, 0), (5_000_001, 10_000), (0, 0), (4_800_000_000, 10_000)])
def test_row_14_stamp_duty_begins_above_five_million(book: Book, amount: int, duty: int) -> None:
    assert stamp(Rupiah(amount), book) == Rupiah(duty)


def test_row_15_a_sale_that_passes_the_exempt_500_million_of_the_year(book: Book) -> None:
    told = final_tax(Rupiah(496_000_000), Rupiah(6_000_000), book)
    assert told == FinalTax(exempt=Rupiah(4_000_000), taxed=Rupiah(2_000_000), tax=Rupiah(10_000))


@pytest.mark.parametrize(
    ("before", "sale", "exempt", "tax"),
    [(0, 500_000_000, 500_000_000, 0), (500_000_000, 199, 0, 0), (500_000_000, 200, 0, 1), (600_000_000, 1_000_000, 0, 5_000)],
)  # fmt: skip
def test_final_tax_at_and_beyond_its_edge_rounds_down(
    book: Book, before: int, sale: int, exempt: int, tax: int
) -> None:
    told = final_tax(Rupiah(before), Rupiah(sale), book)
    assert told == FinalTax(Rupiah(exempt), Rupiah(sale - exempt), Rupiah(tax))


def test_three_lines_of_33_333_are_taxed_once_and_not_line_by_line(book: Book) -> None:
    rule, lines = known(book, "vat"), [Rupiah(33_333)] * 3
    assert Rupiah.total([on_top(line, rule) for line in lines]) == Rupiah(11_001)
    tax = on_top(Rupiah.total(lines), rule)
    assert tax == Rupiah(11_000)
    assert tax.split([line.amount for line in lines]) == [Rupiah(3_667), Rupiah(3_667), Rupiah(3_666)]


def test_rounding_the_other_base_first_and_taking_12_percent_differs_for_5333_amounts(book: Book) -> None:
    """So it is shown as information and no tax is computed from it."""
    vat, base, twelve = known(book, "vat"), known(book, "vat_base"), made(12, 100, Rounding.HALF_UP)
    wrong = [
        amount
        for amount in range(1, 200_001)
        if on_top(on_top(Rupiah(amount), base), twelve) != on_top(Rupiah(amount), vat)
    ]
    assert (wrong[:3], len(wrong)) == ([32, 77, 141], 5_333)


def test_each_tax_goes_the_way_that_its_rule_says() -> None:
    price, share = Rupiah(12_345_678), (15, 1000)
    assert [on_top(price, made(*share, way)) for way in (Rounding.DOWN, Rounding.UP, Rounding.HALF_UP)] == [
        Rupiah(185_185), Rupiah(185_186), Rupiah(185_185),
    ]  # fmt: skip
    half = made(1, 2, Rounding.HALF_UP)
    assert (on_top(Rupiah(3), half), on_top(Rupiah(-3), half)) == (Rupiah(2), Rupiah(-2))


def test_the_tax_inside_and_its_base_always_add_up_though_a_rupiah_may_be_disputed(book: Book) -> None:
    rule = known(book, "vat")
    tax = inside(Rupiah(25_000), rule)
    assert (tax, on_top(Rupiah(25_000) - tax, rule)) == (Rupiah(2_477), Rupiah(2_478))


def test_what_a_gateway_costs_begins_above_its_threshold_and_then_counts_the_whole(book: Book) -> None:
    qris = known(book, "fee.gateway.midtrans_qris")
    assert [charged(Rupiah(sum_), qris) for sum_ in (500_000, 500_001, 629_500)] == [
        Rupiah(0), Rupiah(1_500), Rupiah(1_889),
    ]  # fmt: skip
    account = made(0, 1, Rounding.UP, fixed=Rupiah(4_000))
    assert charged(Rupiah(10_000), account) == Rupiah(4_000)
    assert charged(Rupiah(10_000), book.get("fee.gateway.cod")) == Rupiah(0)


def test_the_fee_is_frozen_by_part_and_nothing_is_taken_for_a_designation_that_we_have_not(book: Book) -> None:
    fee = known(book, "fee.public")
    assert [on_top(Rupiah(base), fee) for base in (200_000, 350_000)] == [Rupiah(4_000), Rupiah(7_000)]
    assert on_top(Rupiah(11_000), known(book, "fee.vat")) == Rupiah(0)
    assert book.get("pmk37") is None
