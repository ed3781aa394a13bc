"""What the programme's officers see: orders that a person must look at, and any order with its payments."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, func, select, text

from marketplace.kernel.access import Actor
from marketplace.kernel.db import rows, session
from marketplace.kernel.errors import NotFound
from marketplace.kernel.money import Rupiah
from marketplace.orders.models import Order, OrderState
from marketplace.orders.policies import OVERSEE
from marketplace.orders.queries.orders import OrderPage, any_order, shown_code
from marketplace.orders.queries.parts import Part
from marketplace.payments import queries as payments

MOST = 50


@dataclass(frozen=True, kw_only=True)
class Questioned:
    """An order whose payment a person must look at."""

    code: str
    cause: str
    total: Rupiah
    placed_at: datetime

    @property
    def shown_code(self) -> str:
        """Return the code as people read it."""
        return shown_code(self.code)


def questioned(by: Actor) -> tuple[Questioned, ...]:
    """Return the orders in review, oldest first, MOST of them at most."""
    by.require(OVERSEE, None)
    wanted = select(Order.code, Order.cause, Order.total_idr.label("total"), Order.placed_at)
    found = rows(wanted.where(Order.state == OrderState.REVIEW).order_by(Order.placed_at, Order.id).limit(MOST))
    return tuple(Questioned(**row._asdict()) for row in found)


@dataclass(frozen=True, kw_only=True)
class Undecided:
    """An order beside its payments: how it stands, and whether a person has to decide about it."""

    id: UUID
    code: str
    state: str
    cause: str
    total: Rupiah
    placed_at: datetime
    charge_id: UUID | None

    @property
    def shown_code(self) -> str:
        """Return the code as people read it."""
        return shown_code(self.code)

    @property
    def waits(self) -> bool:
        """Tell whether it is in review."""
        return self.state == OrderState.REVIEW


_UNDECIDED = """
SELECT o.id, o.code, o.state, o.cause, o.total_idr AS total, o.placed_at,
 (SELECT c.id FROM payments_charges c WHERE c.reference = o.id::text ORDER BY c.id DESC LIMIT 1) AS charge_id
FROM orders_orders o WHERE {which}
"""
_ONE_UNDECIDED = text(_UNDECIDED.format(which="o.id = :order"))
_STUCK = text(
    _UNDECIDED.format(
        which="'review' = o.state AND NOT EXISTS (SELECT 1 FROM payments_charges c WHERE c.reference = o.id::text"
        " AND 'review' = c.state) ORDER BY o.placed_at, o.id LIMIT 50"
    )
)


def undecided(reference: str) -> Undecided | None:
    """Return the order that a payment is of; None for a reference that is no order's."""
    try:
        order_id = UUID(reference)
    except ValueError:
        return None
    return next(iter(_undecided(_ONE_UNDECIDED, {"order": order_id})), None)


def stuck() -> tuple[Undecided, ...]:
    """Return the orders in review none of whose payments is: its money went back, or was taken, and nobody said more."""
    return _undecided(_STUCK, {})


def _undecided(wanted: TextClause, facts: dict[str, Any]) -> tuple[Undecided, ...]:
    return tuple(Undecided(**{**row._asdict(), "total": Rupiah(row.total)}) for row in rows(wanted, facts))


def questioned_count(_actor: Actor) -> int:
    """Count the orders in review."""
    return session.scalar(select(func.count()).select_from(Order).where(Order.state == OrderState.REVIEW)) or 0


def any_part(path_code: str, by: Actor) -> tuple[OrderPage, Part]:
    """Return a part with its order to those who oversee all of them; NotFound for an unknown one."""
    code, _dash, number = path_code.rpartition("-")
    order = any_order(code, by)
    for part in order.parts:
        if str(part.number) == number:
            return order, part
    raise NotFound


@dataclass(frozen=True, kw_only=True)
class Paid:
    """A charge of an order with its refunds."""

    charge: payments.Charge
    refunds: tuple[payments.Refund, ...]


def paid_of(order_id: UUID) -> tuple[Paid, ...]:
    """Return the charges of an order, newest first."""
    return tuple(
        Paid(charge=charge, refunds=payments.refunds_of(charge.id) if charge.refunded else ())
        for charge in payments.charges_of(str(order_id))
    )
