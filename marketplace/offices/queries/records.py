"""What the operator and the law ask of offices: budgets without names, and a person's own data."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, select

from marketplace.kernel.db import rows, session
from marketplace.offices.models import Appointment, Line, Mandate


def budget_facts() -> Iterator[Mapping[str, Any]]:
    """Give a row for each line of the budget, in rupiah (R0.4)."""
    columns = (
        Line.id, Line.unit_code, Line.year, Line.activity_code, Line.account_code, Line.ceiling_idr, Line.committed_idr,
        Line.realised_idr,
    )  # fmt: skip
    for row in rows(select(*columns).order_by(Line.id)):
        yield {
            **dict(row._mapping),  # noqa: SLF001 - SQLAlchemy's public name for it
            "ceiling_idr": row.ceiling_idr.amount,
            "committed_idr": row.committed_idr.amount,
            "realised_idr": row.realised_idr.amount,
        }


def export_person(person_id: UUID) -> Mapping[str, Any]:
    """Return the duties that a person had and has, and for whom they stood in (R22.3)."""
    own = session.execute(
        select(
            Appointment.unit_code,
            Appointment.duty,
            Appointment.first_day,
            Appointment.last_day,
            Appointment.nip,
            Appointment.position,
            Appointment.decree,
            Appointment.ended_at,
        )
        .where(Appointment.person_id == person_id)
        .order_by(Appointment.id)
    ).mappings()
    stood = session.execute(
        select(
            Appointment.unit_code,
            Appointment.duty,
            Mandate.kind,
            Mandate.number,
            Mandate.first_day,
            Mandate.last_day,
            Mandate.nip,
            Mandate.position,
            Mandate.ended_at,
        )
        .join(Appointment, Appointment.id == Mandate.appointment_id)
        .where(Mandate.deputy_id == person_id)
        .order_by(Mandate.id)
    ).mappings()
    return {"duties": [_plain(one) for one in own], "mandates": [_plain(one) for one in stood]}


def _plain(row: RowMapping) -> dict[str, Any]:
    return {str(name): value.isoformat() if hasattr(value, "isoformat") else value for name, value in row.items()}
