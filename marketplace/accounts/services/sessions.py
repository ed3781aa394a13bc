"""Signing in and out: rows on the server, opened by a random token (R14.1, R14.4)."""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, insert, or_, select, update

from marketplace.accounts.models import (
    BrowserSession,
    Link,
    Person,
    PersonState,
    Purpose,
    SecondFactor,
    normal_email,
    normal_phone,
)
from marketplace.accounts.queries import MOST_DAYS, is_person
from marketplace.accounts.services import passwords
from marketplace.accounts.services.known import known
from marketplace.accounts.slots import arrivals
from marketplace.kernel import clock, ids, limits
from marketplace.kernel.access import Actor
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Invalid
from marketplace.kernel.words import _

WINDOW = timedelta(minutes=15)
ASKED_LASTS = timedelta(minutes=10)
MOST_TRIES = {"pair": 10, "address": 60, "account": 100, "browser": 10}
"""Failed tries in a window: for one account from one address, for one address, for one account from everywhere.

A stranger who goes on trying can use these up again and again. So a browser in which the person came in before is counted
by itself, for this person alone, and not by the others: there nobody else can keep them out.
"""


@dataclass(frozen=True)
class Opened:
    """A session that was just opened: the token for the cookie, which nobody can read again later."""

    token: str = field(repr=False)
    person_id: UUID


@dataclass(frozen=True)
class Asked:
    """A sign-in that waits for the second factor: the token that ``factors.open_by_second`` takes, for ten minutes."""

    token: str = field(repr=False)


def sign_in(identifier: str, password: str, *, address: str, by: Actor, browser: str = "") -> Opened | Asked:
    """Open a session for the person with this e-mail address or number, and let what the guest gathered arrive.

    Who set up a second factor is asked for it first.

    Does the same work and raises the same Invalid for an unknown account, a wrong password and somebody suspended; TooMany
    when tries are used up. ``address`` is where the request comes from, ``browser`` what ``known.remember`` left there.
    """
    account = ids.token_hash(normal_email(identifier) or normal_phone(identifier) or identifier.strip().casefold())
    found = session.execute(
        select(Person.id, Person.password_hash).where(is_person(identifier), Person.state == PersonState.ACTIVE)
    ).one_or_none()
    own = known(browser, found.id if found else None)
    counters = {"pair": f"{account[:32]} {address}", "address": address, "account": account}
    if own is not None:
        counters = {"browser": own}
    tries = [limits.Try(f"accounts.sign_in.{name}", who, MOST_TRIES[name], WINDOW) for name, who in counters.items()]
    limits.take(*tries)
    if not passwords.matches(found.password_hash if found else None, password) or found is None:
        raise Invalid({"": _("The address or number and the password do not belong together. Check both.")})
    limits.give_back(*tries)
    renewed = passwords.hash_of(password) if passwords.is_old(found.password_hash) else None
    return _come_in(found.id, renewed, by)


@transactional
def _come_in(person_id: UUID, renewed_hash: str | None, by: Actor) -> Opened | Asked:
    if renewed_hash is not None:
        session.execute(update(Person).where(Person.id == person_id).values(password_hash=renewed_hash))
    return come_in(person_id, by)


def come_in(person_id: UUID, by: Actor) -> Opened | Asked:
    """Let in who proved to be this person by one thing, or ask for the second; part of the caller's transaction."""
    if session.scalar(select(SecondFactor.person_id).where(SecondFactor.person_id == person_id)) is None:
        return arrive(person_id, by)
    token = ids.token()
    session.execute(
        insert(Link).values(
            id=ids.uuid7(),
            person_id=person_id,
            purpose=Purpose.SECOND,
            token_hash=ids.token_hash(token),
            expires_at=clock.now() + ASKED_LASTS,
        )
    )
    return Asked(token)


def arrive(person_id: UUID, by: Actor) -> Opened:
    """Let what the guest gathered arrive with the person, and open a session; part of the caller's transaction."""
    if by.guest_key:
        for welcome in arrivals:
            welcome(by.guest_key, person_id)
    return open_session(person_id)


def open_session(person_id: UUID) -> Opened:
    """Write a new session; part of the caller's transaction."""
    token, now = ids.token(), clock.now()
    session.execute(
        insert(BrowserSession).values(
            id=ids.uuid7(), person_id=person_id, token_hash=ids.token_hash(token), started_at=now, seen_at=now
        )
    )
    return Opened(token, person_id)


@transactional
def sign_out(token: str) -> None:
    """End the session of this token, if there is one."""
    session.execute(
        update(BrowserSession)
        .where(BrowserSession.token_hash == ids.token_hash(token), BrowserSession.ended_at.is_(None))
        .values(ended_at=clock.now())
        .execution_options(synchronize_session=False)
    )


@transactional
def touch(session_id: UUID) -> None:
    """Note that the session is in use."""
    session.execute(
        update(BrowserSession)
        .where(BrowserSession.id == session_id)
        .values(seen_at=clock.now())
        .execution_options(synchronize_session=False)
    )


@transactional
def end_all(person_id: UUID) -> None:
    """End every session of a person: their password or their rights are others now."""
    session.execute(
        update(BrowserSession)
        .where(BrowserSession.person_id == person_id, BrowserSession.ended_at.is_(None))
        .values(ended_at=clock.now())
        .execution_options(synchronize_session=False)
    )


@transactional
def sweep() -> None:
    """Delete sessions that cannot open any more and links past their time."""
    now = clock.now()
    session.execute(
        delete(BrowserSession)
        .where(or_(BrowserSession.ended_at < now, BrowserSession.started_at < now - MOST_DAYS))
        .execution_options(synchronize_session=False)
    )
    session.execute(delete(Link).where(Link.expires_at < now).execution_options(synchronize_session=False))
