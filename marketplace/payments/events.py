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
class PaymentPromised(Event):
    """The money for a reference comes with the goods: they may be made ready now."""

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
class _Refund(Event):
    refund_id: str
    charge_id: str
    reference: str
    amount_idr: int
    cause: str


@dataclass(frozen=True)
class RefundTaken(_Refund):
    """Money of a charge goes back to who paid: written down, and now to be sent. ``cause`` says why."""


@dataclass(frozen=True)
class RefundSucceeded(_Refund):
    """Money of a charge is back."""


@dataclass(frozen=True)
class RefundFailed(_Refund):
    """Money of a charge could not be paid back, and is here again; ``cause`` is the gateway's reason."""


@dataclass(frozen=True)
class RefundFound(_Refund):
    """Money of a charge went back without being asked for here: at the provider, or by hand as a person noted."""


@dataclass(frozen=True)
class DisputeOpened(Event):
    """The buyer's bank has drawn money of a charge back and asks about it."""

    dispute_id: str
    charge_id: str
    reference: str
    amount_idr: int


@dataclass(frozen=True)
class DisputeClosed(Event):
    """The bank has decided; ``won`` when the money came back to us."""

    dispute_id: str
    charge_id: str
    reference: str
    amount_idr: int
    won: bool


@dataclass(frozen=True)
class WebhookReceived(Event):
    """A gateway's signed message was stored and waits to be handled."""

    event_id: str


@dataclass(frozen=True)
class BankAccountGiven(Event):
    """A payee gave a bank account; nothing is paid to it before it has rested and was verified."""

    account_id: str
    payee: str


@dataclass(frozen=True)
class _Payout(Event):
    payout_id: str
    payee: str
    amount_idr: int


@dataclass(frozen=True)
class PayoutApproved(_Payout):
    """A payout may go out."""


@dataclass(frozen=True)
class PayoutPaid(_Payout):
    """The money is with its payee."""


@dataclass(frozen=True)
class PayoutFailed(_Payout):
    """The money could not be paid out and is payable again; ``cause`` is the bank's reason."""

    cause: str
