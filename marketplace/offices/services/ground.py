"""What appointments and mandates have in common: who is meant, whether it fits, and what is written of it."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from marketplace.accounts import queries as accounts
from marketplace.kernel.access import Actor
from marketplace.kernel.audit import audit
from marketplace.kernel.db import session
from marketplace.kernel.errors import Conflict, Invalid, NotFound
from marketplace.kernel.words import _
from marketplace.offices import queries
from marketplace.offices.models import Appointment, Mandate, Unit
from marketplace.offices.policies import DUTY_NAMES

STREAM = "offices"
NIP_DIGITS = 18
YOURSELF = _("You cannot give a duty to yourself. Somebody else must do it.")
NOBODY = _("Nobody has an account with this address or number. Ask for the one they sign in with.")


def locked_unit(code: str) -> Unit:
    """Return an office; changes of its people wait for each other. Raises NotFound."""
    wanted = select(Unit).where(Unit.code == code).with_for_update(key_share=True)
    unit: Unit | None = session.execute(wanted.execution_options(populate_existing=True)).scalar_one_or_none()
    if unit is None:
        raise NotFound
    return unit


def locked_appointment(appointment_id: UUID) -> tuple[Appointment, Unit]:
    """Return an appointment with its office, locked as ``locked_unit`` says. Raises NotFound."""
    code = session.scalar(select(Appointment.unit_code).where(Appointment.id == appointment_id))
    if code is None:
        raise NotFound
    unit = locked_unit(code)
    return session.get_one(Appointment, appointment_id, populate_existing=True), unit


def known_person(who: str, by: Actor) -> UUID:
    """Return the active person with this address or number. Raises Invalid on ``who`` for nobody, and for the actor."""
    found = accounts.person_by(who)
    if found is None:
        raise Invalid({"who": NOBODY})
    if found == by.id:
        raise Invalid({"who": YOURSELF})
    return found


def nip_fits(nip: str, unit: Unit) -> None:
    """Raise Invalid on ``nip`` for one that no civil servant has; companies of the province number their people otherwise."""
    if nip and unit.kind != queries.BUMD and not (nip.isdigit() and len(nip) == NIP_DIGITS):
        raise Invalid({"nip": _("A NIP has 18 digits. Check it, or leave it empty for who has none.")})


def refuse_together(duty: str, person_id: UUID, unit: Unit, first: date, last: date) -> None:
    """Raise Conflict ``pair`` when the person has, in these days and this office, a duty that must not meet this one."""
    open_one = (Appointment.unit_code == unit.code, Appointment.ended_at.is_(None))
    own = select(Appointment.duty).where(
        Appointment.person_id == person_id, *open_one, Appointment.first_day <= last, Appointment.last_day >= first
    )
    stands = (
        select(Appointment.duty)
        .join(Mandate, Mandate.appointment_id == Appointment.id)
        .where(
            Mandate.deputy_id == person_id,
            Mandate.ended_at.is_(None),
            *open_one,
            Mandate.first_day <= last,
            Mandate.last_day >= first,
        )
    )
    others = {*session.scalars(own), *session.scalars(stands)}
    pair = queries.forbidden(duty, sorted(others), queries.pairs(first, "unit"))
    if pair is not None:
        other = pair.other if pair.duty == duty else pair.duty
        said = _(
            "This person is %(other)s here in these days, and nobody may be both (%(basis)s). Choose somebody else.",
            other=DUTY_NAMES[other],
            basis=pair.basis,
        )
        raise Conflict("pair", said, duty=duty, other=other, basis=pair.basis)


def told(
    unit_code: str,
    action: str,
    thing: str,
    by: Actor,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any],
) -> None:
    """Write into the audit log of the office; never a name or a NIP."""
    audit(f"{STREAM}:{unit_code}", action, thing, by=by, before=dict(before or {}), after=dict(after))


def plain(values: Mapping[str, Any]) -> dict[str, str]:
    """Return what was written down without what is personal, as JSON keeps it."""
    return {name: str(value) for name, value in values.items() if name not in {"nip", "position", "who"}}
