"""Where others may offer a place at which several shops hand over."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from marketplace.kernel.plugin import Slot


@dataclass(frozen=True, kw_only=True)
class JointPickup:
    """A place and some hours of a day at which these shops hand over what was ordered, such as a bazaar."""

    id: str
    label: str
    where: str
    day: date
    hours: str
    """As slots are written: ``09-12``."""
    sellers: frozenset[UUID]


joint_pickups: Slot[Callable[[Sequence[UUID], date], Sequence[JointPickup]]] = Slot("delivery.joint_pickups")
"""Each returns the joint pick-ups of these sellers from a day on; asked once for a whole cart."""
