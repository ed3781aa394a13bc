"""An order whose money was carried into the next fiscal year goes on under that year's line and package."""

from uuid import UUID

from sqlalchemy import select

from marketplace.eorder.models import Order
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.audit import audit
from marketplace.kernel.db import session, transactional

OURS = "eorder:"


@transactional
def follow_budget(reference: str, *, line_id: UUID, package_id: UUID, year: int) -> None:
    """Let an order name the line, package and year under which the budget holds its money now.

    A reference of somebody else, or of a hold that the order has let go, changes nothing; neither does an event that
    comes again or after that of a later year. Papers that were issued are frozen and keep what they say.
    """
    if not reference.startswith(OURS):
        return
    order_id = UUID(reference.removeprefix(OURS).partition(".")[0])
    wanted = select(Order).where(Order.id == order_id, Order.year < year).with_for_update()
    order = session.execute(wanted.execution_options(populate_existing=True)).scalar_one_or_none()
    if order is None or order.reference != reference:
        return
    before = _means(order)
    order.line_id, order.package_id, order.year = line_id, package_id, year
    audit(f"eorder:{order.unit_code}", "eorder.carry", order.code, by=SYSTEM, before=before, after=_means(order))


def _means(order: Order) -> dict[str, str | int]:
    return {"line": str(order.line_id), "package": str(order.package_id), "year": order.year}
