"""The inbox of gateways' messages."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.payments.models import WebhookEvent


@dataclass(frozen=True, kw_only=True)
class StoredWebhook:
    """A gateway's message in the inbox."""

    id: UUID
    gateway: str
    state: str
    subject: str
    provider_ref: str


def webhook_event(event_id: UUID) -> StoredWebhook:
    """Return a stored message; raises NotFound."""
    columns = (
        WebhookEvent.id,
        WebhookEvent.gateway,
        WebhookEvent.state,
        WebhookEvent.subject,
        WebhookEvent.provider_ref,
    )
    found = session.execute(select(*columns).where(WebhookEvent.id == event_id)).one_or_none()
    if found is None:
        raise NotFound
    return StoredWebhook(**found._asdict())
