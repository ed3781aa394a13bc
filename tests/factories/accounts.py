"""People for tests, the least that is valid, and browsers in which they are signed in."""

import itertools
from uuid import UUID

from flask.testing import FlaskClient

from marketplace.accounts import services
from marketplace.accounts.queries import needs_second_factor, totp
from marketplace.accounts.services import Newcomer
from marketplace.accounts.services.sessions import Opened, open_session
from marketplace.kernel import clock, ids
from marketplace.kernel.access import SYSTEM, Actor, Grant
from marketplace.kernel.db import transactional

PASSWORD = "nasi uduk hangat"
SECRET = b"12345678901234567890"
_numbers = itertools.count(1)


def person(
    name: str = "Siti Aminah",
    *,
    email: str | None = None,
    phone: str | None = None,
    password: str = PASSWORD,
    grants: tuple[Grant, ...] = (),
    second_factor: bool | None = None,
) -> UUID:
    """Enrol a person, by default with an e-mail address of their own, and give them their roles.

    With a role that needs a second factor they have one, unless ``second_factor`` says otherwise.
    """
    number = next(_numbers)
    reachable = email or (None if phone else f"warga{number}@contoh.example")
    newcomer = Newcomer(ids.uuid7(), name, reachable, phone, services.hash_of(password))
    assert services.enrol([newcomer], by=SYSTEM) == 1
    for held in grants:
        services.grant(newcomer.id, held.role, held.scope_kind, held.scope_id, by=SYSTEM)
    if second_factor if second_factor is not None else needs_second_factor(grants):
        set_up(newcomer.id)
    return newcomer.id


@transactional
def set_up(person_id: UUID) -> None:
    """Give a person the second factor that all test people have, without its page."""
    services.keep_secret(person_id, SECRET)


def second_code(*, steps: int = 0) -> str:
    """Return what the app of all test people shows now, or some steps of 30 seconds later."""
    return totp.code_at(SECRET, totp.step_of(clock.now()) + steps)


def as_actor(person_id: UUID, *grants: Grant, name: str = "Siti Aminah") -> Actor:
    """Return a person as the web layer would hand them to a service."""
    return Actor(kind="person", id=person_id, name=name, grants=grants)


@transactional
def opened(person_id: UUID) -> Opened:
    """Open a session for a person, without the door."""
    return open_session(person_id)


def signed_in(client: FlaskClient, person_id: UUID) -> FlaskClient:
    """Return the browser with the person signed in; give roles before, as giving them ends sessions."""
    client.set_cookie("sesi", opened(person_id).token)
    return client
