"""To whom what happens to a mandate is told, and with which facts."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from marketplace.accounts import queries as accounts
from marketplace.kernel.db import rows
from marketplace.notifications.slots import Recipient
from marketplace.offices.events import MandateBegan, MandateEnded, MandateEnding
from marketplace.offices.models import Appointment, Mandate, Unit
from marketplace.offices.policies import DUTY_NAMES

OfMandate = MandateBegan | MandateEnding | MandateEnded
PATH = "/pengadaan/anggaran"


def both(event: OfMandate) -> Sequence[Recipient]:
    """Return the deputy and who has the duty."""
    row = _facts(event)
    return accounts.recipients({row.deputy_id, row.person_id})


def mandate_context(event: OfMandate) -> Mapping[str, Any]:
    """Return what a letter about a mandate says."""
    row = _facts(event)
    names = accounts.person_contacts({row.deputy_id, row.person_id})
    deputy, principal = names.get(row.deputy_id), names.get(row.person_id)
    return {
        "unit": row.unit,
        "unit_code": row.unit_code,
        "duty": DUTY_NAMES[row.duty],
        "deputy": deputy.name if deputy else "–",
        "principal": principal.name if principal else "–",
        "number": row.number,
        "short": "Plh." if row.kind == "plh" else "Plt.",
        "first_day": row.first_day,
        "last_day": row.last_day,
        "path": PATH,
    }


def _facts(event: OfMandate) -> Row[Any]:
    wanted = (
        select(
            Mandate.deputy_id, Mandate.number, Mandate.kind, Mandate.first_day, Mandate.last_day, Appointment.person_id,
            Appointment.duty, Appointment.unit_code, Unit.name.label("unit"),
        )
        .join(Appointment, Appointment.id == Mandate.appointment_id)
        .join(Unit, Unit.code == Appointment.unit_code)
        .where(Mandate.id == UUID(event.mandate_id))
    )  # fmt: skip
    return rows(wanted)[0]
