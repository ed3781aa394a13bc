"""Who is appointed to which duty of an office."""

from uuid import UUID

from sqlalchemy import select

from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM, Actor
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Invalid, NotFound
from marketplace.kernel.ids import uuid7
from marketplace.kernel.words import _
from marketplace.offices.forms import AppointmentIn, WhyIn
from marketplace.offices.models import Appointment, Mandate
from marketplace.offices.policies import KEEP
from marketplace.offices.policies import Unit as Scope
from marketplace.offices.services.ground import (
    known_person,
    locked_appointment,
    locked_unit,
    nip_fits,
    plain,
    refuse_together,
    told,
)
from marketplace.offices.services.mandates import stop
from marketplace.offices.services.rights import settling

ERASED = "the account was deleted"


@transactional
def appoint(unit_code: str, data: AppointmentIn, *, by: Actor) -> UUID:
    """Appoint somebody to a duty of an office for days of one fiscal year; return the appointment's id.

    The right comes on the first day and goes after the last one. The same again changes nothing. Raises NotFound for an
    office that the actor does not keep, and Invalid beside the field: somebody unknown, oneself, days that are over or of two
    years, a NIP that is none, and a duty that this person may not have beside another one in this office.
    """
    unit = locked_unit(unit_code)
    if not KEEP.allows(by, Scope(unit.code, tuple(unit.above))):
        raise NotFound
    person_id = known_person(data.who, by)
    if data.first_day.year != data.last_day.year:
        raise Invalid({"last_day": _("A duty is for one fiscal year. Choose days of the same year.")})
    if data.last_day < clock.today():
        raise Invalid({"last_day": _("This day is over. Choose today or later.")})
    nip_fits(data.nip, unit)
    wanted = data.model_dump(exclude={"who"})
    held = session.execute(
        select(Appointment).filter_by(
            unit_code=unit_code, person_id=person_id, duty=data.duty, year=data.first_day.year, ended_at=None
        )
    ).scalar_one_or_none()
    if held is not None:
        if {name: getattr(held, name) for name in wanted} == wanted:
            return held.id
        said = _("This person has this duty here in this year already. End that appointment to write another one.")
        raise Invalid({"who": said})
    refuse_together(data.duty, person_id, unit, data.first_day, data.last_day)
    made = Appointment(
        id=uuid7(), unit_code=unit_code, person_id=person_id, year=data.first_day.year, made_by=by.reference,
        made_at=clock.now(), **wanted,
    )  # fmt: skip
    with settling(unit_code, data.duty, [person_id]):
        session.add(made)
    told(unit_code, "appoint", f"appointment:{made.id}", by, after={"person": str(person_id), **plain(wanted)})
    return made.id


@transactional
def end_appointment(appointment_id: UUID, data: WhyIn, *, by: Actor) -> None:
    """End an appointment now, and with it every mandate of it; again changes nothing. Raises NotFound."""
    held, unit = locked_appointment(appointment_id)
    if not KEEP.allows(by, Scope(unit.code, tuple(unit.above))):
        raise NotFound
    if held.ended_at is not None:
        return
    finish(held, why=data.why, by=by)


def finish(held: Appointment, *, why: str, by: Actor) -> None:
    """End an open appointment with its mandates; part of the caller's transaction, who has asked whether the actor may."""
    mandates = session.scalars(select(Mandate).filter_by(appointment_id=held.id, ended_at=None)).all()
    with settling(held.unit_code, held.duty, [held.person_id]):
        for one in mandates:
            stop(one, held, why=why, by=by)
        held.ended_at = clock.now()
    person = {"person": str(held.person_id), "duty": held.duty}
    told(held.unit_code, "end_appointment", f"appointment:{held.id}", by, before=person, after={"why": why})


@transactional
def erase_person(person_id: UUID) -> None:
    """End what an erased person has and stands in for, and forget their NIP; papers keep what was signed, by law (R22.4)."""
    own = session.scalars(select(Appointment).where(Appointment.person_id == person_id).order_by(Appointment.id)).all()
    stood = session.scalars(select(Mandate).where(Mandate.deputy_id == person_id).order_by(Mandate.id)).all()
    for held in own:
        if held.ended_at is None:
            finish(held, why=ERASED, by=SYSTEM)
    for one in stood:
        if one.ended_at is None and one.last_day >= clock.today():
            held = session.get_one(Appointment, one.appointment_id)
            with settling(held.unit_code, held.duty, [held.person_id]):
                stop(one, held, why=ERASED, by=SYSTEM)
    for appointment in own:
        appointment.nip = ""
    for one in stood:
        one.nip = ""
