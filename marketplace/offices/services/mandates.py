"""Who stands in for whom, from a day through a day (Plh, Plt), and what is told of it."""

from datetime import date
from uuid import UUID

from sqlalchemy import or_, select

from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, Invalid, NotFound
from marketplace.kernel.ids import uuid7
from marketplace.kernel.outbox import emit
from marketplace.kernel.plugin import current
from marketplace.kernel.words import Number, _
from marketplace.offices.events import MandateBegan, MandateEnded
from marketplace.offices.forms import MandateIn, WhyIn
from marketplace.offices.models import Appointment, Mandate
from marketplace.offices.policies import DEPUTISE
from marketplace.offices.policies import Unit as Scope
from marketplace.offices.services.ground import (
    known_person,
    locked_appointment,
    nip_fits,
    plain,
    refuse_together,
    told,
)
from marketplace.offices.services.rights import settling


@transactional
def mandate(appointment_id: UUID, data: MandateIn, *, by: Actor) -> UUID:
    """Let somebody act in another's duty from a day through a day; return the mandate's id.

    While it is in force the deputy has the right and the principal's own rests. Raises NotFound for an appointment that the
    actor may not deputise, Invalid beside the field (somebody unknown, the principal, oneself, days that are over, too many
    or outside the appointment), and Conflict: ``ended``, ``taken`` by another mandate in these days, ``chain``, ``pair``.
    """
    held, unit = locked_appointment(appointment_id)
    if not DEPUTISE.allows(by, Scope(unit.code, tuple(unit.above))):
        raise NotFound
    if held.ended_at is not None:
        raise Conflict("ended", _("This appointment is ended. Write the mandate of the one that follows it."))
    deputy_id = known_person(data.who, by)
    if deputy_id == held.person_id:
        raise Invalid({"who": _("Nobody stands in for themselves. Choose somebody else.")})
    _days_fit(data, held)
    nip_fits(data.nip, unit)
    _free(held, data)
    _no_chain(held.person_id, deputy_id, data.first_day, data.last_day)
    refuse_together(held.duty, deputy_id, unit, data.first_day, data.last_day)
    wanted = data.model_dump(exclude={"who"})
    now, begins = clock.now(), data.first_day == clock.today()
    made = Mandate(
        id=uuid7(), appointment_id=held.id, deputy_id=deputy_id, made_by=by.reference, made_at=now,
        begun_at=now if begins else None, **wanted,
    )  # fmt: skip
    with settling(held.unit_code, held.duty, [held.person_id, deputy_id]):
        session.add(made)
    if begins:
        emit(MandateBegan(**facts(made, held)))
    whom = {"deputy": str(deputy_id), "principal": str(held.person_id), "duty": held.duty}
    told(held.unit_code, "mandate", f"mandate:{made.id}", by, after={**whom, **plain(wanted)})
    return made.id


@transactional
def end_mandate(mandate_id: UUID, data: WhyIn, *, by: Actor) -> None:
    """End a mandate now: the principal acts again. Again, or after its last day, changes nothing. Raises NotFound."""
    appointment_id = session.scalar(select(Mandate.appointment_id).where(Mandate.id == mandate_id))
    if appointment_id is None:
        raise NotFound
    held, unit = locked_appointment(appointment_id)
    if not DEPUTISE.allows(by, Scope(unit.code, tuple(unit.above))):
        raise NotFound
    one = session.get_one(Mandate, mandate_id, populate_existing=True)
    if one.ended_at is None and one.last_day >= clock.today():
        with settling(held.unit_code, held.duty, [held.person_id]):
            stop(one, held, why=data.why, by=by)


def stop(one: Mandate, held: Appointment, *, why: str, by: Actor) -> None:
    """End an open mandate; part of the caller's transaction, who settles the principal's right."""
    now = clock.now()
    with settling(held.unit_code, held.duty, [one.deputy_id]):
        one.ended_at = one.closed_at = now
    whom = {"deputy": str(one.deputy_id), "principal": str(held.person_id), "duty": held.duty}
    told(held.unit_code, "end_mandate", f"mandate:{one.id}", by, before=whom, after={"why": why})
    emit(MandateEnded(**facts(one, held)))


def facts(one: Mandate, held: Appointment) -> dict[str, str]:
    """Return what events tell of a mandate."""
    return {
        "mandate_id": str(one.id),
        "unit_code": held.unit_code,
        "duty": held.duty,
        "deputy_id": str(one.deputy_id),
    }


def _days_fit(data: MandateIn, held: Appointment) -> None:
    most = int(current().setting("MANDATE_DAYS"))
    if data.first_day < clock.today():
        raise Invalid({"first_day": _("A mandate begins today or later.")})
    if (data.last_day - data.first_day).days >= most:
        said = _("A mandate is for at most %(most)s days. Write another one after it.", most=Number(most))
        raise Invalid({"last_day": said})
    if data.first_day < held.first_day or data.last_day > held.last_day:
        raise Invalid({"last_day": _("These days are outside the appointment of whom it is for.")})


def _free(held: Appointment, data: MandateIn) -> None:
    taken = select(Mandate).where(
        Mandate.appointment_id == held.id,
        Mandate.ended_at.is_(None),
        Mandate.first_day <= data.last_day,
        Mandate.last_day >= data.first_day,
    )
    other = session.scalars(taken.limit(1)).one_or_none()
    if other is not None:
        said = _(
            "Mandate %(number)s is for some of these days. End it first, or choose other days.", number=other.number
        )
        raise Conflict("taken", said, number=other.number, first=str(other.first_day), last=str(other.last_day))


def _no_chain(principal_id: UUID, deputy_id: UUID, first: date, last: date) -> None:
    """Refuse a deputy who is away themselves, and a principal who is to stand in for somebody in these days."""
    meets = (Mandate.ended_at.is_(None), Mandate.first_day <= last, Mandate.last_day >= first)
    chained = (
        select(Mandate.id)
        .join(Appointment, Appointment.id == Mandate.appointment_id)
        .where(or_(Appointment.person_id == deputy_id, Mandate.deputy_id == principal_id), *meets)
    )
    if session.scalar(chained.limit(1)) is not None:
        said = _("One of the two is away, or stands in for somebody, in these days: a mandate is not passed on.")
        raise Conflict("chain", said)
