"""What e-order tells."""

from dataclasses import dataclass

from marketplace.kernel.events import Event


@dataclass(frozen=True)
class OrderMoved(Event):
    """An act was done on an order of an office: ``was`` and ``state`` are the same where it stayed. ``why`` may be empty."""

    order_id: str
    code: str
    unit_code: str
    seller_id: str
    act: str
    duty: str
    was: str
    state: str
    why: str = ""


@dataclass(frozen=True)
class RequestMoved(Event):
    """A shop was asked about a need, answered, declined, or let the time pass."""

    request_id: str
    need_id: str
    unit_code: str
    seller_id: str
    state: str


@dataclass(frozen=True)
class NeedDropped(Event):
    """An office does not want any more what it was looking for."""

    need_id: str
    unit_code: str


@dataclass(frozen=True)
class ValueAccepted(Event):
    """Goods were accepted by minutes that both signed: what P3DN counts, and what is owed to the shop; never in training."""

    order_id: str
    minutes_id: str
    unit_code: str
    seller_id: str
    value_idr: int
    accepted_on: str
    """The day in Jakarta."""
    last: bool
    """Nothing more of the order is to come."""


@dataclass(frozen=True)
class OrderPaid(Event):
    """A treasurer wrote down a payment; never of a training order."""

    order_id: str
    code: str
    payment_id: str
    unit_code: str
    seller_id: str
    gross_idr: int
    net_idr: int


@dataclass(frozen=True)
class TurnNudged(Event):
    """Somebody's time to act runs out: ``stage`` 1 reminds them, 2 tells who stands behind them as well."""

    order_id: str
    code: str
    unit_code: str
    seller_id: str
    state: str
    stage: int


@dataclass(frozen=True)
class PaymentLate(Event):
    """What was accepted of an order is not paid after so many working days: 7, 14 or 30."""

    order_id: str
    code: str
    unit_code: str
    seller_id: str
    days: int
    owed_idr: int


@dataclass(frozen=True)
class TaxPapersAsked(Event):
    """A treasurer asked a shop for papers that its taxes depend on."""

    order_id: str
    code: str
    unit_code: str
    seller_id: str
