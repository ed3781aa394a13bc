"""Giving and taking roles, each written into the audit log with the change (R15.4, R23.1)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, and_, func, insert, or_, select, true, update

from marketplace.accounts import policies, queries
from marketplace.accounts.models import HeldGrant, Person, PersonState
from marketplace.accounts.services.sessions import end_all
from marketplace.kernel import clock, ids
from marketplace.kernel.access import Actor, Grant
from marketplace.kernel.audit import audit
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Invalid, NotFound
from marketplace.kernel.words import _

STREAM = "accounts"


@dataclass(frozen=True)
class Period:
    """From an instant until another, which is no longer part of it; without an end if that is None."""

    start: datetime
    end: datetime | None

    def without(self, others: Iterable["Period"]) -> list["Period"]:
        """Return what of this period lies in none of the others, which come by their beginning."""
        left, at = [], self.start
        for other in others:
            if other.start > at:
                left.append(Period(at, other.start))
            if other.end is None:
                return left
            at = max(at, other.end)
        if self.end is None or at < self.end:
            left.append(Period(at, self.end))
        return left


@transactional
def grant(
    person_id: UUID,
    role: str,
    scope_kind: str = "everywhere",
    scope_id: str = "",
    *,
    by: Actor,
    from_: datetime | None = None,
    until: datetime | None = None,
) -> None:
    """Give a person a role for a scope, from now or ``from_`` on, for good or until ``until``, which is no longer part of it.

    ``scope_id`` is the thing's id or code. A person may be given the same role for several periods; what they hold of this one
    already stays as it is, and only what is missing is added. A beginning in the past counts from now: nobody held then what
    is given today. What begins now ends the person's sessions, what begins later ends them by the clock, so that the next
    request proves who it is under the new rights. Raises NotFound for nobody, NotAllowed for an actor who may not give this
    role to this person, Invalid for a scope that the role is not held for or that is not there, and for an end that is past.
    """
    found, now = queries.scope_found(scope_kind, scope_id), clock.now()
    wanted = Grant(role, scope_kind, scope_id if found is None else found)
    by.require(policies.GRANT, policies.Wanted(wanted, person_id))
    _fitting(wanted, is_there=found is not None)
    period = _period(from_, until, now)
    # Of two who give at once the second waits here, and then finds what the first gave.
    if not _hold(person_id):
        raise NotFound
    held = _held(person_id, wanted, (wanted.scope_id,), period)
    gaps = period.without(Period(row.valid_from, row.valid_to) for row in held)
    for gap in gaps:
        # A period that is under way grows; one of its own stays one of its own.
        grown = next((row.id for row in held if gap.start > period.start and row.valid_to == gap.start), None)
        if grown is None:
            _write(person_id, wanted, gap, by.reference)
        else:
            _move(grown, valid_to=gap.end)
    if gaps:
        before = _facts(wanted, Period(now, held[0].valid_to), now) if held else {}
        _changed(person_id, "grant", before, _facts(wanted, period, now), by, at_once=period.start <= now)


@transactional
def revoke(
    person_id: UUID,
    role: str,
    scope_kind: str = "everywhere",
    scope_id: str = "",
    *,
    by: Actor,
    from_: datetime | None = None,
    until: datetime | None = None,
) -> None:
    """Take a role for a scope away, from now or ``from_`` on, for good or until ``until``; what is not held changes nothing.

    For good takes periods that are still to come as well; with ``until`` the role rests, and what was held beyond goes on
    from there. Ends the person's sessions when it takes something at once. Raises NotAllowed, Invalid for an end that is past.
    """
    found, now = queries.scope_found(scope_kind, scope_id), clock.now()
    wanted = Grant(role, scope_kind, scope_id if found is None else found)
    by.require(policies.GRANT, policies.Wanted(wanted, person_id))
    period = _period(from_, until, now)
    _hold(person_id)
    # What stands there as it was written is taken as well: it may name something that is gone.
    taken = _held(person_id, wanted, (wanted.scope_id, scope_id), period)
    for row in taken:
        beyond = period.end is not None and (row.valid_to is None or row.valid_to > period.end)
        if row.valid_from < period.start:
            _move(row.id, valid_to=period.start)
            if beyond and period.end is not None:
                kept = Grant(role, scope_kind, row.scope_id)
                _write(person_id, kept, Period(period.end, row.valid_to), row.granted_by)
        elif beyond:
            _move(row.id, valid_from=period.end)
        else:
            _move(row.id, valid_to=row.valid_from)
    if taken:
        at_once = period.start <= now and any(row.valid_from <= now for row in taken)
        _changed(person_id, "revoke", _facts(wanted, period, now), {}, by, at_once=at_once)


def end_all_grants(person_id: UUID) -> None:
    """End whatever a person still holds; part of the caller's transaction."""
    now = clock.now()
    session.execute(
        update(HeldGrant)
        .where(HeldGrant.person_id == person_id, or_(HeldGrant.valid_to.is_(None), HeldGrant.valid_to > now))
        # What has not begun ends where it begins.
        .values(valid_to=func.greatest(HeldGrant.valid_from, now))
        .execution_options(synchronize_session=False)
    )


