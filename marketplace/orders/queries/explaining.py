"""Why an amount is what it is, in plain words: each tax with its rate and its law, of a cart and of an order alike."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import NamedTuple

from marketplace.kernel.money import ZERO, Rupiah
from marketplace.kernel.words import Words, _
from marketplace.orders.queries.quoting import PBJT, VAT, PartQuote

NAMES = {VAT: _("PPN"), PBJT: _("City tax on meals (PBJT)")}


class Share(NamedTuple):
    """What a line says of its tax: code, rate and law as they were, and the amounts on top and inside."""

    code: str
    numerator: int | None
    denominator: int | None
    basis: str
    on_top: Rupiah
    inside: Rupiah


@dataclass(frozen=True, slots=True)
class Tax:
    """A tax of a part. ``inside`` says that the prices contain it, so that it comes on top of nothing."""

    code: str
    rate: str
    law: str
    amount: Rupiah
    inside: bool

    @property
    def name(self) -> Words | str:
        """Return what people call it."""
        return NAMES.get(self.code, self.code)


def taxes(shares: Iterable[Share]) -> tuple[Tax, ...]:
    """Return the taxes of a part's lines, each once; those without any amount are left out."""
    found: dict[tuple[str, str, str, bool], Rupiah] = {}
    for one in shares:
        for amount, inside in ((one.on_top, False), (one.inside, True)):
            if amount and one.numerator is not None and one.denominator:
                key = (one.code, percent(one.numerator, one.denominator), law(one.basis), inside)
                found[key] = found.get(key, ZERO) + amount
    return tuple(Tax(code, rate, said, amount, inside) for (code, rate, said, inside), amount in found.items())


def taxes_of(quote: PartQuote) -> tuple[Tax, ...]:
    """Return the taxes of a part that is not ordered yet."""
    return taxes(
        Share(line.rule.code, line.rule.numerator, line.rule.denominator, line.rule.basis, line.tax, line.included_tax)
        for line in quote.lines
        if line.rule is not None
    )


def together(parts: Iterable[Iterable[Tax]]) -> tuple[Tax, ...]:
    """Return the taxes of several parts, each once."""
    found: dict[tuple[str, str, str, bool], Rupiah] = {}
    for tax in (tax for part in parts for tax in part):
        key = (tax.code, tax.rate, tax.law, tax.inside)
        found[key] = found.get(key, ZERO) + tax.amount
    return tuple(Tax(code, rate, said, amount, inside) for (code, rate, said, inside), amount in found.items())


def percent(numerator: int, denominator: int) -> str:
    """Return a rate as people read it: ``11 %``, ``0,3 %``."""
    rate = (Decimal(numerator).scaleb(2) / denominator).quantize(Decimal("0.01"), ROUND_FLOOR).normalize()
    return f"{rate:f}".replace(".", ",") + "\u00a0%"


def law(basis: str) -> str:
    """Return the name of the law from what a rule says of it: all before the colon."""
    return basis.partition(":")[0]
