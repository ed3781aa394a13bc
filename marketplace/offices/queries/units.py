"""Offices and their place in the tree: who is above whom, and which of them an actor may see."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, or_, select

from marketplace.kernel.access import Actor
from marketplace.kernel.db import rows
from marketplace.kernel.errors import NotFound
from marketplace.offices import models
from marketplace.offices.policies import AUDITOR, DUTIES, FOUND, ORGANISATION, REACHING, READ, Unit

BUMD = "bumd"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitView:
    """An office as its papers name it; ``above`` are the codes of the units it belongs to, the nearest first."""

    code: str
    kind: str
    name: str
    parent_code: str | None
    above: tuple[str, ...]
    paper_code: str
    address: str
    place: str
    npwp: str
    training: bool

    @property
    def scope(self) -> Unit:
        """Return it as permissions are asked of it."""
        return Unit(self.code, self.above)

    @property
    def buyer_kind(self) -> str:
        """Return whose rules it buys by: ``bumd`` for a company of the province, ``opd`` for its offices."""
        return BUMD if self.kind == BUMD else "opd"

    @property
    def depth(self) -> int:
        """Return how many units stand above it."""
        return len(self.above)


def unit(code: str, actor: Actor | None = None) -> UnitView:
    """Return an office by its code. Raises NotFound, also to an actor who may not read it."""
    found = rows(select(models.Unit.__table__).where(models.Unit.code == code))
    if not found:
        raise NotFound
    seen = _view(found[0])
    if actor is not None and not READ.allows(actor, seen.scope):
        raise NotFound
    return seen


def units(actor: Actor) -> tuple[UnitView, ...]:
    """Return the offices whose plan and budget an actor may read, as a tree is read: each followed by those below it."""
    listed = select(models.Unit.__table__)
    if not (FOUND.allows(actor, None) or actor.holds(AUDITOR)):
        exact = sorted({code for duty in (*DUTIES, *REACHING) for code in actor.scopes(duty, ORGANISATION)})
        down = sorted({code for duty in REACHING for code in actor.scopes(duty, ORGANISATION)})
        if not exact:
            return ()
        listed = listed.where(or_(models.Unit.code.in_(exact), models.Unit.above.overlap(down)))
    return _as_tree(_view(row) for row in rows(listed))


def below(code: str) -> tuple[UnitView, ...]:
    """Return every office below one, as a tree is read."""
    return _as_tree(_view(row) for row in rows(select(models.Unit.__table__).where(models.Unit.above.contains([code]))))


def unit_names(codes: Iterable[str]) -> dict[str, str]:
    """Return the names of offices by their codes; unknown ones are left out."""
    wanted = select(models.Unit.code, models.Unit.name).where(models.Unit.code.in_(sorted(set(codes))))
    return {row.code: row.name for row in rows(wanted)}


def _as_tree(found: Iterable[UnitView]) -> tuple[UnitView, ...]:
    known = {one.code: one for one in found}

    def path(one: UnitView) -> tuple[str, ...]:
        # Names first, for people look for names; the code keeps two of one name apart.
        line = [known[code] for code in reversed(one.above) if code in known]
        return tuple(f"{step.name.casefold()} {step.code}" for step in (*line, one))

    return tuple(sorted(known.values(), key=path))


def _view(row: Row[Any]) -> UnitView:
    told = {name: getattr(row, name) for name in UnitView.__dataclass_fields__}
    return UnitView(**{**told, "above": tuple(row.above)})
