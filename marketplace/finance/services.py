"""What finance does: it tells shops that come near a limit of the law, and keeps a bank statement until it is taken in."""

from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from marketplace.finance import queries
from marketplace.finance.events import TurnoverReached
from marketplace.finance.models import Sheet, Warned
from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import session, transactional
from marketplace.kernel.ids import uuid7
from marketplace.kernel.outbox import emit
from marketplace.payments import services as payments
from marketplace.payments.policies import MANAGE


def warn_of_turnover() -> int:
    """Tell each shop whose turnover of the year came to 80, 90 or 100 percent of a limit; return how many were told.

    Once for each percentage, and of several that were passed at once the highest alone. Nothing is taken and nothing stopped.
    """
    return sum(_told(seller_id, mark) for seller_id, mark in tuple(queries.all_marks()))


@transactional
def _told(seller_id: UUID, mark: queries.Mark) -> bool:
    year, now = clock.today().year, clock.now()
    common = {"seller_id": seller_id, "year": year, "code": mark.code, "turnover_idr": mark.turnover, "at": now}
    written = insert(Warned).values([{**common, "percent": percent} for percent in mark.reached])
    new = session.execute(written.on_conflict_do_nothing().returning(Warned.percent)).scalars().all()
    if mark.reached[-1] not in new:
        return False
    emit(
        TurnoverReached(
            seller_id=str(seller_id),
            year=year,
            code=mark.code,
            percent=mark.reached[-1],
            turnover_idr=mark.turnover.amount,
            limit_idr=mark.limit.amount,
        )
    )
    return True


KEPT = timedelta(days=1)
"""So long a statement that was read waits to be taken in."""


@transactional
def read_sheet(name: str, content: bytes, *, by: Actor) -> UUID:
    """Read a bank statement and keep its movements until somebody says that they are to be taken in; none is yet.

    Raises NotAllowed, and Invalid on ``file`` with a sentence for each cell that cannot be read: then nothing is kept.
    """
    by.require(MANAGE, None)
    lines = payments.read_statement(content)
    sheet_id = uuid7()
    told = [[one.line, one.booked_on.isoformat(), one.direction, one.amount.amount, one.print] for one in lines]
    session.add(
        Sheet(
            id=sheet_id, name=name[:200], sha256=sha256(content).hexdigest(), lines=told, given_by=by.reference,
            at=clock.now(),
        )
    )  # fmt: skip
    return sheet_id


def take_sheet_in(sheet_id: UUID, *, by: Actor) -> payments.Imported:
    """Take the movements of a statement in that was read, and match what came; raises NotFound, NotAllowed.

    The same statement again, or one that overlaps it, adds nothing twice.
    """
    sheet = queries.sheet(sheet_id)
    done = payments.import_lines(sheet.name, sheet.sha256, sheet.lines, by=by)
    _forget(sheet_id)
    return done


@transactional
def _forget(sheet_id: UUID) -> None:
    session.execute(delete(Sheet).where(Sheet.id == sheet_id))


@transactional
def sweep_sheets() -> int:
    """Forget statements that nobody took in within a day; return how many."""
    old = delete(Sheet).where(Sheet.at < clock.now() - KEPT).returning(Sheet.id)
    return len(session.execute(old.execution_options(synchronize_session=False)).all())
