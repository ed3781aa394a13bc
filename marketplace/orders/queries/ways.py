"""How a seller's part comes: what a buyer wished, held against what the shop offers now. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from marketplace.delivery.queries import ALL_FULL, Choice, Day, Method
from marketplace.kernel.money import Rupiah
from marketplace.kernel.words import Words, _
from marketplace.orders.models import Delivery

DELIVERIES = {
    Method.PICKUP: Delivery.PICKUP,
    Method.OWN: Delivery.SELLER,
    Method.COURIER: Delivery.COURIER,
    Method.JOINT: Delivery.JOINT,
}
NOT_OFFERED = _("This shop does not offer this delivery. Choose one of those shown.")
NOTHING_OFFERED = _("This shop offers no delivery at the moment.")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a buyer chose for a shop: the key of a way, a day, a slot of it; empty is no choice yet."""

    key: str = ""
    day: date | None = None
    slot: str = ""


@dataclass(frozen=True, slots=True)
class Time:
    """A day, or a slot of it, that can be chosen."""

    day: Day
    slot: str = ""

    @property
    def key(self) -> str:
        """Return what a form says for it."""
        return f"{self.day.on.isoformat()} {self.slot}".strip()


@dataclass(frozen=True, kw_only=True)
class Way:
    """How a part would come now. ``gone`` is what was wished and cannot be: another day stands in its place."""

    choices: tuple[Choice, ...]
    choice: Choice | None
    time: Time | None
    gone: Wish | None = None
    gone_why: Words | None = None
    """Why the day that was wished cannot be had, where it is known."""

    @cached_property
    def times(self) -> tuple[Time, ...]:
        """Return all times that can be chosen with this way."""
        return tuple(free_times(self.choice)) if self.choice is not None else ()

    @property
    def price(self) -> Rupiah | None:
        """Return what it costs, None when that depends on an address that is not known yet."""
        return self.choice.price if self.choice is not None else None

    @property
    def label(self) -> Words | str:
        """Return the name of the way, as its courier or joint pick-up is called."""
        return self.choice.label if self.choice is not None else ""

    @property
    def delivery(self) -> Delivery:
        """Return the kind of delivery that an order keeps."""
        return DELIVERIES[self.choice.method] if self.choice is not None else Delivery.PICKUP

    @property
    def problem(self) -> Words | None:
        """Return why nothing can come this way, None when it can."""
        if self.choice is None:
            return NOTHING_OFFERED
        return self.choice.why or (ALL_FULL if self.time is None else None)


def free_times(choice: Choice) -> Iterator[Time]:
    """Yield the times of a way that can be chosen, the first one first."""
    for day in choice.days:
        if not day.full:
            yield from (Time(day, one.slot) for one in day.slots if not one.full) if day.slots else (Time(day),)


def way_of(choices: Sequence[Choice], wish: Wish) -> Way:
    """Return how a part comes by this wish: as wished while that can be, else by the first way and time that can."""
    offered = tuple(choices)
    wished = next((one for one in offered if one.key == wish.key), None)
    choice = wished or _first(offered)
    if choice is None:
        return Way(choices=offered, choice=None, time=None)
    free = list(free_times(choice))
    time = next((one for one in free if (one.day.on, one.slot) == (wish.day, wish.slot)), None)
    full = next((day for day in choice.days if day.on == wish.day), None) if wish.key in ("", choice.key) else None
    lost = (bool(wish.key) and wished is None) or (wish.day is not None and time is None)
    return Way(
        choices=offered,
        choice=choice,
        time=time or (free[0] if free else None),
        gone=wish if lost else None,
        gone_why=full.why if lost and full is not None else None,
    )


def _first(offered: Sequence[Choice]) -> Choice | None:
    """Return what is chosen for who chose nothing: the first way that is open and has its price."""
    by_use = sorted(offered, key=lambda one: (not one.open, one.price is None))
    return by_use[0] if by_use else None
