"""What the outbox has long delivered is cleared away, so that its tables do not grow for ever."""

from datetime import timedelta

from sqlalchemy import delete, exists, literal, or_, select

from marketplace.kernel import clock
from marketplace.kernel.db import session, transactional
from marketplace.kernel.models import Delivery, StoredEvent

KEPT = timedelta(days=30)
TOGETHER = 1_000
MOST_ROUNDS = 100
"""How many batches one sweep takes at most; the next one takes the rest."""


def forget_delivered() -> None:
    """Drop what was told and delivered to everybody more than 30 days ago, and what nobody listened to for as long.

    What waits or was set aside for a person stays, however old, and with it what was told and its other deliveries.
    """
    for _round in range(MOST_ROUNDS):
        if _forget_some() < TOGETHER:
            return


@transactional
def _forget_some() -> int:
    """Drop one batch; a transaction of its own, so that no lock lasts long."""
    before = clock.now() - KEPT
    needed = exists().where(
        Delivery.event_id == StoredEvent.id,
        or_(Delivery.state != literal("done"), Delivery.done_at.is_(None), Delivery.done_at >= before),
    )
    old = session.scalars(
        select(StoredEvent.id)
        .where(StoredEvent.at < before, ~needed)
        .order_by(StoredEvent.id)
        .limit(TOGETHER)
        .with_for_update(skip_locked=True)
    ).all()
    session.execute(delete(Delivery).where(Delivery.event_id.in_(old)).execution_options(synchronize_session=False))
    session.execute(delete(StoredEvent).where(StoredEvent.id.in_(old)).execution_options(synchronize_session=False))
    return len(old)
