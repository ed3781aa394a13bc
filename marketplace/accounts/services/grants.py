"""Giving and taking roles, each written into the audit log with the change (R15.4, R23.1)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.dialects.postgresql import insert

from marketplace.accounts import policies
from marketplace.accounts.models import HeldGrant, Person, PersonState
from marketplace.accounts.services.sessions import end_all
from marketplace.kernel import clock, ids
from marketplace.kernel.access import Actor, Grant
from marketplace.kernel.audit import audit
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import NotFound

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
    """Give a person a role for a scope from now on; giving it twice changes nothing.

    Ends the person's sessions, so that the next request proves who it is under the new rights. Raises NotFound for
    nobody, NotAllowed for an actor who may not give this role.
    """
    wanted = Grant(role, scope_kind, scope_id)
    by.require(policies.GRANT, wanted)
    if session.scalar(select(Person.id).where(Person.id == person_id, Person.state != PersonState.ERASED)) is None:
        raise NotFound
    given = session.execute(
        insert(HeldGrant)
        .values(
            id=ids.uuid7(),
            person_id=person_id,
            role=role,
            scope_kind=scope_kind,
            scope_id=scope_id,
            valid_from=clock.now(),
            valid_to=until,
            granted_by=by.reference,
        )
        .on_conflict_do_nothing()
        .returning(HeldGrant.id)
    ).one_or_none()
    if given is not None:
        _changed(person_id, "grant", wanted, by)


@transactional
def revoke(person_id: UUID, role: str, scope_kind: str = "everywhere", scope_id: str = "", *, by: Actor) -> None:
    """Take a role for a scope away from now on, and end the person's sessions; taking what is not held changes nothing."""
    wanted = Grant(role, scope_kind, scope_id)
    by.require(policies.GRANT, wanted)
    now = clock.now()
    taken = session.execute(
        update(HeldGrant)
        .where(
            HeldGrant.person_id == person_id,
            HeldGrant.role == role,
            HeldGrant.scope_kind == scope_kind,
            HeldGrant.scope_id == scope_id,
            or_(HeldGrant.valid_to.is_(None), HeldGrant.valid_to > now),
        )
        .values(valid_to=now)
        .returning(HeldGrant.id)
        .execution_options(synchronize_session=False)
    ).all()
    if taken:
        _changed(person_id, "revoke", wanted, by)


def end_all_grants(person_id: UUID) -> None:
    """End whatever a person still holds; part of the caller's transaction."""
    now = clock.now()
    session.execute(
        update(HeldGrant)
        .where(HeldGrant.person_id == person_id, or_(HeldGrant.valid_to.is_(None), HeldGrant.valid_to > now))
        .values(valid_to=now)
        .execution_options(synchronize_session=False)
    )


def _changed(person_id: UUID, action: str, what: Grant, by: Actor) -> None:
    end_all(person_id)
    facts = {"role": what.role, "scope_kind": what.scope_kind, "scope_id": what.scope_id}
    before, after = ({}, facts) if action == "grant" else (facts, {})
    audit(STREAM, action, f"person:{person_id}", by=by, before=before, after=after)
