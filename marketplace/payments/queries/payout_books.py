"""What ``jkp verify`` and ``jkp facts`` read of payouts, and what a person may have of their own accounts."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from marketplace.kernel import clock
from marketplace.kernel.db import rows
from marketplace.payments.models import BankAccount, Batch, Entry, Payout, PayoutState
from marketplace.payments.queries.ledger import Moved, unlike
from marketplace.payments.queries.payouts import payer
from marketplace.payments.queries.sealed import SealBrokenError, unseal

LATE = timedelta(days=3)
BACK = (PayoutState.FAILED, PayoutState.CANCELLED)


def broken_payouts() -> Iterator[str]:
    """Yield a sentence for each broken invariant of payouts (R26.1)."""
    yield from _entries()
    yield from _two_people()
    yield from _batches()
    late = select(Payout.code, Payout.state).where(
        Payout.state.in_((PayoutState.APPROVED, PayoutState.SENT)), Payout.requested_at <= clock.now() - LATE
    )
    for row in rows(late.order_by(Payout.code)):
        yield f"payments: the payout {row.code} is {row.state} since more than three days"


def _entries() -> Iterator[str]:
    expected: dict[str, Moved] = {}
    # Of what failed only the entry knows whether it was paid before, and came back.
    paid = {row.id: Moved(row.debit, row.credit, row.amount_idr) for row in rows(_PAID)}
    columns = (Payout.id, Payout.payee, Payout.amount_idr, Payout.state, Payout.channel)
    for row in rows(select(*columns)):
        owed, own = f"payable:{row.payee}", f"payout:{row.id}"
        expected[f"payout:{row.id}"] = Moved(owed, own, row.amount_idr)
        if row.state == PayoutState.PAID:
            known = payer(row.channel)
            expected[f"paid:{row.id}"] = Moved(own, f"at:{known.place if known else row.channel}", row.amount_idr)
        elif row.state in BACK:
            expected[f"payoutback:{row.id}"] = Moved(own, owed, row.amount_idr)
        if row.state == PayoutState.FAILED and (gone := paid.get(f"paid:{row.id}")):
            expected[f"paid:{row.id}"] = gone._replace(debit=own, amount=row.amount_idr)
            expected[f"undo:paid:{row.id}"] = Moved(gone.credit, own, row.amount_idr)
    yield from unlike(expected, ("payout", "payout_paid", "payout_back", "payout_undone"))


_PAID = select(Entry.id, Entry.debit, Entry.credit, Entry.amount_idr).where(Entry.kind == "payout_paid")


def _two_people() -> Iterator[str]:
    alone = (Payout.approved_by == Payout.requested_by) & (Payout.approved_by != "system")
    for row in rows(select(Payout.code).where(alone)):
        yield f"payments: the payout {row.code} was approved by who asked for it"
    let_go = Payout.state.in_((PayoutState.APPROVED, PayoutState.SENT, PayoutState.PAID)) & Payout.approved_by.is_(None)
    for row in rows(select(Payout.code).where(let_go)):
        yield f"payments: the payout {row.code} went out and nobody approved it"


def _batches() -> Iterator[str]:
    sums = (
        select(Payout.batch_id, func.count().label("payouts"), func.sum(Payout.amount_idr).label("total"))
        .where(Payout.batch_id.is_not(None))
        .group_by(Payout.batch_id)
        .subquery()
    )
    different = (sums.c.payouts.is_distinct_from(Batch.payouts)) | (sums.c.total.is_distinct_from(Batch.total_idr))
    compared = select(Batch.number).outerjoin(sums, sums.c.batch_id == Batch.id).where(different)
    for row in rows(compared.order_by(Batch.number)):
        yield f"payments: the file {row.number} does not say what its payouts come to"
    for row in rows(select(Batch.number, Batch.file_sealed, Batch.sha256).order_by(Batch.number)):
        try:
            whole = hashlib.sha256(unseal(row.file_sealed, f"batch:{row.number}")).hexdigest() == row.sha256
        except SealBrokenError:
            whole = False
        if not whole:
            yield f"payments: the file {row.number} cannot be read as it was made"


def payout_facts() -> Iterator[Mapping[str, object]]:
    """Yield the rows of ``payouts`` for ``jkp facts``: no account and no name."""
    for row in rows(select(Payout.__table__).order_by(Payout.id)):
        yield {
            "id": str(row.id),
            "code": row.code,
            "payee": row.payee,
            "amount_idr": row.amount_idr.amount,
            "state": row.state,
            "channel": row.channel,
            "requested_by": row.requested_by,
            "approved_by": row.approved_by,
        }


def export_accounts(person_id: UUID) -> Mapping[str, Any]:
    """Return the bank accounts that a person gave, the numbers in full: they are theirs."""
    found = rows(select(BankAccount.__table__).where(BankAccount.person_id == person_id).order_by(BankAccount.id))
    given = [
        {
            "bank": row.bank_code,
            "number": unseal(row.number_sealed, f"bank_account:{row.id}").decode(),
            "holder": row.holder,
            "state": row.state,
            "given_at": row.given_at.isoformat(),
        }
        for row in found
    ]
    return {"bank_accounts": given}
