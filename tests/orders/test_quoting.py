"""What a cart costs: the worked examples to the rupiah, and 50,000 baskets of which every one adds up (R5)."""

import random
from datetime import date
from uuid import UUID

import pytest
from flask import Flask

from marketplace.kernel.money import ZERO, Rupiah
from marketplace.orders.queries.quoting import (
    GOODS,
    MEAL,
    Discount,
    Goods,
    LineQuote,
    Parcel,
    PartQuote,
    Quote,
    quote,
    quoted,
)
from marketplace.rules import queries as rules
from marketplace.rules.queries import Book, on_top, stamp

pytestmark = pytest.mark.unmeasured

DAY = date(2026, 11, 27)
BASIC = "basic"
SHOP, OTHER = UUID(int=1), UUID(int=2)
BASKETS, SHARES, SEED = 50_000, 10, 20261122


@pytest.fixture
def book(app: Flask) -> Book:
    return rules.rules(DAY)


def parcel(*goods: tuple[int, int, str], shipping: int = 0, seller: UUID = SHOP, **taxes: bool) -> Parcel:
    """Return what is wanted of a shop: price, quantity and kind of each thing."""
    lines = tuple(Goods(Rupiah(unit), qty, kind) for unit, qty, kind in goods)
    return Parcel(seller_id=seller, goods=lines, shipping=Rupiah(shipping), **taxes)


def test_row_1_a_shop_without_vat_sells_three_bags_and_brings_them(book: Book) -> None:
    part = quoted(parcel((18_000, 3, GOODS), shipping=12_000), book)
    assert (part.goods, part.tax, part.included_tax, part.total) == (Rupiah(54_000), ZERO, ZERO, Rupiah(66_000))
    assert part.fee == Rupiah(1_080), "2 % of the goods, not of the way; the seller's, and not in what is paid"


def test_row_2_a_shop_with_vat_sells_a_shirt_for_222_000(book: Book) -> None:
    part = quoted(parcel((222_000, 1, GOODS), vat_registered=True), book)
    assert (part.total, part.included_tax, part.tax) == (Rupiah(222_000), Rupiah(22_000), ZERO)
    rule, base = part.taxed_by("vat")
    assert rule is not None
    assert rule.basis.startswith("PMK 131/2024")
    assert (base, on_top(base - part.included_tax, book.by_code["vat_base"])) == (Rupiah(222_000), Rupiah(183_333))
    assert part.fee == Rupiah(4_000), "of the price without the tax in it"


def test_row_3_a_caterer_above_42_million_a_month_sells_five_meals(book: Book) -> None:
    part = quoted(parcel((35_000, 5, MEAL), pbjt_payer=True), book)
    assert (part.goods, part.tax, part.included_tax, part.total) == (
        Rupiah(175_000),
        Rupiah(17_500),
        ZERO,
        Rupiah(192_500),
    )
    rule, _base = part.taxed_by("pbjt")
    assert rule is not None
    assert rule.basis.startswith("Perda DKI 1/2024")


def test_row_4_a_home_cook_below_it_sells_the_same_for_175_000(book: Book) -> None:
    part = quoted(parcel((35_000, 5, MEAL)), book)
    assert (part.tax, part.total) == (ZERO, Rupiah(175_000))


@pytest.mark.parametrize(("price", "duty"), [(5_000_000, 0), (5_000_001, 10_000)])
def test_row_14_stamp_duty_stands_on_the_paper_and_never_in_what_is_paid(book: Book, price: int, duty: int) -> None:
    part = quoted(parcel((price, 1, GOODS)), book)
    assert (part.total, stamp(part.total, book)) == (Rupiah(price), Rupiah(duty))


def test_row_15_the_tax_that_a_seller_owes_on_the_year_changes_nothing_of_a_sale(book: Book) -> None:
    told = rules.final_tax(Rupiah(496_000_000), Rupiah(6_000_000), book)
    assert (told.exempt, told.taxed, told.tax) == (Rupiah(4_000_000), Rupiah(2_000_000), Rupiah(10_000))
    part = quoted(parcel((6_000_000, 1, GOODS)), book)
    assert (part.total, part.tax, part.included_tax) == (Rupiah(6_000_000), ZERO, ZERO)


