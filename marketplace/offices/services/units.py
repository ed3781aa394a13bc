"""Offices and their place in the tree."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, text, update

from marketplace.accounts import services as accounts
from marketplace.kernel.access import Actor
from marketplace.kernel.audit import audit
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Invalid
from marketplace.kernel.words import _
from marketplace.offices.forms import UnitIn
from marketplace.offices.models import Unit
from marketplace.offices.policies import FOUND

STREAM = "offices"
# Whoever moves a unit reads the tree and writes what follows from it: one at a time. Readers are not kept waiting.
ALONE = text("LOCK TABLE offices_units IN SHARE ROW EXCLUSIVE MODE")


@transactional
def set_unit(data: UnitIn, *, by: Actor) -> None:
    """Put an office into the tree, or write its new name, place and papers; the same again changes nothing.

    Raises NotAllowed, and Invalid: on ``parent_code`` for a unit that is not there, or that stands below this one; on
    ``paper_code`` for one that another office has.
    """
    by.require(FOUND, None)
    session.execute(ALONE)
    held = session.get(Unit, data.code, populate_existing=True)
    above = _above(data)
    taken = select(Unit.name).where(Unit.paper_code == data.paper_code, Unit.code != data.code)
    if (other := session.scalar(taken)) is not None:
        said = _("The papers of %(office)s have this code. Choose another one.", office=other)
        raise Invalid({"paper_code": said})
    was = _facts(held) if held else {}
    if held is None or (held.kind, held.name) != (data.kind, data.name):
        accounts.open_organisation(data.kind, data.name, data.code)
    if held is None:
        held = Unit(**data.model_dump(), above=above)
        session.add(held)
    else:
        for name, value in data.model_dump(exclude={"code"}).items():
            setattr(held, name, value)
        if held.above != above:
            held.above = above
            session.flush()
            _lift(data.code, above)
    session.flush()
    if was != (now := _facts(held)):
        audit(f"{STREAM}:{data.code}", "unit.set", f"unit:{data.code}", by=by, before=was, after=now)


def _above(data: UnitIn) -> list[str]:
    if data.parent_code is None:
        return []
    parent = session.get(Unit, data.parent_code)
    if parent is None:
        raise Invalid({"parent_code": _("There is no office with this code.")})
    if data.code in (parent.code, *parent.above):
        said = _("%(office)s stands below this office, so it cannot be above it.", office=parent.name)
        raise Invalid({"parent_code": said})
    return [parent.code, *parent.above]


def _lift(code: str, above: Sequence[str]) -> None:
    """Write what is above each unit below one that moved."""
    for one in session.scalars(select(Unit).where(Unit.above.contains([code]))):
        own = one.above[: one.above.index(code) + 1]
        session.execute(update(Unit).where(Unit.code == one.code).values(above=[*own, *above]))


def _facts(unit: Unit) -> dict[str, Any]:
    names = ("kind", "name", "parent_code", "paper_code", "address", "place", "npwp", "training")
    return {name: getattr(unit, name) for name in names}
