"""What a cart costs and why: pure, in whole rupiah, the same for the cart's page, the checkout and the order (R5).

A tax document is a seller's part of an order: each tax is computed once for it, over the sum of the lines that stand under
it, and then given to those lines by largest remainder. PPN is inside the price that people see, PBJT comes on top of it.
What a delivery costs is under neither. The programme's fee is the seller's and never the buyer's; it is taken from the goods
without the PPN in them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from marketplace.kernel.money import ZERO, Rupiah
from marketplace.rules.queries import Book, Rule, inside, on_top

GOODS, MEAL = "goods", "meal"
"""How what is sold stands to its taxes, as the catalogue's categories say; anything else is under none."""
VAT, PBJT, FEE, FEE_VAT = "vat", "pbjt", "fee.public", "fee.vat"


@dataclass(frozen=True, slots=True)
class Goods:
    """So many of one thing at the price of one, with the kind of its taxes."""

    unit: Rupiah
    qty: int
    tax_kind: str = GOODS

    @property
    def gross(self) -> Rupiah:
        """Return the price of all of them."""
        return self.unit * self.qty


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """What is wanted of one seller, what they owe on it, and what its delivery costs: None when that is not known yet."""

    seller_id: UUID
    goods: tuple[Goods, ...]
    vat_registered: bool = False
    pbjt_payer: bool = False
    shipping: Rupiah | None = ZERO


@dataclass(frozen=True, slots=True)
class Discount:
    """What a price rule takes off the goods of one seller, with its name for the buyer."""

    seller_id: UUID
    amount: Rupiah
    label: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineQuote:
    """A line's share of everything. ``tax`` comes on top, ``included_tax`` is inside what is paid; ``rule`` is the tax's."""

    gross: Rupiah
    discount: Rupiah
    included_tax: Rupiah
    tax: Rupiah
    fee: Rupiah
    rule: Rule | None

    @property
    def net(self) -> Rupiah:
        """Return what the goods cost after the discount."""
        return self.gross - self.discount

    @property
    def total(self) -> Rupiah:
        """Return what is paid for the line."""
        return self.net + self.tax


@dataclass(frozen=True, kw_only=True)
class PartQuote:
    """What a seller's part costs, what of it are taxes, and what the programme's fee will be."""

    seller_id: UUID
    lines: tuple[LineQuote, ...]
    shipping: Rupiah
    shipping_known: bool
    fee: Rupiah
    fee_tax: Rupiah
    fee_rule: Rule | None

    @cached_property
    def goods(self) -> Rupiah:
        """Return the price of the goods before any discount."""
        return Rupiah.total([line.gross for line in self.lines])

    @cached_property
    def discount(self) -> Rupiah:
        """Return what is taken off the goods."""
        return Rupiah.total([line.discount for line in self.lines])

    @cached_property
    def included_tax(self) -> Rupiah:
        """Return the tax that the price of the goods contains."""
        return Rupiah.total([line.included_tax for line in self.lines])

    @cached_property
    def tax(self) -> Rupiah:
        """Return the tax that comes on top."""
        return Rupiah.total([line.tax for line in self.lines])

    @cached_property
    def total(self) -> Rupiah:
        """Return what is paid for the part."""
        return self.goods - self.discount + self.shipping + self.tax

    def taxed_by(self, code: str) -> tuple[Rule | None, Rupiah]:
        """Return a tax's rule and its base in this part: what the goods under it cost. None when nothing is under it."""
        under = [line for line in self.lines if line.rule is not None and line.rule.code == code]
        return (under[0].rule if under else None), Rupiah.total([line.net for line in under])


