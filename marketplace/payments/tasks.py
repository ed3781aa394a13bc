"""Work behind the request: handling what gateways told."""

from collections.abc import Mapping
from uuid import UUID

from marketplace.kernel.events import Event, Handler, outside
from marketplace.payments import services
from marketplace.payments.events import PayoutApproved, RefundTaken, WebhookReceived


def handle_webhook(event: WebhookReceived, _delivery: UUID) -> None:
    """Ask the gateway about what it told of."""
    services.work(UUID(event.event_id))


def send_refund(event: RefundTaken, _delivery: UUID) -> None:
    """Ask the gateway to pay back; the refund's own id is the key there."""
    services.send(UUID(event.refund_id))


def send_payout(event: PayoutApproved, _delivery: UUID) -> None:
    """Ask the payer to pay out; one that takes files is left alone."""
    services.send_payout(UUID(event.payout_id))


HANDLES: Mapping[type[Event], tuple[Handler, ...]] = {
    WebhookReceived: (outside(handle_webhook),),
    RefundTaken: (outside(send_refund),),
    PayoutApproved: (outside(send_payout),),
}