def test_a_tax_is_computed_once_for_all_lines_of_a_part(book: Book) -> None:
    """Three boxes of 33,335 with the city's tax: 10,000.5 of all is 10,001; line by line, 3,333.5 each, it would be 10,002."""
    part = quoted(parcel(*[(33_335, 1, MEAL)] * 3, pbjt_payer=True), book)
    assert [line.tax.amount for line in part.lines] == [3_334, 3_334, 3_333]
    assert part.tax == Rupiah(10_001)


def test_what_is_paid_is_price_and_tax_together_even_where_11_percent_of_the_rest_is_a_rupiah_more(book: Book) -> None:
    part = quoted(parcel((25_000, 1, GOODS), vat_registered=True), book)
    assert (part.total, part.included_tax) == (Rupiah(25_000), Rupiah(2_477))
    assert on_top(part.total - part.included_tax, book.by_code["vat"]) == Rupiah(2_478)


def test_each_thing_stands_under_the_tax_of_its_own_kind(book: Book) -> None:
    """A shop that owes both: the shirt has PPN inside, the meal the city's tax on top, the greens are under neither."""
    part = quoted(
        parcel((111_000, 1, GOODS), (50_000, 1, MEAL), (20_000, 1, BASIC), vat_registered=True, pbjt_payer=True), book
    )
    assert [line.included_tax.amount for line in part.lines] == [11_000, 0, 0]
    assert [line.tax.amount for line in part.lines] == [0, 5_000, 0]
    assert part.total == Rupiah(186_000)
    meal = quoted(parcel((50_000, 1, MEAL), vat_registered=True), book)
    assert (meal.included_tax, meal.tax) == (ZERO, ZERO), "a meal is never under PPN"


def test_a_discount_lowers_the_taxes_and_never_exceeds_the_goods(book: Book) -> None:
    shirt = parcel((222_000, 1, GOODS), shipping=12_500, vat_registered=True)
    told = quote([shirt], book, [Discount(SHOP, Rupiah(111_000)), Discount(OTHER, Rupiah(5_000))])
    assert (told.discount, told.included_tax, told.total) == (Rupiah(111_000), Rupiah(11_000), Rupiah(123_500))
    free = quote([shirt], book, [Discount(SHOP, Rupiah(200_000)), Discount(SHOP, Rupiah(200_000))])
    assert (free.discount, free.included_tax, free.total) == (Rupiah(222_000), ZERO, Rupiah(12_500))
    with pytest.raises(ValueError, match="below zero"):
        quoted(shirt, book, Rupiah(-1))


def test_the_worked_example_of_the_plan(book: Book) -> None:
    """A batik by courier, and eleven boxes of a caterer brought: 629,500, of which the fees are 4,000 and 7,000."""
    batik = parcel((222_000, 1, GOODS), shipping=12_500, vat_registered=True)
    boxes = parcel((35_000, 10, MEAL), shipping=10_000, seller=OTHER, pbjt_payer=True)
    told = quote([batik, boxes], book)
    assert [part.total.amount for part in told.parts] == [234_500, 395_000]
    assert [part.fee.amount for part in told.parts] == [4_000, 7_000]
    assert told.total == Rupiah(629_500)


def test_without_rules_there_is_neither_tax_nor_fee() -> None:
    part = quoted(parcel((35_000, 5, MEAL), vat_registered=True, pbjt_payer=True), Book(DAY))
    assert (part.total, part.fee, part.fee_rule) == (Rupiah(175_000), ZERO, None)


def test_a_delivery_whose_price_is_open_counts_nothing_yet(book: Book) -> None:
    part = quoted(Parcel(seller_id=SHOP, goods=(Goods(Rupiah(10_000), 1),), shipping=None), book)
    assert (part.total, part.shipping_known) == (Rupiah(10_000), False)


