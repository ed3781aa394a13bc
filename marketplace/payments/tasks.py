"""Work behind the request: handling what gateways told."""

from collections.abc import Mapping
from uuid import UUID

from marketplace.kernel.events import Event, Handler, outside
from marketplace.payments import services
from marketplace.payments.events import WebhookReceived


def handle_webhook(event: WebhookReceived, _delivery: UUID) -> None:
    """Ask the gateway about what it told of."""
    services.work(UUID(event.event_id))


HANDLES: Mapping[type[Event], tuple[Handler, ...]] = {WebhookReceived: (outside(handle_webhook),)}
