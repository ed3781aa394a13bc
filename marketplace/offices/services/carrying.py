"""The end of a fiscal year: what is still held on its lines goes on under a line of the next one."""

from typing import TypeVar
from uuid import UUID

from sqlalchemy import select

from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.audit import audit
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, NotFound
from marketplace.kernel.ids import uuid7
from marketplace.kernel.machine import record_move
from marketplace.kernel.money import ZERO, Rupiah
from marketplace.kernel.outbox import emit
from marketplace.kernel.words import _
from marketplace.offices import queries
from marketplace.offices.events import CommitmentCarried
from marketplace.offices.models import Commitment, CommitmentState, Line, Package
from marketplace.offices.policies import CARRY
from marketplace.offices.services.budget import give, open_commitment, take, write_step

STREAM = "offices"
T = TypeVar("T", Line, Package)


@transactional
def carry_over(reference: str, *, line_id: UUID, package_id: UUID, by: Actor, why: str) -> None:
    """Move what is held for a reference, and not realised, to a line and a package of the present year.

    What was realised stays with the year in which it was paid, under the reference with that year's mark. Raises NotFound for
    a reference, line or package that is not the actor's; Conflict: ``closed``, ``same_year`` when the commitment is of the
    present year, ``not_of_line`` when office or year of line and package differ, ``other_year`` for a line of another year
    than today's, ``nothing`` when all of it is realised, ``over_line`` and ``over_package``.
    """
    held = open_commitment(reference)
    # Rows of one kind in the order of their keys, as everybody locks them.
    lines = _locked(Line, held.line_id, line_id)
    packages = _locked(Package, held.package_id, package_id)
    old, new, package = lines[held.line_id], lines.get(line_id), packages.get(package_id)
    if not CARRY.allows(by, queries.unit(old.unit_code).scope) or new is None or package is None:
        raise NotFound
    if new.unit_code != old.unit_code or package.unit_code != old.unit_code:
        raise NotFound
    _years_fit(old, new, package)
    left = held.amount_idr - held.realised_idr
    if left == ZERO:
        raise Conflict("nothing", _("All of it is paid. There is nothing to carry over."))
    give(held, left, by, why)
    mark, year = f"{reference}#{old.year}", old.year
    held.move(
        CommitmentState.CLOSED, by=by, why=why, closed_at=clock.now(), amount_idr=held.realised_idr, reference=mark
    )
    take(line_id, package_id, left)
    _hold(reference, left, line_id, package_id, by)
    write_step(line_id, "commit", left, reference, by, why)
    was, now = {"line": str(old.id), "year": year}, {"line": str(line_id), "year": new.year, "why": why}
    audit(f"{STREAM}:{old.unit_code}", "carry_over", reference, by=by, before=was, after={**now, "idr": left.amount})
    emit(CommitmentCarried(reference=reference, line_id=str(line_id), package_id=str(package_id), year=new.year))


def _locked(model: type[T], *keys: UUID) -> dict[UUID, T]:
    wanted = select(model).where(model.id.in_(keys)).order_by(model.id).with_for_update()
    return {one.id: one for one in session.scalars(wanted.execution_options(populate_existing=True))}


def _years_fit(old: Line, new: Line, package: Package) -> None:
    this = clock.today().year
    if old.year >= this:
        raise Conflict(
            "same_year", _("This is held on a line of this fiscal year. It is carried over once the year has ended.")
        )
    if new.year != package.year:
        raise Conflict(
            "not_of_line", _("Package and budget line are of different offices or years. Choose those of one.")
        )
    if new.year != this:
        said = _("This line is of the fiscal year %(year)s. Choose one of this year.", year=new.year)
        raise Conflict("other_year", said, year=new.year)


def _hold(reference: str, amount: Rupiah, line_id: UUID, package_id: UUID, by: Actor) -> None:
    session.flush()
    made = Commitment(
        id=uuid7(), state=str(CommitmentState.OPEN), reference=reference, line_id=line_id, package_id=package_id,
        amount_idr=amount, realised_idr=ZERO, committed_at=clock.now(),
    )  # fmt: skip
    session.add(made)
    record_move(Commitment.__tablename__, made.id, "", str(CommitmentState.OPEN), by=by)
