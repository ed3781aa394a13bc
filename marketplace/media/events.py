"""What media tells."""

from dataclasses import dataclass

from marketplace.kernel.events import Event


@dataclass(frozen=True)
class PictureDropped(Event):
    """A picture's row is gone; its files, by these keys, are to follow."""

    keys: list[str]
