"""Giving and taking roles, each written into the audit log with the change (R15.4, R23.1)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.dialects.postgresql import insert

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


@transactional
def grant(
    person_id: UUID,
    role: str,
    scope_kind: str = "everywhere",
    scope_id: str = "",
    *,
    by: Actor,
    until: datetime | None = None,
) -> None:
    """Give a person a role for a scope from now on, without end or until then; ``scope_id`` is the thing's id or code.

    Giving what is held at least as long changes nothing; held shorter, its end moves. Ends the person's sessions, so that
    the next request proves who it is under the new rights. Raises NotFound for nobody, NotAllowed for an actor who may not
    give this role, Invalid for a scope that the role is not held for or that is not there, and for an end that is past.
    """
    found, now = queries.scope_found(scope_kind, scope_id), clock.now()
    wanted = Grant(role, scope_kind, scope_id if found is None else found)
    by.require(policies.GRANT, wanted)
    _fitting(wanted, is_there=found is not None)
    if until is not None and until <= now:
        raise Invalid({"until": _("A role ends after now. Give a later time.")})
    known = select(Person.id).where(Person.id == person_id, Person.state != PersonState.ERASED)
    # Of two who give at once the second waits here, and then finds what the first gave.
    if session.scalar(known.with_for_update(key_share=True)) is None:
        raise NotFound
    held = session.execute(
        select(HeldGrant.id, HeldGrant.valid_to)
        .where(*_open(person_id, wanted.role, wanted.scope_kind, wanted.scope_id))
        .order_by(HeldGrant.valid_to.desc().nulls_first())
        .limit(1)
    ).one_or_none()
    if held is not None and (held.valid_to is None or (until is not None and until <= held.valid_to)):
        return
    if held is not None:
        longer = update(HeldGrant).where(HeldGrant.id == held.id).values(valid_to=until)
        session.execute(longer.execution_options(synchronize_session=False))
    else:
        session.execute(
            insert(HeldGrant).values(
                id=ids.uuid7(),
                person_id=person_id,
                role=role,
                scope_kind=scope_kind,
                scope_id=wanted.scope_id,
                valid_from=now,
                valid_to=until,
                granted_by=by.reference,
            )
        )
    before = _facts(wanted, held.valid_to) if held is not None else {}
    _changed(person_id, "grant", before, _facts(wanted, until), by)


@transactional
def revoke(person_id: UUID, role: str, scope_kind: str = "everywhere", scope_id: str = "", *, by: Actor) -> None:
    """Take a role for a scope away from now on, and end the person's sessions; taking what is not held changes nothing."""
    found = queries.scope_found(scope_kind, scope_id)
    wanted = Grant(role, scope_kind, scope_id if found is None else found)
    by.require(policies.GRANT, wanted)
    taken = session.execute(
        update(HeldGrant)
        # What stands there as it was written is taken as well: it may name something that is gone.
        .where(*_open(person_id, role, scope_kind, wanted.scope_id, scope_id))
        .values(valid_to=clock.now())
        .returning(HeldGrant.id)
        .execution_options(synchronize_session=False)
    ).all()
    if taken:
        _changed(person_id, "revoke", _facts(wanted, None), {}, by)


def end_all_grants(person_id: UUID) -> None:
    """End whatever a person still holds; part of the caller's transaction."""
    now = clock.now()
    session.execute(
        update(HeldGrant)
        .where(HeldGrant.person_id == person_id, or_(HeldGrant.valid_to.is_(None), HeldGrant.valid_to > now))
        .values(valid_to=now)
        .execution_options(synchronize_session=False)
    )


def _open(person_id: UUID, role: str, scope_kind: str, *scope_ids: str) -> tuple[ColumnElement[bool], ...]:
    return (
        HeldGrant.person_id == person_id,
        HeldGrant.role == role,
        HeldGrant.scope_kind == scope_kind,
        HeldGrant.scope_id.in_(scope_ids),
        or_(HeldGrant.valid_to.is_(None), HeldGrant.valid_to > clock.now()),
    )


def _fitting(wanted: Grant, *, is_there: bool) -> None:
    kind = policies.SCOPES[wanted.role]
    if wanted.scope_kind != kind:
        said = _("This role is held for one of these: %(kind)s.", kind=kind)
        raise Invalid({"scope_kind": said})
    if not is_there:
        said = _("Nothing of the kind %(kind)s is called %(named)s.", kind=kind, named=repr(wanted.scope_id))
        raise Invalid({"scope_id": said})


def _facts(what: Grant, until: datetime | None) -> dict[str, str]:
    facts = {"role": what.role, "scope_kind": what.scope_kind, "scope_id": what.scope_id}
    return facts | ({"until": until.isoformat()} if until else {})


def _changed(person_id: UUID, action: str, before: dict[str, str], after: dict[str, str], by: Actor) -> None:
    end_all(person_id)
    audit(STREAM, action, f"person:{person_id}", by=by, before=before, after=after)
