"""L11: what comes next, to which account, and what it is made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from marketplace.finance.queries.statement import Row, key_of, latest, payee_of
from marketplace.finance.slots import Receivable, receivables
from marketplace.kernel import clock
from marketplace.kernel.money import Rupiah
from marketplace.orders import queries as orders
from marketplace.payments import queries as payments

LAST_PAYOUTS, LAST_ROWS = 10, 15
WEEK = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Overview:
    """A shop's money now."""

    payable: Rupiah
    held: orders.Held
    on_its_way: Rupiah
    next_on: date
    next_amount: Rupiah
    least: Rupiah
    paid_to: payments.BankAccount | None
    waits: payments.BankAccount | None
    payouts: Sequence[payments.Payout]
    rows: Sequence[Row]
    receivables: Sequence[Receivable]

    @property
    def short(self) -> Rupiah:
        """Return what a refund took beyond what was earned; the next sales fill it first."""
        return -self.payable if self.payable < Rupiah(0) else Rupiah(0)

    @property
    def why(self) -> str:
        """Return why nothing comes: ``account``, ``debt``, ``little``, or nothing when something does."""
        if self.payable < Rupiah(0):
            return "debt"
        if self.payable < self.least:
            return "little"
        return "" if self.paid_to else "account"


def overview(seller_id: UUID) -> Overview:
    """Return a shop's money now: from accounts and open parts, never by adding up its past."""
    payee, payable = payee_of(seller_id), payments.balance(key_of(seller_id))
    payouts = payments.payouts_of(payee, LAST_PAYOUTS)
    today, next_on = clock.today(), payments.next_payout_day()
    if next_on == today and any(
        one.periodic and one.requested_at.astimezone(clock.JAKARTA).date() == today for one in payouts
    ):
        next_on += WEEK
    accounts = payments.bank_accounts(payee)
    least = payments.least_payout()
    paid_to = next((one for one in accounts if one.state == "verified"), None)
    return Overview(
        payable=payable,
        held=orders.held_for(seller_id),
        on_its_way=payments.on_its_way(payee),
        next_on=next_on,
        next_amount=payable if payable >= least and paid_to else Rupiah(0),
        least=least,
        paid_to=paid_to,
        waits=next((one for one in accounts if one.state == "given"), None),
        payouts=payouts,
        rows=latest(seller_id, LAST_ROWS),
        receivables=[one for told in receivables for one in told([seller_id])],
    )
