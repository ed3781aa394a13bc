"""Transfers, the sums they are asked for, and the bank's statements."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select, text

from marketplace.kernel import clock
from marketplace.kernel.db import rows
from marketplace.kernel.errors import NotFound
from marketplace.kernel.money import Rupiah
from marketplace.payments import models
from marketplace.payments.models import ChargeState, RowState, StatementRow

LATE = timedelta(days=14)
"""So long after its end money is looked for that was to come for a charge."""
NEAR = Rupiah(1000)
"""So many rupiah too few or too many are worth naming whose payment it may be."""

# The smallest deduction that no open payment has; and, while there are such, none that was waited for or came lately.
FREE = text("""
SELECT n FROM generate_series(0, :most) AS n
LEFT JOIN LATERAL (
    SELECT bool_or(c.state IN ('opened', 'review')) AS taken, count(*) AS lately FROM payments_charges c
    WHERE c.gateway = :gateway AND c.asked_idr = :amount - n
    AND (c.state IN ('opened', 'review') OR coalesce(c.settled_at, c.closed_at) > :since)
) AS used ON true
WHERE NOT coalesce(used.taken, false) ORDER BY used.lately > 0, n LIMIT 1 OFFSET :skip
""")


@dataclass(frozen=True, kw_only=True)
class Transferred:
    """How a transfer stands by our own books: what was asked, whether it is waited for, and what came."""

    asked: Rupiah
    open: bool
    paid: Rupiah | None
    row: str | None


@dataclass(frozen=True, kw_only=True)
class BankRow:
    """A movement of the account; ``file`` and ``line`` tell where to read the bank's own words, which are not kept."""

    id: UUID
    state: str
    file: str
    line: int
    booked_on: date
    direction: str
    amount: Rupiah
    charge_id: UUID | None
    why: str


def free_sum(gateway: str, amount: Rupiah, most: int, skip: int = 0) -> Rupiah | None:
    """Return what to ask for instead of an amount, at most so many rupiah less; None when all such sums are waited for.

    Who was beaten to one skips some.
    """
    facts = {"gateway": gateway, "amount": amount.amount, "most": most, "since": clock.now() - LATE}
    found = rows(FREE, {**facts, "skip": skip}) or rows(FREE, {**facts, "skip": 0})
    return amount - Rupiah(found[0].n) if found else None


def transferred(provider_ref: str) -> Transferred | None:
    """Return how a transfer stands, by its charge's id; None when there is no such charge."""
    try:
        charge_id = UUID(provider_ref)
    except ValueError:
        return None
    found = rows(
        select(
            models.Charge.amount_idr,
            models.Charge.asked_idr,
            models.Charge.state,
            StatementRow.id.label("row"),
            StatementRow.amount_idr.label("paid"),
        )
        .outerjoin(StatementRow, StatementRow.charge_id == models.Charge.id)
        .where(models.Charge.id == charge_id)
    )
    if not found:
        return None
    one = found[0]
    return Transferred(
        asked=one.asked_idr or one.amount_idr,
        open=one.state == ChargeState.OPENED,
        paid=one.paid,
        row=str(one.row) if one.row else None,
    )


def waited_for(gateways: tuple[str, ...], amount: Rupiah, booked_on: date) -> tuple[UUID, ...]:
    """Return the charges that a sum may have paid: those open, else those that ended lately; one means it is that one."""
    ends = datetime.combine(booked_on + timedelta(days=1), datetime.min.time(), clock.JAKARTA)
    asked = select(models.Charge.id).where(
        models.Charge.gateway.in_(gateways),
        models.Charge.asked_idr == amount,
        models.Charge.created_at < ends,
        # What a person paid back is at its end, whatever comes.
        models.Charge.cause != "returned",
    )
    still = rows(asked.where(models.Charge.state == ChargeState.OPENED))
    late = models.Charge.closed_at > ends - timedelta(days=1) - LATE
    found = still or rows(asked.where(models.Charge.state == ChargeState.CLOSED, late))
    return tuple(row.id for row in found)


_row = select(
    StatementRow.id,
    StatementRow.state,
    models.Statement.name.label("file"),
    StatementRow.line,
    StatementRow.booked_on,
    StatementRow.direction,
    StatementRow.amount_idr.label("amount"),
    StatementRow.charge_id,
    StatementRow.why,
).join(models.Statement)


def bank_rows() -> Select[*tuple[Any, ...]]:
    """Return the question for movements, to which whoever asks adds which."""
    return _row


def bank_row(row_id: UUID) -> BankRow:
    """Return a movement; raises NotFound."""
    found = rows(_row.where(StatementRow.id == row_id))
    if not found:
        raise NotFound
    return BankRow(**found[0]._asdict())


def unmatched_rows() -> tuple[BankRow, ...]:
    """Return what came in and paid nothing that we know of, oldest first."""
    wanted = _row.where(StatementRow.state == RowState.UNMATCHED, StatementRow.direction == "in")
    as_listed = wanted.order_by(StatementRow.booked_on, StatementRow.statement_id, StatementRow.line)
    return tuple(BankRow(**row._asdict()) for row in rows(as_listed))


def guess(row: BankRow, gateways: tuple[str, ...]) -> str:
    """Return in words why a sum was not matched, as far as our own books tell it."""
    columns = (models.Charge.reference, models.Charge.state, models.Charge.asked_idr, models.Charge.settled_at)
    charges = select(*columns).where(models.Charge.gateway.in_(gateways))
    apart = func.abs(models.Charge.asked_idr - row.amount)
    near = charges.where(models.Charge.asked_idr.between(max(row.amount - NEAR, Rupiah(0)), row.amount + NEAR))
    found = rows(near.order_by(apart, models.Charge.created_at.desc()).limit(20))
    same = [one for one in found if one.asked_idr == row.amount]
    if len([one for one in same if one.state == ChargeState.CLOSED]) > 1:
        return "several payments of that sum ended lately"
    if paid := next((one for one in same if one.settled_at is not None), None):
        return f"that sum was asked for {paid.reference}, which is paid already"
    if other := next((one for one in found if one.state == ChargeState.OPENED), None):
        less = other.asked_idr.amount - row.amount.amount
        return f"{abs(less)} rupiah {'less' if less > 0 else 'more'} than what was asked for {other.reference}"
    return "no payment of that sum is waited for"


def broken_rows() -> Iterator[str]:
    """Yield a sentence for each movement that waits for a person, or does not fit the charge it paid."""
    for row in unmatched_rows():
        where = f"{row.file}, line {row.line}"
        yield f"payments: the movement {row.id} ({where}) of {row.amount.amount} rupiah waits for a person"
    joined = select(StatementRow.id, models.Charge.id.label("charge"), models.Charge.state).join(
        models.Charge, models.Charge.id == StatementRow.charge_id
    )
    unpaid = models.Charge.state.in_((ChargeState.OPENED, ChargeState.CLOSED)) & (models.Charge.cause != "returned")
    for one in rows(joined.where(unpaid)):
        yield f"payments: the movement {one.id} paid the charge {one.charge}, which is {one.state}"
