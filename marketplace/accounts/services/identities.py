"""Coming in by an identity provider: only ever into an account that is there, and by proof of both sides."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from marketplace.accounts.events import IdentityLinked
from marketplace.accounts.models import Identity, Person, PersonState, normal_email
from marketplace.accounts.services.sessions import Asked, Opened, come_in
from marketplace.kernel import clock, ids
from marketplace.kernel.access import Actor
from marketplace.kernel.audit import audit
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, NotFound
from marketplace.kernel.outbox import emit
from marketplace.kernel.words import _


@dataclass(frozen=True)
class Proven:
    """Whom a provider vouches for: its own name for them, and the e-mail address that it has seen them read, if any."""

    issuer: str
    subject: str
    email: str | None = field(default=None, repr=False)


@transactional
def sign_in_by_identity(proven: Proven, *, domains: tuple[str, ...], by: Actor) -> Opened | Asked:
    """Let in whom this identity is linked to, else who has proved the same e-mail address in one of the ``domains``.

    The second links them for the next time. Nobody is made: Conflict ``no_account`` where there is no such account. Who set up
    a second factor is asked for it.
    """
    person_id = session.scalar(
        select(Identity.person_id).where(Identity.issuer == proven.issuer, Identity.subject == proven.subject)
    )
    if person_id is None:
        person_id = _by_address(proven, domains)
        if person_id is not None:
            _link(proven, person_id, by)
    acting = select(Person.id).where(Person.id == person_id, Person.state == PersonState.ACTIVE)
    if person_id is None or session.scalar(acting) is None:
        said = _(
            "No account here belongs to that sign-in yet. Sign in with your password and link it on your account page."
        )
        raise Conflict("no_account", said)
    return come_in(person_id, by)


def _by_address(proven: Proven, domains: tuple[str, ...]) -> UUID | None:
    email = normal_email(proven.email or "")
    if email is None or email.rpartition("@")[2] not in domains:
        return None
    # Proved here too: somebody might have joined with another's address and wait for its owner to come in.
    return session.scalar(
        select(Person.id).where(
            Person.email == email, Person.email_proved_at.is_not(None), Person.state == PersonState.ACTIVE
        )
    )


@transactional
def link_identity(proven: Proven, *, by: Actor) -> None:
    """Link the actor's account to an identity. Raises NotFound for a guest, Conflict ``linked`` when it is somebody else's."""
    if by.kind != "person" or by.id is None:
        raise NotFound
    _link(proven, by.id, by)


@transactional
def unlink_identity(issuer: str, *, by: Actor) -> None:
    """Take the actor's links to a provider away; their password still opens the account."""
    gone = delete(Identity).where(Identity.issuer == issuer, Identity.person_id == by.id).returning(Identity.id)
    if session.execute(gone.execution_options(synchronize_session=False)).all():
        audit("accounts", "unlink identity", f"person:{by.id}", by=by, before={"issuer": issuer})


def _link(proven: Proven, person_id: UUID, by: Actor) -> None:
    values = {"id": ids.uuid7(), "issuer": proven.issuer, "subject": proven.subject, "person_id": person_id}
    written = session.scalar(
        insert(Identity).values(**values, linked_at=clock.now()).on_conflict_do_nothing().returning(Identity.id)
    )
    if written is not None:
        audit("accounts", "link identity", f"person:{person_id}", by=by, after={"issuer": proven.issuer})
        emit(IdentityLinked(person_id=str(person_id)))
        return
    owner = select(Identity.person_id).where(Identity.issuer == proven.issuer, Identity.subject == proven.subject)
    if session.scalar(owner) != person_id:
        raise Conflict("linked", _("That sign-in already belongs to another account, or yours has another one."))
