"""Every method and ceiling that held, holds or will hold; and whether the methods of a day leave a gap or overlap."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Row, or_, select

from marketplace.eorder.models import Ceiling, Method
from marketplace.eorder.queries.methods import MethodView, view_of
from marketplace.kernel.db import rows
from marketplace.kernel.money import ZERO, Rupiah
from marketplace.kernel.words import Words, _
from marketplace.web.formats import date_long, rupiah


@dataclass(frozen=True, slots=True, kw_only=True)
class CeilingView:
    """The most that a unit of something may cost (rupiah), with its source."""

    id: UUID
    code: str
    template: str
    name: str
    name_en: str
    unit: str
    most: Rupiah
    basis: str
    confirmed_by: str
    confirmed_on: date | None
    valid_from: date
    valid_to: date | None

    def holds(self, day: date) -> bool:
        """Tell whether it holds on a day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


class Band(Protocol):
    """What the checks ask of a method."""

    @property
    def code(self) -> str:
        """Its code."""

    @property
    def above(self) -> Rupiah:
        """It holds for more than this."""

    @property
    def up_to(self) -> Rupiah:
        """It holds up to this."""

    @property
    def valid_from(self) -> date:
        """Its first day."""

    @property
    def valid_to(self) -> date | None:
        """The first day on which it does not hold any more."""


@dataclass(frozen=True)
class Fault:
    """Why the methods of a day are no ladder: ``overlap``, ``gap``, or ``bottom`` when the lowest does not begin at 0."""

    kind: str
    day: date
    said: Words


def holding(found: Iterable[Band], day: date) -> list[Band]:
    """Return the methods that hold on a day, by amount."""
    held = (one for one in found if one.valid_from <= day and (one.valid_to is None or one.valid_to > day))
    return sorted(held, key=lambda one: (one.above, one.up_to))


def faults(found: Sequence[Band]) -> Iterator[Fault]:
    """Yield what is wrong with the methods of one buyer and kind of purchase, on each day on which they change: pure.

    For every amount from 0 up to the highest there is exactly one method; where there are none at all, nothing is wrong.
    """
    days = sorted({one.valid_from for one in found} | {one.valid_to for one in found if one.valid_to is not None})
    for day in days:
        held = holding(found, day)
        if held and held[0].above != ZERO:
            said = _(
                "On %(day)s nothing would hold up to %(amount)s: %(code)s begins above it.",
                day=date_long(day), amount=rupiah(held[0].above), code=held[0].code,
            )  # fmt: skip
            yield Fault("bottom", day, said)
        for lower, upper in pairwise(held):
            told = {"day": date_long(day), "lower": lower.code, "upper": upper.code}
            if upper.above < lower.up_to:
                said = _(
                    "On %(day)s %(lower)s and %(upper)s would both hold above %(above)s and up to %(up_to)s.",
                    **told, above=rupiah(upper.above), up_to=rupiah(min(lower.up_to, upper.up_to)),
                )  # fmt: skip
                yield Fault("overlap", day, said)
            elif upper.above > lower.up_to:
                said = _(
                    "On %(day)s nothing would hold above %(above)s and up to %(up_to)s, between %(lower)s and %(upper)s.",
                    **told, above=rupiah(lower.up_to), up_to=rupiah(upper.above),
                )  # fmt: skip
                yield Fault("gap", day, said)


def method_timeline(buyer_kind: str = "", what: str = "") -> tuple[MethodView, ...]:
    """Return every method that held, holds or will hold, by whose and of what kind, first day and amount."""
    wanted = select(Method.__table__).where(or_(Method.valid_to.is_(None), Method.valid_to > Method.valid_from))
    if buyer_kind:
        wanted = wanted.where(Method.buyer_kind == buyer_kind)
    if what:
        wanted = wanted.where(Method.what == what)
    order = (Method.buyer_kind, Method.what, Method.above_idr, Method.valid_from)
    return tuple(view_of(row) for row in rows(wanted.order_by(*order)))


def ceiling_timeline(template: str = "") -> tuple[CeilingView, ...]:
    """Return every ceiling that held, holds or will hold, by kind of need and first day."""
    wanted = select(Ceiling.__table__).where(or_(Ceiling.valid_to.is_(None), Ceiling.valid_to > Ceiling.valid_from))
    if template:
        wanted = wanted.where(Ceiling.template == template)
    return tuple(_ceiling(row) for row in rows(wanted.order_by(Ceiling.template, Ceiling.valid_from, Ceiling.code)))


def ceiling_for(template: str, day: date) -> CeilingView | None:
    """Return the most that a unit may cost for a kind of need on a day; None where nobody set one."""
    return next((one for one in ceiling_timeline(template) if one.holds(day)), None)


def rulebook_broken() -> Iterator[str]:
    """Yield a sentence for each day on which methods leave a gap or two hold for one amount, or two ceilings for one need."""
    found = sorted(method_timeline(), key=lambda one: (one.buyer_kind, one.what))
    for (buyer, what), those in groupby(found, key=lambda one: (one.buyer_kind, one.what)):
        for fault in faults(list(those)):
            yield f"eorder: methods of {buyer} for {what}, {fault.kind} on {fault.day}: {fault.said}"
    for template, limits in groupby(ceiling_timeline(), key=lambda one: one.template):
        for one, then in pairwise(limits):
            if one.valid_to is None or one.valid_to > then.valid_from:
                yield f"eorder: on {then.valid_from} two ceilings of {template} hold: {one.id} and {then.id}"


def _ceiling(row: Row[Any]) -> CeilingView:
    told = {name: getattr(row, name) for name in CeilingView.__dataclass_fields__ if name != "most"}
    return CeilingView(**told, most=row.most_idr)
