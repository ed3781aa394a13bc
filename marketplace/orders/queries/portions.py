"""What each shop got of an order, for who must say what of it goes back from whom."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from marketplace.kernel.db import rows
from marketplace.kernel.money import Rupiah
from marketplace.orders.models import Order, Suborder
from marketplace.orders.queries.orders import plain_code, shown_code


@dataclass(frozen=True, kw_only=True)
class Portion:
    """A part of an order: whose it is, and what its buyer paid for it."""

    part_id: UUID
    seller_id: UUID
    seller_name: str
    code: str
    number: int
    total: Rupiah

    @property
    def shown_code(self) -> str:
        """Return the order's code as people read it."""
        return shown_code(self.code)


def portions(references: Collection[str]) -> Mapping[str, tuple[Portion, ...]]:
    """Return the parts of these orders by the references of their payments; what is no order is left out."""
    ids = {UUID(one) for one in references if _is_id(one)}
    if not ids:
        return {}
    wanted = (
        select(Suborder.id, Suborder.order_id, Suborder.seller_id, Suborder.seller_name, Suborder.number)
        .add_columns(Suborder.total_idr, Order.code)
        .join(Order, Order.id == Suborder.order_id)
        .where(Suborder.order_id.in_(ids))
    )
    found: dict[str, tuple[Portion, ...]] = {}
    for row in rows(wanted.order_by(Suborder.order_id, Suborder.number)):
        one = Portion(
            part_id=row.id,
            seller_id=row.seller_id,
            seller_name=row.seller_name,
            code=row.code,
            number=row.number,
            total=row.total_idr,
        )
        found[str(row.order_id)] = (*found.get(str(row.order_id), ()), one)
    return found


def reference_of(code: str) -> str | None:
    """Return how payments name the order with this code, as people write it; None for an unknown one."""
    found = rows(select(Order.id).where(Order.code == plain_code(code)))
    return str(found[0].id) if found else None


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
