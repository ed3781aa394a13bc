"""Needs of the units that an actor works for, and what may pay for a new one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select, true

from marketplace.eorder.models import Need, NeedPlace, NeedState, Order, OrderState, Request, RequestState
from marketplace.eorder.policies import PREPARERS, READ
from marketplace.eorder.queries.beside import NeedView, need_of
from marketplace.eorder.queries.reach import scope_of
from marketplace.eorder.queries.templates import templates
from marketplace.kernel.access import SYSTEM, Actor
from marketplace.kernel.db import rows
from marketplace.kernel.errors import NotFound
from marketplace.kernel.words import Words, _
from marketplace.offices import queries as offices
from marketplace.offices.policies import ORGANISATION
from marketplace.offices.queries import BudgetLine, PlannedPackage
from marketplace.rules import queries as rules
from marketplace.web.formats import date_long

LISTED, RECENT, A_WEEK = 50, 8, timedelta(days=7)
STATES = {NeedState.OPEN: _("Looks for a shop"), NeedState.ORDERED: _("Ordered"), NeedState.DROPPED: _("Dropped")}


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedRow:
    """A need in a list, with its newest order."""

    code: str
    state: str
    unit_code: str
    template: str
    purpose: str
    day: date
    hour: str
    people: int | None
    order_code: str | None
    order_state: str | None
    asked: int
    """Shops that were asked, and have not answered yet."""


@dataclass(frozen=True, slots=True)
class Means:
    """A package and a line of one unit that could pay together."""

    unit_code: str
    package: PlannedPackage
    line: BudgetLine

    @property
    def key(self) -> str:
        """Return what a form says for them."""
        return f"{self.package.id}:{self.line.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Purse:
    """What an actor may buy from in a fiscal year: the pairs used lately, then packages and lines by unit."""

    year: int
    units: tuple[str, ...]
    """Units that the actor prepares for."""
    packages: tuple[PlannedPackage, ...]
    lines: tuple[BudgetLine, ...]
    recent: tuple[Means, ...]
    accounts: tuple[str, ...] = ()
    """Parts of words by which a line says that it pays for the kind of need."""

    def pairs(self, what: Collection[str]) -> tuple[Means, ...]:
        """Return what one picker shows for kinds of packages: pairs used lately, then those that say they pay for it.

        Where no line says so, all others are shown while they are few; whatever is not shown is chosen by package and line.
        """
        lately = self._lately(what)
        known = {one.key for one in lately}
        fresh = [
            Means(one.unit_code, one, line)
            for one in self.packages
            for line in self.lines
            if one.what in what and line.unit_code == one.unit_code and one.free and line.free
        ]
        others = [one for one in fresh if one.key not in known]
        likely = [one for one in others if self._says(one.line.name)]
        shown = sorted(likely, key=lambda one: not self._says(one.package.name)) or others
        return lately + (tuple(shown) if len(shown) <= FEW_PAIRS else ())

    def _says(self, name: str) -> bool:
        return any(part in name.casefold() for part in self.accounts)

    def usual(self, what: Collection[str]) -> Means | None:
        """Return what is likely to pay for kinds of packages: the pair used last, or the only one there is."""
        lately, pairs = self._lately(what), self.pairs(what)
        return lately[0] if lately else pairs[0] if len(pairs) == 1 else None

    def _lately(self, what: Collection[str]) -> tuple[Means, ...]:
        return tuple(one for one in self.recent if one.package.what in what)

    def means(self, package_id: UUID, line_id: UUID) -> Means | None:
        """Return a pair of one unit's, None for what is another's or none."""
        package = next((one for one in self.packages if one.id == package_id), None)
        line = next((one for one in self.lines if one.id == line_id), None)
        if package is None or line is None or package.unit_code != line.unit_code:
            return None
        return Means(package.unit_code, package, line)


FEW_PAIRS = 60


def need(code: str, actor: Actor) -> NeedView:
    """Return a need of a unit that the actor may read. Raises NotFound for everything else."""
    found = rows(select(Need.id, Need.unit_code).where(Need.code == code))
    if not found or not READ.allows(actor, scope_of(actor, found[0].unit_code)):
        raise NotFound
    return need_of(found[0].id)


def needs(actor: Actor, *, state: str = "", before: UUID | None = None) -> tuple[tuple[NeedRow, ...], UUID | None]:
    """Return needs that an actor may read, the newest first, and where the next page begins."""
    newest = (
        select(Order.code, Order.state)
        .where(Order.need_id == Need.id)
        .order_by(Order.id.desc())
        .limit(1)
        .correlate(Need)
        .lateral("newest")
    )
    waiting = (
        select(func.count())
        .where(Request.need_id == Need.id, Request.state == RequestState.OPEN)
        .correlate(Need)
        .scalar_subquery()
    )
    listed = select(
        Need.id, Need.code, Need.state, Need.unit_code, Need.template, Need.purpose, Need.day, Need.hour, Need.people,
        newest.c.code.label("order_code"), newest.c.state.label("order_state"), waiting.label("asked"),
    ).outerjoin(newest, true())  # fmt: skip
    codes = [one.code for one in offices.units(actor)]
    listed = listed.where(Need.unit_code.in_(codes))
    if state:
        listed = listed.where(Need.state == state)
    if before is not None:
        listed = listed.where(Need.id < before)
    found = rows(listed.order_by(Need.id.desc()).limit(LISTED + 1))
    shown = found[:LISTED]
    fields = NeedRow.__dataclass_fields__
    told = tuple(NeedRow(**{name: getattr(row, name) for name in fields}) for row in shown)
    return told, shown[-1].id if len(found) > LISTED else None


def purse(actor: Actor, year: int, template: str = "") -> Purse:
    """Return what an actor may buy from in a fiscal year; what paid for a kind of need before stands first."""
    units = tuple(sorted({code for duty in PREPARERS for code in actor.scopes(duty, ORGANISATION)}))
    packages = [one for code in units for one in offices.packages(code, year, SYSTEM)]
    lines = [one for code in units for one in offices.lines(code, year, SYSTEM)]
    known = templates().get(template)
    said = known.accounts if known else ()
    found = Purse(year=year, units=units, packages=tuple(packages), lines=tuple(lines), recent=(), accounts=said)
    recent = tuple(
        means for one in _lately(units, year, template) if (means := found.means(one.package_id, one.line_id))
    )
    return replace(found, recent=recent)


def last_place(units: Sequence[str]) -> tuple[str, str] | None:
    """Return where a unit was brought something last: place and kelurahan."""
    wanted = (
        select(NeedPlace.place, NeedPlace.kelurahan_code)
        .join(Need, Need.id == NeedPlace.need_id)
        .where(Need.unit_code.in_(units), NeedPlace.position == 1)
        .order_by(Need.id.desc())
        .limit(1)
    )
    found = rows(wanted) if units else []
    return (found[0].place, found[0].kelurahan_code) if found else None


def closed_on(day: date) -> Words:
    """Return that offices are closed on a day, and why."""
    told, name = date_long(day), next((one.name for one in rules.holidays(day.year) if one.day == day), "")
    if name:
        return _(
            "On %(day)s offices are closed: %(name)s. Choose another day, or tick that the day is right.",
            day=told,
            name=name,
        )
    return _(
        "%(day)s is a Saturday or Sunday, when offices are closed. Choose another day, or tick that the day is right.",
        day=told,
    )


def week_after(day: date, today: date, calendar: rules.Calendar) -> date:
    """Return the first day later than today that lies whole weeks after a day, and on which offices are open."""
    reached = day + A_WEEK
    while reached <= today or not calendar.works(reached):
        reached += A_WEEK
    return reached


def bound(need_id: UUID) -> bool:
    """Tell whether an order or a request names a need as it is."""
    ordered = select(Order.id).where(Order.need_id == need_id).limit(1)
    asked = select(Request.id).where(Request.need_id == need_id).limit(1)
    return bool(rows(ordered) or rows(asked))


def going_orders(need_id: UUID) -> Sequence[Row[Any]]:
    """Return code and state of a need's orders that are not at an end, the newest first."""
    ended = (OrderState.CANCELLED, OrderState.DECLINED, OrderState.EXPIRED)
    wanted = select(Order.code, Order.state).where(Order.need_id == need_id, Order.state.not_in(ended))
    return rows(wanted.order_by(Order.id.desc()))


def orders_of_need(need_id: UUID) -> Sequence[Row[Any]]:
    """Return code, state, shop and total of all orders of a need, the newest first."""
    wanted = select(Order.code, Order.state, Order.seller_name, Order.total_idr, Order.made_at)
    return rows(wanted.where(Order.need_id == need_id).order_by(Order.id.desc()))


def need_state(state: str) -> Words:
    """Return what the state of a need is called."""
    return STATES[NeedState(state)]


def _lately(units: Sequence[str], year: int, template: str) -> Sequence[Row[Any]]:
    if not units:
        return []
    used = (
        select(Need.package_id, Need.line_id, func.max(Need.prepared_at).label("at"))
        .where(Need.unit_code.in_(units), Need.year == year)
        .group_by(Need.package_id, Need.line_id)
        .order_by(func.bool_or(Need.template == template).desc(), func.max(Need.prepared_at).desc())
    )
    return rows(used.limit(RECENT))
