"""The books of payments: what ``jkp verify`` and ``jkp facts`` read."""

from collections.abc import Iterator, Mapping

from sqlalchemy import Text, func, select

from marketplace.kernel.db import rows, session
from marketplace.kernel.models import Delivery, StoredEvent
from marketplace.payments import models
from marketplace.payments.events import WebhookReceived
from marketplace.payments.models import ChargeState, WebhookEvent


def broken() -> Iterator[str]:
    """Yield a sentence for each broken invariant of payments (R26.1)."""
    paid = select(models.Charge.reference).where(models.Charge.state == ChargeState.SETTLED)
    for row in rows(paid.group_by(models.Charge.reference).having(func.count() > 1)):
        yield f"payments: the reference {row.reference} was paid more than once"
    statement = select(models.Charge.id).where(
        (models.Charge.state == ChargeState.SETTLED) != models.Charge.settled_at.is_not(None)
    )
    for row in rows(statement):
        yield f"payments: the charge {row.id} is settled without a time, or has a time without being settled"
    for row in rows(select(models.Charge.id).where(models.Charge.refunded_idr > models.Charge.amount_idr)):
        yield f"payments: more was refunded than paid for the charge {row.id}"
    asked = select(models.Charge.id, models.Charge.reference, models.Charge.cause).order_by(models.Charge.id)
    for row in rows(asked.where(models.Charge.state == ChargeState.REVIEW)):
        yield f"payments: the charge {row.id} of {row.reference} is in review and waits for a person: {row.cause}"
    told = select(StoredEvent.payload["event_id"].astext).where(StoredEvent.name == WebhookReceived.name())
    lost = select(WebhookEvent.id).where(
        WebhookEvent.state == models.WebhookState.RECEIVED,
        WebhookEvent.id.cast(Text).not_in(told),
    )
    for row in rows(lost):
        yield f"payments: the webhook event {row.id} was stored but nobody was told of it"


def payment_facts() -> Iterator[Mapping[str, object]]:
    """Yield the rows of ``payments`` for ``jkp facts``."""
    charge_table = models.Charge
    for row in session.scalars(select(charge_table).order_by(charge_table.id)):
        yield {
            "id": str(row.id),
            "order_id": row.reference,
            "provider_ref": row.provider_ref,
            "amount_idr": row.amount_idr.amount,
            "currency": row.currency,
            "refunded_idr": row.refunded_idr.amount,
            "state": row.state,
            "cause": row.cause,
        }


def webhook_facts() -> Iterator[Mapping[str, object]]:
    """Yield the rows of ``webhook_events`` for ``jkp facts``; ``tries`` are those of the outbox."""
    tries = (
        select(func.coalesce(func.max(Delivery.tries), 0))
        .join(StoredEvent, StoredEvent.id == Delivery.event_id)
        .where(
            StoredEvent.name == WebhookReceived.name(),
            StoredEvent.payload["event_id"].astext == WebhookEvent.id.cast(Text),
        )
        .scalar_subquery()
    )
    for row, tried in session.execute(select(WebhookEvent, tries).order_by(WebhookEvent.id)):
        yield {
            "provider": row.gateway,
            "event_id": row.event_id,
            "type": row.kind,
            "livemode": row.live,
            "received_at": row.received_at.isoformat().replace("+00:00", "Z"),
            "state": row.state,
            "tries": tried,
            "cause": row.cause,
        }
