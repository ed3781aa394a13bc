"""What a finance officer has to decide, with the orders it is about, and who can bear what went back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from marketplace.kernel.errors import Invalid
from marketplace.kernel.money import Rupiah
from marketplace.kernel.words import _
from marketplace.orders import queries as orders
from marketplace.payments import queries as payments
from marketplace.payments.services import Burden

LOSS, EVERYBODY = "loss", "all"


@dataclass(frozen=True, kw_only=True)
class Checks:
    """What waits, by kind; ``portions`` of the orders by the references that stand there."""

    reviews: Sequence[payments.Waiting]
    disputes: Sequence[payments.Waiting]
    by_hand: Sequence[payments.Waiting]
    suspended: Sequence[payments.Waiting]
    movements: Sequence[payments.BankRow]
    portions: Mapping[str, Sequence[orders.Portion]]


def checks() -> Checks:
    """Return what waits for a decision, the oldest fifty of each kind."""
    lists = [payments.reviews(), payments.disputes(), payments.by_hand(), payments.suspended()]
    return Checks(
        reviews=lists[0],
        disputes=lists[1],
        by_hand=lists[2],
        suspended=lists[3],
        movements=payments.unmatched_rows()[:50],
        portions=orders.portions({one.reference for each in lists for one in each}),
    )


def burdens(waiting: payments.Waiting, who: str) -> Sequence[Burden]:
    """Return who bears an amount: the programme, one part's shop, or all of them by what each part cost.

    Raises Invalid under ``who`` for a part that is not of this order.
    """
    if who == LOSS:
        return [Burden(amount=waiting.amount)]
    parts = orders.portions([waiting.reference]).get(waiting.reference, ())
    chosen = [one for one in parts if who in (EVERYBODY, str(one.part_id))]
    if not chosen:
        raise Invalid({"who": _("Choose who bears it.")})
    shares = waiting.amount.split([one.total.amount for one in chosen])
    return [
        Burden(amount=share, payee=str(one.seller_id), of=str(one.part_id), label=f"{one.code}-{one.number}")
        for one, share in zip(chosen, shares, strict=True)
        if share != Rupiah(0)
    ]
