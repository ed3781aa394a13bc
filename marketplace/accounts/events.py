"""The facts that accounts tells. They carry identifiers only: who it is, and where to reach them, is read when needed."""

from dataclasses import dataclass

from marketplace.kernel.events import Event


@dataclass(frozen=True)
class PersonRegistered(Event):
    """Somebody joined."""

    person_id: str


@dataclass(frozen=True)
class RegistrationRepeated(Event):
    """Somebody tried to join with an address or number that a person already has."""

    person_id: str


@dataclass(frozen=True)
class ResetAsked(Event):
    """A way to a new password was asked for; the link has a person only when there is such an account."""

    link_id: str


@dataclass(frozen=True)
class ProofAsked(Event):
    """An e-mail address is to be proved."""

    link_id: str


@dataclass(frozen=True)
class CodeAsked(Event):
    """A code to come in with was asked for; the link has a person only when there is such an account."""

    link_id: str


@dataclass(frozen=True)
class PasswordChanged(Event):
    """A person's password is another one; all their sessions have ended."""

    person_id: str


@dataclass(frozen=True)
class SecondFactorChanged(Event):
    """A person's second factor is another one, or something of it was used up.

    ``what``: ``set``, ``renewed``, ``removed``, ``reset`` (by somebody else), ``codes`` (ten new ones), ``spent`` (one used).
    """

    person_id: str
    what: str


@dataclass(frozen=True)
class IdentityLinked(Event):
    """A person can come in by an identity provider from now on."""

    person_id: str


@dataclass(frozen=True)
class EmailProved(Event):
    """A person's e-mail address answers to them; what was done as a guest with it may join them from here (R14.6)."""

    person_id: str
