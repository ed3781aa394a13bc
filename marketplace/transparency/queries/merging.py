"""Rows with few shops behind them become one, so that nobody reads off a table what one shop sold."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

FEW = 5
"""A row with fewer shops than this does not stand alone (ux D06)."""


class Counted(Protocol):
    """A row with how many shops are behind it, and which where they are fewer than FEW."""

    @property
    def shops(self) -> int:
        """Return how many there are."""

    @property
    def named(self) -> frozenset[str]:
        """Return which they are."""


R = TypeVar("R", bound=Counted)


def merged(rows: Sequence[R]) -> tuple[tuple[R, ...], tuple[R, ...]]:
    """Return the rows that stand alone, in their order, and those that become one; the second may be empty.

    Where the few have not enough shops together, the next smallest row joins them; where all rows have not, none stands.
    Guard (R26.3): no row for everybody has fewer than five shops behind it.
    """
    few = [one for one in rows if one.shops < FEW]
    if not few:
        return tuple(rows), ()
    alone = [one for one in rows if one.shops >= FEW]
    if _together(few) < FEW and alone:
        joins = min(alone, key=lambda one: one.shops)
        alone.remove(joins)
        few = [one for one in rows if one.shops < FEW or one is joins]
    return tuple(alone), tuple(few)


def in_turn(rows: Sequence[R]) -> tuple[tuple[R, ...], ...]:
    """Return rows that follow one another, such as months, put together with the next until enough shops are behind each."""
    found: list[list[R]] = []
    group: list[R] = []
    for one in rows:
        group.append(one)
        if _together(group) >= FEW:
            found.append(group)
            group = []
    if group and found:
        found[-1] += group
    elif group:
        found.append(group)
    return tuple(tuple(one) for one in found)


def enough(rows: Sequence[R]) -> bool:
    """Tell whether enough shops are behind rows together."""
    return _together(rows) >= FEW


def _together(rows: Sequence[Counted]) -> int:
    # Of a row with many shops only their number is known: it alone is enough.
    many = max((one.shops for one in rows if one.shops >= FEW), default=0)
    return many or len(frozenset[str]().union(*(one.named for one in rows)))
