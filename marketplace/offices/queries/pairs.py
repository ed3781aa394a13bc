"""Duties that one person may not have together."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select

from marketplace.kernel import clock
from marketplace.kernel.db import rows
from marketplace.offices import models


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two duties that one person may not have on one ``order``, or in one ``unit`` at all; with what the rule rests on."""

    duty: str
    other: str
    place: str
    basis: str

    def names(self, duty: str, other: str) -> bool:
        """Tell whether these are the two, in whatever order."""
        return {self.duty, self.other} == {duty, other}


def pairs(day: date | None = None, place: str = "order") -> tuple[Pair, ...]:
    """Return the pairs that hold on a day, today without one: of an order all of them, of a ``unit`` those of a unit."""
    on, model = day or clock.today(), models.Pair
    wanted = select(model.__table__).where(model.valid_from <= on, or_(model.valid_to.is_(None), model.valid_to > on))
    if place == "unit":
        wanted = wanted.where(model.place == place)
    return tuple(
        Pair(duty=row.duty, other=row.other, place=row.place, basis=row.basis)
        for row in rows(wanted.order_by(model.duty, model.other, model.valid_from))
    )


def forbidden(duty: str, done: Collection[str], among: Iterable[Pair]) -> Pair | None:
    """Return the pair that forbids a duty to who did these others already; None when none does. Pure.

    ``done`` are duties under which the *person* acted, whatever they hold now (R11.2); ``among`` is what ``pairs`` returned.
    """
    return next((pair for pair in among for other in done if pair.names(duty, other)), None)
