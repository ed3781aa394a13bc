"""What a rule makes of an amount: pure, in whole numbers, rounded once in the direction that the rule gives (R5.5).

Each is asked once for a tax document; ``Rupiah.split`` gives every line its part of the answer.
"""

from dataclasses import dataclass

from marketplace.kernel.money import ZERO, Rounding, Rupiah
from marketplace.rules.queries.book import Book, Rule


@dataclass(frozen=True, slots=True)
class FinalTax:
    """What a sale means for its seller's own yearly tax; nobody takes it from them."""

    exempt: Rupiah
    taxed: Rupiah
    tax: Rupiah


def inside(total: Rupiah, rule: Rule) -> Rupiah:
    """Return the tax that a price contains; the rest of the price is its base, so that both always add up to it."""
    return _share(total, rule.numerator, rule.denominator + rule.numerator, rule.rounding)


def on_top(base: Rupiah, rule: Rule) -> Rupiah:
    """Return the rate's share of an amount, to be added to it, taken from it, or shown beside it."""
    return _share(base, rule.numerator, rule.denominator, rule.rounding)


def charged(amount: Rupiah, rule: Rule | None) -> Rupiah:
    """Return rate and fixed sum for an amount above the rule's threshold, as a whole; nothing up to it, or without a rule."""
    if rule is None or (rule.threshold is not None and amount <= rule.threshold):
        return ZERO
    return on_top(amount, rule) + rule.fixed


def final_tax(before: Rupiah, sale: Rupiah, book: Book) -> FinalTax:
    """Tell what of a person's sale, after so much turnover this year, is exempt, what is taxed, and the tax (PP 55/2022)."""
    rule = book.get("income.final")
    if rule is None:
        return FinalTax(sale, ZERO, ZERO)
    left = max((rule.threshold or ZERO) - before, ZERO)
    exempt = min(left, sale)
    return FinalTax(exempt, sale - exempt, on_top(sale - exempt, rule))


def stamp(amount: Rupiah, book: Book) -> Rupiah:
    """Return the stamp duty of a paper about this amount; a flag on the paper, never added to what is paid (UU 10/2020)."""
    return charged(amount, book.get("stamp_duty"))


def _share(amount: Rupiah, numerator: int, denominator: int, rounding: Rounding) -> Rupiah:
    whole, rest = divmod(abs(amount.amount) * numerator, denominator)
    if (rounding is Rounding.UP and rest) or (rounding is Rounding.HALF_UP and rest * 2 >= denominator):
        whole += 1
    return Rupiah(whole if amount.amount >= 0 else -whole)
