"""Work behind the request: what payments and accounts tell."""

from collections.abc import Mapping
from uuid import UUID

from marketplace.accounts.events import EmailProved
from marketplace.kernel.events import Event, Handler, inside
from marketplace.orders import services
from marketplace.orders.events import OrderPaid, PartBorne
from marketplace.payments.events import (
    DisputeOpened,
    PaymentClosed,
    PaymentQuestioned,
    PaymentSettled,
    RefundFailed,
    RefundSucceeded,
    RefundTaken,
)


def mark_paid(event: PaymentSettled) -> None:
    """The money for a reference is there."""
    services.mark_paid(event.reference)


def let_go(event: PaymentClosed) -> None:
    """A charge ended unpaid."""
    services.let_go(event.reference, event.cause)


def question(event: PaymentQuestioned) -> None:
    """A payment does not fit its charge."""
    services.question(event.reference, event.cause)


def tell_of_dispute(event: DisputeOpened) -> None:
    """The bank of who paid has drawn the money back and asks."""
    services.question(event.reference, "disputed")


def tell_of_refund(event: RefundTaken) -> None:
    """Money of a payment goes back."""
    services.tell_of_refund(event.reference, event.cause, event.amount_idr)


def tell_of_failure(event: RefundFailed) -> None:
    """Money of a payment could not be paid back."""
    services.tell_of_refund(event.reference, event.cause, event.amount_idr, failed=True)


def issue_invoices(event: OrderPaid) -> None:
    """An order is paid: each of its sellers owes an invoice."""
    services.invoice_order(UUID(event.order_id))


def credit(event: RefundSucceeded) -> None:
    """Money of a part is back with its buyer: its shop owes a credit note."""
    services.credit_refund(UUID(event.refund_id))


def credit_borne(event: PartBorne) -> None:
    """A shop bears what its buyer has back already: it owes a credit note."""
    services.credit_refund(UUID(event.refund_id))


def take_credit_back(event: RefundFailed) -> None:
    """A refund failed, perhaps after its credit note was issued: then that does not hold any more."""
    services.take_credit_back(UUID(event.refund_id))


def take_back(event: RefundFailed) -> None:
    """The refund of a part failed: its money is the part's again."""
    services.take_back(UUID(event.refund_id))


def join(event: EmailProved) -> None:
    """An address answers to a person; what guests ordered with it is theirs."""
    services.join(UUID(event.person_id))


HANDLES: Mapping[type[Event], tuple[Handler, ...]] = {
    PaymentSettled: (inside(mark_paid),),
    PaymentClosed: (inside(let_go),),
    PaymentQuestioned: (inside(question),),
    DisputeOpened: (inside(tell_of_dispute),),
    RefundTaken: (inside(tell_of_refund),),
    RefundFailed: (inside(take_back), inside(take_credit_back), inside(tell_of_failure)),
    RefundSucceeded: (inside(credit),),
    PartBorne: (inside(credit_borne),),
    OrderPaid: (inside(issue_invoices),),
    EmailProved: (inside(join),),
}
