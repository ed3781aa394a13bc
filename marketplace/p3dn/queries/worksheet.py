"""Sums that help: the worksheet of TKDN for small industries, and the evaluated price of bids (HEA). Pure, rounded once.

TKDN of goods by Permenperin 35/2025: material, direct labour and factory overhead by their weights; the share of material is
the sum over materials of what each costs of all, times its own TKDN. HEA by the LKPP's pocket book of 2022:
``(1 - TKDN x highest preference) x price``; the contract stays at the price.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from marketplace.kernel.money import Rupiah
from marketplace.kernel.words import Words, _
from marketplace.p3dn.models import HUNDRED
from marketplace.rules.queries import Book, Rule

MAKERS = ("10", "33")
"""The first and last two digits of KBLI's category C, makers of goods; packing for others is 82920."""
EDITION, EDITION_ENDS = "2020", date(2026, 6, 18)
"""KBLI 2020 gives way to KBLI 2025; who has it still was to change until then (BPS Regulation 7/2025)."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A part of the worksheet: its own local share, its weight, and what it brings, in hundredths of a percent."""

    name: Words
    share: int
    weight: int
    brings: Fraction


@dataclass(frozen=True, slots=True)
class Worksheet:
    """What a product comes to."""

    parts: tuple[Weighed, ...]
    tkdn: int
    """Hundredths of a percent, half of one rounded up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluated:
    """A bid with its coefficient of preference (hundredths of a percent), evaluated price and ranks."""

    name: str
    price: Rupiah
    tkdn: int
    coefficient: int
    evaluated: Rupiah
    by_price: int
    by_evaluated: int


def worksheet(materials: Sequence[tuple[Rupiah, int]], labour: int, overhead: int, book: Book) -> Worksheet:
    """Return the TKDN of a product: materials with cost and own TKDN, and the local shares of labour and overhead.

    Shares are hundredths of a percent. Raises LookupError when the book has no weights for that day.
    """
    cost = sum(amount.amount for amount, _own in materials)
    own = sum(amount.amount * tkdn for amount, tkdn in materials)
    shares = (
        (_("Materials"), Fraction(own, cost) if cost else Fraction(0), "tkdn.material"),
        (_("Labour"), Fraction(labour), "tkdn.labour"),
        (_("Machines, rooms, power"), Fraction(overhead), "tkdn.overhead"),
    )
    parts = []
    for name, share, code in shares:
        weight = _rate(book, code)
        parts.append(Weighed(name, _rounded(share), _rounded(weight * HUNDRED), share * weight))
    return Worksheet(tuple(parts), _rounded(sum((one.brings for one in parts), Fraction(0))))


def evaluate(bids: Sequence[tuple[str, Rupiah, int]], package: Rupiah, book: Book) -> tuple[Evaluated, ...]:
    """Return bids (name, price, TKDN in hundredths of a percent) with their evaluated prices, in the order they came.

    Below the value from which the preference holds, and below the least TKDN, a bid keeps its price.
    """
    preference, least = _rule(book, "hea.preference"), _rate(book, "hea.least")
    counts = preference.threshold is not None and package > preference.threshold
    highest = Fraction(preference.numerator, preference.denominator)
    found = []
    for name, price, tkdn in bids:
        share = Fraction(tkdn, HUNDRED)
        coefficient = share * highest if counts and share >= least else Fraction(0)
        found.append((name, price, tkdn, coefficient, Rupiah(_rounded(price.amount * (1 - coefficient)))))
    prices, evaluated = sorted(one[1] for one in found), sorted(one[4] for one in found)
    return tuple(
        Evaluated(
            name=name, price=price, tkdn=tkdn, coefficient=_rounded(coefficient * HUNDRED), evaluated=worth,
            by_price=prices.index(price) + 1, by_evaluated=evaluated.index(worth) + 1,
        )
        for name, price, tkdn, coefficient, worth in found
    )  # fmt: skip


def objections(*, kbli: str, edition: str, capital: Rupiah, makes: bool, today: date, book: Book) -> list[Words]:
    """Return why an application in SIINas would be sent back, the usual causes by name; empty when none of them is seen."""
    found = []
    if not MAKERS[0] <= kbli[:2] <= MAKERS[1]:
        found.append(
            _(
                "KBLI %(code)s is not of a maker of goods (10 to 33). Add the KBLI of what you make to your NIB first.",
                code=kbli,
            )
        )
    if edition == EDITION and today > EDITION_ENDS:
        found.append(
            _("KBLI 2020 was to be changed to KBLI 2025 by 18 June 2026. Bring your NIB up to date in OSS first.")
        )
    limit = _rule(book, "tkdn.ik_capital").threshold
    if limit is not None and capital > limit:
        found.append(
            _(
                "With capital above %(limit)s a firm is no small industry; an independent body verifies it (LVI).",
                limit=limit,
            )
        )
    if not makes:
        found.append(_("Packing alone is not making: only goods that you make yourself get a certificate."))
    return found


def _rule(book: Book, code: str) -> Rule:
    found = book.get(code)
    if found is None:
        raise LookupError(f"no rule of {code} holds on {book.day}")
    return found


def _rate(book: Book, code: str) -> Fraction:
    found = _rule(book, code)
    return Fraction(found.numerator, found.denominator)


def _rounded(value: Fraction) -> int:
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)
