"""Coming in with a six-digit code from a letter instead of a password (R14.4): the same for known and unknown accounts."""

import hmac
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update

from marketplace.accounts.events import CodeAsked, EmailProved
from marketplace.accounts.models import Link, Person, PersonState, Purpose
from marketplace.accounts.queries import is_person
from marketplace.accounts.queries.links import code_of
from marketplace.accounts.services.links import count_asking, write_link
from marketplace.accounts.services.sessions import Asked, Opened, come_in
from marketplace.kernel import clock, limits
from marketplace.kernel.access import Actor
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Invalid
from marketplace.kernel.outbox import emit
from marketplace.kernel.words import _

LASTS = timedelta(minutes=10)
MOST_WRONG = 5
MOST_FROM_ADDRESS = 60
WINDOW = timedelta(minutes=15)


def ask_code(identifier: str, *, address: str, browser: str = "") -> UUID:
    """Have a code mailed to the person with this e-mail address or number, if there is one; return what it is for.

    The id may be seen: without the letter it opens nothing. TooMany after 5 for one account or 20 from one address in an hour.
    """
    count_asking("code", identifier, address, browser)
    return _write_code(identifier)


@transactional
def _write_code(identifier: str) -> UUID:
    person_id = session.scalar(select(Person.id).where(is_person(identifier), Person.state == PersonState.ACTIVE))
    link_id = write_link(person_id, Purpose.CODE, lasts=LASTS)
    emit(CodeAsked(link_id=str(link_id)))
    return link_id


def sign_in_by_code(link_id: UUID, code: str, *, address: str, by: Actor) -> Opened | Asked:
    """Open a session with a mailed code, once; who set up a second factor is asked for it first.

    Raises Invalid for a wrong or old code, TooMany after five wrong ones for one letter or 60 from one address in 15 minutes.
    """
    tries = (
        limits.Try("accounts.code.letter", str(link_id), MOST_WRONG, WINDOW),
        limits.Try("accounts.code.address", address, MOST_FROM_ADDRESS, WINDOW),
    )
    limits.take(*tries)
    opened = _use_code(link_id, by) if hmac.compare_digest(code_of(link_id).encode(), code.encode()) else None
    if opened is None:
        raise Invalid({"code": _("This code is not right, or older than 10 minutes. Check it, or ask for a new one.")})
    limits.give_back(*tries)
    return opened


@transactional
def _use_code(link_id: UUID, by: Actor) -> Opened | Asked | None:
    now = clock.now()
    person_id = session.scalar(
        update(Link)
        .where(
            Link.id == link_id,
            Link.purpose == Purpose.CODE,
            Link.person_id.is_not(None),
            Link.closed.is_(False),
            Link.expires_at > now,
        )
        .values(closed=True)
        .returning(Link.person_id)
        .execution_options(synchronize_session=False)
    )
    proved = session.scalar(
        update(Person)
        .where(Person.id == person_id, Person.state == PersonState.ACTIVE)
        .values(email_proved_at=now)
        .returning(Person.id)
        .execution_options(synchronize_session=False)
    )
    if proved is None:
        return None
    # Whoever has the code reads the mail of this address.
    emit(EmailProved(person_id=str(proved)))
    return come_in(proved, by)
