"""What others may say about a part: that somebody objects to it, and what happened to it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from marketplace.kernel.plugin import Slot
from marketplace.kernel.words import Words


class Reader(StrEnum):
    """Who reads a timeline."""

    BUYER = "buyer"
    SELLER = "seller"
    STAFF = "staff"


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One step of the history of a thing that belongs to a part: ``kind`` is its table, ``by`` the role of who did it."""

    part_id: UUID
    kind: str
    state: str
    at: datetime
    by: str
    why: str
    fetched: bool = False
    """The buyer comes for this part."""


@dataclass(frozen=True)
class Story:
    """How the steps of one kind of thing are told. ``words`` returns title and detail, None for what its reader need not know.

    ``found`` returns the steps of things that stand in tables of the filler, of many parts at once.
    """

    kind: str
    words: Callable[[Happening, Reader], tuple[Words, Words | str] | None]
    found: Callable[[Sequence[UUID]], Sequence[Happening]] | None = None


objections: Slot[Callable[[Sequence[UUID]], frozenset[UUID]]] = Slot("orders.objections")
"""Those of these parts that somebody objects to: they are not completed, and stand in the seller's tab of complaints."""
stories: Slot[Story] = Slot("orders.stories")
