"""What a decision about an order rests on: what kind of purchase and buyer it is, and whether the public price still stands."""

from uuid import UUID

from sqlalchemy import select

from marketplace.catalog.queries import OFFERS
from marketplace.eorder.models import Line
from marketplace.eorder.queries.methods import BUMD, OPD
from marketplace.kernel.db import rows
from marketplace.offices import queries as offices


def buyer_kind(unit_code: str) -> str:
    """Return whose rules a unit buys by: the city's companies have their own, all others those of its budget."""
    return BUMD if offices.unit(unit_code).kind == offices.BUMD else OPD


def dearer_than_public(order_id: UUID) -> tuple[str, ...]:
    """Return the names of what an order pays more for than everybody does today."""
    wanted = (
        select(Line.name)
        .join(OFFERS, OFFERS.c.variant_id == Line.variant_id)
        .where(Line.order_id == order_id, Line.qty > 0, Line.unit_idr > OFFERS.c.price)
        .order_by(Line.position)
    )
    return tuple(row.name for row in rows(wanted))
