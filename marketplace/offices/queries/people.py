"""People of an office by fiscal year, as who appoints and deputises sees them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select

from marketplace.accounts import queries as accounts
from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import rows
from marketplace.kernel.errors import NotFound
from marketplace.kernel.words import Words
from marketplace.offices.models import Appointment, Mandate
from marketplace.offices.policies import DEPUTISE, DUTY_NAMES
from marketplace.offices.queries.units import UnitView, unit, units


def _state(first: date, last: date, ended_at: datetime | None) -> str:
    today = clock.today()
    if ended_at is not None:
        return "ended"
    return "over" if last < today else "coming" if first > today else "now"


@dataclass(frozen=True, slots=True, kw_only=True)
class MandateView:
    """A mandate of an appointment; ``state`` is ``coming``, ``now``, ``over`` or ``ended`` before its last day."""

    id: UUID
    kind: str
    number: str
    deputy_id: UUID
    deputy: str = field(repr=False)
    nip: str = field(repr=False)
    position: str
    first_day: date
    last_day: date
    state: str

    @property
    def short(self) -> str:
        """Return the word before the position: Plh. or Plt."""
        return "Plh." if self.kind == "plh" else "Plt."


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentView:
    """Who has a duty in an office, with whoever stands in; ``state`` as of a mandate."""

    id: UUID
    unit_code: str
    person_id: UUID
    name: str = field(repr=False)
    duty: str
    year: int
    first_day: date
    last_day: date
    nip: str = field(repr=False)
    position: str
    decree: str
    state: str
    mandates: tuple[MandateView, ...]

    @property
    def label(self) -> Words:
        """Return what the duty is called."""
        return DUTY_NAMES[self.duty]

    @property
    def deputy(self) -> MandateView | None:
        """Return who stands in today."""
        return next((one for one in self.mandates if one.state == "now"), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffedUnit:
    """An office with the number of its people today."""

    unit: UnitView
    people: int


def staffed_units(actor: Actor) -> tuple[StaffedUnit, ...]:
    """Return the offices whose people an actor may see, as a tree is read, with how many have a duty there today."""
    found = [one for one in units(actor) if DEPUTISE.allows(actor, one.scope)]
    today = clock.today()
    counted = (
        select(Appointment.unit_code, func.count(Appointment.person_id.distinct()).label("people"))
        .where(Appointment.ended_at.is_(None), Appointment.first_day <= today, Appointment.last_day >= today)
        .group_by(Appointment.unit_code)
    )
    people = {row.unit_code: row.people for row in rows(counted)}
    return tuple(StaffedUnit(unit=one, people=people.get(one.code, 0)) for one in found)


def staff(unit_code: str, year: int, actor: Actor) -> tuple[AppointmentView, ...]:
    """Return the appointments of an office in a fiscal year, in the order of a day's work. Raises NotFound."""
    _asked(unit_code, actor)
    order = list(DUTY_NAMES)
    found = rows(select(Appointment.__table__).where(Appointment.unit_code == unit_code, Appointment.year == year))
    return tuple(sorted(_views(found), key=lambda one: (order.index(one.duty), one.state == "ended", str(one.id))))


def appointment(appointment_id: UUID, actor: Actor) -> AppointmentView:
    """Return an appointment with its mandates. Raises NotFound, also to who may not see its office's people."""
    found = rows(select(Appointment.__table__).where(Appointment.id == appointment_id))
    if not found:
        raise NotFound
    _asked(found[0].unit_code, actor)
    return _views(found)[0]


def appointment_of(mandate_id: UUID, actor: Actor) -> AppointmentView:
    """Return the appointment that a mandate is of. Raises NotFound."""
    found = rows(select(Mandate.appointment_id).where(Mandate.id == mandate_id))
    if not found:
        raise NotFound
    return appointment(found[0].appointment_id, actor)


def _asked(unit_code: str, actor: Actor) -> None:
    if not DEPUTISE.allows(actor, unit(unit_code).scope):
        raise NotFound


def _views(found: Sequence[Row[Any]]) -> list[AppointmentView]:
    of_each: dict[UUID, list[Row[Any]]] = {}
    wanted = select(Mandate.__table__).where(Mandate.appointment_id.in_([one.id for one in found]))
    for row in rows(wanted.order_by(Mandate.first_day.desc(), Mandate.id.desc())) if found else ():
        of_each.setdefault(row.appointment_id, []).append(row)
    people = {one.person_id for one in found} | {row.deputy_id for many in of_each.values() for row in many}
    names = {person: contact.name for person, contact in accounts.person_contacts(people).items()}
    return [
        AppointmentView(
            id=one.id,
            unit_code=one.unit_code,
            person_id=one.person_id,
            name=names.get(one.person_id, ""),
            duty=one.duty,
            year=one.year,
            first_day=one.first_day,
            last_day=one.last_day,
            nip=one.nip,
            position=one.position,
            decree=one.decree,
            state=_state(one.first_day, one.last_day, one.ended_at),
            mandates=tuple(_mandate(row, names) for row in of_each.get(one.id, ())),
        )
        for one in found
    ]


def _mandate(row: Row[Any], names: dict[UUID, str]) -> MandateView:
    return MandateView(
        id=row.id,
        kind=row.kind,
        number=row.number,
        deputy_id=row.deputy_id,
        deputy=names.get(row.deputy_id, ""),
        nip=row.nip,
        position=row.position,
        first_day=row.first_day,
        last_day=row.last_day,
        state=_state(row.first_day, row.last_day, row.ended_at),
    )
