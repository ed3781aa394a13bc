"""The kernel's own slots: what any plugin may offer to the program as a whole."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from werkzeug.wrappers import Request

from marketplace.kernel.access import Actor, Permission
from marketplace.kernel.plugin import Slot
from marketplace.kernel.words import Words


@dataclass(frozen=True, kw_only=True)
class NavItem:
    """A link in a shell's navigation: ``place`` is ``top``, ``tabs``, ``rail`` or ``foot``; smaller ``order`` comes first."""

    label: Words
    endpoint: str
    shell: str = "publik"
    place: str = "top"
    icon: str = ""
    order: int = 50
    needs: Permission[Any] | None = None


@dataclass(frozen=True)
class PersonalData:
    """What a plugin keeps of a person: ``export(person)`` in plain JSON types, ``erase(person)`` what no law keeps."""

    export: Callable[[UUID], Mapping[str, Any]]
    erase: Callable[[UUID], None]


@dataclass(frozen=True)
class Demo:
    """What a plugin puts into a demo site. ``plant(profile, seed)`` returns logins, ids and secrets for the JSON answer."""

    plant: Callable[[str, int], Mapping[str, Any]]


@dataclass(frozen=True)
class Fragment:
    """A part of the reader's own head of page: ``value(actor)`` is a short JSON value under ``name``; never cached."""

    name: str
    value: Callable[[Actor], Any]


Verifier = Callable[[], Iterable[str]]

nav: Slot[NavItem] = Slot("kernel.nav")
personal_data: Slot[PersonalData] = Slot("kernel.personal_data")
demos: Slot[Demo] = Slot("kernel.demos")
fragments: Slot[Fragment] = Slot("kernel.fragments")
verifiers: Slot[Verifier] = Slot("kernel.verifiers")
"""Each recomputes invariants from the database and yields a sentence, with ids, for each broken one (R26.1)."""
facts: Slot[tuple[str, Callable[[], Iterable[Mapping[str, Any]]]]] = Slot("kernel.facts")
"""A file name of R0.4 without ending, and the rows that ``jkp facts`` writes into it."""
authenticators: Slot[Callable[[Request], Actor | None]] = Slot("kernel.authenticators")
"""Each turns a request into an actor, or leaves it to the next; the first answer counts."""
health: Slot[tuple[str, Callable[[], bool]]] = Slot("kernel.health")
"""A part's name and whether it answers, for ``readyz`` and the admin's page."""
references: Slot[Callable[[], object]] = Slot("kernel.references")
"""Each loads reference data that a plugin cannot be without (areas, categories); run after migrations, harmless to repeat."""
completers: Slot[Callable[[], int]] = Slot("kernel.completers")
"""Each finishes what a crash left half done; returns how many. Run by ``jkp complete``."""
reapers: Slot[Callable[[], int]] = Slot("kernel.reapers")
"""Each lets go of what is held past its time; returns how many. Run by ``jkp reap``."""
occasions: Slot[Callable[[Actor], Mapping[str, Any]]] = Slot("kernel.occasions")
"""Each tells the audit log on what occasion an actor does something, in plain JSON; the house tells roles and request."""
