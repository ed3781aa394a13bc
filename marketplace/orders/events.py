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
class OrderPromised(Event):
    """The goods are the buyer's, who pays as they are handed over; the seller may begin."""

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
    """A seller's part of an order went on to a state.

    Since it is paid, ``by_role`` says who moved it (``buyer``, ``seller``, ``timer``) and ``why`` what was given as reason.
    """

    order_id: str
    suborder_id: str
    seller_id: str
    state: str
    why: str = ""
    by_role: str = ""


@dataclass(frozen=True)
class PartCompleted(Event):
    """Nobody can object to a part any more; its money is the seller's."""

    order_id: str
    suborder_id: str
    seller_id: str


@dataclass(frozen=True)
class PartRefunded(Event):
    """Money of a part was taken back for its buyer; the refund itself is on its way."""

    suborder_id: str
    refund_id: str
    amount_idr: int


@dataclass(frozen=True)
class PartBorne(Event):
    """A part's shop bears money that its buyer has back: of a lost dispute, or of a refund found at its provider."""

    suborder_id: str
    refund_id: str
    amount_idr: int


@dataclass(frozen=True)
class StandingReady(Event):
    """A standing order is prepared for a day (``on``, as 2026-11-28): its owner can order and pay it now."""

    standing_id: str
    on: str
