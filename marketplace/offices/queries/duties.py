"""Who has which duty: an actor's own and those held for somebody, and who acts for an office on a day."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Executable, Row, func, or_, select

from marketplace.accounts import queries as accounts
from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import rows
from marketplace.kernel.words import Words
from marketplace.offices.models import Appointment, Mandate, Unit
from marketplace.offices.policies import DUTY_NAMES, DUTY_SHORT, ORGANISATION

JAKARTA = clock.JAKARTA.key
ROLE_COOKIE = "peran"
"""Where a browser keeps which duty pages show first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MandateOf:
    """The mandate under which a deputy acts, and for whom: papers say *a.n.* with its number."""

    id: UUID
    kind: str
    number: str
    principal_id: UUID
    principal: str = field(repr=False)
    principal_position: str
    last_day: date

    @property
    def short(self) -> str:
        """Return the word before the position: Plh. or Plt."""
        return "Plh." if self.kind == "plh" else "Plt."


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A duty that an actor has in an office; ``mandate`` when it is somebody else's."""

    unit_code: str
    unit_name: str
    duty: str
    training: bool = False
    mandate: MandateOf | None = None

    @property
    def key(self) -> str:
        """Return how the choice of a duty is remembered."""
        return f"{self.unit_code}:{self.duty}"

    @property
    def label(self) -> Words:
        """Return what the duty is called."""
        return DUTY_NAMES[self.duty]

    @property
    def short(self) -> Words:
        """Return the same where there is little room."""
        return DUTY_SHORT[self.duty]


@dataclass(frozen=True, slots=True)
class Standing:
    """An actor's duties, and the one that pages show first: the chosen one, else the first; None for who has none."""

    held: tuple[Held, ...]
    first: Held | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """Somebody who acts in a duty of an office, as papers name them; ``mandate`` when they act for somebody else."""

    person_id: UUID
    name: str = field(repr=False)
    nip: str = field(repr=False)
    position: str
    duty: str
    decree: str
    mandate: MandateOf | None = None


def duties(actor: Actor, day: date | None = None) -> tuple[Held, ...]:
    """Return the duties that an actor has by their grants of this moment, with the mandates of a day, today's without one.

    By office and in the order of a day's work. Roles held everywhere are no duty of an office and are left out.
    """
    held = [(grant.scope_id, grant.role) for grant in actor.grants if grant.scope_kind == ORGANISATION]
    known = sorted({pair for pair in held if pair[1] in DUTY_NAMES})
    if not known or actor.id is None:
        return ()
    wanted = select(Unit.code, Unit.name, Unit.training).where(Unit.code.in_(sorted({code for code, _duty in known})))
    offices = {row.code: row for row in rows(wanted)}
    by_mandate = _held_for_others(actor.id, day or clock.today())
    order = list(DUTY_NAMES)
    found = [
        Held(
            unit_code=code,
            unit_name=offices[code].name,
            duty=duty,
            training=offices[code].training,
            mandate=by_mandate.get((code, duty)),
        )
        for code, duty in known
        if code in offices
    ]
    return tuple(sorted(found, key=lambda one: (one.unit_name, one.unit_code, order.index(one.duty))))


def standing(actor: Actor, chosen: str = "") -> Standing:
    """Return as whom an actor looks at pages; ``chosen`` is the key of a duty, and one that is not held is forgotten."""
    held = duties(actor)
    return Standing(held, next((one for one in held if one.key == chosen), held[0] if held else None))


def acting(unit_code: str, duty: str, day: date | None = None) -> tuple[Acting, ...]:
    """Return who acts in a duty of an office on a day, today without one: who was appointed, or who stands in for them.

    In the order of appointment; nobody where nobody is appointed.
    """
    on = day or clock.today()
    own = rows(
        select(Appointment.__table__)
        .where(Appointment.unit_code == unit_code, Appointment.duty == duty, *in_force(Appointment, on))
        .order_by(Appointment.id)
    )
    if not own:
        return ()
    deputies = {
        row.appointment_id: row
        for row in rows(
            select(Mandate.__table__).where(Mandate.appointment_id.in_([one.id for one in own]), *in_force(Mandate, on))
        )
    }
    people = {one.person_id for one in own} | {one.deputy_id for one in deputies.values()}
    names = {person: contact.name for person, contact in accounts.person_contacts(people).items()}
    return tuple(_acting(one, deputies.get(one.id), names) for one in own)


def mandate_of(actor: Actor, unit_code: str, duty: str, day: date | None = None) -> MandateOf | None:
    """Return the mandate by which an actor has a duty in an office on a day; None when it is their own, or not theirs."""
    if actor.id is None:
        return None
    return _held_for_others(actor.id, day or clock.today()).get((unit_code, duty))


def in_force(model: type[Appointment] | type[Mandate], day: date) -> tuple[Any, ...]:
    """Return the conditions under which an appointment or a mandate holds on a day: not from the day on which it was ended."""
    ended = func.date(func.timezone(JAKARTA, model.ended_at))
    return model.first_day <= day, model.last_day >= day, or_(model.ended_at.is_(None), ended > day)


def _acting(own: Row[Any], deputy: Row[Any] | None, names: dict[UUID, str]) -> Acting:
    if deputy is None:
        return Acting(
            person_id=own.person_id,
            name=names.get(own.person_id, ""),
            nip=own.nip,
            position=own.position,
            duty=own.duty,
            decree=own.decree,
        )
    return Acting(
        person_id=deputy.deputy_id,
        name=names.get(deputy.deputy_id, ""),
        nip=deputy.nip,
        position=deputy.position,
        duty=own.duty,
        decree=own.decree,
        mandate=_mandate(deputy, own, names),
    )


def _mandate(deputy: Row[Any], own: Row[Any], names: dict[UUID, str]) -> MandateOf:
    return MandateOf(
        id=deputy.id,
        kind=deputy.kind,
        number=deputy.number,
        principal_id=own.person_id,
        principal=names.get(own.person_id, ""),
        principal_position=own.position,
        last_day=deputy.last_day,
    )


def _held_for_others(person_id: UUID, day: date) -> dict[tuple[str, str], MandateOf]:
    held = rows(_mandates_of(person_id, day))
    if not held:
        return {}
    own = rows(
        select(Appointment.unit_code, Appointment.duty).where(
            Appointment.person_id == person_id, *in_force(Appointment, day)
        )
    )
    mine = {(row.unit_code, row.duty) for row in own}
    names = {
        person: contact.name for person, contact in accounts.person_contacts(row.person_id for row in held).items()
    }
    return {
        (row.unit_code, row.duty): MandateOf(
            id=row.id,
            kind=row.kind,
            number=row.number,
            principal_id=row.person_id,
            principal=names.get(row.person_id, ""),
            principal_position=row.position,
            last_day=row.last_day,
        )
        for row in held
        if (row.unit_code, row.duty) not in mine
    }


def _mandates_of(person_id: UUID, day: date) -> Executable:
    return (
        select(
            Mandate.id, Mandate.kind, Mandate.number, Mandate.last_day, Appointment.unit_code, Appointment.duty,
            Appointment.person_id, Appointment.position,
        )
        .join(Appointment, Appointment.id == Mandate.appointment_id)
        .where(Mandate.deputy_id == person_id, *in_force(Mandate, day), *in_force(Appointment, day))
        .order_by(Mandate.id)
    )  # fmt: skip
