"""Bank statements: taken in once, and each sum that came matched with the payment that asked for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM, Actor
from marketplace.kernel.audit import audit
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, Invalid, NotFound
from marketplace.kernel.ids import uuid7
from marketplace.kernel.machine import record_move
from marketplace.kernel.plugin import current
from marketplace.kernel.words import _
from marketplace.payments import policies, queries
from marketplace.payments.models import RowState, Statement, StatementRow
from marketplace.payments.services.charges import RETURNED, record
from marketplace.payments.sheet import FIELD, StatementLine, read
from marketplace.payments.slots import Outcome, Standing, gateways

STREAM = "payments"
_LOCK = select(StatementRow).where(StatementRow.id == bindparam("row")).with_for_update()


@dataclass(frozen=True)
class Imported:
    """What a file came to: how many movements it has, how many of them were not known, how many paid something."""

    rows: int
    new: int
    matched: int


def read_statement(content: bytes) -> tuple[StatementLine, ...]:
    """Read a file of the programme's account; raises Invalid on ``file``, also where no account is set."""
    to = queries.account()
    if to is None:
        raise Invalid({FIELD: _("Set BANK_ACCOUNT: without it nobody was asked to transfer anything.")})
    return read(content, f"{to.bank} {to.number}")


def import_statement(name: str, content: bytes, lines: Sequence[StatementLine], *, by: Actor) -> Imported:
    """Keep the movements of a file, once each however files overlap, and match what came in; raises NotAllowed."""
    return import_lines(name, sha256(content).hexdigest(), lines, by=by)


def import_lines(name: str, mark: str, lines: Sequence[StatementLine], *, by: Actor) -> Imported:
    """Do so with the lines of a file that was read before, which is known by its SHA-256."""
    by.require(policies.MANAGE, None)
    new = keep(name, mark, lines, by=by)
    return Imported(len(lines), new, match_all(by=by))


@transactional
def keep(name: str, mark: str, lines: Sequence[StatementLine], *, by: Actor) -> int:
    """Write down the movements that are not known, all or none; return how many. The same file again changes nothing."""
    statement_id = uuid7()
    told = {"id": statement_id, "sha256": mark, "name": name[:200], "imported_by": by.reference, "at": clock.now()}
    first = insert(Statement).values(**told).on_conflict_do_nothing(index_elements=["sha256"]).returning(Statement.id)
    if session.execute(first).scalar_one_or_none() is None or not lines:
        return 0
    rows = [
        {
            "id": uuid7(),
            "state": RowState.UNMATCHED,
            "statement_id": statement_id,
            "line": one.line,
            "row_hash": one.print,
            "booked_on": one.booked_on,
            "direction": one.direction,
            "amount_idr": one.amount,
            "why": "",
        }
        # In one order for everybody: files that overlap are taken in one after the other.
        for one in sorted(lines, key=lambda line: line.print)
    ]
    written = insert(StatementRow).on_conflict_do_nothing(index_elements=["row_hash"]).returning(StatementRow.id)
    known = [row.id for row in session.execute(written, rows)]
    for row_id in known:
        record_move(StatementRow.__tablename__, row_id, "", RowState.UNMATCHED, by=by)
    audit(STREAM, "statement.imported", f"statement:{statement_id}", by=by, after={"sha256": mark, "rows": len(known)})
    return len(known)


def match_all(*, by: Actor = SYSTEM) -> int:
    """Match every sum that came in and is of one payment alone; return how many were. Each is a transaction of its own."""
    return sum(match(row_id, by=by) for row_id in queries.asked_rows(by_sum()))


@transactional
def match(row_id: UUID, *, by: Actor = SYSTEM) -> bool:
    """Take a sum as the payment of the one charge that asked for it; False when there is none, or more than one."""
    row = _unmatched(row_id)
    if row is None:
        return False
    asking = queries.waited_for(by_sum(), row.amount_idr, row.booked_on)
    if len(asking) != 1:
        return False
    _paid(row, asking[0], "", by)
    return True


@transactional
def match_by_hand(row_id: UUID, charge_id: UUID, why: str, *, by: Actor) -> str:
    """Take a sum as the payment of a charge as a person found, and return the charge's state; another sum goes to review.

    Raises NotAllowed, NotFound, Conflict ``state`` when the row is matched or explained, or the charge is none of a transfer's,
    or was paid by another row.
    """
    by.require(policies.MANAGE, None)
    row = _unmatched(row_id)
    charge = queries.charge(charge_id)
    found = queries.transferred(str(charge_id))
    if row is None or row.direction != "in":
        raise Conflict("state", _("This movement does not wait for a person."))
    waits = charge.state in ("opened", "closed") and charge.cause != RETURNED
    if charge.gateway not in by_sum() or not waits or (found and found.paid is not None):
        raise Conflict("state", _("This payment does not wait for a transfer."), state=charge.state)
    _paid(row, charge_id, why, by)
    return queries.charge(charge_id).state


@transactional
def explain(row_id: UUID, why: str, *, by: Actor) -> None:
    """Note what a sum was that paid nothing here. Raises NotAllowed, NotFound, and Conflict ``state``."""
    by.require(policies.MANAGE, None)
    row = _unmatched(row_id)
    if row is None:
        raise Conflict("state", _("This movement does not wait for a person."))
    row.move(RowState.EXPLAINED, by=by)
    row.why = why
    _audited(row, "statement.explained", why, by)


def by_sum() -> tuple[str, ...]:
    """Return the gateways whose payments are known by their sum alone."""
    return tuple(one.key for one in gateways if one.by_sum)


def _unmatched(row_id: UUID) -> StatementRow | None:
    row: StatementRow | None = session.execute(_LOCK, {"row": row_id}).scalar_one_or_none()
    if row is None:
        raise NotFound
    return row if row.state == RowState.UNMATCHED else None


def _paid(row: StatementRow, charge_id: UUID, why: str, by: Actor) -> None:
    row.move(RowState.MATCHED, by=by, why=why, charge_id=charge_id)
    row.why = why
    session.flush()
    standing = Standing(
        provider_ref=str(charge_id),
        key=str(charge_id),
        outcome=Outcome.PAID,
        amount=row.amount_idr,
        currency="IDR",
        live=current().settings.production,
        payment_ref=str(row.id),
    )
    record(charge_id, standing, by=by)
    _audited(row, "statement.matched", why, by)


def _audited(row: StatementRow, action: str, why: str, by: Actor) -> None:
    charge = str(row.charge_id) if row.charge_id else None
    after = {"charge": charge, "amount_idr": row.amount_idr.amount, "why": why}
    audit(STREAM, action, f"statement_row:{row.id}", by=by, after=after)
