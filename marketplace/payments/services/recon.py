"""Reconciliation: what gateways and payers say happened against what our books say, with what was missed brought in (R6.8)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from marketplace.kernel import clock
from marketplace.kernel.errors import Conflict
from marketplace.payments import queries
from marketplace.payments.models import ChargeState, RefundState
from marketplace.payments.services import disputes, refunds
from marketplace.payments.services.calling import calling_out
from marketplace.payments.services.charges import RECEIVED, record
from marketplace.payments.services.recon_payouts import Compared, compare_payouts
from marketplace.payments.slots import (
    DisputeOutcome,
    DisputeStanding,
    Gateway,
    GatewayUnavailableError,
    Outcome,
    RefundOutcome,
    RefundStanding,
    Standing,
    payers,
)

LATELY = timedelta(days=3)
"""How far the daily run looks back: a weekend without anybody there is no gap."""
LIVES = timedelta(hours=24)
"""A charge that was paid since a moment was made so much earlier at most, or it is open still."""
log = structlog.get_logger()


def recon_lately() -> Compared:
    """Compare the last days; what cannot be explained goes into the log, where somebody is told of errors."""
    found = recon(clock.now() - LATELY)
    for sentence in (*found.unexplained, *found.away):
        log.error("reconciliation", said=sentence)
    return found


def recon(since: datetime) -> Compared:
    """Compare everything since a moment with every provider, and bring in what was missed; twice does no harm.

    Each fact is a transaction of its own, as if a webhook had told of it.
    """
    found, gone = Compared(since), set[str]()
    for hook in queries.hooks():
        behind = queries.behind(hook)
        try:
            _Run(hook, behind, found).go()
        except GatewayUnavailableError as failure:
            gone.add(hook)
            found.away.append(f"{hook}: did not answer, so its books were not compared to their end ({failure})")
    for payer in payers:
        asked = payer.available() or queries.payouts_since(payer.key, since)
        # Of a provider that is away already nothing more is asked.
        if payer.by_file or payer.hook in gone or not asked:
            continue
        try:
            compare_payouts(payer, since, found)
        except GatewayUnavailableError as failure:
            found.away.append(f"{payer.key}: did not answer, so its payouts were not compared to their end ({failure})")
    return found


@dataclass
class _Run:
    hook: str
    behind: Sequence[Gateway]
    found: Compared
    seen: set[UUID] = field(default_factory=set)
    seen_refunds: set[UUID] = field(default_factory=set)
    seen_disputes: set[str] = field(default_factory=set)

    def go(self) -> None:
        keys = [one.key for one in self.behind]
        own = queries.charges_since(keys, self.found.since - LIVES)
        unfinished = queries.refunds_since(keys, self.found.since)
        if not own and not unfinished and not any(one.available() for one in self.behind):
            return
        named = [charge.provider_ref for charge in own if charge.provider_ref is not None]
        calling_out()
        for told in self.behind[0].listed(self.found.since, named):
            self.found.looked_at += 1
            self._compare(told)
            calling_out()
        for charge in own:
            if charge.id not in self.seen and charge.provider_ref is not None:
                self._alone(charge)
        for refund in unfinished:
            if refund.id not in self.seen_refunds and refund.provider_ref and refund.ours:
                self._refund_alone(refund)
        for provider_ref in queries.open_disputes(keys):
            if provider_ref not in self.seen_disputes:
                calling_out()
                self._dispute(self.behind[0].fetch_dispute(provider_ref))

    def _compare(self, told: Standing | RefundStanding | DisputeStanding) -> None:
        if isinstance(told, Standing):
            self._charge(told)
        elif isinstance(told, RefundStanding):
            self._refund(told)
        else:
            self._dispute(told)

    def _alone(self, charge: queries.Charge) -> None:
        """Ask about a charge that the list did not hold."""
        calling_out()
        try:
            told = self.behind[0].fetch(charge.provider_ref or "")
        except GatewayUnavailableError:
            if charge.state in RECEIVED:
                self._says(f"the charge {charge.id} of {charge.reference} is {charge.state} here and not known there")
            return
        self._charge(told)

    def _charge(self, told: Standing) -> None:
        keys = [one.key for one in self.behind]
        charge_id = queries.charge_of_session(keys, told.provider_ref, told.key)
        if charge_id is None:
            if told.outcome is Outcome.PAID:
                self._says(f"the session {told.provider_ref} was paid and is of no charge of ours")
            return
        self.seen.add(charge_id)
        before = queries.charge(charge_id)
        after = record(charge_id, told)
        if after != before.state:
            self.found.brought_in.append(f"{self.hook}: the charge {charge_id} of {before.reference} is {after} now")
        for sentence in _differences(queries.charge(charge_id), told):
            self._says(sentence)

    def _refund(self, told: RefundStanding) -> None:
        keys = [one.key for one in self.behind]
        charge_id = queries.charge_of_refund(keys, told.key) or queries.charge_of_payment(keys, told.payment_ref)
        if charge_id is None:
            if told.outcome is not RefundOutcome.FAILED:
                self._says(f"the refund {told.provider_ref} was made and is of no charge of ours")
            return
        before = {one.id: one.state for one in queries.refunds_of(charge_id)}
        try:
            refunds.take_in(charge_id, told)
        except (Conflict, ValueError) as failure:
            self._says(f"the refund {told.provider_ref} of the charge {charge_id} does not fit: {failure}")
            return
        for one in queries.refunds_of(charge_id):
            if one.provider_ref == told.provider_ref or str(one.id) == told.key:
                self.seen_refunds.add(one.id)
                if before.get(one.id) != one.state:
                    self.found.brought_in.append(
                        f"{self.hook}: the refund {one.id} of {one.reference} is {one.state} now"
                    )
                if (one.state == RefundState.SUCCEEDED) != (told.outcome is RefundOutcome.SUCCEEDED):
                    self._says(f"the refund {one.id} is {one.state} here and {told.outcome} there")

    def _refund_alone(self, refund: queries.Refund) -> None:
        """Ask about a refund that the list did not hold."""
        calling_out()
        try:
            told = self.behind[0].fetch_refund(refund.provider_ref or "")
        except GatewayUnavailableError:
            if refund.state == RefundState.SUCCEEDED:
                self._says(f"the refund {refund.id} of {refund.reference} is {refund.state} here and not known there")
            return
        self._refund(told)

    def _dispute(self, told: DisputeStanding) -> None:
        self.seen_disputes.add(told.provider_ref)
        charge_id = queries.charge_of_payment([one.key for one in self.behind], told.payment_ref)
        if charge_id is None:
            if told.outcome is not DisputeOutcome.ASKING:
                self._says(f"the dispute {told.provider_ref} is about no charge of ours")
            return
        before = queries.charge(charge_id).disputed
        try:
            state = disputes.record(charge_id, told)
        except LookupError:
            self._says(f"the dispute {told.provider_ref} does not fit the charge {charge_id}")
            return
        if queries.charge(charge_id).disputed != before:
            self.found.brought_in.append(f"{self.hook}: the dispute {told.provider_ref} is {state} now")

    def _says(self, sentence: str) -> None:
        self.found.unexplained.append(f"{self.hook}: {sentence}")


def _differences(charge: queries.Charge, told: Standing) -> Iterator[str]:
    """Yield what both sides say of one charge and do not agree in, after all that may be brought in was."""
    name = f"the charge {charge.id} of {charge.reference}"
    if charge.state == ChargeState.REVIEW:
        yield f"{name} is in review: {charge.cause}"
    elif charge.state in RECEIVED and told.outcome is not Outcome.PAID:
        yield f"{name} is {charge.state} here and {told.outcome} there"
    elif charge.state in RECEIVED and told.amount != (charge.asked or charge.amount):
        yield f"{name} was paid with {told.amount.amount if told.amount else 'parts of a rupiah'} there"
    elif told.outcome is Outcome.PAID and charge.state not in RECEIVED and charge.cause != "returned":
        yield f"{name} is {charge.state} here and paid there"
    elif charge.state == ChargeState.OPENED and told.outcome is not Outcome.OPEN:
        yield f"{name} is open here and {told.outcome} there"
