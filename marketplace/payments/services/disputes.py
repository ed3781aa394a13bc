"""Disputes: a buyer's bank takes money back and asks; nothing is refunded meanwhile (R7.3)."""

from uuid import UUID

import structlog
from sqlalchemy import select, text

from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.audit import audit
from marketplace.kernel.db import session, transactional
from marketplace.kernel.ids import uuid7
from marketplace.kernel.machine import record_move
from marketplace.kernel.outbox import emit
from marketplace.payments import queries
from marketplace.payments.events import DisputeClosed, DisputeOpened
from marketplace.payments.models import Charge, Dispute, DisputeState
from marketplace.payments.services.ledger import Posting, post
from marketplace.payments.slots import DisputeOutcome, DisputeStanding

STREAM = "payments"
log = structlog.get_logger()

TAKE = text("""
UPDATE payments_charges SET disputed_idr = disputed_idr + :amount
WHERE id = :charge AND state IN ('settled', 'surplus') AND disputed_idr + :amount <= amount_idr RETURNING id
""")
GIVE_BACK = text("""
UPDATE payments_charges SET disputed_idr = disputed_idr - :amount
WHERE id = :charge AND disputed_idr >= :amount RETURNING id
""")


@transactional
def record(charge_id: UUID, standing: DisputeStanding) -> str:
    """Write down how a dispute stands, and return its state; repeats and late news change nothing.

    The bank has drawn the money as the dispute is opened; one that is won brings it back, one that is lost leaves it on
    ``dispute:<id>`` until somebody says who bears it. Where a bank only asks, no money moved and nothing is written. Raises
    LookupError while we do not know of the payment itself.
    """
    if standing.outcome is DisputeOutcome.ASKING:
        return ""
    charge = session.execute(select(Charge).where(Charge.id == charge_id).with_for_update()).scalar_one()
    wanted = select(Dispute).where(Dispute.charge_id == charge_id, Dispute.provider_ref == standing.provider_ref)
    dispute = session.execute(wanted.with_for_update()).scalar_one_or_none() or _opened(charge, standing)
    if dispute.state != DisputeState.OPEN or standing.outcome is DisputeOutcome.OPEN:
        return dispute.state
    won = standing.outcome is DisputeOutcome.WON
    dispute.move(DisputeState(standing.outcome), by=SYSTEM, why=standing.reason)
    if won:
        session.execute(GIVE_BACK, {"charge": charge_id, "amount": dispute.amount_idr.amount}).one()
        post(_moved(dispute, charge, won=True))
    emit(
        DisputeClosed(
            dispute_id=str(dispute.id),
            charge_id=str(charge_id),
            reference=charge.reference,
            amount_idr=dispute.amount_idr.amount,
            won=won,
        )
    )
    _audited(dispute, f"dispute.{standing.outcome}", standing.reason)
    return dispute.state


def _opened(charge: Charge, standing: DisputeStanding) -> Dispute:
    amount = {"charge": charge.id, "amount": standing.amount.amount}
    if standing.currency != charge.currency or session.execute(TAKE, amount).one_or_none() is None:
        raise LookupError(standing.provider_ref)
    dispute = Dispute(
        id=uuid7(),
        state=DisputeState.OPEN,
        charge_id=charge.id,
        provider_ref=standing.provider_ref,
        amount_idr=standing.amount,
        reason=standing.reason,
        due_at=standing.due_at,
        opened_at=clock.now(),
    )
    session.add(dispute)
    session.flush()
    record_move(Dispute.__tablename__, dispute.id, "", DisputeState.OPEN, by=SYSTEM, why=standing.reason)
    post(_moved(dispute, charge, won=False))
    _audited(dispute, "dispute.open", standing.reason)
    log.error("payment disputed", charge=str(charge.id), dispute=str(dispute.id), reason=standing.reason)
    emit(
        DisputeOpened(
            dispute_id=str(dispute.id),
            charge_id=str(charge.id),
            reference=charge.reference,
            amount_idr=dispute.amount_idr.amount,
        )
    )
    return dispute


def _moved(dispute: Dispute, charge: Charge, *, won: bool) -> Posting:
    drawn = (f"dispute:{dispute.id}", f"at:{queries.place(charge.gateway)}")
    debit, credit = reversed(drawn) if won else drawn
    return Posting(
        id=f"disputewon:{dispute.id}" if won else f"dispute:{dispute.id}",
        debit=debit,
        credit=credit,
        amount=dispute.amount_idr,
        kind="dispute_won" if won else "dispute",
        ref=charge.reference,
    )


def _audited(dispute: Dispute, action: str, why: str) -> None:
    after = {"charge": str(dispute.charge_id), "amount_idr": dispute.amount_idr.amount, "why": why}
    audit(STREAM, action, f"dispute:{dispute.id}", by=SYSTEM, after=after)
