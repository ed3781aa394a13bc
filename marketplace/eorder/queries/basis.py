"""What a decision about an order rests on: what kind of purchase and buyer it is, and whether the public price still stands."""

from uuid import UUID

from sqlalchemy import select

from marketplace.catalog.queries import OFFERS
from marketplace.eorder.models import Line
from marketplace.eorder.queries.methods import BUMD, OPD
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import rows
from marketplace.offices import queries as offices
from marketplace.offices.queries import BudgetLine, PlannedPackage


def buyer_kind(unit_code: str) -> str:
    """Return whose rules a unit buys by: the city's companies have their own, all others those of its budget."""
    return BUMD if offices.unit(unit_code).kind == offices.BUMD else OPD


def package_of(unit_code: str, year: int, package_id: UUID) -> PlannedPackage:
    """Return a package of a unit's plan. Raises StopIteration for none."""
    return next(one for one in offices.packages(unit_code, year, SYSTEM) if one.id == package_id)


def line_of(unit_code: str, year: int, line_id: UUID) -> BudgetLine:
    """Return a line of a unit's budget. Raises StopIteration for none."""
    return next(one for one in offices.lines(unit_code, year, SYSTEM) if one.id == line_id)


def dearer_than_public(order_id: UUID) -> tuple[str, ...]:
    """Return the names of what an order pays more for than everybody does today."""
    wanted = (
        select(Line.name)
        .join(OFFERS, OFFERS.c.variant_id == Line.variant_id)
        .where(Line.order_id == order_id, Line.qty > 0, Line.unit_idr > OFFERS.c.price)
        .order_by(Line.position)
    )
    return tuple(row.name for row in rows(wanted))
