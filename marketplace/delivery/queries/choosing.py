"""Whether what a form picked is what was offered: pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from marketplace.delivery.queries.offering import ALL_FULL, FULL, Choice, Day
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.kernel.money import Rupiah
from marketplace.kernel.words import _


@dataclass(frozen=True)
class Picked:
    """What a form says: the key of a choice, a day, a slot."""

    key: str
    day: date
    slot: str = ""


@dataclass(frozen=True)
class Chosen:
    """What was picked, with its price and the day as they are."""

    choice: Choice
    price: Rupiah
    day: Day
    slot: str


def chosen(offered: Sequence[Choice], picked: Picked) -> Chosen:
    """Return the choice that was picked.

    Raises Invalid for what this shop does not offer there (fields ``pengantaran``, ``jam``), and Conflict ``day_gone`` (past
    the cut-off, closed) or ``day_full`` for a day that cannot be chosen any more, with ``free``, the days that can.
    """
    choice = next((one for one in offered if one.key == picked.key), None)
    if choice is None:
        raise Invalid({"pengantaran": _("This shop does not offer this delivery. Choose one of those shown.")})
    if choice.why is not None and choice.why is not ALL_FULL:
        raise Invalid({"pengantaran": choice.why})
    if choice.price is None:
        raise Invalid({"pengantaran": _("Fill in the address first: the price depends on it.")})
    free = [day.on.isoformat() for day in choice.days if not day.full]
    day = next((one for one in choice.days if one.on == picked.day), None)
    if day is None:
        said = _("This delivery day cannot be chosen any more. Choose another day.")
        raise Conflict("day_gone", said, day=picked.day.isoformat(), free=free)
    hours = next((one for one in day.slots if one.slot == picked.slot), None)
    if hours is None and (day.slots or picked.slot):
        raise Invalid({"jam": _("Choose one of the hours shown.")})
    if day.full or (hours is not None and hours.full):
        raise Conflict("day_full", day.why or FULL, day=picked.day.isoformat(), slot=picked.slot, free=free)
    return Chosen(choice, choice.price, day, picked.slot)
