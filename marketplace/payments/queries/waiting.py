"""What waits for a finance officer: payments in review, disputes, refunds by hand, money that nobody has assigned."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, text

from marketplace.kernel.db import rows
from marketplace.kernel.money import Rupiah

# A refund found at its provider whose money was nobody's, and which neither a person assigned nor its provider took back.
SUSPENDED = """payments_refunds r JOIN payments_charges c ON c.id = r.charge_id
 JOIN payments_entries e ON e.id = 'refunded:' || r.id AND e.debit = 'suspense'
 WHERE NOT r.ours AND 'succeeded' = r.state AND NOT EXISTS (
 SELECT 1 FROM payments_entries a WHERE a.ref = r.id::text AND a.kind = 'assigned')"""
# Drawn back by a bank and not won: it lies on the dispute's own account until somebody bears it.
DISPUTED = """payments_disputes d JOIN payments_charges c ON c.id = d.charge_id
 JOIN payments_accounts a ON a.key = 'dispute:' || d.id AND a.debited_idr > a.credited_idr"""
_COUNTS = text(f"""
SELECT (SELECT count(*) FROM payments_charges WHERE state = 'review') AS reviews,
 (SELECT count(*) FROM {DISPUTED}) AS disputes,
 (SELECT count(*) FROM payments_refunds WHERE state = 'by_hand') AS by_hand,
 (SELECT count(*) FROM payments_payouts WHERE state = 'requested') AS payouts,
 (SELECT count(*) FROM payments_bank_accounts WHERE state = 'given') AS accounts,
 (SELECT count(*) FROM payments_statement_rows WHERE state = 'unmatched' AND direction = 'in') AS movements,
 (SELECT count(*) FROM {SUSPENDED}) AS suspended
""")  # noqa: S608 - our own words
_REVIEWS = text("""
SELECT id, id AS charge_id, reference, amount_idr AS amount, cause AS state, cause AS why, NULL::timestamptz AS due_at
FROM payments_charges
WHERE state = 'review' ORDER BY id LIMIT 50
""")
_REVIEWS_AFTER = text("""
SELECT id, id AS charge_id, reference, amount_idr AS amount, cause AS state, cause AS why, NULL::timestamptz AS due_at
FROM payments_charges WHERE state = 'review' AND id > :after ORDER BY id LIMIT :most
""")
_BY_HAND = text("""
SELECT r.id, r.charge_id, c.reference, r.amount_idr AS amount, r.state, r.cause AS why, NULL::timestamptz AS due_at
FROM payments_refunds r JOIN payments_charges c ON c.id = r.charge_id WHERE 'by_hand' = r.state ORDER BY r.id LIMIT 50
""")
_DISPUTES = text(f"""
SELECT d.id, d.charge_id, c.reference, d.amount_idr AS amount, d.state, d.reason AS why, d.due_at FROM {DISPUTED}
ORDER BY d.due_at NULLS LAST, d.id LIMIT 50
""")  # noqa: S608 - the same
_SUSPENDED = text(f"""
SELECT r.id, r.charge_id, c.reference, r.amount_idr AS amount, r.state, r.cause AS why, NULL::timestamptz AS due_at
FROM {SUSPENDED}
ORDER BY r.id LIMIT 50
""")  # noqa: S608 - the same


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How much of each kind waits."""

    reviews: int
    disputes: int
    by_hand: int
    payouts: int
    accounts: int
    movements: int
    suspended: int


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """One thing that waits, with the charge and reference it is about; ``due_at`` is until when a bank wants to hear of us."""

    id: UUID
    charge_id: UUID
    reference: str
    amount: Rupiah
    state: str
    why: str
    due_at: datetime | None


def waiting_counts() -> Counts:
    """Return how much waits, in one statement."""
    (row,) = rows(_COUNTS)
    return Counts(**row._asdict())


def reviews() -> Sequence[Waiting]:
    """Return the charges in review, oldest first."""
    return _told(_REVIEWS)


def reviews_after(after: UUID | None, most: int) -> Sequence[Waiting]:
    """Return so many charges in review at most, oldest first, behind one of them."""
    return _told(_REVIEWS_AFTER, {"after": after or UUID(int=0), "most": most})


def by_hand() -> Sequence[Waiting]:
    """Return the refunds that a person pays back, oldest first."""
    return _told(_BY_HAND)


def disputes() -> Sequence[Waiting]:
    """Return the disputes that are asked about, and those that were lost and nobody bears yet."""
    return _told(_DISPUTES)


def suspended() -> Sequence[Waiting]:
    """Return the refunds found at a provider whose money nobody has assigned."""
    return _told(_SUSPENDED)


def _told(wanted: TextClause, facts: dict[str, Any] | None = None) -> Sequence[Waiting]:
    return tuple(Waiting(**{**row._asdict(), "amount": Rupiah(row.amount)}) for row in rows(wanted, facts or {}))
