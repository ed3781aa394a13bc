"""What others may say about a part: that somebody objects to it, and what happened to it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from marketplace.kernel.access import Actor
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


@dataclass(frozen=True)
class PartSection:
    """Something beside the parts on the pages of an order: ``template`` shows what ``facts`` found for a part as ``facts``.

    ``facts(reader, code, parts)`` returns it by part, of all parts at once; a part without an entry has no section.
    """

    template: str
    facts: Callable[[Reader, str, Sequence[UUID]], Mapping[UUID, Any]]


@dataclass(frozen=True)
class SellerTab:
    """A list of its own beside the tabs of a seller's orders, with how many wait in it."""

    label: Words
    endpoint: str
    count: Callable[[Actor], int]


objections: Slot[Callable[[Sequence[UUID]], frozenset[UUID]]] = Slot("orders.objections")
"""Those of these parts that somebody objects to: they are not completed, and stand in the seller's tab of complaints."""
stories: Slot[Story] = Slot("orders.stories")
part_sections: Slot[PartSection] = Slot("orders.part_sections")
seller_tabs: Slot[SellerTab] = Slot("orders.seller_tabs")
