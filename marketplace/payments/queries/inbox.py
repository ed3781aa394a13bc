"""The inbox of gateways' messages."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from marketplace.kernel.db import rows, session
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
    event_id: str
    kind: str
    received_at: datetime


_stored = select(
    WebhookEvent.id,
    WebhookEvent.gateway,
    WebhookEvent.state,
    WebhookEvent.subject,
    WebhookEvent.provider_ref,
    WebhookEvent.event_id,
    WebhookEvent.kind,
    WebhookEvent.received_at,
)


def webhook_event(event_id: UUID) -> StoredWebhook:
    """Return a stored message; raises NotFound."""
    found = session.execute(_stored.where(WebhookEvent.id == event_id)).one_or_none()
    if found is None:
        raise NotFound
    return StoredWebhook(**found._asdict())


def webhook_named(name: str) -> StoredWebhook:
    """Return a stored message by our id or by the gateway's own; raises NotFound."""
    try:
        return webhook_event(UUID(name))
    except (ValueError, NotFound):
        found = rows(_stored.where(WebhookEvent.event_id == name).order_by(WebhookEvent.id))
    if not found:
        raise NotFound
    return StoredWebhook(**found[0]._asdict())


def stored_webhooks(state: str | None, limit: int) -> Iterator[StoredWebhook]:
    """Yield the newest messages, of one state if it is told."""
    wanted = _stored if state is None else _stored.where(WebhookEvent.state == state)
    for row in rows(wanted.order_by(WebhookEvent.id.desc()).limit(limit)):
        yield StoredWebhook(**row._asdict())
