"""L11: what comes next and what it is made of, what is held and until when, what stands in the way, and what to do about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from marketplace.finance.queries.holdups import Holdup, of_accounts, of_payouts
from marketplace.finance.queries.statement import Row, key_of, latest, payee_of
from marketplace.finance.slots import Receivable, receivables
from marketplace.kernel import clock
from marketplace.kernel.money import ZERO, Rupiah
from marketplace.orders import queries as orders
from marketplace.payments import queries as payments

LAST_PAYOUTS, LAST_ROWS, LISTED = 10, 15, 50
WEEK = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Overview:
    """A shop's money now. ``coming`` are the first of its parts whose money is held, ``held`` what lies on all of them."""

    payable: Rupiah
    held: Rupiah
    held_parts: int
    coming: Sequence[orders.Coming]
    soon: Rupiah
    """What of the held money will be the shop's before the next day of payouts, if nobody objects."""
    on_its_way: Rupiah
    next_on: date
    least: Rupiah
    paid_to: payments.BankAccount | None
    waits: payments.BankAccount | None
    holdups: Sequence[Holdup]
    payouts: Sequence[payments.Payout]
    asked: payments.Payout | None
    """What somebody of the shop asked for and has not come yet."""
    rows: Sequence[Row]
    receivables: Sequence[Receivable]

    @property
    def expected(self) -> Rupiah:
        """Return what will be payable on the next day of payouts; below zero for a debt."""
        return self.payable + self.soon

    @property
    def next_amount(self) -> Rupiah:
        """Return what comes on the next day of payouts, if nobody objects."""
        return self.expected if not self.why else ZERO

    @property
    def short(self) -> Rupiah:
        """Return what a refund took beyond what is earned by then; the next sales fill it first."""
        return -self.expected if self.expected < ZERO else ZERO

    @property
    def why(self) -> str:
        """Return why nothing comes: ``account``, ``debt``, ``little``, or nothing when something does."""
        if self.expected < ZERO:
            return "debt"
        if self.expected < self.least:
            return "little"
        return "" if self.paid_to else "account"

    @property
    def may_ask(self) -> bool:
        """Tell whether a payout can be asked for now."""
        return self.paid_to is not None and self.asked is None and self.payable >= self.least


def overview(seller_id: UUID) -> Overview:
    """Return a shop's money now: from accounts and open parts, never by adding up its past."""
    payee, payable = payee_of(seller_id), payments.balance(key_of(seller_id))
    payouts = payments.payouts_of(payee, LAST_PAYOUTS)
    next_on = _next_day(payouts)
    accounts = payments.bank_accounts(payee)
    paid_to = next((one for one in accounts if one.state == "verified"), None)
    waits = next((one for one in accounts if one.state == "given"), None)
    coming = orders.coming(seller_id)
    # On the day itself the schedule asks once, soon after midnight.
    begins = datetime.combine(next_on, time.min, clock.JAKARTA)
    return Overview(
        payable=payable,
        held=Rupiah.total([one.held for one in coming]),
        held_parts=len(coming),
        coming=coming[:LISTED],
        soon=Rupiah.total([one.net for one in coming if one.comes_at is not None and one.comes_at < begins]),
        on_its_way=payments.on_its_way(payee),
        next_on=next_on,
        least=payments.least_payout(),
        paid_to=paid_to,
        waits=waits,
        holdups=(*of_accounts(payee, paid_to, waits), *of_payouts(payouts)),
        payouts=payouts,
        asked=next((one for one in payouts if not one.periodic and one.state in payments.OPEN_STATES), None),
        rows=latest(seller_id, LAST_ROWS),
        receivables=[one for told in receivables for one in told([seller_id])],
    )


def _next_day(payouts: Sequence[payments.Payout]) -> date:
    """Return the next day of payouts; where today's was asked for already, that of next week."""
    today, next_on = clock.today(), payments.next_payout_day()
    asked = any(one.periodic and one.requested_at.astimezone(clock.JAKARTA).date() == today for one in payouts)
    return next_on + WEEK if next_on == today and asked else next_on
