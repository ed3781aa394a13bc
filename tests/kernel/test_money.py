"""Whole rupiah, split and shared without losing one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.kernel.money import Percent, Rounding, Rupiah


def test_money_refuses_what_is_not_a_whole_number() -> None:
    for wrong in (1.5, True, "15000"):
        with pytest.raises(TypeError):
            Rupiah(wrong)  # type: ignore[arg-type]


def test_eleven_percent_is_rounded_once_in_the_direction_that_is_asked_for() -> None:
    price = Rupiah(12_345)
    assert price.share(Percent(1100), rounding=Rounding.DOWN) == Rupiah(1_357)
    assert price.share(Percent(1100), rounding=Rounding.HALF_UP) == Rupiah(1_358)
    assert price.share(Percent(1100), rounding=Rounding.UP) == Rupiah(1_358)
    assert Rupiah(-12_345).share(Percent(1100), rounding=Rounding.HALF_UP) == Rupiah(-1_358)


def test_leftover_rupiah_go_to_the_largest_remainders_and_ties_to_the_first() -> None:
    assert Rupiah(100).split([1, 1, 1]) == [Rupiah(34), Rupiah(33), Rupiah(33)]
    assert Rupiah(10).split([6, 3, 2]) == [Rupiah(5), Rupiah(3), Rupiah(2)]


@given(st.integers(-(10**12), 10**12), st.lists(st.integers(0, 10**6), min_size=1, max_size=30).filter(any))
def test_the_parts_of_a_split_always_add_up(amount: int, weights: list[int]) -> None:
    parts = Rupiah(amount).split(weights)
    assert Rupiah.total(parts) == Rupiah(amount)
    assert all(part == Rupiah(0) for part, weight in zip(parts, weights, strict=True) if weight == 0)


def test_nothing_is_split_over_no_weight() -> None:
    for weights in ([0, 0], [2, -1], []):
        with pytest.raises(ValueError, match="weight"):
            Rupiah(5).split(weights)
