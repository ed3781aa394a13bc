"""All minutes of an order add up to its total, to the rupiah, however it is accepted (R11.9, R5.4)."""

from datetime import date
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.eorder import queries
from marketplace.eorder.queries.worth import Ordered, Signed, Worth, reduced, worth
from marketplace.kernel.money import ZERO, Rupiah
from marketplace.orders.queries.quoting import GOODS, MEAL, Goods, Parcel, PartQuote, quoted
from marketplace.rules import queries as rules
from marketplace.rules.queries import Book

DAY = date(2026, 11, 27)
OTHER = "basic"
Parts = tuple[tuple[int, int, str, list[int]], ...]


@pytest.fixture
def book(app: Flask) -> Book:
    return rules.rules(DAY)


def quote_of(goods: tuple[tuple[int, int, str], ...], shipping: int, book: Book) -> PartQuote:
    told = tuple(Goods(Rupiah(unit), qty, kind) for unit, qty, kind in goods)
    shop = UUID(int=1)
    parcel = Parcel(seller_id=shop, goods=told, shipping=Rupiah(shipping), vat_registered=True, pbjt_payer=True)
    return quoted(parcel, book)


def lines_of(goods: tuple[tuple[int, int, str], ...], quote: PartQuote) -> list[Ordered]:
    return [
        Ordered(
            id=UUID(int=number), qty=qty, unit=Rupiah(unit), tax_kind=kind, tax=one.tax, included_tax=one.included_tax
        )
        for number, ((unit, qty, kind), one) in enumerate(zip(goods, quote.lines, strict=True), 1)
    ]  # fmt: skip


def signed_one_by_one(
    lines: list[Ordered], steps: list[dict[UUID, int]], shipping: int, book: Book, *, last: bool
) -> tuple[list[Worth], list[Ordered]]:
    """Draw up minutes one after the other, the last of them as the last of the order."""
    before, all_of_them = Signed(), []
    for number, step in enumerate(steps, 1):
        ends = last and number == len(steps)
        one = worth(lines, step, shipping=Rupiah(shipping), before=before, book=book, last=ends)
        before = Signed(before.value + one.value, before.shipping + one.shipping)
        lines = [
            Ordered(
                id=line.id, qty=line.qty, unit=line.unit, tax_kind=line.tax_kind, tax=line.tax,
                included_tax=line.included_tax, accepted=line.accepted + step.get(line.id, 0),
            )
            for line in lines
        ]  # fmt: skip
        all_of_them.append(one)
    return all_of_them, lines


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[tuple[tuple[int, int, str], ...], list[dict[UUID, int]]]:
    """Draw lines with their prices, and how much of each is accepted with each minutes."""
    kinds = st.sampled_from((GOODS, MEAL, OTHER))
    goods = tuple(draw(st.lists(st.tuples(st.integers(1, 250_000), st.integers(1, 60), kinds), min_size=1, max_size=4)))
    steps: list[dict[UUID, int]] = []
    left = {UUID(int=number): qty for number, (_unit, qty, _kind) in enumerate(goods, 1)}
    for _ in range(draw(st.integers(1, 4))):
        step = {line: draw(st.integers(0, many)) for line, many in left.items()}
        left = {line: many - step[line] for line, many in left.items()}
        if any(step.values()):
            steps.append(step)
    if any(left.values()) or not steps:
        steps.append(left)
    return goods, steps


SHARED = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@SHARED
@given(deliveries(), st.integers(0, 300_000))
def test_all_minutes_of_an_order_add_up_to_its_total(
    book: Book, told: tuple[tuple[tuple[int, int, str], ...], list[dict[UUID, int]]], shipping: int
) -> None:
    """Guard (R26.3): minutes add up to the rupiah (R11.9)."""
    goods, steps = told
    quote = quote_of(goods, shipping, book)
    minutes, _lines = signed_one_by_one(lines_of(goods, quote), steps, shipping, book, last=True)
    assert Rupiah.total([one.value for one in minutes]) == quote.total
    assert Rupiah.total([one.shipping for one in minutes]) == quote.shipping
    for one in minutes:
        assert one.value == Rupiah.total([*one.lines.values(), one.shipping])
        assert min(one.shipping, *one.lines.values()) >= ZERO


@SHARED
@given(deliveries(), st.integers(0, 300_000))
def test_an_order_that_is_reduced_is_worth_what_its_minutes_are(
    book: Book, told: tuple[tuple[tuple[int, int, str], ...], list[dict[UUID, int]]], shipping: int
) -> None:
    """Guard (R26.3): the last minutes carry the rest of the delivery."""
    goods, steps = told
    quote = quote_of(goods, shipping, book)
    some = steps[:1]
    minutes, after = signed_one_by_one(lines_of(goods, quote), some, shipping, book, last=True)
    value = Rupiah.total([one.value for one in minutes])
    now = reduced(after, {line.id: line.accepted for line in after}, book)
    assert Rupiah.total([one.goods + one.tax for one in now.values()]) + Rupiah(shipping) == value
    assert all(one.included_tax <= one.goods for one in now.values())
    assert value <= quote.total
    anew = quote_of(tuple((unit, some[0][UUID(int=at)], kind) for at, (unit, _qty, kind) in enumerate(goods, 1)
                          if some[0][UUID(int=at)]), shipping, book)  # fmt: skip
    assert abs((anew.total - value).amount) <= (0 if anew.tax <= quote.tax else 1)


def test_a_tax_is_computed_once_over_all_that_was_accepted(book: Book) -> None:
    """Three meals of 33,335 owe 10,001 on top of 100,005: the third minutes carry what the first two do not."""
    goods = ((33_335, 3, MEAL),)
    quote = quote_of(goods, 0, book)
    one = {UUID(int=1): 1}
    minutes, _lines = signed_one_by_one(lines_of(goods, quote), [one, one, one], 0, book, last=True)
    taxes = [(each.value - Rupiah(33_335)).amount for each in minutes]
    assert sum(taxes) == quote.tax.amount
    assert max(taxes) - min(taxes) <= 1


@pytest.mark.parametrize(
    ("rate", "shown"), [("4/100", "4%"), ("15/1000", "1,50%"), ("11/12", "91,66%"), ("1/200", "0,50%")]
)
def test_a_rate_of_the_law_is_shown_in_percent(app: Flask, rate: str, shown: str) -> None:
    assert queries.in_percent(rate) == shown
