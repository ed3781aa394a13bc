"""Money of a line and of a package, held for a reference before anybody is bound by it; it fails closed (R11.3).

Locks: the commitment, its line, its package; each limit stands in the WHERE of its update, with a CHECK behind it.
"""

from uuid import UUID

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import insert

from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import rows, session, transactional
from marketplace.kernel.errors import Conflict, NotFound
from marketplace.kernel.ids import uuid7
from marketplace.kernel.machine import record_move
from marketplace.kernel.money import ZERO, Rupiah
from marketplace.kernel.words import _
from marketplace.offices.models import Commitment, CommitmentState, Line, Movement, Package

TAKE_LINE = text("""
UPDATE offices_lines SET committed_idr = committed_idr + :amount
WHERE id = :id AND committed_idr + realised_idr + :amount <= ceiling_idr RETURNING id
""")
TAKE_PACKAGE = text("""
UPDATE offices_packages SET committed_idr = committed_idr + :amount
WHERE id = :id AND committed_idr + realised_idr + :amount <= value_idr RETURNING id
""")
GIVE_LINE = text("UPDATE offices_lines SET committed_idr = committed_idr - :amount WHERE id = :id")
GIVE_PACKAGE = text("UPDATE offices_packages SET committed_idr = committed_idr - :amount WHERE id = :id")
REALISE_LINE = text("""
UPDATE offices_lines SET committed_idr = committed_idr - :amount, realised_idr = realised_idr + :amount WHERE id = :id
""")
REALISE_PACKAGE = text("""
UPDATE offices_packages SET committed_idr = committed_idr - :amount, realised_idr = realised_idr + :amount WHERE id = :id
""")
HELD = select(Commitment).where(Commitment.reference == bindparam("reference")).with_for_update()


@transactional
def commit(reference: str, amount: Rupiah, *, line_id: UUID, package_id: UUID, by: Actor) -> None:
    """Hold an amount of a line and of a package for a reference; exactly enough is enough. The same again changes nothing.

    Part of the caller's transaction, who has asked whether the actor may. Raises NotFound for a line or package that is not
    there, and Conflict: ``not_of_line`` when the package is of another unit or year, ``other_year`` when the line's year is
    not today's in Jakarta, ``over_line`` or ``over_package`` with ``short_idr``, what is missing, and ``committed`` when the
    reference holds something else already.
    """
    _positive(amount)
    line, package = session.get(Line, line_id), session.get(Package, package_id)
    if line is None or package is None:
        raise NotFound
    if (line.unit_code, line.year) != (package.unit_code, package.year):
        raise Conflict(
            "not_of_line", _("Package and budget line are of different offices or years. Choose those of one.")
        )
    made = insert(Commitment).values(
        id=uuid7(), state=str(CommitmentState.OPEN), reference=reference, line_id=line_id, package_id=package_id,
        amount_idr=amount, realised_idr=ZERO, committed_at=clock.now(),
    )  # fmt: skip
    # Of two with one reference the second waits here for the first, and then finds what it holds.
    new = session.scalar(made.on_conflict_do_nothing(index_elements=[Commitment.reference]).returning(Commitment.id))
    if new is None:
        _same(_held(reference), amount, line_id, package_id)
        return
    if line.year != clock.today().year:
        said = _("This line is of the fiscal year %(year)s. Choose one of this year.", year=line.year)
        raise Conflict("other_year", said, year=line.year)
    record_move(Commitment.__tablename__, new, "", str(CommitmentState.OPEN), by=by)
    take(line_id, package_id, amount)
    write_step(line_id, "commit", amount, reference, by)


@transactional
def recommit(reference: str, amount: Rupiah, *, by: Actor, why: str) -> None:
    """Hold more or less for a reference than until now; less than what is realised is refused.

    Raises NotFound, and Conflict: ``closed``, ``realised``, ``over_line`` or ``over_package``.
    """
    _positive(amount)
    held = open_commitment(reference)
    if amount < held.realised_idr:
        said = _("%(amount)s of it is paid already. It cannot become less.", amount=held.realised_idr)
        raise Conflict("realised", said, realised_idr=held.realised_idr.amount)
    more = amount - held.amount_idr
    if more > ZERO:
        take(held.line_id, held.package_id, more)
        write_step(held.line_id, "commit", more, reference, by, why)
    elif more < ZERO:
        give(held, -more, by, why)
    held.amount_idr = amount


