"""What other plugins may show on a desk: tiles (what waits) and figures (how today goes)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from marketplace.kernel.access import Actor
from marketplace.kernel.money import Rupiah
from marketplace.kernel.plugin import Slot
from marketplace.kernel.words import Words


@dataclass(frozen=True, kw_only=True)
class Tile:
    """Something that may wait for the actor: how much of it, in one SQL statement at most, and the list it leads to.

    ``shell`` is ``lapak``, ``program`` or ``admin``; ``keys`` are query keys of the link; smaller ``order`` comes first.
    """

    shell: str
    label: Words
    count: Callable[[Actor], int]
    endpoint: str
    order: int = 50
    keys: Mapping[str, str] = field(default_factory=dict)
    icon: str = ""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A number or an amount of today."""

    shell: str
    label: Words
    value: Callable[[Actor], int | Rupiah]
    order: int = 50


tiles: Slot[Tile] = Slot("dashboard.tiles")
figures: Slot[Figure] = Slot("dashboard.figures")
