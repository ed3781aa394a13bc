"""Whole rupiah and hundredths of a percent; no float comes near money."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Self

from marketplace.kernel.words import Number

ONE_HUNDRED_PERCENT = 10_000


class Rounding(Enum):
    """Which way a share of a rupiah goes."""

    HALF_UP = "half_up"
    DOWN = "down"
    UP = "up"


@dataclass(frozen=True, slots=True, order=True)
class Percent:
    """A share in whole hundredths of a percent: 1100 is 11 %."""

    hundredths: int

    def __post_init__(self) -> None:
        """Refuse anything but a whole number."""
        _whole(self.hundredths)


@dataclass(frozen=True, slots=True, order=True)
class Rupiah:
    """A whole number of rupiah, possibly negative in between; columns hold the range they allow (R1.1, R1.2)."""

    amount: int

    def __post_init__(self) -> None:
        """Refuse anything but a whole number: floats lose rupiah, and True is not one rupiah."""
        _whole(self.amount)

    def __add__(self, other: Self) -> "Rupiah":
        """Add two amounts."""
        return Rupiah(self.amount + other.amount)

    def __sub__(self, other: Self) -> "Rupiah":
        """Take one amount from another."""
        return Rupiah(self.amount - other.amount)

    def __mul__(self, quantity: int) -> "Rupiah":
        """Multiply by a quantity of things."""
        return Rupiah(self.amount * _whole(quantity))

    def __neg__(self) -> "Rupiah":
        """Turn the direction."""
        return Rupiah(-self.amount)

    def __bool__(self) -> bool:
        """Tell whether there is any money in it."""
        return self.amount != 0

    def __str__(self) -> str:
        """Return it as a sentence says it, in the language spoken now: Rp 15.000, with a no-break space."""
        return f"{'-' if self.amount < 0 else ''}Rp\u00a0{Number(abs(self.amount))}"

    def share(self, percent: Percent, *, rounding: Rounding) -> "Rupiah":
        """Return the percentage of this amount, rounded once. No default: the law names the direction of each tax (R5.5)."""
        whole, rest = divmod(abs(self.amount) * percent.hundredths, ONE_HUNDRED_PERCENT)
        if (rounding is Rounding.UP and rest) or (rounding is Rounding.HALF_UP and rest * 2 >= ONE_HUNDRED_PERCENT):
            whole += 1
        return Rupiah(whole if self.amount >= 0 else -whole)

    def split(self, weights: Sequence[int]) -> list["Rupiah"]:
        """Split by weights so that the parts add up: largest remainder, ties to the lower position (R5.4).

        Raises ValueError when there is no positive weight or one is negative.
        """
        total = sum(weights)
        if total <= 0 or min(weights) < 0:
            raise ValueError("weights must not be negative, and one must be positive")
        parts = [self.amount * weight // total for weight in weights]
        rests = [self.amount * weight % total for weight in weights]
        for position in sorted(range(len(weights)), key=lambda at: (-rests[at], at))[: self.amount - sum(parts)]:
            parts[position] += 1
        return [Rupiah(part) for part in parts]

    @staticmethod
    def total(amounts: Sequence["Rupiah"]) -> "Rupiah":
        """Add up any number of amounts; none is zero."""
        return Rupiah(sum(amount.amount for amount in amounts))


def _whole(value: int) -> int:
    if type(value) is not int:
        raise TypeError(f"a whole number is needed, not {value!r}")
    return value


ZERO = Rupiah(0)
