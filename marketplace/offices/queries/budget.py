"""Lines and packages of the offices that an actor may read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from marketplace.kernel.access import Actor
from marketplace.kernel.db import rows
from marketplace.kernel.errors import NotFound
from marketplace.kernel.money import Rupiah
from marketplace.kernel.pages import Page, page, position
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


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementView:
    """A step of a line: ``raise`` and ``lower`` its ceiling, ``commit``, ``release``, ``realise``."""

    id: UUID
    kind: str
    amount: Rupiah
    reference: str
    why: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentView:
    """What is held of a line for a reference, in rupiah; ``left`` is not realised yet."""

    reference: str
    package_id: UUID
    amount: Rupiah
    realised: Rupiah
    committed_at: datetime

    @property
    def left(self) -> Rupiah:
        """Return what is still held."""
        return self.amount - self.realised


@dataclass(frozen=True, slots=True, kw_only=True)
class LineStory:
    """A line with what is held of it now, and a page of its steps, the newest first."""

    line: BudgetLine
    open: tuple[CommitmentView, ...]
    steps: Page[MovementView]


AT_ONCE = 50
MOST_OPEN = 200


def line(line_id: UUID, actor: Actor, cursor: str | None = None) -> LineStory:
    """Return a line of the budget with its steps. Raises NotFound, also to who may not read it."""
    found = rows(select(models.Line.__table__).where(models.Line.id == line_id))
    if not found:
        raise NotFound
    _asked(found[0].unit_code, actor)
    step, held = models.Movement, models.Commitment
    wanted = select(step.__table__).where(step.line_id == line_id)
    if (after := position(cursor)) is not None:
        # Identifiers follow time, and the index follows them.
        wanted = wanted.where(step.id < after[1])
    steps = [
        MovementView(id=row.id, kind=row.kind, amount=row.amount_idr, reference=row.reference, why=row.why, at=row.at)
        for row in rows(wanted.order_by(step.id.desc()).limit(AT_ONCE + 1))
    ]
    open_ones = select(held.__table__).where(held.line_id == line_id, held.state == models.CommitmentState.OPEN)
    return LineStory(
        line=_line(found[0]),
        open=tuple(
            CommitmentView(
                reference=row.reference,
                package_id=row.package_id,
                amount=row.amount_idr,
                realised=row.realised_idr,
                committed_at=row.committed_at,
            )
            for row in rows(open_ones.order_by(held.id).limit(MOST_OPEN))
        ),
        steps=page(steps, AT_ONCE, lambda one: (one.at, one.id)),
    )


def lines(unit_code: str, year: int, actor: Actor) -> tuple[BudgetLine, ...]:
    """Return an office's lines of a fiscal year by their codes; NotFound to who may not read them."""
    model = models.Line
    wanted = select(model.__table__).where(model.unit_code == unit_code, model.year == year)
    _asked(unit_code, actor)
    return tuple(_line(row) for row in rows(wanted.order_by(model.activity_code, model.account_code)))


def packages(unit_code: str, year: int, actor: Actor) -> tuple[PlannedPackage, ...]:
    """Return an office's packages of a fiscal year by their numbers; NotFound to who may not read them."""
    model = models.Package
    wanted = select(model.__table__).where(model.unit_code == unit_code, model.year == year)
    _asked(unit_code, actor)
    return tuple(_package(row) for row in rows(wanted.order_by(model.rup_id)))


def line_by_id(line_id: UUID) -> BudgetLine:
    """Return a line as it stands, for who knows it by what it paid. Raises NotFound."""
    found = rows(select(models.Line.__table__).where(models.Line.id == line_id))
    if not found:
        raise NotFound
    return _line(found[0])


def package_by_id(package_id: UUID) -> PlannedPackage:
    """Return a package as it stands, for who knows it by what it paid. Raises NotFound."""
    found = rows(select(models.Package.__table__).where(models.Package.id == package_id))
    if not found:
        raise NotFound
    return _package(found[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What lines come to together, in rupiah."""

    ceiling: Rupiah
    committed: Rupiah
    realised: Rupiah
    free: Rupiah


def sums(found: Sequence[BudgetLine]) -> Sums:
    """Add lines up."""
    return Sums(**{name: Rupiah.total([getattr(one, name) for one in found]) for name in Sums.__dataclass_fields__})


def _line(row: Row[Any]) -> BudgetLine:
    return BudgetLine(
        id=row.id,
        unit_code=row.unit_code,
        year=row.year,
        activity_code=row.activity_code,
        account_code=row.account_code,
        name=row.name,
        ceiling=row.ceiling_idr,
        **_held(row),
    )


def _package(row: Row[Any]) -> PlannedPackage:
    return PlannedPackage(
        id=row.id,
        unit_code=row.unit_code,
        year=row.year,
        rup_id=row.rup_id,
        name=row.name,
        what=row.what,
        value=row.value_idr,
        **_held(row),
    )


def _held(row: Row[Any]) -> dict[str, Rupiah]:
    return {"committed": row.committed_idr, "realised": row.realised_idr}


def _asked(unit_code: str, actor: Actor) -> None:
    unit(unit_code, actor)
