"""The desk of those who pay out: what waits for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from marketplace.kernel.access import Actor
from marketplace.kernel.money import Rupiah
from marketplace.payments import queries as payments
from marketplace.sellers import queries as sellers


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Accounts to check, payouts that wait, and files for the bank; ``names`` of payees by what payments calls them."""

    counts: payments.Counts
    desk_banks: Mapping[str, str]
    accounts: Sequence[payments.BankAccount]
    requested: Sequence[payments.Payout]
    sums: Mapping[str, tuple[int, Rupiah]]
    batches: Sequence[payments.Batch]
    names: Mapping[str, str]


def desk() -> Desk:
    """Return what waits at the desk."""
    accounts = payments.waiting_accounts()
    requested = payments.open_payouts(payments.OPEN_STATES[0])
    payees = {one.payee for one in accounts} | {one.payee for one in requested}
    return Desk(
        counts=payments.waiting_counts(),
        desk_banks=payments.desk_banks(),
        accounts=accounts,
        requested=requested,
        sums=payments.waiting_payouts(),
        batches=payments.batches(),
        names=_names(payees),
    )


def waiting_count(_actor: Actor) -> int:
    """Count the payouts that wait for a second person or for a file."""
    sums = payments.waiting_payouts()
    return sum(sums[state][0] for state in payments.OPEN_STATES[:2])


def _names(payees: set[str]) -> dict[str, str]:
    known = {}
    for payee in payees:
        try:
            known[UUID(payee)] = payee
        except ValueError:
            continue
    return {known[key]: card.name for key, card in sellers.sellers(known).items()}
