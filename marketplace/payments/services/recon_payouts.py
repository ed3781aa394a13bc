"""Reconciliation of payouts: what a payer says it paid against what our books say (R6.8)."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from marketplace.payments import queries
from marketplace.payments.models import PayoutState
from marketplace.payments.services.calling import calling_out
from marketplace.payments.services.payouts import record_payout
from marketplace.payments.slots import Payer, PayoutOutcome, PayoutStanding


@dataclass
class Compared:
    """What a reconciliation found, in sentences: what was brought in, what nobody can explain, and who did not answer."""

    since: datetime
    looked_at: int = 0
    brought_in: list[str] = field(default_factory=list)
    unexplained: list[str] = field(default_factory=list)
    away: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Tell whether the books agree, as far as was asked: somebody who was away may know otherwise."""
        return not self.unexplained and not self.away


def compare_payouts(payer: Payer, since: datetime, found: Compared) -> None:
    """Compare what a payer paid since a moment with ours, and bring in what it tells of. Raises GatewayUnavailableError."""
    seen: set[UUID] = set()
    calling_out()
    for told in payer.listed(since):
        found.looked_at += 1
        payout = queries.known_payout(told.key)
        if payout is not None and payout.channel == payer.key:
            seen.add(payout.id)
            _compare(payer, payout, told, found)
        elif told.outcome is PayoutOutcome.PAID:
            found.unexplained.append(f"{payer.key}: the transfer {told.provider_ref} is of no payout of ours")
        calling_out()
    for payout in queries.payouts_since(payer.key, since):
        if payout.id not in seen and payout.provider_ref:
            found.unexplained.append(
                f"{payer.key}: the payout {payout.code} is {payout.state} here and not known there"
            )


def _compare(payer: Payer, payout: queries.Payout, told: PayoutStanding, found: Compared) -> None:
    state = record_payout(payout.id, told)
    if state != payout.state:
        found.brought_in.append(f"{payer.key}: the payout {payout.code} is {state} now")
    there = {PayoutOutcome.PAID: PayoutState.PAID, PayoutOutcome.FAILED: PayoutState.FAILED}.get(told.outcome)
    if there is not None and state != there:
        found.unexplained.append(f"{payer.key}: the payout {payout.code} is {state} here and {told.outcome} there")
    elif told.outcome is PayoutOutcome.PAID and told.amount != payout.amount:
        said = told.amount.amount if told.amount is not None else "parts of a rupiah"
        found.unexplained.append(f"{payer.key}: of the payout {payout.code} {said} is left there, and not all of it")
