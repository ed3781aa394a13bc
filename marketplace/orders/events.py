"""What orders tells."""

from dataclasses import dataclass

from marketplace.kernel.events import Event


@dataclass(frozen=True)
class OrderPlaced(Event):
    """Somebody ordered; the goods are held, the money is not there yet."""

    order_id: str
    code: str
    total_idr: int


@dataclass(frozen=True)
class OrderPaid(Event):
    """The money is there and the goods are the buyer's; sellers may begin."""

    order_id: str
    code: str
    total_idr: int


@dataclass(frozen=True)
class OrderCancelled(Event):
    """An order was given up; ``cause`` is ``buyer`` or ``unpaid``, and ``goods_gone`` or ``returned`` where money goes back."""

    order_id: str
    code: str
    cause: str


@dataclass(frozen=True)
class OrderQuestioned(Event):
    """Money and goods do not fit together; a person must look at it. ``cause`` says why."""

    order_id: str
    code: str
    cause: str


@dataclass(frozen=True)
class MoneyBack(Event):
    """Money of an order is being paid back, or could not be: ``cause`` says why, or ``refund_failed``."""

    order_id: str
    code: str
    cause: str
    amount_idr: int


@dataclass(frozen=True)
class PartMoved(Event):
    """A seller's part of an order went on to a state."""

    order_id: str
    suborder_id: str
    seller_id: str
    state: str


@dataclass(frozen=True)
class StandingReady(Event):
    """A standing order is prepared for a day (``on``, as 2026-11-28): its owner can order and pay it now."""

    standing_id: str
    on: str
