"""What plugins above put in: notices, which say who hears of an event and in which words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from marketplace.kernel.events import Event
from marketplace.kernel.plugin import Slot


@dataclass(frozen=True)
class Recipient:
    """Who gets a letter, and in which language (``id`` or ``en``) they read it."""

    address: str = field(repr=False)
    name: str = field(repr=False)
    language: str = "id"


def no_context(_event: Event) -> Mapping[str, Any]:
    """Return the facts of a letter that needs none."""
    return {}


@dataclass(frozen=True)
class Notice:
    """Which event is told to whom: ``template`` names ``templates/<template>.txt``.

    ``to`` and ``context`` are asked when the letter is written, with the event; they read the database and change nothing.
    Nobody to tell is an empty sequence.
    """

    event: type[Event]
    to: Callable[[Any], Sequence[Recipient]]
    template: str
    context: Callable[[Any], Mapping[str, Any]] = no_context


notices: Slot[Notice] = Slot("notifications.notices")


class MailRefusedError(Exception):
    """The server certainly did not take the letter: sending it again makes no second one."""


class NoSuchMailboxError(MailRefusedError):
    """The server says that nobody has this address: sending it again is of no use."""
