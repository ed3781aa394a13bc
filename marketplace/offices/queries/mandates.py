"""The numbers of mandates, for trails and papers that name them."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select

from marketplace.kernel.db import rows
from marketplace.offices.models import Mandate


def mandate_numbers(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the numbers of mandates by their ids."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    return {row.id: row.number for row in rows(select(Mandate.id, Mandate.number).where(Mandate.id.in_(wanted)))}
