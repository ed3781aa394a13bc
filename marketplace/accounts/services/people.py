"""Joining, changing and leaving: the life of a person."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from marketplace.accounts import policies
from marketplace.accounts.events import PasswordChanged, PersonRegistered, ProofAsked, RegistrationRepeated
from marketplace.accounts.models import (
    Address,
    Identity,
    Person,
    PersonState,
    Purpose,
    RecoveryCode,
    SecondFactor,
    normal_email,
    normal_phone,
)
from marketplace.accounts.services import passwords
from marketplace.accounts.services.grants import end_all_grants
from marketplace.accounts.services.links import close_links, write_link
from marketplace.accounts.services.sessions import Opened, end_all, open_session
from marketplace.kernel import clock, ids, limits
from marketplace.kernel.access import SYSTEM, Actor
from marketplace.kernel.audit import audit
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Invalid, NotFound
from marketplace.kernel.machine import record_move
from marketplace.kernel.outbox import emit
from marketplace.kernel.slots import personal_data
from marketplace.kernel.words import LANGUAGES, _

MOST_JOINS = 30
JOIN_WINDOW = timedelta(hours=1)
WINDOW = timedelta(minutes=15)
MOST_TRIES = 10


@dataclass(frozen=True)
class Newcomer:
    """Somebody to be enrolled by us: a demo person, or the owner in an import. Without a hash they set a password by mail."""

    id: UUID
    name: str = field(repr=False)
    email: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    password_hash: str = field(default=passwords.NO_PASSWORD, repr=False)
    language: str = "id"


def register(
    *,
    name: str,
    password: str,
    by: Actor,
    email: str | None = None,
    phone: str | None = None,
    language: str = "id",
    address: str = "",
) -> UUID | None:
    """Let somebody join with an e-mail address, a number, or both; return their id.

    None when a person with one of them is there already: the caller must answer as if it were not so, and the owner of
    the address is told by mail. Raises Invalid by field, TooMany after 30 from one address in an hour.
    """
    email_kept, phone_kept = _reachable(email, phone)
    passwords.check(password, about=(name, email_kept, phone_kept, phone))
    if address:
        limits.take(limits.Try("accounts.register", address, MOST_JOINS, JOIN_WINDOW))
    newcomer = Newcomer(ids.uuid7(), name, email_kept, phone_kept, passwords.hash_of(password), language)
    return _join(newcomer, by)


def _reachable(email: str | None, phone: str | None) -> tuple[str | None, str | None]:
    email_kept, phone_kept = normal_email(email or ""), normal_phone(phone or "")
    errors = {}
    if email and email_kept is None:
        errors["email"] = _("This e-mail address is not complete. Write it like name@example.com.")
    if phone and phone_kept is None:
        errors["phone"] = _("That WhatsApp number is too short. Use 10 to 13 digits, for example 081234567890.")
    if not email and not phone:
        errors["email"] = _("Enter an e-mail address or a WhatsApp number.")
    if errors:
        raise Invalid(errors)
    return email_kept, phone_kept


@transactional
def _join(newcomer: Newcomer, by: Actor) -> UUID | None:
    if _insert([newcomer]):
        record_move(Person.__tablename__, newcomer.id, "", PersonState.ACTIVE, by=by)
        emit(PersonRegistered(person_id=str(newcomer.id)))
        if newcomer.email:
            emit(ProofAsked(link_id=str(write_link(newcomer.id, Purpose.PROOF))))
        return newcomer.id
    # What the newcomer did not give is nobody's: compared all the same it would be everyone who did not give it either.
    given = ((Person.email, newcomer.email), (Person.phone, newcomer.phone))
    held = select(Person.id).where(or_(*(column == said for column, said in given if said is not None)))
    for owner in session.scalars(held.order_by(Person.id)):
        emit(RegistrationRepeated(person_id=str(owner)))
    return None


@transactional
def enrol(newcomers: Sequence[Newcomer], *, by: Actor) -> int:
    """Write down people whom we know already, many in one statement; those whose address is taken are left out.

    Their addresses count as proved and nobody is written to. Returns how many are new.
    """
    by.require(policies.ENROL, None)
    new = _insert(newcomers)
    for person_id in new:
        record_move(Person.__tablename__, person_id, "", PersonState.ACTIVE, by=by)
    session.execute(
        update(Person)
        .where(Person.id.in_(new), Person.email.is_not(None))
        .values(email_proved_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    return len(new)


def _insert(newcomers: Sequence[Newcomer]) -> list[UUID]:
    if not newcomers:
        return []
    now = clock.now()
    rows = [
        {
            "id": one.id,
            "state": PersonState.ACTIVE,
            "name": one.name,
            "email": one.email,
            "phone": one.phone,
            "password_hash": one.password_hash,
            "language": one.language if one.language in LANGUAGES else LANGUAGES[0],
            "registered_at": now,
        }
        for one in newcomers
    ]
    return list(session.scalars(insert(Person).values(rows).on_conflict_do_nothing().returning(Person.id)))


def change_password(old: str, new: str, *, by: Actor, address: str) -> Opened:
    """Change the actor's own password: all their sessions end, and this browser gets a new one, which is returned.

    Raises Invalid for a wrong old password or a new one that is no good, TooMany after ten wrong ones in 15 minutes.
    """
    person = _own(by)
    faults = passwords.password_faults(new, about=(person.name, person.email, person.phone))
    try:
        _prove(person.password_hash, old, by, address, field="old_password")
    except Invalid as wrong:
        raise Invalid({**wrong.fields, **faults}) from wrong
    if faults:
        raise Invalid(faults)
    return _change(person.id, passwords.hash_of(new), by)


def prove(password: str, *, by: Actor, address: str, field: str = "password") -> None:
    """Ask for the actor's own password before what nobody may do who only found an open browser.

    Raises NotFound for a guest, Invalid in ``field`` for a wrong one, TooMany after ten wrong ones in 15 minutes.
    """
    _prove(_own(by).password_hash, password, by, address, field=field)


def confirm(actor: Actor, password: str, *, address: str = "", field: str = "password") -> bool:
    """Ask the acting person for their password again, for an act that signs; nothing is remembered of the answer.

    True, or NotFound for anybody but a person (a token signs nothing), Invalid in ``field`` for a wrong password, TooMany after
    ten wrong ones in 15 minutes. Call it outside of a transaction: what is rolled back would not have been counted.
    """
    if actor.kind != "person":
        raise NotFound
    prove(password, by=actor, address=address, field=field)
    return True


def _prove(password_hash: str, password: str, by: Actor, address: str, *, field: str) -> None:
    one = limits.Try("accounts.change_password", f"{by.reference} {address}", MOST_TRIES, WINDOW)
    limits.take(one)
    if not passwords.matches(password_hash, password):
        raise Invalid({field: _("This is not your present password.")})
    limits.give_back(one)


@transactional
def _change(person_id: UUID, password_hash: str, by: Actor) -> Opened:
    session.execute(
        update(Person)
        .where(Person.id == person_id)
        .values(password_hash=password_hash)
        .execution_options(synchronize_session=False)
    )
    close_links(person_id)
    end_all(person_id)
    emit(PasswordChanged(person_id=str(person_id)))
    audit("accounts", "change password", f"person:{person_id}", by=by)
    return open_session(person_id)


@transactional
def speak(language: str, *, by: Actor) -> None:
    """Keep the language in which the actor wants their letters."""
    session.execute(
        update(Person)
        .where(Person.id == by.id)
        .values(language=language if language in LANGUAGES else LANGUAGES[0])
        .execution_options(synchronize_session=False)
    )


@transactional
def suspend(person_id: UUID, why: str, *, by: Actor) -> None:
    """Keep a person from acting from the next request on; raises NotFound, NotAllowed, Conflict ``state``."""
    by.require(policies.SUSPEND, str(person_id))
    _loaded(person_id).move(PersonState.SUSPENDED, by=by, why=why)
    end_all(person_id)
    audit("accounts", "suspend", f"person:{person_id}", by=by, after={"why": why})


@transactional
def restore(person_id: UUID, *, by: Actor) -> None:
    """Let a suspended person act again; they sign in anew."""
    by.require(policies.SUSPEND, str(person_id))
    _loaded(person_id).move(PersonState.ACTIVE, by=by)
    audit("accounts", "restore", f"person:{person_id}", by=by)


def delete_account(password: str, *, by: Actor, address: str) -> None:
    """Erase everything that no law keeps of the actor, in all plugins, in one transaction; needs their password.

    Raises Invalid for a wrong one, TooMany after ten in 15 minutes.
    """
    person = _own(by)
    _prove(person.password_hash, password, by, address, field="password")
    _erase_everywhere(person.id)


@transactional
def _erase_everywhere(person_id: UUID) -> None:
    # From above downwards: who stands on accounts still finds the person there.
    for held in reversed(tuple(personal_data)):
        held.erase(person_id)


@transactional
def export_own(*, by: Actor) -> dict[str, Any]:
    """Return all that every plugin keeps of the actor, in plain JSON types; noted in the audit log (R22.3, R23.1)."""
    person = _own(by)
    audit("accounts", "export own data", f"person:{person.id}", by=by)
    held: dict[str, Any] = {}
    for kept in personal_data:
        held.update(kept.export(person.id))
    return held


@transactional
def erase(person_id: UUID) -> None:
    """Erase what accounts keeps of a person: name, addresses, password, sessions, links; the row itself stays."""
    person = _loaded(person_id)
    person.move(PersonState.ERASED, by=SYSTEM)
    person.name, person.email, person.phone = "", None, None
    person.password_hash, person.email_proved_at = passwords.NO_PASSWORD, None
    session.execute(delete(Address).where(Address.person_id == person_id).execution_options(synchronize_session=False))
    for table in (RecoveryCode, SecondFactor, Identity):
        session.execute(delete(table).where(table.person_id == person_id).execution_options(synchronize_session=False))
    close_links(person_id)
    end_all_grants(person_id)
    end_all(person_id)
    audit("accounts", "erase", f"person:{person_id}", by=SYSTEM)


def _loaded(person_id: UUID) -> Person:
    person = session.get(Person, person_id, with_for_update=True, populate_existing=True)
    if person is None:
        raise NotFound
    return person


def _own(by: Actor) -> Person:
    person = session.scalar(select(Person).where(Person.id == by.id, Person.state == PersonState.ACTIVE))
    if person is None:
        raise NotFound
    return person
