"""The inbox of gateways' messages."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from marketplace.kernel.db import rows, session
from marketplace.kernel.errors import NotFound
from marketplace.payments.models import RefusedMessage, WebhookEvent


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


@dataclass(frozen=True, kw_only=True)
class Refused:
    """So many messages with a wrong signature came to a webhook in an hour that begins then, the last of them at that time."""

    gateway: str
    hour: datetime
    count: int
    last_at: datetime


def refused(since: datetime) -> tuple[Refused, ...]:
    """Return the messages that were refused since then, by webhook and hour, newest first."""
    table = RefusedMessage
    summed = select(
        table.gateway, table.hour, func.sum(table.refused).label("refused"), func.max(table.last_at).label("last_at")
    )
    found = rows(
        summed.where(table.hour >= since).group_by(table.gateway, table.hour).order_by(table.hour.desc(), table.gateway)
    )
    return tuple(
        Refused(gateway=row.gateway, hour=row.hour, count=int(row.refused), last_at=row.last_at) for row in found
    )


def refused_by_gateway(since: datetime) -> tuple[Refused, ...]:
    """Return the messages that were refused since then, one sum for each webhook; ``hour`` is the first of them."""
    table = RefusedMessage
    summed = select(
        table.gateway,
        func.min(table.hour).label("hour"),
        func.sum(table.refused).label("refused"),
        func.max(table.last_at).label("last_at"),
    )
    found = rows(summed.where(table.hour >= since).group_by(table.gateway).order_by(table.gateway))
    return tuple(
        Refused(gateway=row.gateway, hour=row.hour, count=int(row.refused), last_at=row.last_at) for row in found
    )
