"""What plugins above put in: notices, which say who hears of an event and in which words, and channels, which carry them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol
from uuid import UUID

from marketplace.kernel.access import Actor
from marketplace.kernel.events import Event
from marketplace.kernel.plugin import Slot
from marketplace.kernel.words import Words

MAIL, INBOX, WEBHOOK = "mail", "inbox", "webhook"
"""The keys of the channels that come with us."""


@dataclass(frozen=True)
class Recipient:
    """Who is told, and in which language (``id`` or ``en``) they read: by an address, a number, an account, or several.

    ``address`` is empty and ``phone`` (E.164) is None where there is none; ``person_id`` is None for a guest.
    """

    address: str = field(repr=False)
    name: str = field(repr=False)
    language: str = "id"
    phone: str | None = field(default=None, repr=False)
    person_id: UUID | None = None


@dataclass(frozen=True)
class Message:
    """One notice in the words of one recipient: the letter for mail, and what fits into a list or on a phone.

    ``link`` is the path to the thing, with whatever opens it; ``group`` is what messages are shown under.
    """

    recipient: Recipient = field(repr=False)
    kind: str
    title: str = field(repr=False)
    letter: str = field(repr=False)
    short_title: str = field(repr=False)
    short: str = field(repr=False)
    link: str = field(repr=False)
    group: str
    delivery: UUID


def everyone(_actor: Actor) -> bool:
    """Tell that a kind concerns whoever is signed in."""
    return True


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What a reader chooses about, and the delivery log tells: ``who`` names in words who hears of it.

    The channels in ``needed`` stay on, ``why`` says why. A ``fixed`` kind goes by the channels of its notices and no other.
    ``concerns`` tells for whom it is on the page of choices.
    """

    key: str
    label: Words
    who: Words
    hint: Words | None = None
    needed: tuple[str, ...] = ()
    why: Words | None = None
    fixed: bool = False
    concerns: Callable[[Actor], bool] = everyone


Recipients = Callable[[Any], Sequence[Recipient]]


@dataclass(frozen=True, kw_only=True)
class Step:
    """What is done about a notice that nobody looked at: who is told by which channels.

    ``to``, ``context`` and the templates are the notice's own unless they are named. It goes out whatever readers chose,
    so that a kind of its own is a fixed one.
    """

    channels: tuple[str, ...]
    to: Recipients | None = None
    context: Callable[[Any], Mapping[str, Any]] | None = None
    template: str = ""
    short: str = ""
    link: str = ""
    kind: Kind | None = None


@dataclass(frozen=True, kw_only=True)
class Escalation:
    """How a notice climbs: each step ``after`` the one before, unless it is ``settled`` or somebody has read it.

    ``settled`` is asked with the event before each step and before each sending; it reads and changes nothing.
    """

    after: timedelta
    settled: Callable[[Any], bool]
    steps: tuple[Step, ...]


def no_context(_event: Event) -> Mapping[str, Any]:
    """Return the facts of a letter that needs none."""
    return {}


@dataclass(frozen=True)
class Notice:
    """Which event is told to whom: ``template`` names ``templates/<template>.txt``.

    ``to`` and ``context`` are asked when the letter is written, with the event; they read the database and change nothing.
    Nobody to tell is an empty sequence. ``otherwise`` names channels for whom none of ``channels`` reaches; ``short`` names
    a template for lists and phones, ``link`` and ``group`` facts of the context.
    """

    event: type[Event]
    to: Recipients
    template: str
    context: Callable[[Any], Mapping[str, Any]] = no_context
    kind: Kind | None = None
    channels: tuple[str, ...] = (INBOX, MAIL)
    otherwise: tuple[str, ...] = ()
    short: str = ""
    link: str = ""
    group: str = ""
    escalate: Escalation | None = None


class Channel(Protocol):
    """A way to reach people. ``inside`` says that it only writes to our database, hence exactly once with the delivery."""

    key: str
    label: Words
    inside: bool

    def available(self) -> bool:
        """Tell whether this installation has it set up; asked once, at start."""
        ...

    def address(self, recipient: Recipient) -> str | None:
        """Return what reaches this recipient here, None when nothing does; the key follows from it."""
        ...

    def key_of(self, delivery: UUID, address: str) -> str:
        """Return the name of what goes to an address about a delivery: the same again for the same, and no other's."""
        ...

    def send(self, message: Message, key: str) -> None:
        """Hand a message over, connected within 3 s and done within 10 s.

        Raises NotTakenError when it certainly was not taken or may be sent again without harm, NobodyThereError when nobody
        has the address; anything else leaves a doubt.
        """
        ...


notices: Slot[Notice] = Slot("notifications.notices")
channels: Slot[Channel] = Slot("notifications.channels")


class NotTakenError(Exception):
    """Certainly not taken, or harmless to send again: sending it again makes no second one."""


class NobodyThereError(NotTakenError):
    """The server says that nobody has this address: sending it again is of no use."""
