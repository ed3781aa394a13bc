"""Where plugins above come in when a person does."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from marketplace.kernel.access import Actor
from marketplace.kernel.plugin import Slot
from marketplace.kernel.words import Words

arrivals: Slot[Callable[[str, UUID], None]] = Slot("accounts.arrivals")
"""Called inside the transaction of a sign-in with the guest key of this browser and the person it turned out to be, so that
what the guest gathered is theirs on the very next page. An error stops the sign-in. Coming in proves a password and not an
address: what belongs to an address waits for ``EmailProved``, or asks ``queries.proved_email``."""
departures: Slot[Callable[[], str]] = Slot("accounts.departures")
"""Each names a cookie in which a browser keeps a right for somebody; it is dropped when they sign out."""


@dataclass(frozen=True)
class Scope:
    """A kind of thing that a role is held for: ``find`` returns the id of what is named, by its id or code; None if none is."""

    kind: str
    find: Callable[[str], str | None]


scopes: Slot[Scope] = Slot("accounts.scopes")
"""A grant names a thing of one of these kinds; the plugin that keeps the things says which are there."""


@dataclass(frozen=True)
class GlanceRow:
    """One thing of the reader's own: what it is called, how it stands, and the endpoint of its page."""

    label: Words | str
    detail: Words | str
    endpoint: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Glance:
    """The newest of what a plugin keeps for a person, a few rows at most; ``endpoint`` shows all of it."""

    label: Words
    endpoint: str
    rows: Callable[[Actor], Sequence[GlanceRow]]
    icon: str = "list"
    order: int = 50


glances: Slot[Glance] = Slot("accounts.glances")
"""Shown on ``/akun``; without rows nothing is."""


@dataclass(frozen=True, kw_only=True)
class IdentityProvider:
    """Somebody else who knows who people are, by OpenID Connect.

    ``key`` stands in our addresses; ``domains`` are the e-mail domains whose people this provider may bring to their account
    by address alone (none: only accounts that were linked); ``hosts`` are hosts beside the issuer's that we may ask.
    """

    key: str
    label: Words | str
    issuer: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    domains: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()


identity_providers: Slot[Callable[[], IdentityProvider | None]] = Slot("accounts.identity_providers")
"""Each returns a provider, or None while it is not set up; asked at each request, so that settings alone decide."""
