"""What the operator, the law and the verifier ask: facts without names, a person's own data, broken rules."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, func, or_, select

from marketplace.accounts.models import Address, Area, BrowserSession, HeldGrant, Identity, Person, PersonState
from marketplace.accounts.policies import ROLES, SCOPES
from marketplace.accounts.queries.factors import second_factor
from marketplace.accounts.queries.scopes import scope_found
from marketplace.kernel import clock
from marketplace.kernel.db import session


def user_facts() -> Iterator[Mapping[str, Any]]:
    """Give a row for each person: id, state, and roles with scope; no names, addresses or numbers (R0.4)."""
    now = clock.now()
    held: dict[UUID, list[str]] = {}
    for row in session.execute(
        select(HeldGrant.person_id, HeldGrant.role, HeldGrant.scope_kind, HeldGrant.scope_id)
        .where(HeldGrant.valid_from <= now, or_(HeldGrant.valid_to.is_(None), HeldGrant.valid_to > now))
        .order_by(HeldGrant.id)
    ):
        held.setdefault(row.person_id, []).append(f"{row.role}:{row.scope_kind}:{row.scope_id}".rstrip(":"))
    for one in session.execute(select(Person.id, Person.state).order_by(Person.id)):
        yield {"id": one.id, "roles": held.get(one.id, []), "state": one.state}


def export_person(person_id: UUID) -> Mapping[str, Any]:
    """Return what accounts keeps of a person, for the person (R22.3)."""
    row = session.execute(
        select(Person.name, Person.email, Person.phone, Person.language, Person.registered_at).where(
            Person.id == person_id
        )
    ).mappings()
    roles = session.execute(
        select(HeldGrant.role, HeldGrant.scope_kind, HeldGrant.scope_id, HeldGrant.valid_from, HeldGrant.valid_to)
        .where(HeldGrant.person_id == person_id)
        .order_by(HeldGrant.id)
    ).mappings()
    sessions = session.execute(
        select(BrowserSession.started_at, BrowserSession.seen_at, BrowserSession.ended_at)
        .where(BrowserSession.person_id == person_id)
        .order_by(BrowserSession.id)
    ).mappings()
    kept = session.execute(
        select(
            Address.label,
            Address.recipient,
            Address.phone,
            Address.kelurahan_code,
            Address.street,
            Address.landmark,
            Address.main,
        )
        .where(Address.person_id == person_id)
        .order_by(Address.id)
    ).mappings()
    linked = session.execute(
        select(Identity.issuer, Identity.subject, Identity.linked_at)
        .where(Identity.person_id == person_id)
        .order_by(Identity.id)
    ).mappings()
    standing = second_factor(person_id)
    return {
        "person": _plain(row.one()),
        "second_factor": {"since": standing.since.isoformat(), "codes_left": standing.codes_left} if standing else None,
        "addresses": [_plain(one) for one in kept],
        "identities": [_plain(one) for one in linked],
        "roles": [_plain(role) for role in roles],
        "sessions": [_plain(one) for one in sessions],
    }


def broken() -> Iterator[str]:
    """Yield a sentence for each broken rule of accounts."""
    left = select(Person.id).where(
        Person.state == PersonState.ERASED, or_(Person.email.is_not(None), Person.phone.is_not(None), Person.name != "")
    )
    for person_id in session.scalars(left):
        yield f"person {person_id}: erased, but something personal is left"
    mains = func.count().filter(Address.main)
    books = select(Address.person_id).group_by(Address.person_id).having(mains != 1).order_by(Address.person_id)
    for person_id in session.scalars(books):
        yield f"person {person_id}: has addresses, and none of them is the main one"
    for row in session.execute(select(HeldGrant.id, HeldGrant.role).where(HeldGrant.role.not_in(list(ROLES)))):
        yield f"grant {row.id}: nobody knows the role {row.role!r}"
    now = clock.now()
    held = select(HeldGrant.role, HeldGrant.scope_kind, HeldGrant.scope_id).where(
        HeldGrant.role.in_(list(ROLES)), or_(HeldGrant.valid_to.is_(None), HeldGrant.valid_to > now)
    )
    for role, kind, named in session.execute(held.distinct()).all():
        if kind not in SCOPES[role] or scope_found(kind, named) != named:
            yield f"role {role!r}: is held for {kind} {named!r}, which is none"
    if not session.scalar(select(func.count()).select_from(Area)):
        yield "areas: none are loaded; run jkp accounts areas"


def _plain(row: RowMapping) -> dict[str, Any]:
    return {str(name): value.isoformat() if hasattr(value, "isoformat") else value for name, value in row.items()}