def drawn_parcel(drawn: random.Random, seller: int, lines: int) -> Parcel:
    goods = tuple(
        Goods(
            Rupiah(drawn.choice((0, 1, 7, 333, 999, 12_500, 33_333, drawn.randrange(5_000_000)))),
            drawn.choice((1, 1, 2, 3, 7, 999)),
            drawn.choice((GOODS, GOODS, MEAL, BASIC)),
        )
        for _line in range(lines)
    )
    return Parcel(
        seller_id=UUID(int=seller),
        goods=goods,
        vat_registered=drawn.random() < 0.5,
        pbjt_payer=drawn.random() < 0.5,
        shipping=drawn.choice((None, ZERO, Rupiah(drawn.randrange(60_000)))),
    )


def drawn_basket(drawn: random.Random) -> tuple[list[Parcel], list[Discount]]:
    """Return one of one to twelve sellers and up to thirty lines; most are small, as carts are."""
    sellers = drawn.choice((1, 1, 1, 2, 2, 3, 12))
    left = max(drawn.choice((1, 1, 2, 2, 3, 4, 30)), sellers)
    parcels = []
    for seller in range(sellers):
        lines = drawn.randint(1, left - (sellers - seller - 1))
        left -= lines
        parcels.append(drawn_parcel(drawn, seller, lines))
    off = [
        Discount(UUID(int=drawn.randrange(sellers)), Rupiah(drawn.choice((0, 1, 999, 50_000, 10**9))))
        for _one in range(2)
    ]
    return parcels, off


def wrong(told: Quote, parcels: list[Parcel], book: Book) -> str:
    """Return what does not hold of a quote; nothing when all does."""
    for part, of in zip(told.parts, parcels, strict=True):
        if said := wrong_part(part, of, book):
            return said
    parts = told.parts
    sums = {
        "goods": told.goods, "discount": told.discount, "shipping": told.shipping,
        "tax": told.tax, "included_tax": told.included_tax, "total": told.total,
    }  # fmt: skip
    for name, whole in sums.items():
        if whole != Rupiah.total([getattr(part, name) for part in parts]):
            return f"the parts' {name} do not add up"
    return "" if told.total == told.goods - told.discount + told.shipping + told.tax else "the total is another one"


def wrong_part(part: PartQuote, of: Parcel, book: Book) -> str:
    amounts = [wrong_line(line, goods) for line, goods in zip(part.lines, of.goods, strict=True)]
    base = part.goods - part.discount - part.included_tax
    held = {
        "its lines": not any(amounts),
        "the price of the way": part.shipping == (of.shipping or ZERO),
        "the total": part.total == part.goods - part.discount + part.shipping + part.tax,
        "the lines' totals": Rupiah.total([line.total for line in part.lines]) + part.shipping == part.total,
        "the lines' fees": Rupiah.total([line.fee for line in part.lines]) == part.fee,
        "the fee": part.fee == on_top(base, book.by_code["fee.public"]),
        "PPN": part.included_tax == by_hand(part, "vat", 11, 111),
        "PBJT": part.tax == by_hand(part, "pbjt", 10, 100),
    }
    return next((f"{name} of {part}: {amounts}" for name, holds in held.items() if not holds), "")


def wrong_line(line: LineQuote, goods: Goods) -> str:
    amounts = (line.gross, line.discount, line.included_tax, line.tax, line.fee, line.total)
    held = {
        "below zero": min(amounts) >= ZERO,
        "another price": line.gross == goods.unit * goods.qty,
        "a share above its whole": line.discount <= line.gross and line.included_tax + line.fee <= line.net,
        "another total": line.total == line.gross - line.discount + line.tax,
    }
    return next((name for name, holds in held.items() if not holds), "")


def by_hand(part: PartQuote, code: str, numerator: int, denominator: int) -> Rupiah:
    """Return a tax rounded half up in arithmetic of its own: that of the rules is what is looked at."""
    rule, base = part.taxed_by(code)
    return Rupiah((2 * base.amount * numerator + denominator) // (2 * denominator)) if rule else ZERO


@pytest.mark.parametrize("share", range(SHARES))
def test_fifty_thousand_baskets_add_up_at_every_level(book: Book, share: int) -> None:
    """In shares: the transaction that read the rules is ended for idleness when nothing else is asked for a minute."""
    drawn = random.Random(SEED + share)
    for number in range(BASKETS // SHARES):
        parcels, off = drawn_basket(drawn)
        assert wrong(quote(parcels, book, off), parcels, book) == "", f"basket {number} of seed {SEED + share}"