def _period(from_: datetime | None, until: datetime | None, now: datetime) -> Period:
    period = Period(max(from_ or now, now), until)
    if until is not None and until <= period.start:
        raise Invalid({"until": _("A role ends after now, and after it begins. Give a later time.")})
    return period


def _hold(person_id: UUID) -> bool:
    known = select(Person.id).where(Person.id == person_id, Person.state != PersonState.ERASED)
    return session.scalar(known.with_for_update(key_share=True)) is not None


def _held(
    person_id: UUID, wanted: Grant, scope_ids: tuple[str, ...], period: Period
) -> Sequence[Row[UUID, datetime, datetime | None, str, str]]:
    begun = HeldGrant.valid_from < period.end if period.end is not None else true()
    return session.execute(
        select(HeldGrant.id, HeldGrant.valid_from, HeldGrant.valid_to, HeldGrant.scope_id, HeldGrant.granted_by)
        .where(
            HeldGrant.person_id == person_id,
            HeldGrant.role == wanted.role,
            HeldGrant.scope_kind == wanted.scope_kind,
            HeldGrant.scope_id.in_(scope_ids),
            begun,
            or_(
                HeldGrant.valid_to.is_(None),
                and_(HeldGrant.valid_to > period.start, HeldGrant.valid_to > HeldGrant.valid_from),
            ),
        )
        .order_by(HeldGrant.valid_from, HeldGrant.id)
    ).all()


def _write(person_id: UUID, what: Grant, period: Period, granted_by: str) -> None:
    session.execute(
        insert(HeldGrant).values(
            id=ids.uuid7(),
            person_id=person_id,
            role=what.role,
            scope_kind=what.scope_kind,
            scope_id=what.scope_id,
            valid_from=period.start,
            valid_to=period.end,
            granted_by=granted_by,
        )
    )


def _move(grant_id: UUID, **ends: datetime | None) -> None:
    moved = update(HeldGrant).where(HeldGrant.id == grant_id).values(**ends)
    session.execute(moved.execution_options(synchronize_session=False))


def _fitting(wanted: Grant, *, is_there: bool) -> None:
    kinds = policies.SCOPES[wanted.role]
    if wanted.scope_kind not in kinds:
        said = _("This role is held for one of these: %(kind)s.", kind=", ".join(kinds))
        raise Invalid({"scope_kind": said})
    if not is_there:
        said = _(
            "Nothing of the kind %(kind)s is called %(named)s.", kind=wanted.scope_kind, named=repr(wanted.scope_id)
        )
        raise Invalid({"scope_id": said})


def _facts(what: Grant, period: Period, now: datetime) -> dict[str, str]:
    facts = {"role": what.role, "scope_kind": what.scope_kind, "scope_id": what.scope_id}
    if period.start > now:
        facts["from"] = period.start.isoformat()
    if period.end is not None:
        facts["until"] = period.end.isoformat()
    return facts


def _changed(
    person_id: UUID, action: str, before: dict[str, str], after: dict[str, str], by: Actor, *, at_once: bool
) -> None:
    if at_once:
        end_all(person_id)
    audit(STREAM, action, f"person:{person_id}", by=by, before=before, after=after)
