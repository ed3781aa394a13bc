"""Where those who hold money of a budget say what it is for: offices know references, and nothing behind them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from marketplace.kernel.plugin import Slot
from marketplace.kernel.words import Words


@dataclass(frozen=True)
class Purpose:
    """What a reference is for: its name on a page, and the address at which it opens for who may see it."""

    label: str
    path: str


purposes: Slot[Callable[[Sequence[str]], Mapping[str, Purpose]]] = Slot("offices.purposes")
"""Name references; those that are somebody else's are left out. It reads the database and changes nothing."""
causes: Slot[Callable[[str], Words | None]] = Slot("offices.causes")
"""Say in words why something moved, where the reason is a key; None for whatever is none of theirs."""


def named(references: Sequence[str]) -> dict[str, Purpose]:
    """Return what is known of references, over all who name them."""
    found: dict[str, Purpose] = {}
    for name in purposes if references else ():
        found |= name(references)
    return found


def said(cause: str) -> Words | str:
    """Return a cause in words; what a person wrote stays as it is."""
    return next((words for say in causes if (words := say(cause)) is not None), cause)