@dataclass(frozen=True)
class Quote:
    """What all parts cost together."""

    parts: tuple[PartQuote, ...]

    @cached_property
    def goods(self) -> Rupiah:
        """Return the price of all goods."""
        return Rupiah.total([part.goods for part in self.parts])

    @cached_property
    def discount(self) -> Rupiah:
        """Return what is taken off."""
        return Rupiah.total([part.discount for part in self.parts])

    @cached_property
    def shipping(self) -> Rupiah:
        """Return the price of all deliveries, as far as they are known."""
        return Rupiah.total([part.shipping for part in self.parts])

    @cached_property
    def tax(self) -> Rupiah:
        """Return the taxes that come on top."""
        return Rupiah.total([part.tax for part in self.parts])

    @cached_property
    def included_tax(self) -> Rupiah:
        """Return the taxes that the prices contain."""
        return Rupiah.total([part.included_tax for part in self.parts])

    @cached_property
    def total(self) -> Rupiah:
        """Return what is paid."""
        return Rupiah.total([part.total for part in self.parts])


def quote(parcels: Iterable[Parcel], book: Book, discounts: Sequence[Discount] = ()) -> Quote:
    """Return what these parcels cost by the rules of a day; discounts of one seller are added up, never above the goods."""
    off: dict[UUID, Rupiah] = {}
    for discount in discounts:
        off[discount.seller_id] = off.get(discount.seller_id, ZERO) + discount.amount
    return Quote(tuple(quoted(parcel, book, off.get(parcel.seller_id, ZERO)) for parcel in parcels))


def quoted(parcel: Parcel, book: Book, discount: Rupiah = ZERO) -> PartQuote:
    """Return what one seller's part costs. Raises ValueError for a discount below zero or a quantity below one."""
    if discount < ZERO or any(line.qty < 1 or line.unit < ZERO for line in parcel.goods):
        message = "neither a discount nor a price is below zero, and of each thing there is at least one"
        raise ValueError(message)
    gross = [line.gross for line in parcel.goods]
    off = _shares(min(discount, Rupiah.total(gross)), gross)
    net = [one - less for one, less in zip(gross, off, strict=True)]
    rules = [_tax(line.tax_kind, parcel, book) for line in parcel.goods]
    contained = _taxes(net, [rule if rule and rule.inside else None for rule in rules])
    added = _taxes(net, [None if rule and rule.inside else rule for rule in rules])
    fee_rule, fee_vat = book.get(FEE), book.get(FEE_VAT)
    bases = [net_of - tax for net_of, tax in zip(net, contained, strict=True)]
    fee = on_top(Rupiah.total(bases), fee_rule) if fee_rule else ZERO
    return PartQuote(
        seller_id=parcel.seller_id,
        lines=tuple(
            LineQuote(gross=one, discount=less, included_tax=within, tax=above, fee=share, rule=rule)
            for one, less, within, above, share, rule in zip(
                gross, off, contained, added, _shares(fee, bases), rules, strict=True
            )
        ),
        shipping=parcel.shipping or ZERO,
        shipping_known=parcel.shipping is not None,
        fee=fee,
        fee_tax=on_top(fee, fee_vat) if fee_vat else ZERO,
        fee_rule=fee_rule,
    )


def _tax(kind: str, parcel: Parcel, book: Book) -> Rule | None:
    """Return the rule of the tax that a kind of goods is under when this seller sells it: one at most (domain 3.1)."""
    if kind == GOODS and parcel.vat_registered:
        return book.get(VAT)
    return book.get(PBJT) if kind == MEAL and parcel.pbjt_payer else None


def _taxes(bases: Sequence[Rupiah], rules: Sequence[Rule | None]) -> list[Rupiah]:
    """Return each line's share of its tax: once for all lines of a rule, then by largest remainder of what they cost."""
    shares = [ZERO] * len(bases)
    known: Mapping[UUID, Rule] = {rule.id: rule for rule in rules if rule is not None}
    for rule in known.values():
        under = [
            base if mine is not None and mine.id == rule.id else ZERO for base, mine in zip(bases, rules, strict=True)
        ]
        total = Rupiah.total(under)
        tax = inside(total, rule) if rule.inside else on_top(total, rule)
        shares = [share + more for share, more in zip(shares, _shares(tax, under), strict=True)]
    return shares


def _shares(amount: Rupiah, weights: Sequence[Rupiah]) -> list[Rupiah]:
    if not amount:
        return [ZERO] * len(weights)
    return amount.split([weight.amount for weight in weights])
