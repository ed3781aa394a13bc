"""What e-order keeps of a person: the needs that they wrote down, with whom to call at the place (R22.3)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from marketplace.eorder.models import Need
from marketplace.kernel.db import rows


def export_person(person_id: UUID) -> Mapping[str, Any]:
    """Return the needs that a person wrote down, in plain JSON types."""
    named = (Need.code, Need.purpose, Need.day, Need.contact, Need.contact_phone)
    found = rows(select(*named).where(Need.prepared_by == person_id).order_by(Need.id))
    told = [{name.key: str(getattr(row, name.key)) for name in named} for row in found]
    return {"needs": told} if told else {}
