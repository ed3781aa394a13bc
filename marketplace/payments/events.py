"""What payments tells: how a charge ended, and that a gateway has said something."""

from dataclasses import dataclass

from marketplace.kernel.events import Event


@dataclass(frozen=True)
class PaymentSettled(Event):
    """The money for a reference is there; told once for each reference."""

    reference: str
    charge_id: str
    amount_idr: int


@dataclass(frozen=True)
class PaymentClosed(Event):
    """A charge cannot be paid any more; ``cause`` is ``expired``, ``failed``, ``cancelled`` or ``returned``."""

    reference: str
    charge_id: str
    cause: str


@dataclass(frozen=True)
class PaymentQuestioned(Event):
    """What was paid does not agree with the charge, or was paid twice; a person must look at it."""

    reference: str
    charge_id: str
    cause: str


@dataclass(frozen=True)
class WebhookReceived(Event):
    """A gateway's signed message was stored and waits to be handled."""

    event_id: str
