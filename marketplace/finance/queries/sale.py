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
    taken: Sequence[Row]
    net: Rupiah
    finished: bool
    base: Rupiah
    rule: rules.Rule | None

    @property
    def rate(self) -> str:
        """Return the rule's rate in percent, with as many decimals as it has, at most two."""
        if self.rule is None:
            return ""
        hundredths = self.rule.numerator * 10_000 // self.rule.denominator
        whole, rest = divmod(hundredths, 100)
        return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") if rest else str(whole)


def why(path_code: str, actor: Actor) -> Why:
    """Return how a sale came to its amount; NotFound as for the order itself."""
    sale = orders.sale(path_code, actor)
    held, own = f"held:{sale.part_id}", key_of(sale.seller_id)
    found = payments.entries_of(sale.reference, held, own)
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
        taken=taken,
        net=Rupiah.total([one.amount for one in paid]) + Rupiah.total([one.amount for one in taken]),
        finished=bool(finished),
        base=base,
        rule=rule if rule is not None and fee and rules.charged(base, rule) == fee else None,
    )


def _row(entry: payments.Between, own: str) -> Row:
    amount = entry.amount if entry.credit == own else -entry.amount
    return Row(at=entry.at, name=named(entry.id), about=entry.label, amount=amount, sale=None, id=entry.id)
