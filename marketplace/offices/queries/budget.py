"""Lines and packages of the offices that an actor may read."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from marketplace.kernel.access import Actor
from marketplace.kernel.db import rows
from marketplace.kernel.money import Rupiah
from marketplace.offices import models
from marketplace.offices.queries.units import unit


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetLine:
    """A line of the budget, with what is left of it, in rupiah."""

    id: UUID
    unit_code: str
    year: int
    activity_code: str
    account_code: str
    name: str
    ceiling: Rupiah
    committed: Rupiah
    realised: Rupiah

    @property
    def free(self) -> Rupiah:
        """Return what may still be committed (sisa)."""
        return self.ceiling - self.committed - self.realised


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPackage:
    """A package of the plan, with what is left of it, in rupiah."""

    id: UUID
    unit_code: str
    year: int
    rup_id: str
    name: str
    what: str
    value: Rupiah
    committed: Rupiah
    realised: Rupiah

    @property
    def free(self) -> Rupiah:
        """Return what may still be committed."""
        return self.value - self.committed - self.realised


def lines(unit_code: str, year: int, actor: Actor) -> tuple[BudgetLine, ...]:
    """Return an office's lines of a fiscal year by their codes; NotFound to who may not read them."""
    model = models.Line
    wanted = select(model.__table__).where(model.unit_code == unit_code, model.year == year)
    _asked(unit_code, actor)
    return tuple(
        BudgetLine(
            id=row.id,
            unit_code=row.unit_code,
            year=row.year,
            activity_code=row.activity_code,
            account_code=row.account_code,
            name=row.name,
            ceiling=row.ceiling_idr,
            **_held(row),
        )
        for row in rows(wanted.order_by(model.activity_code, model.account_code))
    )


def packages(unit_code: str, year: int, actor: Actor) -> tuple[PlannedPackage, ...]:
    """Return an office's packages of a fiscal year by their numbers; NotFound to who may not read them."""
    model = models.Package
    wanted = select(model.__table__).where(model.unit_code == unit_code, model.year == year)
    _asked(unit_code, actor)
    return tuple(
        PlannedPackage(
            id=row.id,
            unit_code=row.unit_code,
            year=row.year,
            rup_id=row.rup_id,
            name=row.name,
            what=row.what,
            value=row.value_idr,
            **_held(row),
        )
        for row in rows(wanted.order_by(model.rup_id))
    )


def _held(row: Row[Any]) -> dict[str, Rupiah]:
    return {"committed": row.committed_idr, "realised": row.realised_idr}


def _asked(unit_code: str, actor: Actor) -> None:
    unit(unit_code, actor)
