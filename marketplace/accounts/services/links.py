"""Mailed ways in: asking for one gives the same answer to everyone, using one works once (R14.4, R14.5)."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import insert, select, update

from marketplace.accounts.events import EmailProved, PasswordChanged, ProofAsked, ResetAsked
from marketplace.accounts.models import Link, Person, PersonState, Purpose, normal_email, normal_phone
from marketplace.accounts.queries import is_person
from marketplace.accounts.queries.links import token_of
from marketplace.accounts.services import passwords
from marketplace.accounts.services.known import known
from marketplace.accounts.services.sessions import end_all
from marketplace.kernel import clock, ids, limits
from marketplace.kernel.access import SYSTEM, Actor
from marketplace.kernel.audit import audit
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict
from marketplace.kernel.outbox import emit
from marketplace.kernel.words import _

LASTS = timedelta(minutes=30)
ASKED_WINDOW = timedelta(hours=1)
MOST_ASKED = {"address": 20, "account": 5, "browser": 5}


def ask_reset(identifier: str, *, address: str, browser: str = "") -> None:
    """Have a link to a new password mailed to the person with this e-mail address or number, if there is one.

    Does and answers the same if there is none. TooMany after 5 for one account or 20 from one address in an hour.
    """
    count_asking("reset", identifier, address, browser)
    _write_reset(identifier)


@transactional
def _write_reset(identifier: str) -> None:
    person_id = session.scalar(select(Person.id).where(is_person(identifier), Person.state == PersonState.ACTIVE))
    emit(ResetAsked(link_id=str(write_link(person_id, Purpose.RESET))))


def ask_proof(*, by: Actor, address: str) -> None:
    """Have a link mailed that proves the actor's own e-mail address; TooMany as for ``ask_reset``."""
    count_asking("proof", by.reference, address)
    _write_proof(by)


@transactional
def _write_proof(by: Actor) -> None:
    emit(ProofAsked(link_id=str(write_link(by.id, Purpose.PROOF))))


def write_link(person_id: UUID | None, purpose: Purpose, *, lasts: timedelta = LASTS) -> UUID:
    """Write a link and close earlier ones of its kind; part of the caller's transaction."""
    link_id = ids.uuid7()
    session.execute(
        update(Link)
        # For nobody the same statement finds nothing, as no person has this id.
        .where(Link.person_id == (person_id or link_id), Link.purpose == purpose)
        .values(closed=True)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        insert(Link).values(
            id=link_id,
            person_id=person_id,
            purpose=purpose,
            token_hash=ids.token_hash(token_of(link_id, purpose)),
            expires_at=clock.now() + lasts,
        )
    )
    return link_id


def reset_password(token: str, password: str) -> None:
    """Set a new password with a mailed link, end all sessions of the person and close all their links.

    Raises Conflict ``link`` for a token that opens nothing any more, Invalid for a password that is no good; the link
    stays open then.
    """
    _use_reset(token, password, passwords.hash_of(password))


@transactional
def _use_reset(token: str, password: str, password_hash: str) -> None:
    person_id = _take(token, Purpose.RESET)
    person = session.execute(
        select(Person.name, Person.email, Person.phone).where(
            Person.id == person_id, Person.state == PersonState.ACTIVE
        )
    ).one_or_none()
    if person is None:
        raise _gone()
    passwords.check(password, about=person)
    now = clock.now()
    session.execute(
        update(Person)
        .where(Person.id == person_id)
        # The link was mailed, so whoever used it reads the mail of this address.
        .values(password_hash=password_hash, email_proved_at=now)
        .execution_options(synchronize_session=False)
    )
    close_links(person_id)
    end_all(person_id)
    emit(PasswordChanged(person_id=str(person_id)))
    emit(EmailProved(person_id=str(person_id)))
    audit("accounts", "reset password", f"person:{person_id}", by=SYSTEM)


@transactional
def prove_email(token: str) -> None:
    """Note that the person reads the mail of their address. Raises Conflict ``link`` for a token that opens nothing."""
    person_id = _take(token, Purpose.PROOF)
    session.execute(
        update(Person)
        .where(Person.id == person_id)
        .values(email_proved_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    emit(EmailProved(person_id=str(person_id)))


def close_links(person_id: UUID) -> None:
    """Close every mailed link of a person: their password or address is another one now."""
    session.execute(
        update(Link).where(Link.person_id == person_id).values(closed=True).execution_options(synchronize_session=False)
    )


def _take(token: str, purpose: Purpose) -> UUID:
    """Use a link up; of two at once only one gets it."""
    taken = session.execute(
        update(Link)
        .where(
            Link.token_hash == ids.token_hash(token),
            Link.purpose == purpose,
            Link.person_id.is_not(None),
            Link.closed.is_(False),
            Link.expires_at > clock.now(),
        )
        .values(closed=True)
        .returning(Link.person_id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if taken is None:
        raise _gone()
    return taken


def _gone() -> Conflict:
    return Conflict("link", _("This link was used already or is older than 30 minutes. Ask for a new one."))


def count_asking(what: str, identifier: str, address: str, browser: str = "") -> None:
    """Count one letter asked for; raises TooMany after 5 for one account or 20 from one address in an hour.

    The browsers in which the person came in before have 5 of their own, all of them together: each sign-in can make a new
    one, and whoever opened an account with somebody else's address could fill their mail that way.
    """
    account = ids.token_hash(normal_email(identifier) or normal_phone(identifier) or identifier.strip().casefold())
    person_id = session.scalar(select(Person.id).where(is_person(identifier))) if browser else None
    counted = ("account", account) if known(browser, person_id) is None else ("browser", ids.token_hash(str(person_id)))
    limits.take(
        *(
            limits.Try(f"accounts.{what}.{name}", who, MOST_ASKED[name], ASKED_WINDOW)
            for name, who in (counted, ("address", address))
        )
    )
