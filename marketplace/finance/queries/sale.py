"""Why a sale brought so much: what the buyer paid, what was taken off by which rule, and what is left."""

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.finance.queries.statement import Row, key_of, named
from marketplace.kernel.access import Actor
from marketplace.kernel.money import Rupiah
from marketplace.orders import queries as orders
from marketplace.payments import queries as payments
from marketplace.rules import queries as rules

FEE = "fee:"
RULE = "fee.public"


@dataclass(frozen=True, kw_only=True)
class Why:
    """A sale, what was paid for it, what was taken off and given back, and the rule behind its fee where that explains it."""

    sale: orders.Sale
    paid: Rupiah
    lines: Sequence["WhyLine"]
    taken: Sequence[Row]
    net: Rupiah
    finished: bool
    base: Rupiah
    rule: rules.Rule | None

    @property
    def rate(self) -> str:
        """Return the rule's rate in percent, with as many decimals as it has, at most two."""
        return _rate(self.rule.numerator, self.rule.denominator) if self.rule else ""


@dataclass(frozen=True, kw_only=True)
class WhyLine:
    """A line of a sale with its share of the fee and the rate and law behind both."""

    line: orders.SaleLine
    fee_rate: str
    fee_rule: str
    fee_basis: str
    tax_rate: str


def _why_lines(sale: orders.Sale) -> Sequence[WhyLine]:
    known = rules.rules_by_id([sale.fee_rule] if sale.fee_rule else [])
    rule = known.get(sale.fee_rule) if sale.fee_rule else None
    return tuple(
        WhyLine(
            line=line,
            fee_rate=_rate(sale.fee_num, sale.fee_den),
            fee_rule=rule.code if rule else "",
            fee_basis=rule.basis if rule else "",
            tax_rate=_rate(line.tax_num, line.tax_den) if line.tax_code else "",
        )
        for line in sale.lines
    )


def _rate(numerator: int | None, denominator: int | None) -> str:
    """Return a rate in percent, with as many decimals as it has, at most two."""
    if numerator is None or not denominator:
        return ""
    whole, rest = divmod(numerator * 10_000 // denominator, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") if rest else str(whole)


def why(path_code: str, actor: Actor) -> Why:
    """Return how a sale came to its amount; NotFound as for the order itself."""
    sale = orders.sale(path_code, actor)
    held, own = f"held:{sale.part_id}", key_of(sale.seller_id)
    found = payments.entries_of([sale.reference, *sale.borne], held, own)
    paid = [one for one in found if one.credit == held]
    # From the one account to the other it stays the shop's.
    finished = [one for one in found if (one.debit, one.credit) == (held, own)]
    taken = [_row(one, own) for one in found if one not in paid and one not in finished]
    base = sale.goods - sale.discount
    fee = Rupiah.total([one.amount for one in found if one.id.startswith(FEE) and one.debit == own])
    rule = rules.rule(RULE, sale.placed_on)
    return Why(
        sale=sale,
        paid=Rupiah.total([one.amount for one in paid]),
        lines=_why_lines(sale),
        taken=taken,
        net=Rupiah.total([one.amount for one in paid]) + Rupiah.total([one.amount for one in taken]),
        finished=bool(finished),
        base=base,
        rule=rule if rule is not None and fee and rules.charged(base, rule) == fee else None,
    )


def _row(entry: payments.Between, own: str) -> Row:
    amount = entry.amount if entry.credit == own else -entry.amount
    return Row(at=entry.at, name=named(entry.id), about=entry.label, amount=amount, sale=None, id=entry.id)
