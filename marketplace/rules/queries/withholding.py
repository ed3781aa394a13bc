"""What an office's treasurer withholds of a purchase: a proposal by the law of the day, to be confirmed or corrected.

Pure, in whole rupiah. Each rule has its source with it (PMK 59/2022, PMK 51/2025, UU PPh, PP 55/2022, Perda DKI 1/2024).
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from marketplace.kernel.money import ZERO, Rupiah
from marketplace.rules.queries.book import Book, Rule
from marketplace.rules.queries.sums import on_top


class Bought(StrEnum):
    """What is bought, as the tax laws tell it apart: food from a shop or stall is goods, cooked for an occasion catering."""

    GOODS = "goods"
    CATERING = "catering"
    SERVICE = "service"


@dataclass(frozen=True, kw_only=True)
class Taxpayer:
    """What a shop has shown of itself, each with the last day or the year for which it holds."""

    body: bool
    """A company or cooperative (badan), not a person."""
    numbered: bool = True
    """It has a tax number; since 2024 a person's is the NIK."""
    vat_registered: bool = False
    pbjt_payer: bool = False
    final_until: date | None = None
    """Surat keterangan PP 55: the final tax of small businesses instead of art. 21, 22 or 23."""
    statement_year: int | None = None
    """A person's statement that the turnover of that year is not above 500 million."""
    exempt_until: date | None = None
    """Surat keterangan bebas of art. 22 or 23."""


@dataclass(frozen=True, kw_only=True)
class Purchase:
    """A purchase by an office: its price without any tax, on the day of payment."""

    price: Rupiah
    what: Bought
    day: date
    seller: Taxpayer
    by_card: bool = False
    """Paid by the office's credit card (KKPD): nothing is withheld or collected."""
    related: Rupiah = ZERO
    """What was paid before of the same purchase and not taxed, when it was split: limits look at both together."""
    taxed: Rupiah = ZERO
    """What was paid before of the same purchase and taxed: it counts for limits, and is no base again."""


@dataclass(frozen=True)
class Withheld:
    """An income tax to withhold, with the rule that decided and what it was taken of."""

    rule: Rule
    base: Rupiah
    amount: Rupiah


@dataclass(frozen=True)
class Proposal:
    """What a purchase comes to: ``spent`` by the office = ``paid`` to the seller + what the treasurer keeps for the state."""

    price: Rupiah
    vat: Rupiah
    vat_collected: bool
    """The treasurer keeps and remits the PPN; else the seller gets it and remits it."""
    pbjt: Rupiah
    """On top; the seller remits it to the province."""
    withheld: Withheld | None
    spared_by: Rule | None = None
    """The limit of small purchases, where nothing is withheld for its sake alone."""

    @property
    def spent(self) -> Rupiah:
        """Return what the office spends, all taxes included."""
        return self.price + self.vat + self.pbjt

    @property
    def kept(self) -> Rupiah:
        """Return what the treasurer keeps for the state."""
        return (self.vat if self.vat_collected else ZERO) + (self.withheld.amount if self.withheld else ZERO)

    @property
    def paid(self) -> Rupiah:
        """Return what the seller receives."""
        return self.spent - self.kept


def proposed(purchase: Purchase, book: Book) -> Proposal:
    """Return the taxes of a purchase by the rules of its day; a rule that does not hold then proposes nothing."""
    seller, together = purchase.seller, purchase.price + purchase.related
    counted = together + purchase.taxed
    pbjt = _top(purchase.price, book.get("pbjt")) if purchase.what is Bought.CATERING and seller.pbjt_payer else ZERO
    # What the province taxes, the state does not tax again.
    vat = _top(purchase.price, book.get("vat")) if seller.vat_registered and not pbjt else ZERO
    collected = bool(vat) and not purchase.by_card and _above(counted, book.get("vat.collected"))
    if purchase.by_card or _exempt(seller, purchase.day):
        return Proposal(purchase.price, vat, collected, pbjt, None)
    limit = book.get("income.22_limit") if purchase.what is Bought.GOODS else None
    if limit is not None and not _above(counted, limit):
        return Proposal(purchase.price, vat, collected, pbjt, None, limit)
    return Proposal(purchase.price, vat, collected, pbjt, _income(purchase, together, book))


def _exempt(seller: Taxpayer, day: date) -> bool:
    return _holds(seller.exempt_until, day) or (not seller.body and seller.statement_year == day.year)


def _income(purchase: Purchase, together: Rupiah, book: Book) -> Withheld | None:
    rule = book.get(_code(purchase))
    if rule is None:
        return None
    # Art. 21 taxes half of what somebody without employment earns, in the first bracket of art. 17.
    half = book.get("income.21_base") if rule.code.startswith("income.21") else None
    base = on_top(together, half) if half is not None else together
    return Withheld(rule, base, on_top(base, rule))


def _code(purchase: Purchase) -> str:
    if _holds(purchase.seller.final_until, purchase.day):
        return "income.final_withheld"
    of_services = "income.23" if purchase.seller.body else "income.21"
    code = "income.22" if purchase.what is Bought.GOODS else of_services
    return code if purchase.seller.numbered or code == "income.21" else f"{code}_unnumbered"


def _holds(until: date | None, day: date) -> bool:
    return until is not None and day <= until


def _above(amount: Rupiah, rule: Rule | None) -> bool:
    return rule is not None and amount > (rule.threshold or ZERO)


def _top(amount: Rupiah, rule: Rule | None) -> Rupiah:
    return on_top(amount, rule) if rule is not None else ZERO
