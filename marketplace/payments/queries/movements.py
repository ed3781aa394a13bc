"""Movements of the account as an officer sees them: which payment each may be of, and why it is of none."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select, text, tuple_

from marketplace.kernel import clock
from marketplace.kernel.db import rows
from marketplace.kernel.money import ZERO, Rupiah
from marketplace.payments import models
from marketplace.payments.models import ChargeState, RowState, StatementRow
from marketplace.payments.queries.statements import LATE, NEAR, BankRow, bank_rows

AT_MOST = 8
"""So many payments are named that a movement may be of."""
# By the index on what was asked; for each sum the nearest first, the newest of equal ones before.
_NEAR = text("""
SELECT w.amount AS wanted, c.id AS charge_id, c.reference, c.state, c.cause, c.asked_idr AS asked, c.created_at, c.closed_at
FROM unnest(CAST(:amounts AS bigint[])) AS w (amount)
JOIN LATERAL (
 SELECT * FROM payments_charges p WHERE p.gateway = ANY(:gateways) AND p.asked_idr BETWEEN w.amount - :near AND w.amount + :near
 ORDER BY abs(p.asked_idr - w.amount), p.id DESC LIMIT :most
) c ON true
""")
_ASKED = text("""
SELECT r.id FROM payments_statement_rows r WHERE 'unmatched' = r.state AND 'in' = r.direction AND EXISTS (
 SELECT 1 FROM payments_charges c WHERE c.asked_idr = r.amount_idr AND c.gateway = ANY(:gateways)
) ORDER BY r.booked_on, r.statement_id, r.line
""")


class Verdict(StrEnum):
    """What a movement that came in is, as far as our own books tell it."""

    PAYS = "pays"
    SEVERAL = "several"
    PAID = "paid"
    SHORT = "short"
    OVER = "over"
    EARLY = "early"
    """Some payment asked for it, but only after the day on which it came."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Near:
    """A transfer that asked for this sum, or for one close to it."""

    charge_id: UUID
    reference: str
    state: str
    cause: str
    asked: Rupiah
    created_at: datetime
    closed_at: datetime | None

    @property
    def waits(self) -> bool:
        """Tell whether a person may still match a movement with it."""
        return self.state in (ChargeState.OPENED, ChargeState.CLOSED) and self.cause != "returned"


@dataclass(frozen=True, kw_only=True)
class Guess:
    """What a movement may be: of which payment, and how many rupiah apart from what that asked for."""

    verdict: Verdict
    near: Near | None = None
    apart: Rupiah = ZERO


def near(amounts: Collection[Rupiah], gateways: Sequence[str]) -> Mapping[Rupiah, tuple[Near, ...]]:
    """Return the transfers that asked for about so much, the closest first, in one statement."""
    if not amounts:
        return {}
    wanted = sorted({one.amount for one in amounts})
    facts = {"amounts": wanted, "gateways": list(gateways), "near": NEAR.amount, "most": AT_MOST}
    found: dict[Rupiah, tuple[Near, ...]] = {}
    for row in rows(_NEAR, facts):
        told = {
            name: getattr(row, name) for name in ("charge_id", "reference", "state", "cause", "created_at", "closed_at")
        }
        one = Near(**told, asked=Rupiah(row.asked))
        found[Rupiah(row.wanted)] = (*found.get(Rupiah(row.wanted), ()), one)
    return found


def guessed(amount: Rupiah, booked_on: date, about: Sequence[Near]) -> Guess:
    """Return what a sum that came on a day may be, by the transfers near to it; ``waited_for`` decides by the same rule."""
    ends = datetime.combine(booked_on + timedelta(days=1), datetime.min.time(), clock.JAKARTA)
    same = [one for one in about if one.asked == amount]
    asked = [one for one in same if one.waits and one.created_at < ends]
    opened = [one for one in asked if one.state == ChargeState.OPENED]
    lately = [one for one in asked if one.closed_at and one.closed_at > ends - timedelta(days=1) - LATE]
    if fitting := opened or lately:
        return Guess(verdict=Verdict.PAYS if len(fitting) == 1 else Verdict.SEVERAL, near=fitting[0])
    if paid := next((one for one in same if one.state in (ChargeState.SETTLED, ChargeState.SURPLUS)), None):
        return Guess(verdict=Verdict.PAID, near=paid)
    for one in about:
        if one.waits and one.state == ChargeState.OPENED and one.asked != amount:
            short = amount < one.asked
            apart = one.asked - amount if short else amount - one.asked
            return Guess(verdict=Verdict.SHORT if short else Verdict.OVER, near=one, apart=apart)
    if later := next((one for one in same if one.waits and one.created_at >= ends), None):
        return Guess(verdict=Verdict.EARLY, near=later)
    return Guess(verdict=Verdict.UNKNOWN)


def asked_rows(gateways: Sequence[str]) -> list[UUID]:
    """Return the movements that wait whose sum some transfer asked for: no other can be matched by itself."""
    return [row.id for row in rows(_ASKED, {"gateways": list(gateways)})]


def known_marks(marks: Sequence[str]) -> frozenset[str]:
    """Return those marks of movements that are taken in already."""
    found = rows(select(StatementRow.row_hash).where(StatementRow.row_hash.in_(marks))) if marks else []
    return frozenset(row.row_hash for row in found)


def unmatched_after(after: tuple[date, int, UUID] | None, most: int) -> tuple[BankRow, ...]:
    """Return so many movements that wait at most, the oldest first, behind one of them."""
    wanted = bank_rows().where(StatementRow.state == RowState.UNMATCHED, StatementRow.direction == "in")
    if after is not None:
        wanted = wanted.where(tuple_(StatementRow.booked_on, StatementRow.line, StatementRow.id) > after)
    found = rows(wanted.order_by(StatementRow.booked_on, StatementRow.line, StatementRow.id).limit(most))
    return tuple(BankRow(**row._asdict()) for row in found)


@dataclass(frozen=True, kw_only=True)
class TakenIn:
    """A file that was taken in: when, and how many movements it brought and how many of them wait."""

    name: str
    at: datetime
    rows: int
    waiting: int


_TAKEN_IN = text("""
SELECT s.name, s.at, count(r.id) AS rows, count(r.id) FILTER (WHERE 'unmatched' = r.state AND 'in' = r.direction) AS waiting
FROM (SELECT * FROM payments_statements ORDER BY at DESC, id LIMIT :most) s
LEFT JOIN payments_statement_rows r ON r.statement_id = s.id GROUP BY s.id, s.name, s.at ORDER BY s.at DESC, s.id
""")


def taken_in(most: int = 10) -> tuple[TakenIn, ...]:
    """Return the newest files that were taken in."""
    return tuple(TakenIn(**row._asdict()) for row in rows(_TAKEN_IN, {"most": most}))


def transfers_of(reference: str, gateways: Sequence[str]) -> tuple[UUID, ...]:
    """Return the transfers of a reference with which a person may match a movement, newest first."""
    charge = models.Charge
    wanted = select(charge.id).where(
        charge.reference == reference,
        charge.gateway.in_(gateways),
        charge.state.in_((ChargeState.OPENED, ChargeState.CLOSED)),
        charge.cause != "returned",
    )
    return tuple(row.id for row in rows(wanted.order_by(charge.id.desc())))
