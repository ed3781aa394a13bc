"""Who acts, and what they may: actors with grants, permissions with one pure question each."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from uuid import UUID

from marketplace.kernel.errors import NotAllowed
from marketplace.kernel.words import Words

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Grant:
    """A role that a person holds for one thing: a shop, an area, an office, or (``everywhere``) the whole site."""

    role: str
    scope_kind: str = "everywhere"
    scope_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts: a person, an API token, a guest (known by a random key) or the system, with their grants of this moment."""

    kind: str
    id: UUID | None = None
    name: str = ""
    guest_key: str = field(default="", repr=False)
    grants: tuple[Grant, ...] = ()

    @property
    def reference(self) -> str:
        """Return how histories and the audit log name this actor; never a person's name or address."""
        return f"{self.kind}:{self.id}" if self.id else self.kind

    @property
    def signed_in(self) -> bool:
        """Tell whether this is a known person or their token."""
        return self.id is not None

    def holds(self, role: str, scope_kind: str = "everywhere", scope_id: str = "") -> bool:
        """Tell whether the actor has the role for exactly that scope, or for the whole site."""
        return Grant(role, scope_kind, scope_id) in self.grants or Grant(role) in self.grants

    def scopes(self, role: str, scope_kind: str) -> tuple[str, ...]:
        """Return the ids of everything of that kind for which the actor has the role, in the order of the grants."""
        return tuple(grant.scope_id for grant in self.grants if (grant.role, grant.scope_kind) == (role, scope_kind))

    def require(self, permission: "Permission[T]", thing: T) -> None:
        """Raise NotAllowed unless the permission's question is answered with yes."""
        if not permission.allows(self, thing):
            raise NotAllowed(permission.name, permission.label)


SYSTEM = Actor(kind="system")
"""The program itself: timers and handlers that act for nobody else."""


@dataclass(frozen=True, eq=False)
class Permission(Generic[T]):
    """A right: name, words for people, the question ``can(actor, thing)``, and the roles that usually hold it.

    The question is pure; no answer means no. A route that names a permission lets in only actors with one of its roles
    for any scope; the service then asks about the thing itself.
    """

    name: str
    label: Words
    can: Callable[[Actor, T], bool]
    roles: tuple[str, ...] = ()

    def allows(self, actor: Actor, thing: T) -> bool:
        """Ask the question; only a plain True is a yes."""
        return self.can(actor, thing) is True

    def admits(self, actor: Actor) -> bool:
        """Tell whether a route under this permission lets the actor in at all."""
        return any(grant.role in self.roles for grant in actor.grants)


@dataclass(frozen=True)
class Openness:
    """A route policy that asks for no role: everyone, or everyone who is signed in."""

    name: str
    needs_person: bool

    def admits(self, actor: Actor) -> bool:
        """Tell whether a route under this policy lets the actor in."""
        return actor.signed_in or not self.needs_person


PUBLIC = Openness("public", needs_person=False)
SIGNED_IN = Openness("signed_in", needs_person=True)
