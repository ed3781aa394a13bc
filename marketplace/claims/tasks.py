"""Work behind the request: what payments tell."""

from collections.abc import Mapping
from uuid import UUID

from marketplace.claims import services
from marketplace.kernel.events import Event, Handler, inside
from marketplace.payments.events import RefundFailed


def note_unpaid(event: RefundFailed) -> None:
    """Money of a claim could not be paid back."""
    services.note_unpaid(UUID(event.refund_id))


HANDLES: Mapping[type[Event], tuple[Handler, ...]] = {RefundFailed: (inside(note_unpaid),)}
