"""What a desk shows: the tasks that wait, in order, and today's figures."""

from collections.abc import Mapping
from dataclasses import dataclass

from marketplace.dashboard.slots import figures, tiles
from marketplace.kernel.access import Actor
from marketplace.kernel.money import Rupiah
from marketplace.kernel.words import Words


@dataclass(frozen=True)
class Waiting:
    """A tile with its number."""

    label: Words
    count: int
    endpoint: str
    keys: Mapping[str, str]
    icon: str


@dataclass(frozen=True)
class Today:
    """A figure with its value; ``money`` tells how to write it."""

    label: Words
    value: int | Rupiah

    @property
    def money(self) -> bool:
        """Tell whether the value is an amount."""
        return isinstance(self.value, Rupiah)


@dataclass(frozen=True)
class Desk:
    """One actor's desk: what waits (never zero of it), and how today goes."""

    waiting: tuple[Waiting, ...]
    today: tuple[Today, ...]


def desk(shell: str, actor: Actor) -> Desk:
    """Return what the plugins show this actor in a shell."""
    shown = sorted((tile for tile in tiles if tile.shell == shell), key=lambda tile: tile.order)
    counted = ((tile, tile.count(actor)) for tile in shown)
    today = sorted((figure for figure in figures if figure.shell == shell), key=lambda figure: figure.order)
    return Desk(
        waiting=tuple(
            Waiting(tile.label, count, tile.endpoint, tile.keys, tile.icon) for tile, count in counted if count
        ),
        today=tuple(Today(figure.label, figure.value(actor)) for figure in today),
    )
