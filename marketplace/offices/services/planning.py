"""What an office planned and what money it has, as SiRUP and the DPA say; never below what is held of it."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.audit import audit
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, Invalid, NotFound
from marketplace.kernel.ids import uuid7
from marketplace.kernel.money import ZERO, Rupiah
from marketplace.kernel.words import _
from marketplace.offices import models, queries
from marketplace.offices.forms import CeilingIn, LineIn, PackageIn
from marketplace.offices.models import Line, Movement, Package
from marketplace.offices.policies import KEEP, Unit

STREAM = "offices"


@transactional
def set_line(data: LineIn, *, by: Actor) -> UUID:
    """Write a line of the budget, or its new name and ceiling; return its id. The same again changes nothing.

    Raises NotAllowed, Invalid on ``unit_code`` for an office that is not there, and Conflict ``below`` with ``held_idr`` when
    the ceiling would be less than what is committed and realised.
    """
    may_keep(data.unit_code, by)
    made = insert(Line).values(
        id=uuid7(), **data.model_dump(exclude={"ceiling_idr"}), ceiling_idr=ZERO, committed_idr=ZERO, realised_idr=ZERO
    )
    session.execute(made.on_conflict_do_nothing())
    named = {"unit_code": data.unit_code, "year": data.year}
    of_line = {"activity_code": data.activity_code, "account_code": data.account_code}
    line = session.execute(select(Line).filter_by(**named, **of_line).with_for_update()).scalar_one()
    was = {"ceiling_idr": line.ceiling_idr.amount, "name": line.name}
    _holds(line.committed_idr + line.realised_idr, data.ceiling_idr)
    _move(line, data.ceiling_idr, by)
    line.name = data.name
    _told(f"line:{line.id}", data.unit_code, was, {"ceiling_idr": data.ceiling_idr.amount, "name": data.name}, by)
    return line.id


@transactional
def set_ceiling(line_id: UUID, data: CeilingIn, *, by: Actor) -> None:
    """Revise the ceiling of a line, with the reason in its steps; the same again changes nothing.

    Raises NotFound for a line of an office that the actor does not keep, and Invalid on ``ceiling_idr`` for less than what is
    committed and realised.
    """
    wanted = select(Line).where(Line.id == line_id).with_for_update().execution_options(populate_existing=True)
    line = session.execute(wanted).scalar_one_or_none()
    if line is None or not KEEP.allows(by, queries.unit(line.unit_code).scope):
        raise NotFound
    held, was = line.committed_idr + line.realised_idr, line.ceiling_idr.amount
    if data.ceiling_idr < held:
        raise Invalid(
            {"ceiling_idr": _("%(held)s of it is committed or paid already. It cannot be lower than that.", held=held)}
        )
    _move(line, data.ceiling_idr, by, data.why)
    now = {"ceiling_idr": data.ceiling_idr.amount, "why": data.why}
    if was != data.ceiling_idr.amount:
        _told(f"line:{line.id}", line.unit_code, {"ceiling_idr": was}, now, by)


@transactional
def set_package(data: PackageIn, *, by: Actor) -> UUID:
    """Write a package of the plan, or its new name, kind and value; return its id. The same again changes nothing.

    Raises NotAllowed, Invalid on ``unit_code`` for an office that is not there and on ``rup_id`` for the number of another,
    and Conflict ``below`` with ``held_idr`` when the value would be less than what is committed and realised.
    """
    may_keep(data.unit_code, by)
    made = insert(Package).values(
        id=uuid7(), **data.model_dump(exclude={"value_idr"}), value_idr=ZERO, committed_idr=ZERO, realised_idr=ZERO
    )
    session.execute(made.on_conflict_do_nothing())
    named = select(Package).filter_by(year=data.year, rup_id=data.rup_id)
    package = session.execute(named.with_for_update()).scalar_one()
    if package.unit_code != data.unit_code:
        raise Invalid({"rup_id": _("This RUP number belongs to another office. Check the number.")})
    was = {"value_idr": package.value_idr.amount, "name": package.name, "what": package.what}
    _holds(package.committed_idr + package.realised_idr, data.value_idr)
    package.value_idr, package.name, package.what = data.value_idr, data.name, data.what
    now = {"value_idr": data.value_idr.amount, "name": data.name, "what": data.what}
    _told(f"package:{package.id}", data.unit_code, was, now, by)
    return package.id


def may_keep(unit_code: str, by: Actor) -> None:
    """Raise NotAllowed for who does not keep an office, and Invalid on ``unit_code`` for one that is not there."""
    unit = session.get(models.Unit, unit_code)
    by.require(KEEP, Unit(unit_code, tuple(unit.above) if unit else ()))
    if unit is None:
        raise Invalid({"unit_code": _("There is no office with this code.")})


def _move(line: Line, ceiling: Rupiah, by: Actor, why: str = "") -> None:
    if more := ceiling - line.ceiling_idr:
        kind, moved = ("raise", more) if more > ZERO else ("lower", -more)
        step = {"kind": kind, "amount_idr": moved, "why": why, "by": by.reference, "at": clock.now()}
        session.add(Movement(id=uuid7(), line_id=line.id, **step))
    line.ceiling_idr = ceiling


def _holds(held: Rupiah, most: Rupiah) -> None:
    if most < held:
        said = _("%(held)s of it is committed or paid already. It cannot be lower than that.", held=held)
        raise Conflict("below", said, held_idr=held.amount)


def _told(thing: str, unit_code: str, was: dict[str, Any], now: dict[str, Any], by: Actor) -> None:
    if was != now:
        audit(f"{STREAM}:{unit_code}", f"{thing.partition(':')[0]}.set", thing, by=by, before=was, after=now)
