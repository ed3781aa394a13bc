"""People as others may see them: contacts for letters, a person's own profile, and who holds a role."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, false, or_, select

from marketplace.accounts.models import HeldGrant, Person, PersonState, normal_email, normal_phone
from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.notifications.slots import Recipient


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach a person; for letters and for roles that need it, never for public pages."""

    name: str = field(repr=False)
    email: str | None = field(repr=False)
    phone: str | None = field(repr=False)
    language: str = "id"


@dataclass(frozen=True, slots=True)
class Profile:
    """What a person sees of themselves."""

    id: UUID
    name: str = field(repr=False)
    email: str | None = field(repr=False)
    phone: str | None = field(repr=False)
    language: str
    email_proved_at: datetime | None
    registered_at: datetime


def is_person(identifier: str) -> ColumnElement[bool]:
    """Return the condition that finds the person with this e-mail address or number; nobody for anything else."""
    if email := normal_email(identifier):
        return Person.email == email
    if phone := normal_phone(identifier):
        return Person.phone == phone
    return false()


def person_by(identifier: str) -> UUID | None:
    """Return the id of the active person with this e-mail address or number; for operators and imports."""
    return session.scalar(select(Person.id).where(is_person(identifier), Person.state == PersonState.ACTIVE))


def person_contacts(ids: Iterable[UUID]) -> dict[UUID, Contact]:
    """Return how to reach these people; erased ones are left out."""
    found = select(Person.id, Person.name, Person.email, Person.phone, Person.language).where(
        Person.id.in_(list(ids)), Person.state != PersonState.ERASED
    )
    return {row.id: Contact(row.name, row.email, row.phone, row.language) for row in session.execute(found)}


def recipients(identifiers: Iterable[UUID]) -> tuple[Recipient, ...]:
    """Return these people as recipients of notices, by whatever reaches them; who may not act is left out."""
    found = (
        select(Person.id, Person.email, Person.phone, Person.name, Person.language)
        .where(Person.id.in_(list(identifiers)), Person.state == PersonState.ACTIVE)
        .order_by(Person.id)
    )
    return tuple(
        Recipient(row.email or "", row.name, row.language, row.phone, row.id) for row in session.execute(found)
    )


def letter_to(person_id: str) -> tuple[Recipient, ...]:
    """Return one person, named as events do, as the recipient of a letter; empty when there is no way to them."""
    return recipients((UUID(person_id),))


def proved_email(person_id: UUID) -> str | None:
    """Return the e-mail address that a person has shown to read; None while they have not."""
    return session.scalar(
        select(Person.email).where(
            Person.id == person_id, Person.email_proved_at.is_not(None), Person.state == PersonState.ACTIVE
        )
    )


def holders(role: str, scope_kind: str, scope_id: str) -> tuple[UUID, ...]:
    """Return the active people who hold a role for a scope now, by when they got it."""
    now = clock.now()
    found = (
        select(HeldGrant.person_id)
        .join(Person, Person.id == HeldGrant.person_id)
        .where(
            HeldGrant.role == role,
            HeldGrant.scope_kind == scope_kind,
            HeldGrant.scope_id == scope_id,
            HeldGrant.valid_from <= now,
            or_(HeldGrant.valid_to.is_(None), HeldGrant.valid_to > now),
            Person.state == PersonState.ACTIVE,
        )
        .order_by(HeldGrant.id)
    )
    return tuple(session.scalars(found))


def profile(*, by: Actor) -> Profile:
    """Return the actor's own profile; raises NotFound for a guest."""
    row = session.execute(
        select(
            Person.id,
            Person.name,
            Person.email,
            Person.phone,
            Person.language,
            Person.email_proved_at,
            Person.registered_at,
        ).where(Person.id == by.id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return Profile(*row)
