"""What delivery tells."""

from dataclasses import dataclass

from marketplace.kernel.events import Event


@dataclass(frozen=True)
class DayFilled(Event):
    """The last place of a shop's day was taken; ``slot`` is empty for the whole day."""

    seller_id: str
    day: str
    slot: str