@transactional
def release(reference: str, *, by: Actor, why: str) -> None:
    """Give back what is held for a reference and not realised, and close it; again changes nothing. Raises NotFound."""
    held = _held(reference)
    if held.state != CommitmentState.CLOSED:
        _close(held, by, why)


@transactional
def realise(reference: str, amount: Rupiah, *, by: Actor, last: bool) -> None:
    """Turn what was paid from committed into realised; with ``last`` the rest is given back and the commitment closed.

    Raises NotFound, and Conflict: ``closed``, or ``over_commitment`` with ``short_idr`` when more was paid than is held.
    """
    _positive(amount)
    held = open_commitment(reference)
    left = held.amount_idr - held.realised_idr
    if amount > left:
        said = _("Only %(amount)s is held for this. Raise what is held first.", amount=left)
        raise Conflict("over_commitment", said, short_idr=(amount - left).amount)
    for statement, thing in ((REALISE_LINE, held.line_id), (REALISE_PACKAGE, held.package_id)):
        session.execute(statement, {"id": thing, "amount": amount.amount})
    write_step(held.line_id, "realise", amount, reference, by)
    held.realised_idr += amount
    if last:
        _close(held, by, "realised")


def _positive(amount: Rupiah) -> None:
    if amount <= ZERO:
        raise Conflict("nothing", _("There is nothing to hold: the amount is not above zero."))


def _held(reference: str) -> Commitment:
    held: Commitment | None = session.execute(HELD, {"reference": reference}).scalar_one_or_none()
    if held is None:
        raise NotFound
    return held


def open_commitment(reference: str) -> Commitment:
    """Return an open commitment, locked. Raises NotFound, and Conflict ``closed``."""
    held = _held(reference)
    if held.state != CommitmentState.OPEN:
        raise Conflict("closed", _("What was held for this is closed."))
    return held


def _same(held: Commitment, amount: Rupiah, line_id: UUID, package_id: UUID) -> None:
    as_told = (held.amount_idr, held.line_id, held.package_id) == (amount, line_id, package_id)
    if held.state != CommitmentState.OPEN or not as_told:
        raise Conflict("committed", _("Something else is held for this already."))


def take(line_id: UUID, package_id: UUID, amount: Rupiah) -> None:
    """Hold an amount of a line and of a package. Raises Conflict ``over_line`` or ``over_package``."""
    if not rows(TAKE_LINE, {"id": line_id, "amount": amount.amount}):
        line = session.get_one(Line, line_id, populate_existing=True)
        free = line.ceiling_idr - line.committed_idr - line.realised_idr
        told = _(
            "The budget line has %(free)s left, %(short)s too little. Choose another, or ask for a revision of its ceiling.",
            free=free,
            short=amount - free,
        )
        raise Conflict("over_line", told, short_idr=(amount - free).amount, free_idr=free.amount)
    if not rows(TAKE_PACKAGE, {"id": package_id, "amount": amount.amount}):
        package = session.get_one(Package, package_id, populate_existing=True)
        free = package.value_idr - package.committed_idr - package.realised_idr
        told = _(
            "The package has %(free)s left, %(short)s too little. Choose another, or revise it in SiRUP.",
            free=free,
            short=amount - free,
        )
        raise Conflict("over_package", told, short_idr=(amount - free).amount, free_idr=free.amount)


def give(held: Commitment, amount: Rupiah, by: Actor, why: str) -> None:
    """Give an amount of a commitment back to its line and its package."""
    for statement, thing in ((GIVE_LINE, held.line_id), (GIVE_PACKAGE, held.package_id)):
        session.execute(statement, {"id": thing, "amount": amount.amount})
    write_step(held.line_id, "release", amount, held.reference, by, why)


def _close(held: Commitment, by: Actor, why: str) -> None:
    rest = held.amount_idr - held.realised_idr
    if rest:
        give(held, rest, by, why)
    held.move(CommitmentState.CLOSED, by=by, why=why, closed_at=clock.now(), amount_idr=held.realised_idr)


def write_step(line_id: UUID, kind: str, amount: Rupiah, reference: str, by: Actor, why: str = "") -> None:
    """Append a step to a line."""
    session.add(
        Movement(
            id=uuid7(), line_id=line_id, kind=kind, amount_idr=amount, reference=reference, why=why,
            by=by.reference, at=clock.now(),
        )
    )  # fmt: skip
