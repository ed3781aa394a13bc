"""Where those above tell what else is known of shops."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from marketplace.kernel.plugin import Slot


@dataclass(frozen=True)
class Standing:
    """How a shop counts: as a micro or small business, as one of the programme, and under which office's care."""

    umk: bool = True
    jakpreneur: bool = True
    mentor: str = ""


openers: Slot[tuple[str, Callable[[str], str]]] = Slot("p3dn.openers")
"""A source of entries, and the address at which one of its codes opens for who may see it."""
standings: Slot[Callable[[Sequence[UUID]], Mapping[UUID, Standing]]] = Slot("p3dn.standings")
"""Tell how shops count today; a shop nobody speaks of is one of the programme, as all that sell here are."""


def standings_of(seller_ids: Sequence[UUID]) -> dict[UUID, Standing]:
    """Return how shops count today."""
    found = {one: Standing() for one in seller_ids}
    for tell in standings:
        found |= tell(seller_ids)
    return found
