"""What ways to pay have to know of an order that was placed."""

from uuid import UUID

from sqlalchemy import select

from marketplace.kernel.db import rows
from marketplace.orders.models import Delivery, Suborder
from marketplace.payments.slots import Terms
from marketplace.sellers import queries as sellers


def terms_of(order_id: UUID) -> Terms:
    """Return how many sellers an order has, and whether they take cash now and hand over themselves."""
    parts = rows(select(Suborder.seller_id, Suborder.delivery).where(Suborder.order_id == order_id))
    shops = sellers.sellers([part.seller_id for part in parts])
    return Terms(
        payees=len(parts),
        takes_cash=all(part.seller_id in shops and shops[part.seller_id].cod for part in parts),
        hands_over=all(Delivery(part.delivery).by_shop for part in parts),
    )
